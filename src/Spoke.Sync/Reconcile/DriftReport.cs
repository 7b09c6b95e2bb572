using System.Text.Json.Serialization;

namespace Spoke.Sync.Reconcile;

/// <summary>Where ledger and portal differ, for one connection.</summary>
/// <param name="Waiting">Changes and records on their way to HubSpot, which were not compared.</param>
/// <param name="Records">Records compared.</param>
/// <param name="Differing">Records that are missing, extra, or differ in a value or an association.</param>
/// <param name="Sums">Order sums by currency, without orders that are on their way.</param>
/// <param name="Days">The days on which sums differ, up to a hundred.</param>
/// <param name="Examples">Ten of what differs.</param>
public sealed record DriftReport(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("hub")] string Hub,
    [property: JsonPropertyName("waiting")] int Waiting,
    [property: JsonPropertyName("records")] int Records,
    [property: JsonPropertyName("differing")] int Differing,
    [property: JsonPropertyName("objects")] IReadOnlyList<ObjectDrift> Objects,
    [property: JsonPropertyName("sums")] IReadOnlyList<SumDrift> Sums,
    [property: JsonPropertyName("days")] IReadOnlyList<SumDrift> Days,
    [property: JsonPropertyName("examples")] IReadOnlyList<DriftExample> Examples,
    [property: JsonPropertyName("calls")] long Calls)
{
    /// <summary>Nothing differs and nothing waits.</summary>
    [JsonPropertyName("inStep")]
    public bool InStep => Waiting == 0 && Differing == 0 && Days.Count == 0;

    /// <summary>Whose days these are: the store's time zone by its IANA name, or UTC where the store tells none.</summary>
    [JsonPropertyName("timeZone")]
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Keys of what can be repaired, by object.</summary>
    internal IReadOnlyList<Finding> Findings { get; init; } = [];
}

/// <summary>Counts of one object.</summary>
/// <param name="Ledger">Records the ledger says should be there; <paramref name="HubSpot"/>: records there that carry a key of this connection.</param>
/// <param name="Associations">Records with an association too few or too many.</param>
public sealed record ObjectDrift(
    [property: JsonPropertyName("object")] string Object,
    [property: JsonPropertyName("ledger")] int Ledger,
    [property: JsonPropertyName("hubspot")] int HubSpot,
    [property: JsonPropertyName("missing")] int Missing,
    [property: JsonPropertyName("extra")] int Extra,
    [property: JsonPropertyName("different")] int Different,
    [property: JsonPropertyName("associations")] int Associations);

/// <summary>Order sums of a currency, or of a currency and day, on both sides; amounts as plain decimals.</summary>
/// <param name="Day">YYYY-MM-DD in the time zone of the report; null: all of them.</param>
public sealed record SumDrift(
    [property: JsonPropertyName("currency")] string Currency,
    [property: JsonPropertyName("day")] string? Day,
    [property: JsonPropertyName("ledger")] OrderSums Ledger,
    [property: JsonPropertyName("hubspot")] OrderSums HubSpot)
{
    [JsonPropertyName("agree")]
    public bool Agree => Ledger == HubSpot;
}

/// <summary>Orders, and the sums of their totals, net revenues and refunds.</summary>
public sealed record OrderSums(
    [property: JsonPropertyName("orders")] int Orders,
    [property: JsonPropertyName("total")] string Total,
    [property: JsonPropertyName("net")] string Net,
    [property: JsonPropertyName("refunded")] string Refunded);

/// <summary>One thing that differs.</summary>
/// <param name="What">missing, extra, value, association, link.</param>
/// <param name="Where">The property, or the other end of the association.</param>
/// <param name="Cause">Why, where it is known.</param>
public sealed record DriftExample(
    [property: JsonPropertyName("object")] string Object,
    [property: JsonPropertyName("key")] string Key,
    [property: JsonPropertyName("recordId")] string? RecordId,
    [property: JsonPropertyName("what")] string What,
    [property: JsonPropertyName("where")] string? Where,
    [property: JsonPropertyName("ledger")] string? Ledger,
    [property: JsonPropertyName("hubspot")] string? HubSpot,
    [property: JsonPropertyName("cause")] string? Cause);

/// <summary>What a repair did.</summary>
/// <param name="Refused">Why nothing was done; null: it was.</param>
/// <param name="Marked">Records and associations to be written again.</param>
/// <param name="LeftAlone">Differences that are not for a program to settle: extra records, records somebody archived, contacts gone without a trace, money in a currency the portal does not have.</param>
public sealed record RepairResult(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("refused")] string? Refused,
    [property: JsonPropertyName("marked")] int Marked,
    [property: JsonPropertyName("leftAlone")] int LeftAlone,
    [property: JsonPropertyName("written")] WriteCounts Written);

/// <summary>Something that differs, as the repair needs to know it.</summary>
/// <param name="RecordId">Where it was found in HubSpot; null: it was not.</param>
/// <param name="ToObject">For an association: the other end, and whether it should be there.</param>
internal sealed record Finding(string Object, string Key, DriftKind Kind, string? RecordId = null, string? ToObject = null, string? ToKey = null, long TypeId = 0, bool Wanted = false)
{
    /// <summary>Among the values that differ is one that people edit on both sides.</summary>
    public bool Edited { get; init; }
}

internal enum DriftKind
{
    Missing,
    Archived,
    Extra,
    Value,
    Link,
    Association,

    /// <summary>Its money is not in HubSpot, because the portal does not have its currency: somebody has to enable it.</summary>
    Withheld,
}
