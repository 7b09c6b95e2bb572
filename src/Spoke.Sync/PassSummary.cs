using System.Text.Json.Serialization;
using Spoke.Sync.Insight;
using Spoke.Sync.Quarantine;

namespace Spoke.Sync;

/// <summary>What one pass over a connection did; the JSON of <c>spoke sync --once --json</c>.</summary>
public sealed record PassSummary(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("read")] ReadCounts Read,
    [property: JsonPropertyName("written")] WriteCounts Written,
    [property: JsonPropertyName("calls")] long Calls,
    [property: JsonPropertyName("quarantined")] int Quarantined,
    [property: JsonPropertyName("inStep")] bool InStep,
    [property: JsonPropertyName("seconds")] double Seconds)
{
    /// <summary>The records at the end of the pass, counted in the store and by HubSpot itself.</summary>
    [JsonPropertyName("counts")]
    public IReadOnlyList<CountedRecords> Counts { get; init; } = [];

    /// <summary>The first records are in HubSpot, and nothing else is written until somebody has looked at them.</summary>
    [JsonIgnore]
    public bool AwaitsApproval { get; init; }

    /// <summary>Fields and records found changed in HubSpot.</summary>
    [JsonIgnore]
    public int PulledFields { get; init; }

    /// <summary>Fields written back to the store.</summary>
    [JsonIgnore]
    public int WrittenBack { get; init; }

    /// <summary>What is in quarantine, by reason, the most frequent first.</summary>
    [JsonIgnore]
    public IReadOnlyList<QuarantineGroup> Quarantine { get; init; } = [];
}

/// <summary>How a pass over one connection ended. Exactly one of <paramref name="Summary"/> and <paramref name="Failure"/> is set.</summary>
/// <param name="Failure">The portal, the store or the database refused or could not be reached: a HubSpotException, StoreException or StorageException. Anything else is a fault of ours.</param>
public sealed record PassResult(string Connection, PassSummary? Summary, Exception? Failure);

/// <summary>Entities read from the store.</summary>
public sealed record ReadCounts(
    [property: JsonPropertyName("customers")] int Customers,
    [property: JsonPropertyName("orders")] int Orders,
    [property: JsonPropertyName("products")] int Products,
    [property: JsonPropertyName("carts")] int Carts);

/// <summary>Records by what became of them.</summary>
public sealed record WriteCounts(
    [property: JsonPropertyName("created")] int Created,
    [property: JsonPropertyName("updated")] int Updated,
    [property: JsonPropertyName("unchanged")] int Unchanged,
    [property: JsonPropertyName("archived")] int Archived);

/// <summary>Where a pass is.</summary>
/// <param name="Phase">preparing, reading, taking over or pushing.</param>
/// <param name="Read">Entities read from the store; while what HubSpot has already is taken over, its records looked through.</param>
/// <param name="Waiting">Records still to be pushed.</param>
/// <param name="CallsLeft">About how many calls that takes.</param>
/// <param name="Left">About how long that takes at the portal's limit.</param>
public sealed record SyncProgress(string Connection, string Phase, int Read, int Pushed, int Waiting, int CallsLeft, TimeSpan Left)
{
    /// <summary>HubSpot's properties and pipelines are looked at, and what is missing is made.</summary>
    public const string Preparing = "preparing";

    /// <summary>What HubSpot has already is looked through.</summary>
    public const string TakingOver = "taking over";

    /// <summary>Of how many <see cref="Read"/> is, by the store's own count; null: it does not say.</summary>
    public int? InStore { get; init; }

    /// <summary>The records counted on both ends, at most a minute ago; empty where nothing was counted yet.</summary>
    public IReadOnlyList<CountedRecords> Counts { get; init; } = [];

    /// <summary>How much of the work is done, 0 to 100. A hundred only when no call is left and HubSpot itself counts as many records as the store has.</summary>
    public double Percent
    {
        get
        {
            if (Pushed + Waiting == 0) return 0;
            var ours = 100.0 * Pushed / (Pushed + Waiting);
            return CallsLeft == 0 && Counts.Count > 0 && Counts.All(count => count.Missing <= 0) ? ours : Math.Min(ours, 99);
        }
    }
}
