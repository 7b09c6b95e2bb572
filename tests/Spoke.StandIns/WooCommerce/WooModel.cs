using System.Text.Json.Nodes;

namespace Spoke.StandIns.WooCommerce;

/// <summary>Anything with an id, a status and two dates. Dates are whole seconds in UTC.</summary>
public abstract class WooEntity
{
    public required long Id { get; init; }
    public string Status { get; set; } = "";
    public DateTime Created { get; set; }
    public DateTime Modified { get; set; }
    public List<WooMeta> Meta { get; } = [];
}

public sealed class WooMeta
{
    public required long Id { get; init; }
    public required string Key { get; init; }
    public JsonNode? Value { get; set; }
}

public sealed class WooOrder : WooEntity
{
    public string Currency { get; set; } = "EUR";
    public bool PricesIncludeTax { get; set; }
    public DateTime? Paid { get; set; }
    public DateTime? Completed { get; set; }
    public long Customer { get; set; }
    public WooAddress Billing { get; set; } = new();
    public WooAddress Shipping { get; set; } = new();
    public string PaymentMethod { get; set; } = "stripe";
    public string Transaction { get; set; } = "";
    public string CreatedVia { get; set; } = "checkout";
    public string CartHash { get; set; } = "";
    public string CustomerNote { get; set; } = "";
    public string StatusBeforeTrash { get; set; } = "";
    public List<WooLine> Lines { get; } = [];
    public List<WooLine> Shippings { get; } = [];
    public List<WooLine> Fees { get; } = [];
    public List<WooCoupon> Coupons { get; } = [];
    public List<WooRefund> Refunds { get; } = [];
    public List<WooNote> Notes { get; } = [];

    public decimal TotalTax => Lines.Concat(Shippings).Concat(Fees).Sum(line => line.TotalTax);
    public decimal Total => Lines.Concat(Shippings).Concat(Fees).Sum(line => line.Total + line.TotalTax);
}

/// <summary>A line of goods, shipping or fees; amounts before tax.</summary>
public sealed class WooLine
{
    public required long Id { get; init; }
    public string Name { get; set; } = "";
    public string Sku { get; set; } = "";
    public long Product { get; set; }
    public long Variation { get; set; }
    public int Quantity { get; set; } = 1;
    public decimal Subtotal { get; set; }
    public decimal SubtotalTax { get; set; }
    public decimal Total { get; set; }
    public decimal TotalTax { get; set; }

    /// <summary>On a refund: the order's line it gives back.</summary>
    public long RefundedItem { get; set; }
}

public sealed record WooCoupon(long Id, string Code, decimal Discount, decimal DiscountTax);

public sealed class WooRefund
{
    public required long Id { get; init; }
    public DateTime Created { get; set; }
    public decimal Amount { get; set; }
    public string Reason { get; set; } = "";
    public List<WooLine> Lines { get; } = [];
    public List<WooLine> Shippings { get; } = [];
    public List<WooLine> Fees { get; } = [];
}

public sealed record WooNote(long Id, DateTime Created, string Text, bool ForCustomer);

public sealed record WooAddress
{
    public string FirstName { get; init; } = "";
    public string LastName { get; init; } = "";
    public string Company { get; init; } = "";
    public string Street { get; init; } = "";
    public string Street2 { get; init; } = "";
    public string City { get; init; } = "";
    public string State { get; init; } = "";
    public string Postcode { get; init; } = "";
    public string Country { get; init; } = "";
    public string Email { get; init; } = "";
    public string Phone { get; init; } = "";
}

public sealed class WooCustomer : WooEntity
{
    public string Email { get; set; } = "";
    public string FirstName { get; set; } = "";
    public string LastName { get; set; } = "";
    public string Role { get; set; } = "customer";
    public bool Paying { get; set; }
    public WooAddress Billing { get; set; } = new();
    public WooAddress Shipping { get; set; } = new();
}

public sealed class WooProduct : WooEntity
{
    public string Name { get; set; } = "";
    public string Sku { get; set; } = "";
    public string Type { get; set; } = "simple";
    public string Description { get; set; } = "";
    public decimal Price { get; set; }
    public long Parent { get; set; }
    public List<WooProduct> Variations { get; } = [];
    public string Option { get; set; } = "";
}

public sealed class WooWebhook : WooEntity
{
    public string Name { get; set; } = "";
    public string Topic { get; set; } = "";
    public string DeliveryUrl { get; set; } = "";
    public string Secret { get; set; } = "";
    public int Failures { get; set; }
}
