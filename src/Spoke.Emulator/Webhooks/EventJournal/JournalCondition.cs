using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Webhooks.EventJournal;

/// <summary>One condition of a filter on a journal subscription: what a property of the record must be for the event to be told.</summary>
internal sealed record JournalCondition(string Property, string Operator, string? Value, IReadOnlyList<string> Values)
{
    private static readonly string[] Operators = ["CONTAINS", "ENDS_WITH", "EQ", "GT", "GTE", "IN", "IS_EMPTY", "IS_NOT_EMPTY", "LT", "LTE", "N_EQ", "NOT_IN", "STARTS_WITH"];

    public static JournalCondition Read(JsonElement input)
    {
        var name = input.RequiredText("Condition", "operator");
        if (!Operators.Contains(name)) throw CrmErrors.Bad($"Invalid input JSON on line 1, column 1: `operator` must be one of {string.Join(", ", Operators)}", "operator", name);
        return new JournalCondition(input.RequiredText("Condition", "property"), name, input.Text("value"), input.Texts("values"));
    }

    public bool Holds(ObjectTypeDefinition type, StoredRecord record)
    {
        var value = type.Properties.Find(Property) is { } property ? record.Get(property.Slot) : null;
        return Operator switch
        {
            "IS_EMPTY" => value is null,
            "IS_NOT_EMPTY" => value is not null,
            "N_EQ" => value != Value,
            "NOT_IN" => value is null || !Values.Contains(value),
            _ when value is null => false,
            "EQ" => value == Value,
            "IN" => Values.Contains(value),
            "CONTAINS" => value.Contains(Value ?? "", StringComparison.OrdinalIgnoreCase),
            "STARTS_WITH" => value.StartsWith(Value ?? "", StringComparison.OrdinalIgnoreCase),
            "ENDS_WITH" => value.EndsWith(Value ?? "", StringComparison.OrdinalIgnoreCase),
            "GT" => Compare(value) > 0,
            "GTE" => Compare(value) >= 0,
            "LT" => Compare(value) < 0,
            _ => Compare(value) <= 0,
        };
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("filterType", "CRM_OBJECT_PROPERTY");
        json.WriteString("property", Property);
        json.WriteString("operator", Operator);
        if (Value is not null) json.WriteString("value", Value);
        if (Values.Count > 0)
        {
            json.WriteStartArray("values");
            foreach (var one in Values) json.WriteStringValue(one);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private int Compare(string value) =>
        decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var left) && decimal.TryParse(Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var right)
            ? left.CompareTo(right) : string.CompareOrdinal(value, Value);
}
