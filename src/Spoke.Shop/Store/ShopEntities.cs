namespace Spoke.Shop.Store;

/// <summary>What stands on a page of its own; what is bought are its variants.</summary>
/// <param name="Art">Which drawing shows it.</param>
public sealed record ShopProduct(string Id, string Name, string Description, string Art) { public long Version { get; init; } }

/// <summary>What the shop sells. Prices in minor units by currency, before tax.</summary>
/// <param name="Name">The product's name with the option, as it stands on an order.</param>
/// <param name="Option">What tells it from the product's other variants; null where there is one only.</param>
public sealed record ShopVariant(string Id, string ProductId, string Name, string Sku, string Description, Dictionary<string, long> Prices, string? Option = null) { public long Version { get; init; } }

public sealed record ShopAddress(string? Name, string? Street, string? City, string? PostalCode, string? Country, string? Company = null, string? Phone = null, string? State = null);

public sealed record ShopCustomer(string Id, string Email, string FirstName, string LastName, string? Phone, ShopAddress? Address, bool Guest, DateTimeOffset CreatedAt)
{
    public long Version { get; init; }

    /// <summary>What the person has said to our newsletter; null: never asked.</summary>
    public ShopConsent? EmailConsent { get; init; }
    public ShopConsent? SmsConsent { get; init; }
    public List<string> Tags { get; init; } = [];
    public List<ShopNote> Notes { get; init; } = [];
}

/// <param name="State">granted, pending or denied.</param>
/// <param name="Source">Where it was said: checkout, account, or what the caller calls itself.</param>
public sealed record ShopConsent(string State, DateTimeOffset At, string? Source);

/// <summary>A note for the shop's people.</summary>
/// <param name="Key">The same note is not kept twice.</param>
public sealed record ShopNote(string Key, string Text, DateTimeOffset At);

/// <summary>A line; amounts in minor units, before tax. Discount and tax are the whole line's.</summary>
public sealed record ShopLine(string Id, string VariantId, string Sku, string Name, int Quantity, long UnitPrice, long Discount, long Tax)
{
    public long Total => UnitPrice * Quantity - Discount + Tax;
}

public sealed record ShopCart(string Id, string Currency, string? CustomerId, string? Email, List<ShopLine> Lines, string? Coupon, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string? OrderId)
{
    public long Version { get; init; }
    public long Total { get; init; }
}

/// <param name="State">captured, authorized, failed or voided.</param>
public sealed record ShopPayment(string Id, long Amount, string State, string Method, DateTimeOffset At);

public sealed record ShopRefund(string Id, long Items, long Shipping, long Tax, string Reason, DateTimeOffset At)
{
    public long Total => Items + Shipping + Tax;
}

public sealed record ShopShipped(string LineId, int Quantity);

/// <param name="State">shipped or delivered.</param>
public sealed record ShopShipment(string Id, string State, string Carrier, string Tracking, DateTimeOffset At, List<ShopShipped>? Lines = null)
{
    /// <summary>The warehouse's own id of it.</summary>
    public string? Reference { get; init; }
    public string? Url { get; init; }
}

/// <summary>An order; <see cref="Status"/> is pending, payment_failed, authorized, paid, partially_shipped, shipped, partially_delivered, delivered or cancelled.</summary>
public sealed record ShopOrder(string Id, string Number, string Currency, string? CustomerId, string Email, string CartId, DateTimeOffset PlacedAt, List<ShopLine> Lines, long Shipping, long ShippingTax, string? Coupon, ShopAddress Address)
{
    public long Version { get; init; }
    public string Status { get; init; } = "pending";
    public DateTimeOffset UpdatedAt { get; init; }
    public DateTimeOffset? CancelledAt { get; init; }
    public string? CancelReason { get; init; }
    public List<ShopPayment> Payments { get; init; } = [];
    public List<ShopRefund> Refunds { get; init; } = [];
    public List<ShopShipment> Shipments { get; init; } = [];

    /// <summary>The tick for the newsletter at the checkout; null: there was none.</summary>
    public bool? AcceptsMarketing { get; init; }
    public List<string> Tags { get; init; } = [];
    public List<ShopNote> Notes { get; init; } = [];
    public long Total => Lines.Sum(l => l.Total) + Shipping + ShippingTax;
    public long Paid => Payments.Where(p => p.State == "captured").Sum(p => p.Amount);
    public long Refunded => Refunds.Sum(r => r.Total);
}
