using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Tests;

/// <summary>Entities as tests need them; amounts in minor units.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Day = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static Customer Customer(string id, long version, string? email, string? first = "Ada", bool guest = false) =>
        new() { PlatformId = id, Version = version, Email = email, FirstName = first, LastName = "Byron", Guest = guest };

    public static Variant Variant(string id, long version, string? sku, string name = "Tea", bool deleted = false) =>
        new() { PlatformId = id, Version = version, ProductId = "p" + id, Name = name, Sku = sku, Price = new Money(500, "EUR"), Deleted = deleted };

    public static Order Order(string id, long version, string? customer = null, string? email = null, long total = 1000, string currency = "EUR", DateTimeOffset? at = null, bool paid = true, long refunded = 0, bool cancelled = false, params string[] lines)
    {
        Money Amount(long minor) => new(minor, currency);
        return new Order
        {
            PlatformId = id,
            Version = version,
            Number = "N" + id,
            Currency = currency,
            PlacedAt = at ?? Day,
            CustomerId = customer,
            Email = email,
            Lifecycle = cancelled ? OrderLifecycle.Cancelled : OrderLifecycle.Open,
            Payment = paid ? PaymentStatus.Paid : PaymentStatus.Pending,
            Amounts = new OrderAmounts { ItemsGross = Amount(total), Discounts = Amount(0), Shipping = Amount(0), Fees = Amount(0), Tips = Amount(0), GiftCards = Amount(0), Tax = Amount(0), Total = Amount(total) },
            Payments = paid ? [new Payment { Id = "p" + id, Amount = Amount(total), State = SettlementState.Settled }] : [],
            Refunds = refunded == 0 ? [] : [new Refund { Id = "r" + id, Total = Amount(refunded), State = SettlementState.Settled, At = Day, Items = Amount(refunded), Shipping = Amount(0), Fees = Amount(0), Tips = Amount(0), Tax = Amount(0), OffOrder = Amount(0) }],
            Lines = [.. lines.Select(line => new OrderLine { Id = line, Name = "Tea", Quantity = 1, OrderedQuantity = 1, UnitPrice = Amount(total), Gross = Amount(total), Discount = Amount(0), Tax = Amount(0) })],
        };
    }

    public static Cart Cart(string id, long version, string? email, long total = 700) => new()
    {
        PlatformId = id,
        Version = version,
        Currency = "EUR",
        Email = email,
        LastActivityAt = Day,
        Amounts = new OrderAmounts { ItemsGross = new(total, "EUR"), Discounts = new(0, "EUR"), Shipping = new(0, "EUR"), Fees = new(0, "EUR"), Tips = new(0, "EUR"), GiftCards = new(0, "EUR"), Tax = new(0, "EUR"), Total = new(total, "EUR") },
    };
}
