namespace Spoke.Commerce.Ledger;

public enum SettlementState { Pending, Settled, Failed }

public sealed record Payment
{
    public required string Id { get; init; }
    public required Money Amount { get; init; }
    public SettlementState State { get; init; }
    public string? Method { get; init; }
    public DateTimeOffset At { get; init; }
}

/// <summary>A refund in its parts, which sum to <see cref="Total"/> exactly.</summary>
public sealed record Refund
{
    public required string Id { get; init; }
    public required Money Total { get; init; }
    public SettlementState State { get; init; }
    public required DateTimeOffset At { get; init; }
    public required Money Items { get; init; }
    public required Money Shipping { get; init; }
    public required Money Fees { get; init; }
    public required Money Tips { get; init; }
    public required Money Tax { get; init; }

    /// <summary>Given back for what is not in the order's amounts: units taken off before, gift cards, or more than the order came to. It lowers no revenue.</summary>
    public required Money OffOrder { get; init; }

    /// <summary>What the lines that were given back had cost, with their tax; null: the store does not say it by lines.</summary>
    public Money? OfLines { get; init; }

    /// <summary>The store gave one lump sum; the split is ours, in proportion to what was left.</summary>
    public bool Estimated { get; init; }
    public string? Reason { get; init; }
}

public sealed record Fulfilment
{
    public required string Id { get; init; }

    /// <summary>Pending, Shipped, Delivered, Cancelled in the platform's own word.</summary>
    public required string State { get; init; }
    public string? Carrier { get; init; }
    public string? TrackingNumber { get; init; }
    public string? TrackingUrl { get; init; }
    public DateTimeOffset? At { get; init; }

    /// <summary>The warehouse's id of the shipment, where it came from one through us.</summary>
    public string? ShipmentId { get; init; }
}
