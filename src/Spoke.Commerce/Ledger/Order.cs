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

    /// <summary>The buying company's platform id, where the platform has companies.</summary>
    public string? CompanyId { get; init; }

    /// <summary>The cart this order came from, when the platform has carts of their own.</summary>
    public string? CartId { get; init; }

    public OrderLifecycle Lifecycle { get; init; } = OrderLifecycle.Open;
    public PaymentStatus Payment { get; init; }
    public FulfilmentStatus Fulfilment { get; init; } = FulfilmentStatus.Unfulfilled;

    /// <summary>The platform's own word for its state, kept as it is.</summary>
    public string? PlatformStatus { get; init; }

    /// <summary><see cref="PlatformStatus"/> is a state of the store's own making.</summary>
    public bool StatusUnknown { get; init; }

    /// <summary>The order is being edited; the other axes are as they were.</summary>
    public bool Editing { get; init; }
    public bool Test { get; init; }

    /// <summary>It counts though nobody has paid, by a setting: the shop never marks what is paid. Null: it does not.</summary>
    public bool? CountsUnpaid { get; init; }
    public string? Url { get; init; }
    public IReadOnlyList<string> Coupons { get; init; } = [];
    public IReadOnlyList<string> Tags { get; init; } = [];
    public string? Note { get; init; }

    /// <summary>The buyer ticked the box for marketing at the checkout; null: the store does not say.</summary>
    public bool? AcceptsMarketing { get; init; }

    /// <summary>Where the visit that led to the order began, and what led there.</summary>
    public string? LandingPage { get; init; }
    public string? Referrer { get; init; }

    /// <summary>The platform's word for the channel: web, pos, draft.</summary>
    public string? Source { get; init; }

    public IReadOnlyList<OrderLine> Lines { get; init; } = [];
    public required OrderAmounts Amounts { get; init; }
    public IReadOnlyList<Payment> Payments { get; init; } = [];
    public IReadOnlyList<Refund> Refunds { get; init; } = [];
    public IReadOnlyList<Fulfilment> Fulfilments { get; init; } = [];
    public Address? BillingAddress { get; init; }
    public Address? ShippingAddress { get; init; }
    public string? ShippingMethod { get; init; }
}
