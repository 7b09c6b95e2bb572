namespace Spoke.Sync.Intake;

public enum RereadState
{
    Asked,

    /// <summary>Somebody has asked before, and it has not come to its end yet.</summary>
    UnderWay,

    /// <summary>The store has not been read in full even once; there is nothing to repeat.</summary>
    FirstReadComes,
}

/// <summary>What became of asking for a further full read.</summary>
/// <param name="Since">When it was asked for.</param>
/// <param name="Known">What the ledger has of the store, which is about what will be read.</param>
public sealed record RereadRequest(string Connection, RereadState State, DateTimeOffset Since, IReadOnlyList<KnownEntities> Known);

public sealed record KnownEntities(string Kind, long Count);
