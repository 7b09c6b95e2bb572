using Spoke.HubSpot;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Pushing;

internal enum PushResult
{
    /// <summary>HubSpot has it, save for the values that are held.</summary>
    Written,
    Unchanged,
    Archived,

    /// <summary>Nothing is wrong with it; it is tried again.</summary>
    RetryLater,

    /// <summary>HubSpot refused it and somebody has to act.</summary>
    Quarantined,

    /// <summary>The linked record is gone, but another has its key: the link now leads there.</summary>
    Relinked,

    /// <summary>Somebody archived the linked record.</summary>
    Stopped,
}

/// <summary>What became of one item of a plan.</summary>
internal sealed record PushOutcome(PlanItem Item, PushResult Result)
{
    public string? RecordId { get; init; }
    public bool Created { get; init; }
    public HubSpotException? Error { get; init; }

    /// <summary>All addresses of the contact that was found under one of them; null: nobody has looked.</summary>
    public IReadOnlyList<string>? Addresses { get; init; }

    /// <summary>The call that wrote it, and HubSpot's id of its answer.</summary>
    public string? Request { get; init; }
    public string? CorrelationId { get; init; }

    /// <summary>Values HubSpot refused while it took the rest of the record.</summary>
    public IReadOnlyList<RefusedValue> Held { get; init; } = [];

    /// <summary>What is wrong with it, for people; null: nothing.</summary>
    public string? Problem => Held.Count > 0 ? string.Join("; ", Held.Select(held => $"{held.Property}: {held.Reason}")) : Error?.Message;
}
