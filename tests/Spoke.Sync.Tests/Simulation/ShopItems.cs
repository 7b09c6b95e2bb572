using System.Text.Json.Nodes;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Tests.Simulation;

/// <summary>One thing of the scripted shop, as the shop itself keeps it: plain numbers, no type of the ledger's.</summary>
internal abstract class ShopItem
{
    public abstract EntityKind Kind { get; }
    public required string Id { get; init; }

    /// <summary>The how many-eth thing of the shop it is.</summary>
    public required int Number { get; init; }
    public long Version { get; set; }

    /// <summary>Rises over the whole shop with every change.</summary>
    public long Sequence { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
    public bool Deleted { get; set; }

    /// <summary>Is or once was.</summary>
    public bool WasDeleted { get; set; }

    public JsonObject Json()
    {
        var json = Body();
        json["id"] = Id;
        json["version"] = Version;
        return json;
    }

    protected abstract JsonObject Body();

    protected static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}

internal sealed class ShopVariant : ShopItem
{
    public override EntityKind Kind => EntityKind.Variant;
    public required string Name { get; set; }
    public string? Sku { get; set; }
    public long Price { get; set; }

    protected override JsonObject Body() => new() { ["productId"] = "p" + Id, ["name"] = Name, ["sku"] = Sku, ["prices"] = new JsonObject { ["EUR"] = Price } };
}

internal sealed class ShopCustomer : ShopItem
{
    public override EntityKind Kind => EntityKind.Customer;
    public required string Email { get; set; }
    public required string First { get; set; }
    public required string Last { get; set; }
    public string? Phone { get; set; }

    /// <summary>Had another address before.</summary>
    public bool Moved => Former.Count > 0;

    /// <summary>Addresses it had before.</summary>
    public List<string> Former { get; } = [];

    /// <summary>Whether they agree to marketing e-mail; null: nothing is known of it.</summary>
    public bool? Consent { get; set; }

    /// <summary>What they have said of it themselves.</summary>
    public List<ShopSaid> Consents { get; } = [];

    /// <summary>When the shop's own people last changed anything about them, by the shop's clock.</summary>
    public DateTimeOffset TouchedAt { get; set; }

    /// <summary>What the shop's own people last said a field is, and when.</summary>
    public Dictionary<CustomerField, (string? Value, DateTimeOffset At)> Said { get; } = [];

    /// <summary>What was written from outside, and when.</summary>
    public List<(DateTimeOffset At, HashSet<CustomerField> Fields)> Writes { get; } = [];

    public void Set(CustomerField field, string? value)
    {
        if (field == CustomerField.FirstName) First = value ?? "";
        else if (field == CustomerField.LastName) Last = value ?? "";
        else Phone = value;
    }

    /// <summary>Somebody in the shop says so.</summary>
    public void Say(CustomerField field, string? value, DateTimeOffset at)
    {
        Set(field, value);
        Said[field] = (value, at);
    }

    protected override JsonObject Body()
    {
        var body = new JsonObject { ["email"] = Email, ["firstName"] = First, ["lastName"] = Last, ["phone"] = Phone, ["guest"] = false };
        if (Consent is { } granted) body["emailConsent"] = new JsonObject { ["state"] = granted ? "granted" : "denied" };
        return body;
    }
}

internal sealed record ShopLine(string Id, string VariantId, string Name, string? Sku, int Quantity, long Unit, long Discount, long Tax)
{
    public long Net => (Unit * Quantity) - Discount;

    public JsonObject Json() => new() { ["id"] = Id, ["variantId"] = VariantId, ["sku"] = Sku, ["name"] = Name, ["quantity"] = Quantity, ["unitPrice"] = Unit, ["discount"] = Discount, ["tax"] = Tax };
}

internal sealed record ShopRefund(long Items, long Shipping, long Tax, DateTimeOffset At)
{
    public long Total => Items + Shipping + Tax;
}

internal sealed class ShopOrder : ShopItem
{
    public override EntityKind Kind => EntityKind.Order;
    public required string Currency { get; init; }
    public required DateTimeOffset PlacedAt { get; init; }
    public string? CustomerId { get; init; }
    public required string Email { get; init; }
    public string? CartId { get; init; }
    public string Status { get; set; } = "pending";
    public DateTimeOffset? CancelledAt { get; set; }
    public string? Coupon { get; set; }
    public List<ShopLine> Lines { get; init; } = [];
    public long Shipping { get; init; }
    public long Paid { get; set; }
    public List<ShopRefund> Refunds { get; } = [];
    public string? Tracking { get; set; }
    public long ItemsNet => Lines.Sum(line => line.Net);
    public long Tax => Lines.Sum(line => line.Tax);
    public long Total => ItemsNet + Tax + Shipping;
    public long Refunded => Paid == 0 ? 0 : Refunds.Sum(refund => refund.Total);
    public bool Counted => !Deleted && Paid > 0 && !(Status == "cancelled" && Paid == Refunded);

    protected override JsonObject Body() => new()
    {
        ["number"] = "N" + Id,
        ["currency"] = Currency,
        ["placedAt"] = Iso(PlacedAt),
        ["updatedAt"] = Iso(ChangedAt),
        ["cancelledAt"] = CancelledAt is { } at ? Iso(at) : null,
        ["customerId"] = CustomerId,
        ["email"] = Email,
        ["cartId"] = CartId,
        ["status"] = Status,
        ["coupon"] = Coupon,
        ["lines"] = new JsonArray([.. Lines.Select(line => line.Json())]),
        ["shipping"] = Shipping,
        ["shippingTax"] = 0,
        ["total"] = Total,
        ["payments"] = Paid == 0 ? [] : new JsonArray(new JsonObject { ["id"] = "p" + Id, ["amount"] = Paid, ["state"] = "captured", ["at"] = Iso(PlacedAt) }),
        ["refunds"] = new JsonArray([.. Refunds.Select((refund, i) => new JsonObject { ["id"] = $"r{Id}-{i}", ["total"] = refund.Total, ["items"] = refund.Items, ["shipping"] = refund.Shipping, ["tax"] = refund.Tax, ["at"] = Iso(refund.At) })]),
        ["shipments"] = Tracking is null ? [] : new JsonArray(new JsonObject { ["id"] = "s" + Id, ["state"] = "shipped", ["tracking"] = Tracking, ["at"] = Iso(ChangedAt) }),
    };
}

internal sealed class ShopCart : ShopItem
{
    public override EntityKind Kind => EntityKind.Cart;
    public required string Currency { get; init; }
    public string? CustomerId { get; init; }
    public string? Email { get; set; }
    public string? OrderId { get; set; }
    public List<ShopLine> Lines { get; } = [];
    public bool Identifiable => CustomerId is not null || Email is not null;

    protected override JsonObject Body() => new()
    {
        ["currency"] = Currency,
        ["customerId"] = CustomerId,
        ["email"] = Email,
        ["createdAt"] = Iso(ChangedAt),
        ["updatedAt"] = Iso(ChangedAt),
        ["orderId"] = OrderId,
        ["lines"] = new JsonArray([.. Lines.Select(line => line.Json())]),
        ["total"] = Lines.Sum(line => line.Net + line.Tax),
    };
}
