using Spoke.HubSpot;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Pushing;

internal enum PushResult { Written, Unchanged, Archived, RetryLater, Quarantined }

/// <summary>What became of one item of a plan.</summary>
internal sealed record PushOutcome(PlanItem Item, PushResult Result)
{
    public string? RecordId { get; init; }
    public bool Created { get; init; }
    public HubSpotException? Error { get; init; }
}
