using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Vendure;

/// <summary>From Vendure's entities to the ledger. Pure. Amounts come in units of the store's precision, whatever the currency.</summary>
internal static class VendureMapping
{
    public static IReadOnlyList<LedgerEntity> Read(EntityKind kind, JsonElement item, int precision, string mainCurrency) => kind switch
    {
        EntityKind.Variant => [ReadVariant(item, precision, mainCurrency)],
        EntityKind.Customer => [ReadCustomer(item)],
        EntityKind.Order => [ReadOrder(item, precision)],
        EntityKind.Cart => [ReadCart(item, precision)],
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>The latest moment named anywhere in the entity, as unix milliseconds: an order's own time stands still while its payments move.</summary>
    public static long Version(JsonElement item)
    {
        var latest = 0L;
        void Look(JsonElement element)
        {
            foreach (var name in new[] { "updatedAt", "orderPlacedAt" })
                if (element.Moment(name) is { } moment) latest = Math.Max(latest, moment.ToUnixTimeMilliseconds());
        }
        Look(item);
        foreach (var payment in item.Items("payments"))
        {
            Look(payment);
            foreach (var refund in payment.Items("refunds")) Look(refund);
        }
        foreach (var fulfilment in item.Items("fulfillments")) Look(fulfilment);
        foreach (var address in item.Items("addresses")) Look(address);
        return latest;
    }

    private static Variant ReadVariant(JsonElement item, int precision, string mainCurrency)
    {
        var price = item.Items("prices").FirstOrDefault(p => p.TextOrNull("currencyCode") == mainCurrency);
        return new Variant
        {
            PlatformId = item.Text("id"),
            Version = Version(item),
            ProductId = item.Text("productId"),
            Name = item.Text("name"),
            Sku = item.Filled("sku"),
            Description = item.Object("product")?.Filled("description"),
            Enabled = item.Flag("enabled"),
            Price = price.ValueKind == JsonValueKind.Object ? Money.FromScaled(price.Whole("price"), precision, mainCurrency) : null,
        };
    }

    private static Customer ReadCustomer(JsonElement item)
    {
        var addresses = item.Items("addresses").ToList();
        var address = addresses.FirstOrDefault(a => a.Flag("defaultBillingAddress"));
        if (address.ValueKind == JsonValueKind.Undefined) address = addresses.FirstOrDefault(a => a.Flag("defaultShippingAddress"));
        if (address.ValueKind == JsonValueKind.Undefined) address = addresses.FirstOrDefault();
        return new Customer
        {
            PlatformId = item.Text("id"),
            Version = Version(item),
            Email = item.Filled("emailAddress"),
            FirstName = item.Filled("firstName"),
            LastName = item.Filled("lastName"),
            Phone = item.Filled("phoneNumber"),
            CreatedAt = item.Moment("createdAt"),
            Guest = item.Object("user") is null,
            Address = address.ValueKind == JsonValueKind.Object ? ReadAddress(address) : null,
        };
    }

    private static Order ReadOrder(JsonElement item, int precision)
    {
        var currency = item.Text("currencyCode");
        Money Amount(JsonElement element, string name) => Money.FromScaled(element.Whole(name), precision, currency);
        var lines = ReadLines(item, precision, currency);
        var amounts = ReadAmounts(item, lines, precision, currency);
        var payments = item.Items("payments").Select(p => new Payment { Id = p.Text("id"), Amount = Amount(p, "amount"), Method = p.TextOrNull("method"), At = p.Moment("createdAt") ?? default, State = PaymentState(p.Text("state")) }).ToList();
        var refunds = RefundSplit.Split(amounts, item.Items("payments").SelectMany(p => p.Items("refunds")).Select(r => (r.Text("id"), Amount(r, "total"), RefundState(r.Text("state")), r.Moment("createdAt") ?? default, r.Filled("reason"))));
        var (lifecycle, payment, fulfilment) = Axes(item.Text("state"), payments, refunds);
        var shipping = item.Object("shippingAddress") is { } s ? ReadAddress(s) : null;
        var billing = item.Object("billingAddress") is { } b ? ReadAddress(b) : null;
        var customer = item.Object("customer");
        return new Order
        {
            PlatformId = item.Text("id"),
            Version = Version(item),
            Number = item.Text("code"),
            Currency = currency,
            PlacedAt = item.Moment("orderPlacedAt") ?? throw new FormatException("'orderPlacedAt' is missing in what Vendure sent."),
            UpdatedAt = item.Moment("updatedAt"),
            CancelledAt = lifecycle == OrderLifecycle.Cancelled ? item.Moment("updatedAt") : null,
            CustomerId = customer?.TextOrNull("id"),
            Email = customer?.Filled("emailAddress"),
            Phone = customer?.Filled("phoneNumber"),
            CartId = item.Text("id"),
            Lifecycle = lifecycle,
            Payment = payment,
            Fulfilment = fulfilment,
            PlatformStatus = item.Text("state"),
            Coupons = [.. item.Items("couponCodes").Select(c => c.GetString() ?? "")],
            Lines = lines,
            Amounts = amounts,
            Payments = payments,
            Refunds = refunds,
            Fulfilments = [.. item.Items("fulfillments").Select(f => new Fulfilment { Id = f.Text("id"), State = f.Text("state"), Carrier = f.Filled("method"), TrackingNumber = f.Filled("trackingCode"), At = f.Moment("createdAt") })],
            BillingAddress = billing is null || billing == new Address() ? shipping : billing,
            ShippingAddress = shipping,
            ShippingMethod = item.Items("shippingLines").Select(l => l.Object("shippingMethod")?.Filled("name")).FirstOrDefault(),
        };
    }

    private static Cart ReadCart(JsonElement item, int precision)
    {
        var currency = item.Text("currencyCode");
        var lines = ReadLines(item, precision, currency);
        var customer = item.Object("customer");
        return new Cart
        {
            PlatformId = item.Text("id"),
            Version = Version(item),
            Currency = currency,
            CustomerId = customer?.TextOrNull("id"),
            Email = customer?.Filled("emailAddress"),
            Phone = customer?.Filled("phoneNumber"),
            CreatedAt = item.Moment("createdAt"),
            LastActivityAt = item.Moment("updatedAt") ?? throw new FormatException("'updatedAt' is missing in what Vendure sent."),
            Lines = lines,
            Amounts = ReadAmounts(item, lines, precision, currency),
            PlatformStatus = item.Text("state"),
        };
    }

    private static List<OrderLine> ReadLines(JsonElement item, int precision, string currency)
    {
        Money Amount(JsonElement line, string name) => Money.FromScaled(line.Whole(name), precision, currency);
        return [.. item.Items("lines").Select(line =>
        {
            var variant = line.Object("productVariant");
            var gross = Amount(line, "linePrice");
            return new OrderLine
            {
                Id = line.Text("id"), VariantId = variant?.TextOrNull("id"), Sku = variant?.Filled("sku"), Name = variant?.Filled("name") ?? "Item", Quantity = line.Count("quantity"), OrderedQuantity = line.Count("orderPlacedQuantity"),
                UnitPrice = Amount(line, "unitPrice"), Gross = gross, Discount = gross - Amount(line, "proratedLinePrice"), Tax = Amount(line, "lineTax"),
            };
        })];
    }

    private static OrderAmounts ReadAmounts(JsonElement item, List<OrderLine> lines, int precision, string currency)
    {
        Money Amount(string name) => Money.FromScaled(item.Whole(name), precision, currency);
        var zero = Money.Zero(currency);
        return new OrderAmounts
        {
            ItemsGross = lines.Aggregate(zero, (sum, l) => sum + l.Gross),
            Discounts = lines.Aggregate(zero, (sum, l) => sum + l.Discount),
            Shipping = Amount("shipping"),
            Fees = item.Items("surcharges").Aggregate(zero, (sum, s) => sum + Money.FromScaled(s.Whole("price"), precision, currency)),
            Tips = zero,
            Tax = Amount("totalWithTax") - Amount("total"),
            Total = Amount("totalWithTax"),
        };
    }

    private static (OrderLifecycle, PaymentStatus, FulfilmentStatus) Axes(string state, List<Payment> payments, IReadOnlyList<Refund> refunds)
    {
        var paid = payments.Where(p => p.State == SettlementState.Settled).Sum(p => p.Amount.Minor);
        var refunded = refunds.Where(r => r.State == SettlementState.Settled).Sum(r => r.Total.Minor);
        var payment = paid > 0 ? refunded >= paid ? PaymentStatus.Refunded : refunded > 0 ? PaymentStatus.PartiallyRefunded : state == "ArrangingAdditionalPayment" ? PaymentStatus.PartiallyPaid : PaymentStatus.Paid
            : state == "PaymentAuthorized" || payments.Any(p => p.State == SettlementState.Pending) ? PaymentStatus.Authorized : PaymentStatus.Pending;
        return (state switch { "Cancelled" => OrderLifecycle.Cancelled, "Draft" => OrderLifecycle.Draft, _ => OrderLifecycle.Open }, payment, state switch
        {
            "PartiallyShipped" => FulfilmentStatus.PartiallyShipped,
            "Shipped" => FulfilmentStatus.Shipped,
            "PartiallyDelivered" => FulfilmentStatus.PartiallyDelivered,
            "Delivered" => FulfilmentStatus.Delivered,
            _ => FulfilmentStatus.Unfulfilled,
        });
    }

    private static SettlementState PaymentState(string state) => state switch { "Settled" => SettlementState.Settled, "Created" or "Authorized" => SettlementState.Pending, _ => SettlementState.Failed };

    private static SettlementState RefundState(string state) => state switch { "Settled" => SettlementState.Settled, "Pending" => SettlementState.Pending, _ => SettlementState.Failed };

    private static Address ReadAddress(JsonElement a) => new()
    {
        Name = a.Filled("fullName"),
        Company = a.Filled("company"),
        Street = string.Join(", ", new[] { a.Filled("streetLine1"), a.Filled("streetLine2") }.Where(s => s is not null)) is { Length: > 0 } street ? street : null,
        City = a.Filled("city"),
        State = a.Filled("province"),
        PostalCode = a.Filled("postalCode"),
        Country = a.Filled("countryCode") ?? a.Object("country")?.Filled("code"),
        Phone = a.Filled("phoneNumber"),
    };
}
