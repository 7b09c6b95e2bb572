using System.Text.Json.Serialization;

namespace Spoke.Sync.Pushing;

/// <summary>What carrying a plan out did; the JSON of <c>spoke apply --json</c>.</summary>
public sealed record ApplySummary(
    [property: JsonPropertyName("fingerprint")] string Fingerprint,
    [property: JsonPropertyName("connections")] IReadOnlyList<AppliedConnection> Connections)
{
    /// <summary>All of it was carried out.</summary>
    [JsonPropertyName("complete")]
    public bool IsComplete => Connections.All(connection => connection.Moved + connection.Quarantined + connection.Waiting == 0);
}

/// <summary>What was done for one connection.</summary>
/// <param name="Moved">Records that were left as they are, because something about them has changed since the plan was made.</param>
/// <param name="Waiting">Records and associations HubSpot could not answer for; they stay dirty.</param>
/// <param name="MovedRecords">Up to a hundred of those that moved, with the reason.</param>
public sealed record AppliedConnection(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("written")] WriteCounts Written,
    [property: JsonPropertyName("associations")] int Associations,
    [property: JsonPropertyName("moved")] int Moved,
    [property: JsonPropertyName("quarantined")] int Quarantined,
    [property: JsonPropertyName("waiting")] int Waiting,
    [property: JsonPropertyName("calls")] long Calls,
    [property: JsonPropertyName("movedRecords")] IReadOnlyList<MovedRecord> MovedRecords);

/// <summary>A record that is not any more what it was when the plan was made.</summary>
public sealed record MovedRecord([property: JsonPropertyName("object")] string Object, [property: JsonPropertyName("key")] string Key, [property: JsonPropertyName("reason")] string Reason);
