using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>What a column of an import's file means. Every column of the file needs one, in the file's order; see <see cref="Ignored"/>.</summary>
/// <param name="Header">The column's heading in the file.</param>
/// <param name="Property">Internal name of the property it is written to; null for a record's id or an ignored column.</param>
public sealed record ImportColumn(string Header, string? Property)
{
    /// <summary>Type of record it belongs to, where that is another than the import's. Records of one row are associated with each other.</summary>
    public ObjectType? Type { get; init; }

    /// <summary>Records are found by this property instead of being made anew; its values must be unique, as <c>email</c>'s are for contacts and <c>domain</c>'s for companies.</summary>
    public bool Identifies { get; init; }

    private bool IsIgnored { get; init; }

    /// <summary>A column that holds the ids of records.</summary>
    public static ImportColumn RecordId(string header) => new(header, null) { Identifies = true };

    /// <summary>A column that is left out.</summary>
    public static ImportColumn Ignored(string header) => new(header, null) { IsIgnored = true };

    internal void Validate()
    {
        if (string.IsNullOrWhiteSpace(Header)) throw new ArgumentException("ImportColumn.Header is empty: give the column's heading in the file.");
        if (!IsIgnored && !Identifies && string.IsNullOrWhiteSpace(Property)) throw new ArgumentException($"ImportColumn '{Header}' has no property: name one, or use ImportColumn.Ignored or ImportColumn.RecordId.");
    }

    internal void Write(Utf8JsonWriter json, ObjectType type)
    {
        json.WriteStartObject();
        json.WriteString("columnName", Header);
        if (IsIgnored)
        {
            json.WriteBoolean("ignored", true);
        }
        else
        {
            json.WriteString("columnObjectTypeId", (Type ?? type).Id);
            json.WriteString("propertyName", Property);
            if (Identifies) json.WriteString("columnType", Property is null ? "HUBSPOT_OBJECT_ID" : "HUBSPOT_ALTERNATE_ID");
        }
        json.WriteEndObject();
    }
}
