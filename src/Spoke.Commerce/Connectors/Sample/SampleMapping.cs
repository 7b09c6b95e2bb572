using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Sample;

/// <summary>From the sample shop's JSON to the ledger. Pure.</summary>
internal static class SampleMapping
{
    public static LedgerEntity Read(EntityKind kind, JsonElement item) => kind switch
    {
        EntityKind.Variant => ReadVariant(item),
        EntityKind.Customer => ReadCustomer(item),
        EntityKind.Order => ReadOrder(item),
        EntityKind.Cart => ReadCart(item),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static Variant ReadVariant(JsonElement item) => new()
    {
        PlatformId = item.Text("id"),
        Version = item.Whole("version"),
        ProductId = item.Text("productId"),
        Name = item.Text("name"),
        Sku = item.Filled("sku"),
        Description = item.Filled("description"),
        Price = item.Object("prices") is { } prices ? new Money(prices.Whole("EUR"), "EUR") : null,
    };

    private static Customer ReadCustomer(JsonElement item) => new()
    {
        PlatformId = item.Text("id"),
        Version = item.Whole("version"),
        Email = item.Filled("email"),
        FirstName = item.Filled("firstName"),
        LastName = item.Filled("lastName"),
        Phone = item.Filled("phone"),
        Address = ReadAddress(item.Object("address")),
        CreatedAt = item.Moment("createdAt"),
        Guest = item.Flag("guest"),
        EmailConsent = ReadConsent(item.Object("emailConsent")),
        SmsConsent = ReadConsent(item.Object("smsConsent")),
        Tags = ReadTags(item),
    };

    private static Consent? ReadConsent(JsonElement? consent) => consent is not { } c ? null : new Consent(
        c.TextOrNull("state") switch { "granted" => ConsentState.Granted, "pending" => ConsentState.Pending, "denied" => ConsentState.Denied, _ => ConsentState.None }, c.Moment("at"), c.Filled("source"));

    private static string[] ReadTags(JsonElement item) => [.. item.Items("tags").Select(tag => tag.GetString() ?? "")];

    private static Order ReadOrder(JsonElement item)
    {
        var currency = item.Text("currency");
        Money Amount(long minor) => new(minor, currency);
        var lines = item.Items("lines").Select(line => ReadLine(line, currency)).ToList();
        var zero = Money.Zero(currency);
        var payments = item.Items("payments").Select(p => new Payment { Id = p.Text("id"), Amount = Amount(p.Whole("amount")), Method = p.TextOrNull("method"), At = p.Moment("at") ?? default, State = p.Text("state") switch { "captured" => SettlementState.Settled, "failed" => SettlementState.Failed, _ => SettlementState.Pending } }).ToList();
        var refunds = item.Items("refunds").Select(r => new Refund
        {
            Id = r.Text("id"),
            Total = Amount(r.Whole("total")),
            State = SettlementState.Settled,
            At = r.Moment("at") ?? default,
            Items = Amount(r.Whole("items")),
            Shipping = Amount(r.Whole("shipping")),
            Fees = zero,
            Tips = zero,
            Tax = Amount(r.Whole("tax")),
            OffOrder = zero,
            Reason = r.Filled("reason"),
        }).ToList();
        var (lifecycle, payment, fulfilment) = Axes(item.Text("status"), payments, refunds);
        var address = ReadAddress(item.Object("address"));
        return new Order
        {
            PlatformId = item.Text("id"),
            Version = item.Whole("version"),
            Number = item.Text("number"),
            Currency = currency,
            PlacedAt = item.Moment("placedAt") ?? throw new FormatException("'placedAt' is missing in what the shop sent."),
            UpdatedAt = item.Moment("updatedAt"),
            CancelledAt = item.Moment("cancelledAt"),
            CancelReason = item.Filled("cancelReason"),
            CustomerId = item.Filled("customerId"),
            Email = item.Filled("email"),
            CartId = item.Filled("cartId"),
            Lifecycle = lifecycle,
            Payment = payment,
            Fulfilment = fulfilment,
            PlatformStatus = item.Text("status"),
            Coupons = item.Filled("coupon") is { } coupon ? [coupon] : [],
            Lines = lines,
            Amounts = Amounts(lines, Amount(item.Whole("shipping")), Amount(item.Whole("shippingTax")), Amount(item.Whole("total"))),
            Payments = payments,
            Refunds = refunds,
            Fulfilments = [.. item.Items("shipments").Select(s => new Fulfilment { Id = s.Text("id"), State = s.Text("state"), Carrier = s.TextOrNull("carrier"), TrackingNumber = s.Filled("tracking"), TrackingUrl = s.Filled("url"), At = s.Moment("at"), ShipmentId = s.Filled("reference") })],
            AcceptsMarketing = item.TryGetProperty("acceptsMarketing", out var tick) && tick.ValueKind is (JsonValueKind.True or JsonValueKind.False) ? tick.GetBoolean() : null,
            Tags = ReadTags(item),
            BillingAddress = address,
            ShippingAddress = address,
        };
    }

    private static Cart ReadCart(JsonElement item)
    {
        var currency = item.Text("currency");
        var lines = item.Items("lines").Select(line => ReadLine(line, currency)).ToList();
        return new Cart
        {
            PlatformId = item.Text("id"),
            Version = item.Whole("version"),
            Currency = currency,
            CustomerId = item.Filled("customerId"),
            Email = item.Filled("email"),
            CreatedAt = item.Moment("createdAt"),
            LastActivityAt = item.Moment("updatedAt") ?? throw new FormatException("'updatedAt' is missing in what the shop sent."),
            Lines = lines,
            Amounts = Amounts(lines, Money.Zero(currency), Money.Zero(currency), new Money(item.Whole("total"), currency)),
            OrderId = item.Filled("orderId"),
            Active = item.Filled("orderId") is null,
        };
    }

    private static (OrderLifecycle, PaymentStatus, FulfilmentStatus) Axes(string status, List<Payment> payments, List<Refund> refunds)
    {
        var paid = payments.Where(p => p.State == SettlementState.Settled).Sum(p => p.Amount.Minor);
        var refunded = refunds.Sum(r => r.Total.Minor);
        var payment = paid > 0 ? refunded >= paid ? PaymentStatus.Refunded : refunded > 0 ? PaymentStatus.PartiallyRefunded : PaymentStatus.Paid
            : status switch { "authorized" => PaymentStatus.Authorized, "payment_failed" => PaymentStatus.Failed, _ => PaymentStatus.Pending };
        return (status == "cancelled" ? OrderLifecycle.Cancelled : OrderLifecycle.Open, payment, status switch
        {
            "partially_shipped" => FulfilmentStatus.PartiallyShipped,
            "shipped" => FulfilmentStatus.Shipped,
            "partially_delivered" => FulfilmentStatus.PartiallyDelivered,
            "delivered" => FulfilmentStatus.Delivered,
            _ => FulfilmentStatus.Unfulfilled,
        });
    }

    private static OrderLine ReadLine(JsonElement line, string currency)
    {
        var quantity = line.Count("quantity");
        var unit = new Money(line.Whole("unitPrice"), currency);
        return new OrderLine
        {
            Id = line.Text("id"),
            VariantId = line.Filled("variantId"),
            Sku = line.Filled("sku"),
            Name = line.Text("name"),
            Quantity = quantity,
            OrderedQuantity = quantity,
            UnitPrice = unit,
            Gross = unit * quantity,
            Discount = new Money(line.Whole("discount"), currency),
            Tax = new Money(line.Whole("tax"), currency),
        };
    }

    private static OrderAmounts Amounts(List<OrderLine> lines, Money shipping, Money shippingTax, Money total)
    {
        var zero = Money.Zero(total.Currency);
        return OrderAmounts.Of(lines, shipping, fees: zero, tips: zero, tax: LineMoney.Sum(lines.Select(line => line.Tax), total.Currency).Rounded() + shippingTax, total);
    }

    private static Address? ReadAddress(JsonElement? address) => address is not { } a ? null : new Address
    {
        Name = a.Filled("name"),
        Company = a.Filled("company"),
        Street = a.Filled("street"),
        City = a.Filled("city"),
        State = a.Filled("state"),
        PostalCode = a.Filled("postalCode"),
        Country = a.Filled("country"),
        Phone = a.Filled("phone"),
    };
}
