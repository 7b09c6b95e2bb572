namespace Spoke.Commerce.Ledger;

public enum OrderLifecycle { Cart, Draft, Open, Closed, Cancelled }

public enum PaymentStatus { None, Pending, Authorized, PartiallyPaid, Paid, PartiallyRefunded, Refunded, Voided, Failed }

public enum FulfilmentStatus { NotRequired, Unfulfilled, OnHold, Scheduled, InProgress, PartiallyShipped, Shipped, PartiallyDelivered, Delivered, Returned }

/// <summary>The one status derived from the three axes by <see cref="OrderStatuses.Canonical"/>.</summary>
public enum OrderStatus
{
    Draft, Cancelled, PaymentFailed, Refunded, Delivered, PartiallyDelivered, Shipped, PartiallyShipped, Returned,
    OnHold, PendingPayment, Processing, Paid,
}

/// <summary>A placed order. A cart is a <see cref="Cart"/> until it is placed.</summary>
public sealed record Order : LedgerEntity
{
    public override EntityKind Kind => EntityKind.Order;

    /// <summary>The number or code people see.</summary>
    public required string Number { get; init; }
    public required string Currency { get; init; }
    public required DateTimeOffset PlacedAt { get; init; }
    public DateTimeOffset? UpdatedAt { get; init; }
    public DateTimeOffset? CancelledAt { get; init; }
    public string? CancelReason { get; init; }

    /// <summary>The customer's platform id (<c>guest:{e-mail}</c> for a guest without one); null when the store knows nobody.</summary>
    public string? CustomerId { get; init; }
    public string? Email { get; init; }
    public string? Phone { get; init; }

    /// <summary>The cart this order came from, when the platform has carts of their own.</summary>
    public string? CartId { get; init; }

    public OrderLifecycle Lifecycle { get; init; } = OrderLifecycle.Open;
    public PaymentStatus Payment { get; init; }
    public FulfilmentStatus Fulfilment { get; init; } = FulfilmentStatus.Unfulfilled;

    /// <summary>The platform's own word for its state, kept as it is.</summary>
    public string? PlatformStatus { get; init; }
    public bool Test { get; init; }
    public string? Url { get; init; }
    public IReadOnlyList<string> Coupons { get; init; } = [];
    public IReadOnlyList<string> Tags { get; init; } = [];
    public string? Note { get; init; }

    public IReadOnlyList<OrderLine> Lines { get; init; } = [];
    public required OrderAmounts Amounts { get; init; }
    public IReadOnlyList<Payment> Payments { get; init; } = [];
    public IReadOnlyList<Refund> Refunds { get; init; } = [];
    public IReadOnlyList<Fulfilment> Fulfilments { get; init; } = [];
    public Address? BillingAddress { get; init; }
    public Address? ShippingAddress { get; init; }
    public string? ShippingMethod { get; init; }
}

/// <summary>One line of an order or cart. Amounts are before tax unless the name says otherwise.</summary>
public sealed record OrderLine
{
    public required string Id { get; init; }
    public string? VariantId { get; init; }
    public string? Sku { get; init; }
    public required string Name { get; init; }

    /// <summary>What is on the line now: falls when units are cancelled.</summary>
    public required int Quantity { get; init; }

    /// <summary>What was ordered at placement.</summary>
    public int OrderedQuantity { get; init; }
    public required Money UnitPrice { get; init; }

    /// <summary>Unit price times quantity, before any discount.</summary>
    public required Money Gross { get; init; }

    /// <summary>Line discounts and the line's share of order discounts; not negative.</summary>
    public required Money Discount { get; init; }
    public required Money Tax { get; init; }

    public Money Net => Gross - Discount;
}

/// <summary>
/// The canonical parts of an order, all before tax. <see cref="Total"/> is what the platform says;
/// <see cref="Sum"/> is what the parts give, and <see cref="Mismatch"/> says whether they agree within one minor unit a line.
/// </summary>
public sealed record OrderAmounts
{
    public required Money ItemsGross { get; init; }
    public required Money Discounts { get; init; }
    public required Money Shipping { get; init; }
    public required Money Fees { get; init; }
    public required Money Tips { get; init; }
    public required Money Tax { get; init; }

    /// <summary>The platform's total, tax included, after later edits, before refunds.</summary>
    public required Money Total { get; init; }

    public Money ItemsNet => ItemsGross - Discounts;
    public Money Sum => ItemsNet + Shipping + Fees + Tips + Tax;

    public bool Mismatch(int lines) => Math.Abs((Sum - Total).Minor) > Math.Max(1, lines);
}

public enum SettlementState { Pending, Settled, Failed }

public sealed record Payment
{
    public required string Id { get; init; }
    public required Money Amount { get; init; }
    public SettlementState State { get; init; }
    public string? Method { get; init; }
    public DateTimeOffset At { get; init; }
}

/// <summary>A refund split into its parts, which sum to <see cref="Total"/> exactly.</summary>
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
}

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
