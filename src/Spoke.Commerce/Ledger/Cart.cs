namespace Spoke.Commerce.Ledger;

/// <summary>A basket that is not an order yet.</summary>
public sealed record Cart : LedgerEntity
{
    public override EntityKind Kind => EntityKind.Cart;
    public required string Currency { get; init; }
    public string? CustomerId { get; init; }
    public string? Email { get; init; }
    public string? Phone { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public required DateTimeOffset LastActivityAt { get; init; }

    /// <summary>Where the shopper can take it up again.</summary>
    public string? RecoveryUrl { get; init; }
    public IReadOnlyList<OrderLine> Lines { get; init; } = [];
    public required OrderAmounts Amounts { get; init; }

    /// <summary>The order it became; null while it is open.</summary>
    public string? OrderId { get; init; }
    public bool Active { get; init; } = true;
    public string? PlatformStatus { get; init; }

    /// <summary>Somebody can be reached about it: an e-mail, a phone number or a known customer.</summary>
    public bool Identifiable => CustomerId is not null || Email is not null || Phone is not null;
}
