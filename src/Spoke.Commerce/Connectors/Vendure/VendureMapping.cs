using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Vendure;

/// <summary>From Vendure's entities to the ledger. Pure. Amounts come in units of the store's precision, whatever the currency.</summary>
internal static class VendureMapping
{
    public static LedgerEntity Read(EntityKind kind, JsonElement item, int precision, IReadOnlyDictionary<string, OrderStatus> own) => kind switch
    {
        EntityKind.Variant => ReadVariant(item, precision),
        EntityKind.Customer => ReadCustomer(item),
        EntityKind.Order => ReadOrder(item, precision, own),
        EntityKind.Cart => ReadCart(item, precision),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>What the row is to us; null: nothing.</summary>
    public static EntityKind? KindOf(EntityKind asked, JsonElement item) => asked switch
    {
        EntityKind.Variant or EntityKind.Customer => asked,
        _ when item.TextOrNull("type") == "Seller" => null,   // a part of its aggregate order, which is counted
        _ when item.Moment("orderPlacedAt") is not null => EntityKind.Order,
        _ when item.TextOrNull("state") == "Draft" => null,   // an administrator is still writing it
        _ => EntityKind.Cart,
    };

    /// <summary>
    /// The latest moment named in the entity, as unix milliseconds: an order's own time stands still while its payments, refunds and shipments move.
    /// Only what never goes away again is looked at, so that it never falls; a change that moves nothing has an equal version and is taken by its content.
    /// </summary>
    public static long Version(JsonElement item)
    {
        var payments = item.Items("payments");
        var moments =
            from element in payments.Concat(payments.SelectMany(payment => payment.Items("refunds"))).Concat(item.Items("fulfillments")).Append(item.Object("product") ?? item).Append(item)
            from name in new[] { "updatedAt", "orderPlacedAt" }
            select element.Moment(name);
        return moments.Max()?.ToUnixTimeMilliseconds() ?? 0;
    }

    private static Variant ReadVariant(JsonElement item, int precision)
    {
        var product = item.Object("product");
        return new Variant
        {
            PlatformId = item.Text("id"),
            Version = Version(item),
            ProductId = item.Text("productId"),
            Name = item.Text("name"),
            Sku = item.Filled("sku"),
            Description = product?.Filled("description"),
            ImageUrl = item.Object("featuredAsset")?.Filled("preview") ?? product?.Object("featuredAsset")?.Filled("preview"),
            Enabled = item.Flag("enabled") && product?.Flag("enabled") == true,
            Price = Money.FromScaled(item.Whole("price"), precision, item.Text("currencyCode")),
        };
    }

    private static Customer ReadCustomer(JsonElement item) => new()
    {
        PlatformId = item.Text("id"),
        Version = Version(item),
        Email = item.Filled("emailAddress"),
        FirstName = item.Filled("firstName"),
        LastName = item.Filled("lastName"),
        Phone = item.Filled("phoneNumber"),
        CreatedAt = item.Moment("createdAt"),
        Guest = item.Object("user") is null,
        Address = ReadAddress(MainAddress(item)),
        EmailConsent = ReadConsent(item, "emailConsent"),
        SmsConsent = ReadConsent(item, "smsConsent"),
        Tags = ReadTags(item),
    };

    /// <summary>The one of a customer's addresses that is taken for theirs.</summary>
    public static JsonElement? MainAddress(JsonElement customer)
    {
        var addresses = customer.Items("addresses").ToList();
        var address = addresses.Where(a => a.Flag("defaultBillingAddress")).Concat(addresses.Where(a => a.Flag("defaultShippingAddress"))).Concat(addresses).FirstOrDefault();
        return address.ValueKind == JsonValueKind.Object ? address : null;
    }

    private static Consent? ReadConsent(JsonElement item, string name) => item.Object("customFields") is { } custom && custom.Filled(name) is { } word
        ? new Consent(word switch { "granted" => ConsentState.Granted, "pending" => ConsentState.Pending, "denied" => ConsentState.Denied, _ => ConsentState.None }, custom.Moment(VendureFields.MomentOf(name)))
        : null;

    /// <summary>Null where the store has no such field.</summary>
    private static string[]? ReadTags(JsonElement item) => item.Object("customFields") is { } custom && custom.TryGetProperty(VendureFields.Tags, out _)
        ? [.. custom.Items(VendureFields.Tags).Select(tag => tag.GetString() ?? "")] : null;

    private static Order ReadOrder(JsonElement item, int precision, IReadOnlyDictionary<string, OrderStatus> own)
    {
        var currency = item.Text("currencyCode");
        Money Amount(JsonElement element, string name) => Money.FromScaled(element.Whole(name), precision, currency);
        var lines = ReadLines(item, precision, currency);
        var amounts = ReadAmounts(item, lines, precision, currency);
        List<Payment> payments = [.. item.Items("payments").Select(p => new Payment { Id = p.Text("id"), Amount = Amount(p, "amount"), Method = p.TextOrNull("method"), At = p.Moment("createdAt") ?? default, State = PaymentState(p.Text("state")) })];
        var paid = payments.Where(p => p.State == SettlementState.Settled).Aggregate(Money.Zero(currency), (sum, p) => sum + p.Amount);
        var refunds = RefundSplit.Split(amounts, paid, item.Items("payments").SelectMany(p => p.Items("refunds"))
            .Select(r => new LumpRefund(r.Text("id"), Amount(r, "total"), RefundState(r.Text("state")), r.Moment("createdAt") ?? default, r.Filled("reason"))));
        var states = VendureStates.Of(item, own, amounts, payments, refunds);
        var shipping = ReadAddress(item.Object("shippingAddress"));
        var customer = item.Object("customer");
        return new Order
        {
            PlatformId = item.Text("id"),
            Version = Version(item),
            Number = item.Text("code"),
            Currency = currency,
            PlacedAt = item.Moment("orderPlacedAt") ?? throw new FormatException("'orderPlacedAt' is missing in what Vendure sent."),
            UpdatedAt = item.Moment("updatedAt"),
            CancelledAt = states.Lifecycle == OrderLifecycle.Cancelled ? item.Moment("updatedAt") : null,   // a cancellation is what moves it last
            CustomerId = customer?.TextOrNull("id"),
            Email = customer?.Filled("emailAddress"),
            Phone = customer?.Filled("phoneNumber"),
            CartId = item.Text("id"),   // the cart is the order before it was placed
            Lifecycle = states.Lifecycle,
            Payment = states.Payment,
            Fulfilment = states.Fulfilment,
            Editing = states.Editing,
            StatusUnknown = states.Unknown,
            PlatformStatus = item.Text("state"),
            Coupons = [.. item.Items("couponCodes").Select(c => c.GetString() ?? "")],
            Lines = lines,
            Amounts = amounts,
            Payments = payments,
            Refunds = refunds,
            Fulfilments = [.. item.Items("fulfillments").Select(ReadFulfilment)],
            Tags = ReadTags(item) ?? [],
            BillingAddress = ReadAddress(item.Object("billingAddress")) ?? shipping,
            ShippingAddress = shipping,
            ShippingMethod = item.Items("shippingLines").Select(l => l.Object("shippingMethod")?.Filled("name")).FirstOrDefault(),
        };
    }

    private static Fulfilment ReadFulfilment(JsonElement item)
    {
        var (carrier, shipment) = VendureShipping.Method.Parse(item.Filled("method"));
        return new Fulfilment { Id = item.Text("id"), State = item.Text("state"), Carrier = carrier, TrackingNumber = item.Filled("trackingCode"), At = item.Moment("createdAt"), ShipmentId = shipment };
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
            Active = item.Flag("active"),
            PlatformStatus = item.Text("state"),
        };
    }

    private static List<OrderLine> ReadLines(JsonElement item, int precision, string currency)
    {
        LineMoney Amount(JsonElement line, string name) => LineMoney.FromScaled(line.Whole(name), precision, currency);
        return [.. item.Items("lines").Select(line =>
        {
            var variant = line.Object("productVariant");
            var gross = Amount(line, "linePrice");
            var net = Amount(line, "proratedLinePrice");
            return new OrderLine
            {
                Id = line.Text("id"),
                VariantId = variant?.TextOrNull("id"),
                Sku = variant?.Filled("sku"),
                Name = variant?.Filled("name") ?? "Item",
                Quantity = line.Count("quantity"),
                OrderedQuantity = line.Count("orderPlacedQuantity"),
                UnitPrice = Amount(line, "unitPrice"),
                Gross = gross,
                Discount = gross - net,
                Tax = Amount(line, "proratedLinePriceWithTax") - net,   // lineTax is the tax before discounts
            };
        })];
    }

    private static OrderAmounts ReadAmounts(JsonElement item, List<OrderLine> lines, int precision, string currency)
    {
        Money Amount(long scaled) => Money.FromScaled(scaled, precision, currency);
        var total = item.Whole("totalWithTax");
        return OrderAmounts.Of(lines, Amount(item.Whole("shipping")), fees: Amount(item.Items("surcharges").Sum(s => s.Whole("price"))), tips: Money.Zero(currency), tax: Amount(total - item.Whole("total")), Amount(total));
    }

    private static SettlementState PaymentState(string state) => state switch { "Settled" => SettlementState.Settled, "Created" or "Authorized" => SettlementState.Pending, _ => SettlementState.Failed };

    private static SettlementState RefundState(string state) => state switch { "Settled" => SettlementState.Settled, "Pending" => SettlementState.Pending, _ => SettlementState.Failed };

    /// <summary>Null when nothing is filled in.</summary>
    private static Address? ReadAddress(JsonElement? given)
    {
        if (given is not { } a) return null;
        var address = new Address
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
        return address == new Address() ? null : address;
    }
}
