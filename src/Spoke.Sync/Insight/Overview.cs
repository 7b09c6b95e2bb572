namespace Spoke.Sync.Insight;

/// <summary>What the first page of the console shows: one read of the database, nothing computed in the page.</summary>
public sealed record Overview
{
    public required IReadOnlyList<ConnectionOverview> Connections { get; init; }

    /// <summary>Newest first.</summary>
    public required IReadOnlyList<RecentEvent> Recent { get; init; }
    public required DateTimeOffset At { get; init; }
}

public enum ConnectionHealth { Starting, Working, InStep, Behind, Refused, Unreachable }

public sealed record ConnectionOverview
{
    public required string Name { get; init; }
    public required string Platform { get; init; }
    public required string StoreUrl { get; init; }
    public required string PortalUrl { get; init; }
    public required ConnectionHealth Health { get; init; }

    /// <summary>One sentence for a person: what is going on, and what to do if something is wrong.</summary>
    public required string HealthText { get; init; }
    public DateTimeOffset? LastPassAt { get; init; }
    public int Pending { get; init; }
    public int Quarantined { get; init; }
    public long Calls { get; init; }
    public required IReadOnlyList<KindCount> Counts { get; init; }
    public required IReadOnlyList<CurrencySum> Sums { get; init; }
}

/// <param name="Kind">variant, customer, order, cart.</param>
/// <param name="InHubSpot">Linked records: those whose write HubSpot confirmed.</param>
public sealed record KindCount(string Kind, int InStore, int InHubSpot);

/// <summary>Order totals of one currency as plain decimal text: what the ledger says and what was last confirmed in HubSpot.</summary>
public sealed record CurrencySum(string Currency, string InStore, string InHubSpot, bool Agree);

/// <param name="What">created, updated, archived, quarantined, stopped.</param>
/// <param name="Title">What a person would call it: an order number, a name.</param>
/// <param name="RecordId">HubSpot record id, for the link; null while it has none.</param>
public sealed record RecentEvent(DateTimeOffset At, string Connection, string What, string ObjectType, string Title, string? Detail, string? RecordId);
