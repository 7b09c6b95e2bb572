namespace Spoke.Sync.Insight;

/// <summary>What the first page of the console shows: one read of the database, nothing computed in the page.</summary>
public sealed record Overview
{
    public required IReadOnlyList<ConnectionOverview> Connections { get; init; }

    /// <summary>Newest first.</summary>
    public required IReadOnlyList<RecentEvent> Recent { get; init; }
    public required DateTimeOffset At { get; init; }
}

public enum ConnectionHealth { Starting, Working, InStep, Behind, Refused, Unreachable, Fault }

public sealed record ConnectionOverview
{
    public required string Name { get; init; }
    public required string Platform { get; init; }
    public required string StoreUrl { get; init; }

    /// <summary>Where a person looks at a record: to this come <c>/TYPE/ID</c>.</summary>
    public required string PortalUrl { get; init; }

    /// <summary>Where the portal's own page begins.</summary>
    public string PortalHome => PortalUrl.Split("/#", 2)[0];
    public required ConnectionHealth Health { get; init; }

    /// <summary>For a person: what is going on.</summary>
    public required string HealthText { get; init; }

    /// <summary>What to do about it, and the id of the cause, where something is wrong and these are known.</summary>
    public string? Fix { get; init; }
    public string? Cause { get; init; }

    /// <summary>What somebody should know though changes go through: one sentence each.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];
    public DateTimeOffset? LastPassAt { get; init; }

    /// <summary>Changes and records on their way to HubSpot.</summary>
    public int Pending { get; init; }
    public int Quarantined { get; init; }

    /// <summary>The oldest of what is quarantined, a page's worth.</summary>
    public IReadOnlyList<QuarantinedItem> Quarantine { get; init; } = [];

    /// <summary>Calls to HubSpot since this process began.</summary>
    public long Calls { get; init; }
    public int CallsInTenSeconds { get; init; }
    public int CallLimitInTenSeconds { get; init; }
    public required IReadOnlyList<KindCount> Counts { get; init; }

    /// <summary>When HubSpot was asked for its own count.</summary>
    public DateTimeOffset? CountedAt { get; init; }
    public required IReadOnlyList<CurrencySum> Sums { get; init; }
}

/// <param name="Kind">variant, customer, order, cart.</param>
/// <param name="InHubSpot">Linked records: those whose write HubSpot confirmed.</param>
public sealed record KindCount(string Kind, int InStore, int InHubSpot)
{
    /// <summary>What was counted last on both ends, HubSpot's own count among it; null: nothing yet.</summary>
    public CountedRecords? Counted { get; init; }
}

/// <summary>Order totals of one currency as plain decimal text: what the ledger says and what was last confirmed in HubSpot.</summary>
public sealed record CurrencySum(string Currency, string InStore, string InHubSpot, bool Agree);

/// <param name="What">created, updated, archived, quarantined, stopped.</param>
/// <param name="Title">What a person would call it: an order number, a name.</param>
/// <param name="Detail">Why, where something went wrong; else what the record says now.</param>
/// <param name="RecordId">HubSpot record id, for the link; null while it has none.</param>
/// <param name="Seq">Rises with time; tells events of one moment apart.</param>
public sealed record RecentEvent(DateTimeOffset At, string Connection, string What, string ObjectType, string Title, string? Detail, string? RecordId, long Seq)
{
    /// <summary>HubSpot's id of the call's answer, which its support asks for; null: none is kept.</summary>
    public string? CorrelationId { get; init; }
}

/// <summary>What waits for somebody to act.</summary>
/// <param name="ObjectType">The HubSpot object, or what the store calls it where it could not even be read.</param>
/// <param name="Cause">Id in the catalogue of causes or HubSpot's category, where known.</param>
public sealed record QuarantinedItem(string ObjectType, string Title, string Problem, string? Cause, string? Fix, string? RecordId)
{
    /// <summary>HubSpot's id of the refusal, which its support asks for; null: none is kept.</summary>
    public string? CorrelationId { get; init; }
}
