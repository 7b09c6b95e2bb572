using System.Text.Json.Serialization;

namespace Spoke.Sync.Insight;

/// <summary>How many records of one object there are, counted on both ends. Of stores that share a portal, all of them together.</summary>
/// <param name="Object">HubSpot's object.</param>
/// <param name="InStore">How many there should be, by what the ledger has of the store.</param>
/// <param name="Linked">How many HubSpot has confirmed to us.</param>
/// <param name="InHubSpot">How many with our key HubSpot itself counts; null: it did not say. Its count may lag behind a write by some moments.</param>
public sealed record CountedRecords(
    [property: JsonPropertyName("object")] string Object,
    [property: JsonPropertyName("inStore")] long InStore,
    [property: JsonPropertyName("linked")] long Linked,
    [property: JsonPropertyName("inHubSpot")] long? InHubSpot)
{
    /// <summary>How many HubSpot has too few; negative: too many; null: it did not say.</summary>
    [JsonPropertyName("missing")]
    public long? Missing => InStore - InHubSpot;
}

/// <summary>The last count and its time, as it is remembered.</summary>
internal sealed record RememberedCount([property: JsonPropertyName("at")] DateTimeOffset At, [property: JsonPropertyName("counts")] IReadOnlyList<CountedRecords> Counts);

[JsonSerializable(typeof(RememberedCount))]
internal sealed partial class CountJson : JsonSerializerContext;
