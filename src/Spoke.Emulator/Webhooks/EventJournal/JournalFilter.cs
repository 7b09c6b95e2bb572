using System.Text.Json;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Webhooks.EventJournal;

/// <summary>All conditions of a filter must hold.</summary>
internal sealed record JournalFilter(long Id, long CreatedMs, IReadOnlyList<JournalCondition> Conditions)
{
    public bool Holds(ObjectTypeDefinition type, StoredRecord record) => Conditions.All(one => one.Holds(type, record));

    public static JournalFilter Read(JsonElement filter, long id, long createdMs) => new(id, createdMs, [.. filter.Items("conditions").Select(JournalCondition.Read)]);

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("id", Id);
        json.WriteNumber("createdAt", CreatedMs);
        json.WriteStartObject("filter");
        json.WriteStartArray("conditions");
        foreach (var one in Conditions) one.Write(json);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
