using System.Text.Json.Serialization;

namespace Spoke.Sync.Quarantine;

/// <summary>Something that waits for somebody to act.</summary>
/// <param name="Object">HubSpot's object; <c>intake</c> for a change of the store that could not be read.</param>
/// <param name="Property">The property whose value was refused, and <paramref name="Value"/> that value.</param>
/// <param name="Stopped">Somebody archived the record in HubSpot.</param>
/// <param name="At">When it came here, where that is remembered.</param>
/// <param name="Payload">What the store sent, where it could not be read.</param>
public sealed record QuarantineItem(
    [property: JsonPropertyName("connection")] string Connection,
    [property: JsonPropertyName("object")] string Object,
    [property: JsonPropertyName("key")] string Key,
    [property: JsonPropertyName("title")] string? Title,
    [property: JsonPropertyName("recordId")] string? RecordId,
    [property: JsonPropertyName("cause")] string Cause,
    [property: JsonPropertyName("property")] string? Property,
    [property: JsonPropertyName("value")] string? Value,
    [property: JsonPropertyName("reason")] string Reason,
    [property: JsonPropertyName("fix")] string Fix,
    [property: JsonPropertyName("stopped")] bool Stopped,
    [property: JsonPropertyName("at")] DateTimeOffset? At,
    [property: JsonPropertyName("payload")] string? Payload)
{
    /// <summary>What a change that could not be read is of: variant, customer, order, cart, company. Null of records.</summary>
    [JsonPropertyName("kind")]
    public string? Kind { get; init; }

    /// <summary>What to call it where one is chosen: its key, of a change that could not be read behind its kind.</summary>
    [JsonIgnore]
    public string Called => Kind is null ? Key : $"{Kind}:{Key}";

    /// <summary>HubSpot's id of its refusal, by which its support finds it; null: HubSpot did not refuse, or gave none.</summary>
    [JsonPropertyName("correlationId")]
    public string? CorrelationId { get; init; }
}

/// <summary>What became of a retry.</summary>
/// <param name="Tried">How many were tried again.</param>
/// <param name="Left">Of these, what is still in quarantine.</param>
public sealed record RetryResult(
    [property: JsonPropertyName("tried")] int Tried,
    [property: JsonPropertyName("left")] IReadOnlyList<QuarantineItem> Left);
