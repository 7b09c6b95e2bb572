using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Search;

/// <summary>One condition, with its values already in the form they are compared in.</summary>
internal sealed record SearchFilter(FilterOperator Operator, PropertyDefinition? Property, ObjectTypeDefinition? Associated, IReadOnlyList<string> Values)
{
    private const string AssociationPrefix = "associations.";

    /// <summary>The first value in lower case, and its words: what token search compares.</summary>
    public string Token { get; } = Values.Count > 0 ? Values[0].ToLowerInvariant() : "";
    public IReadOnlyList<string> TokenWords { get; } = Operator is FilterOperator.ContainsToken or FilterOperator.NotContainsToken ? TokenText.Words(Values[0]) : [];

    /// <summary>The values as numbers or milliseconds, for properties that compare so.</summary>
    public IReadOnlyList<decimal> Numbers { get; private init; } = [];

    public bool ComparesNumbers => Property is { Type: "number" or "date" or "datetime" };

    public static SearchFilter Read(Portal portal, ObjectTypeDefinition type, JsonElement input)
    {
        var name = input.RequiredText("Filter", "propertyName");
        var operatorText = input.RequiredText("Filter", "operator");
        if (!Enum.TryParse<FilterOperator>(operatorText.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var op) || !char.IsAsciiLetter(operatorText[0]))
            throw SearchErrors.Problem($"operator {operatorText} is not known", "operator", operatorText);
        var values = ReadValues(op, input, name);
        if (name.StartsWith(AssociationPrefix, StringComparison.Ordinal)) return ReadAssociation(portal, type, name, op, values);
        var property = type.Properties.Find(name) ?? throw SearchErrors.UnknownProperty(name);
        var filter = new SearchFilter(op, property, null, values);
        if (!filter.ComparesNumbers || op is FilterOperator.HasProperty or FilterOperator.NotHasProperty or FilterOperator.ContainsToken or FilterOperator.NotContainsToken)
            return filter;
        return filter with { Numbers = [.. values.Select(value => ToNumber(property, value) ?? throw SearchErrors.Problem($"{value} is not a valid value of {name}", "value", value))] };
    }

    /// <summary>A stored or asked value as the number it compares by.</summary>
    public static decimal? ToNumber(PropertyDefinition property, string value)
    {
        if (property.Type is "date" or "datetime") return ValueRules.TryMoment(value, out var ms) ? ms : null;
        return decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static SearchFilter ReadAssociation(Portal portal, ObjectTypeDefinition type, string name, FilterOperator op, IReadOnlyList<string> values)
    {
        if (!portal.Types.TryFind(name[AssociationPrefix.Length..], out var target) || target.Schema is not null || type.Schema is not null)
            throw SearchErrors.UnknownProperty(name);
        if (op is not (FilterOperator.Eq or FilterOperator.In or FilterOperator.HasProperty or FilterOperator.NotHasProperty))
            throw SearchErrors.Problem($"operator {op} cannot be used with {name}", "propertyName", name);
        return new SearchFilter(op, null, target, values);
    }

    private static IReadOnlyList<string> ReadValues(FilterOperator op, JsonElement input, string name)
    {
        switch (op)
        {
            case FilterOperator.HasProperty or FilterOperator.NotHasProperty: return [];
            case FilterOperator.In or FilterOperator.NotIn:
                var many = input.Texts("values");
                return many.Count > 0 ? many : throw SearchErrors.Problem($"operator {op} on {name} needs values", "values", name);
            case FilterOperator.Between:
                return [input.Text("value") ?? throw Needs("value"), input.Text("highValue") ?? throw Needs("highValue")];
            default: return [input.Text("value") ?? throw Needs("value")];
        }

        CrmRefusal Needs(string member) => SearchErrors.Problem($"operator {op} on {name} needs {member}", member, name);
    }
}

internal enum FilterOperator { Lt, Lte, Gt, Gte, Eq, Neq, Between, In, NotIn, HasProperty, NotHasProperty, ContainsToken, NotContainsToken }
