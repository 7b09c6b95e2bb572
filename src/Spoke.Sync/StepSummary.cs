namespace Spoke.Sync;

/// <summary>What one live round over a connection did.</summary>
/// <param name="Polled">The store was asked.</param>
/// <param name="Taken">Changes after which the ledger said something else.</param>
/// <param name="Written">Records and associations written to HubSpot.</param>
/// <param name="DueIn">When something is due again; null: nothing waits.</param>
internal sealed record StepSummary(string Connection, bool Polled, int Taken, int Written, int Quarantined, TimeSpan? DueIn)
{
    /// <summary>Why the round was broken off; null: it was not.</summary>
    public string? Problem { get; init; }

    /// <summary>When a cart may have been left behind and the store is to be asked; null: none waits for that.</summary>
    public TimeSpan? CartsDueIn { get; init; }

    /// <summary>How long the next round is better left: what this one has used of the portal's limit is free again by then. Nothing as long as half of the limit is left.</summary>
    public TimeSpan Pace { get; init; }

    /// <summary>Fields and records found changed in HubSpot.</summary>
    public int Pulled { get; init; }

    /// <summary>Fields written back to the store.</summary>
    public int WrittenBack { get; init; }
    public bool DidSomething => Taken + Written + Quarantined + Pulled + WrittenBack > 0;
}
