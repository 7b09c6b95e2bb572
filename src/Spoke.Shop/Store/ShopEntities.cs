using System.Text.Json.Serialization;

namespace Spoke.Shop.Store;

/// <summary>What the shop sells. Prices in minor units by currency, before tax.</summary>
public sealed record ShopVariant(string Id, string ProductId, string Name, string Sku, string Description, Dictionary<string, long> Prices) { public long Version { get; init; } }

public sealed record ShopAddress(string Name, string Street, string City, string PostalCode, string Country, string? Company = null, string? Phone = null);

public sealed record ShopCustomer(string Id, string Email, string FirstName, string LastName, string? Phone, ShopAddress? Address, bool Guest, DateTimeOffset CreatedAt) { public long Version { get; init; } }

/// <summary>A line; amounts in minor units, before tax. Discount and tax are the whole line's.</summary>
public sealed record ShopLine(string Id, string VariantId, string Sku, string Name, int Quantity, long UnitPrice, long Discount, long Tax);

public sealed record ShopCart(string Id, string Currency, string? CustomerId, string? Email, List<ShopLine> Lines, string? Coupon, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string? OrderId)
{
    public long Version { get; init; }
    public long Total { get; init; }
}

public sealed record ShopPayment(string Id, long Amount, string State, string Method, DateTimeOffset At);

public sealed record ShopRefund(string Id, long Items, long Shipping, long Tax, string Reason, DateTimeOffset At)
{
    public long Total => Items + Shipping + Tax;
}

public sealed record ShopShipment(string Id, string State, string Carrier, string Tracking, DateTimeOffset At, bool Partial);

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
    public long Total => Lines.Sum(l => l.UnitPrice * l.Quantity - l.Discount + l.Tax) + Shipping + ShippingTax;
    public long Paid => Payments.Where(p => p.State == "captured").Sum(p => p.Amount);
    public long Refunded => Refunds.Sum(r => r.Total);
}

/// <summary>A page of the admin API.</summary>
public sealed record ShopPage<T>(List<T> Items, long Cursor, bool More, int Total);

/// <summary>A push: what changed, whole.</summary>
public sealed record ShopEvent(string Type, DateTimeOffset Timestamp, System.Text.Json.JsonElement Data);

public sealed record OrderSum(string Id, string Number, string Currency, long Total, string Status);

public sealed record ShopSummary(Dictionary<string, long> Totals, List<OrderSum> Orders, int Customers, int Variants, int Carts);

public sealed record CartRequest(string? Currency, string? Email, string? FirstName, string? LastName);

public sealed record LineRequest(string? VariantId, int Quantity);

public sealed record CheckoutRequest(string? CartId, string? Email, string? FirstName, string? LastName, string? Card, string? Coupon, ShopAddress? Address);

public sealed record RefundRequest(long Amount, string? Reason);

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ShopVariant))]
[JsonSerializable(typeof(ShopCustomer))]
[JsonSerializable(typeof(ShopCart))]
[JsonSerializable(typeof(ShopOrder))]
[JsonSerializable(typeof(ShopPage<ShopVariant>))]
[JsonSerializable(typeof(ShopPage<ShopCustomer>))]
[JsonSerializable(typeof(ShopPage<ShopCart>))]
[JsonSerializable(typeof(ShopPage<ShopOrder>))]
[JsonSerializable(typeof(ShopEvent))]
[JsonSerializable(typeof(ShopSummary))]
[JsonSerializable(typeof(List<ShopVariant>))]
[JsonSerializable(typeof(CartRequest))]
[JsonSerializable(typeof(LineRequest))]
[JsonSerializable(typeof(CheckoutRequest))]
[JsonSerializable(typeof(RefundRequest))]
[JsonSerializable(typeof(Microsoft.AspNetCore.Mvc.ProblemDetails))]
[JsonSerializable(typeof(ShopInfo))]
internal sealed partial class ShopJson : JsonSerializerContext;

public sealed record ShopInfo(string Name, string Currency, string TimeZone);
