using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>A condition on one property of a list's records. Records without a value do not meet it, unless the condition is about that.</summary>
public sealed class ListCondition
{
    private readonly string _property;
    private readonly Action<Utf8JsonWriter> _operation;

    private ListCondition(string property, string type, string name, Action<Utf8JsonWriter>? values = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(property);
        _property = property;
        _operation = json =>
        {
            json.WriteString("operationType", type);
            json.WriteString("operator", name);
            json.WriteBoolean("includeObjectsWithNoValueSet", false);
            values?.Invoke(json);
        };
    }

    /// <summary>There is a value.</summary>
    public static ListCondition Known(string property) => new(property, "ALL_PROPERTY", "IS_KNOWN");

    /// <summary>There is no value.</summary>
    public static ListCondition Unknown(string property) => new(property, "ALL_PROPERTY", "IS_UNKNOWN");

    /// <summary>A text is one of these, in whatever case.</summary>
    public static ListCondition TextIs(string property, params IReadOnlyList<string> values) => new(property, "MULTISTRING", "IS_EQUAL_TO", json => CrmJson.WriteStrings(json, "values", values));

    /// <summary>A text holds one of these.</summary>
    public static ListCondition TextContains(string property, params IReadOnlyList<string> values) => new(property, "MULTISTRING", "CONTAINS", json => CrmJson.WriteStrings(json, "values", values));

    /// <summary>An enumeration has one of these options, by internal value.</summary>
    public static ListCondition AnyOf(string property, params IReadOnlyList<string> options) => new(property, "ENUMERATION", "IS_ANY_OF", json => CrmJson.WriteStrings(json, "values", options));

    /// <summary>An enumeration has none of these options.</summary>
    public static ListCondition NoneOf(string property, params IReadOnlyList<string> options) => new(property, "ENUMERATION", "IS_NONE_OF", json => CrmJson.WriteStrings(json, "values", options));

    /// <summary>A number is this one.</summary>
    public static ListCondition NumberIs(string property, decimal value) => new(property, "NUMBER", "IS_EQUAL_TO", json => json.WriteNumber("value", value));

    /// <summary>A number is greater.</summary>
    public static ListCondition GreaterThan(string property, decimal value) => new(property, "NUMBER", "IS_GREATER_THAN", json => json.WriteNumber("value", value));

    /// <summary>A number is less.</summary>
    public static ListCondition LessThan(string property, decimal value) => new(property, "NUMBER", "IS_LESS_THAN", json => json.WriteNumber("value", value));

    /// <summary>A number lies between the two, both included.</summary>
    public static ListCondition Between(string property, decimal from, decimal to) => new(property, "NUMBER_RANGED", "IS_BETWEEN", json =>
    {
        json.WriteNumber("lowerBound", from);
        json.WriteNumber("upperBound", to);
    });

    /// <summary>A yes-or-no property says so.</summary>
    public static ListCondition Is(string property, bool value) => new(property, "BOOL", "IS_EQUAL_TO", json => json.WriteBoolean("value", value));

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("filterType", "PROPERTY");
        json.WriteString("property", _property);
        json.WriteStartObject("operation");
        _operation(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
