using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Lists;

namespace Spoke.Emulator.Automation;

/// <summary>Does a record meet a branch of filters? Kinds that are not carried out are never met.</summary>
internal sealed class FlowFilters(Portal portal)
{
    private readonly ListZone zone = ListZone.Of(portal);

    /// <summary>A value for a name that filters may ask for, in place of the record's.</summary>
    public delegate string? Lookup(string name);

    public bool Matches(JsonElement branch, ObjectTypeDefinition type, StoredRecord record, long nowMs) => Matches(branch, type, record, nowMs, null);

    /// <summary>The filters of an event are about the event's own properties.</summary>
    public bool Matches(JsonElement branch, ObjectTypeDefinition type, StoredRecord record, long nowMs, Lookup? lookup)
    {
        if (branch.ValueKind != JsonValueKind.Object) return true;
        var kind = branch.Text("filterBranchType");
        if (kind == "UNIFIED_EVENTS" && lookup is null) return Happened(branch, "UNIFIED_EVENTS", branch.Text("eventTypeId"), type, record, nowMs) != (branch.Text("operator") == "HAS_NOT_COMPLETED");
        if (kind == "ASSOCIATION") return MatchesAssociated(branch, type, record, nowMs);
        var any = kind == "OR" || (kind is not ("AND" or "UNIFIED_EVENTS" or "NOT_ANY" or "NOT_ALL") && branch.Text("filterBranchOperator") == "OR");
        var parts = branch.Items("filters").Select(filter => Holds(filter, type, record, nowMs, lookup))
            .Concat(branch.Items("filterBranches").Select(inner => Matches(inner, type, record, nowMs, lookup)));
        return kind switch
        {
            "NOT_ANY" => !parts.Any(one => one),
            "NOT_ALL" => !parts.All(one => one),
            _ => any ? parts.Any(one => one) : parts.All(one => one),
        };
    }

    /// <summary>Whether a branch, at any depth, asks for one of these properties.</summary>
    public static bool Mentions(JsonElement branch, IReadOnlyCollection<string> properties) =>
        branch.ValueKind == JsonValueKind.Object && (branch.Items("filters").Any(filter => filter.Text("property") is { } name && properties.Contains(name))
            || branch.Items("filterBranches").Any(inner => Mentions(inner, properties)));

    /// <summary>Whether a branch, at any depth, asks for this list.</summary>
    public static bool MentionsList(JsonElement branch, string listId) =>
        branch.ValueKind == JsonValueKind.Object && (branch.Items("filters").Any(filter => filter.Text("listId") == listId) || branch.Items("filterBranches").Any(inner => MentionsList(inner, listId)));

    /// <summary>Whether something happened to the record of which all the branch's filters hold.</summary>
    private bool Happened(JsonElement branch, string kind, string? id, ObjectTypeDefinition type, StoredRecord record, long nowMs) =>
        portal.Areas.OfType<IFactSource>().SelectMany(source => source.FactsOf(record, new FactQuery(kind, id)))
            .Any(fact => branch.Items("filters").All(filter => Holds(filter, type, record, nowMs, name => fact.Value(name))) && branch.Items("filterBranches").All(inner => Matches(inner, type, record, nowMs, name => fact.Value(name))));

    private bool MatchesAssociated(JsonElement branch, ObjectTypeDefinition type, StoredRecord record, long nowMs)
    {
        if (!portal.Types.TryFind(branch.Text("objectTypeId") ?? "", out var other)) return false;
        var typeId = branch.Int("associationTypeId");
        return AssociationStore.EdgesTowards(record, other).Where(edge => typeId is null || edge.Type.Id == typeId).Select(edge => other.Records.Find(edge.To))
            .Any(found => found is not null && branch.Items("filters").All(filter => Holds(filter, other, found, nowMs, null)) && branch.Items("filterBranches").All(inner => Matches(inner, other, found, nowMs, null)));
    }

    private bool Holds(JsonElement filter, ObjectTypeDefinition type, StoredRecord record, long nowMs, Lookup? lookup)
    {
        switch (filter.Text("filterType"))
        {
            case "CONSTANT": return filter.Bool("shouldAccept") ?? false;
            case "IN_LIST":
                var on = portal.Areas.OfType<IListMembership>().Any(lists => lists.Contains(filter.Text("listId") ?? "", type, record.Id));
                return filter.Text("operator") is "NOT_IN_LIST" or "IS_NOT_IN" ? !on : on;
            case "PROPERTY" when filter.TryGetProperty("operation", out var operation):
                var name = filter.Text("property") ?? "";
                return Holds(operation, name, lookup is null ? Value(type, record, name) : lookup(name), type, record, nowMs);
            case "FORM_SUBMISSION": return Happened(default, "FORM_SUBMISSION", filter.Text("formId"), type, record, nowMs) != (filter.Text("operator") == "NOT_FILLED_OUT");
            default: return false;
        }
    }

    public static string? Value(ObjectTypeDefinition type, StoredRecord record, string name) =>
        type.Properties.Find(name) is not { } property ? null : property.System == SystemValue.None ? record.Get(property.Slot) : RecordJson.SystemText(record, property.System, record.UpdatedMs);

    private bool Holds(JsonElement operation, string property, string? value, ObjectTypeDefinition type, StoredRecord record, long nowMs)
    {
        var name = operation.Text("operator") ?? "";
        if (name is "IS_KNOWN" or "IS_NOT_BLANK") return value is not null;
        if (name is "IS_UNKNOWN" or "IS_BLANK") return value is null;
        if (value is null) return operation.Bool("includeObjectsWithNoValueSet") ?? false;
        return operation.Text("operationType") switch
        {
            "NUMBER" or "NUMBER_RANGED" => Numbers(operation, name, value),
            "ENUMERATION" => Options(operation.Texts("values"), name, value.Split(';')),
            "BOOL" => string.Equals(value, operation.Text("value"), StringComparison.OrdinalIgnoreCase) == (name == "IS_EQUAL_TO"),
            "STRING" => Text(name, value, operation.Text("value") ?? ""),
            "MULTISTRING" => name.Contains("NOT", StringComparison.Ordinal) ? operation.Texts("values").All(one => Text(name, value, one)) : operation.Texts("values").Any(one => Text(name, value, one)),
            "COMPARATIVE_STRING" => Text(name, value, Value(type, record, operation.Text("comparisonPropertyName") ?? "") ?? operation.Text("defaultComparisonValue") ?? ""),
            _ => Times(operation, name, property, value, type, record, nowMs),
        };
    }

    private static bool Text(string name, string value, string asked) => name switch
    {
        "IS_EQUAL_TO" => value.Equals(asked, StringComparison.OrdinalIgnoreCase),
        "IS_NOT_EQUAL_TO" => !value.Equals(asked, StringComparison.OrdinalIgnoreCase),
        "CONTAINS" => value.Contains(asked, StringComparison.OrdinalIgnoreCase),
        "DOES_NOT_CONTAIN" => !value.Contains(asked, StringComparison.OrdinalIgnoreCase),
        "STARTS_WITH" => value.StartsWith(asked, StringComparison.OrdinalIgnoreCase),
        "ENDS_WITH" => value.EndsWith(asked, StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    private static bool Options(IReadOnlyList<string> asked, string name, string[] chosen) => name switch
    {
        "IS_ANY_OF" => chosen.Any(asked.Contains),
        "IS_NONE_OF" => !chosen.Any(asked.Contains),
        "IS_EXACTLY" => chosen.ToHashSet().SetEquals(asked),
        "IS_NOT_EXACTLY" => !chosen.ToHashSet().SetEquals(asked),
        "CONTAINS_ALL" => asked.All(chosen.Contains),
        "DOES_NOT_CONTAIN_ALL" => !asked.All(chosen.Contains),
        _ => false,
    };

    private static bool Numbers(JsonElement operation, string name, string value)
    {
        if (Number(value) is not { } number) return false;
        var asked = Number(operation.Text("value"));
        var (low, high) = (Number(operation.Text("lowerBound")), Number(operation.Text("upperBound")));
        return name switch
        {
            "IS_EQUAL_TO" => number == asked,
            "IS_NOT_EQUAL_TO" => number != asked,
            "IS_GREATER_THAN" => number > asked,
            "IS_GREATER_THAN_OR_EQUAL_TO" => number >= asked,
            "IS_LESS_THAN" => number < asked,
            "IS_LESS_THAN_OR_EQUAL_TO" => number <= asked,
            "IS_BETWEEN" => number >= low && number <= high,
            "IS_NOT_BETWEEN" => number < low || number > high,
            _ => false,
        };
    }

    private bool Times(JsonElement operation, string name, string property, string value, ObjectTypeDefinition type, StoredRecord record, long nowMs)
    {
        if (!ValueRules.TryMoment(value, out var ms)) return false;
        long? At(string member) => operation.TryGetProperty(member, out var point) ? FilterTimes.Point(point, zone, type, record, nowMs) : null;
        var at = operation.Text("timestamp") is { } stamp ? (long?)Number(stamp) : At("timePoint");
        return name switch
        {
            "IS_BEFORE" => ms < at,
            "IS_AFTER" => ms > at,
            // A date without a time means the same day everywhere.
            "IS_EQUAL_TO" or "IS_ON" => at is { } asked && (type.Properties.Find(property)?.Type == "date" ? ListZone.Utc : zone).ToLocal(ms).Date == zone.ToLocal(asked).Date,
            "IS_BETWEEN" => ms >= At("lowerBoundTimePoint") && ms <= At("upperBoundTimePoint"),
            "IS_NOT_BETWEEN" => ms < At("lowerBoundTimePoint") || ms > At("upperBoundTimePoint"),
            _ => false,
        };
    }

    private static decimal? Number(string? text) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
