namespace Spoke.Sync.Pulling;

/// <summary>States of a value taken over from HubSpot.</summary>
internal static class TakenState
{
    /// <summary>The store does not have it yet.</summary>
    public const int ToWrite = 0;

    /// <summary>The store took it; we have not heard of it from the store yet.</summary>
    public const int Written = 1;

    /// <summary>The store refused it; HubSpot keeps it until somebody acts.</summary>
    public const int Refused = 2;

    /// <summary>It stays in HubSpot and goes nowhere.</summary>
    public const int Kept = 3;
}

/// <summary>A value that HubSpot has and that stands, although the store has another one so far.</summary>
/// <param name="Base">What the store had when it was taken: as long as it has that still, HubSpot's stands.</param>
/// <param name="At">When it was set in HubSpot, at the latest.</param>
/// <param name="Version">The store's version in which it took the value; null: it has not, or does not say.</param>
/// <param name="Ours">The value taken before it, which the store may have of us already without our having heard; null: none.</param>
internal sealed record TakenValue(string Record_Key, string Property, string Value, string Base, long At, long State, long Attempts, long? Version = null, string? Ours = null)
{
    public DateTimeOffset SetAt => DateTimeOffset.FromUnixTimeMilliseconds(At);
}
