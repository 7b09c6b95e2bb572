namespace Spoke.StandIns.Shopify;

public sealed class ShopProduct
{
    public required long Id { get; init; }
    public required string Title { get; set; }
    public string Description { get; set; } = "";
    public string Status { get; set; } = "ACTIVE";
    public bool GiftCard { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public List<ShopVariant> Variants { get; } = [];
}

public sealed class ShopVariant
{
    public required long Id { get; init; }
    public required ShopProduct Product { get; init; }
    public required string Title { get; set; }
    public required string Sku { get; set; }
    public required decimal Price { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}

public sealed class ShopAddress
{
    public long Id { get; init; }
    public string? Name { get; set; }
    public string? Company { get; set; }
    public string? Address1 { get; set; }
    public string? Address2 { get; set; }
    public string? City { get; set; }
    public string? ProvinceCode { get; set; }
    public string? Zip { get; set; }
    public string? CountryCode { get; set; }
    public string? Phone { get; set; }
}

public sealed class ShopConsent
{
    public string State { get; set; } = "NOT_SUBSCRIBED";
    public string? Level { get; set; }
    public DateTimeOffset? At { get; set; }
}

public sealed class ShopCustomer
{
    public required long Id { get; init; }
    public string? Email { get; set; }
    public string? FirstName { get; set; }
    public string? LastName { get; set; }
    public string? Phone { get; set; }
    public string? Note { get; set; }
    public List<string> Tags { get; } = [];
    public ShopConsent EmailConsent { get; } = new();
    public ShopConsent SmsConsent { get; } = new();
    public ShopAddress? Address { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}

public sealed class ShopCompany
{
    public required long Id { get; init; }
    public required string Name { get; set; }
    public string? ExternalId { get; set; }
    public ShopAddress? Address { get; set; }
    public string? Phone { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Who buys for it. They are customers besides, and being one of these is no part of the customer.</summary>
    public List<ShopContact> Contacts { get; } = [];
}

public sealed record ShopContact(long Id, ShopCompany Company, ShopCustomer Customer, DateTimeOffset CreatedAt);

/// <summary>Where a company receives its goods; each has one here, whose address and number it is.</summary>
public sealed record ShopLocation(ShopCompany Company);

public sealed class ShopLine
{
    public required long Id { get; init; }
    public required string Title { get; init; }
    public string Sku { get; init; } = "";
    public ShopVariant? Variant { get; init; }
    public required int Quantity { get; set; }
    public required decimal Price { get; init; }
    public decimal Discount { get; init; }
    public decimal Tax { get; set; }
    public decimal Duty { get; init; }
    public bool GiftCard { get; init; }

    /// <summary>Units and amounts that refunds and edits took off.</summary>
    public int Removed { get; set; }
    public int Fulfilled { get; set; }
    public decimal Net => Price * Quantity - Discount;
}

public sealed record ShopShipping(long Id, string Title, decimal Price, decimal Discount, decimal Tax);

public sealed record ShopTransaction(long Id, string Kind, string Status, decimal Amount, string Gateway, DateTimeOffset At);

public sealed record ShopRefundLine(long Id, ShopLine Line, int Quantity, decimal Subtotal, decimal Tax);

public sealed class ShopRefund
{
    public required long Id { get; init; }
    public required DateTimeOffset At { get; init; }
    public string? Note { get; init; }
    public List<ShopRefundLine> Lines { get; } = [];
    public decimal Shipping { get; init; }
    public decimal ShippingTax { get; init; }
    public List<ShopTransaction> Transactions { get; } = [];
    public decimal Total => Transactions.Where(t => t.Status == "SUCCESS").Sum(t => t.Amount);
}

public sealed class ShopFulfillment
{
    public required long Id { get; init; }
    public string Status { get; set; } = "SUCCESS";
    public string DisplayStatus { get; set; } = "FULFILLED";
    public string? Company { get; set; }
    public string? Number { get; set; }
    public string? Url { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public List<(ShopLine Line, int Quantity)> Lines { get; } = [];
}

public sealed class ShopOrder
{
    public required long Id { get; init; }
    public required string Name { get; init; }
    public string? Email { get; set; }
    public string? Phone { get; set; }
    public ShopCustomer? Customer { get; set; }
    public ShopCompany? Company { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? CancelledAt { get; set; }
    public string? CancelReason { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
    public bool Test { get; init; }
    public bool TaxesIncluded { get; init; }
    public string? Note { get; set; }
    public string? CheckoutToken { get; init; }
    public string Source { get; init; } = "web";
    public string? LandingPage { get; init; }
    public string? Referrer { get; init; }
    public decimal Tip { get; init; }
    public List<string> Codes { get; init; } = [];
    public List<string> Tags { get; } = [];
    public List<ShopLine> Lines { get; } = [];
    public List<ShopShipping> Shipping { get; } = [];
    public List<ShopTransaction> Transactions { get; } = [];
    public List<ShopRefund> Refunds { get; } = [];
    public List<ShopFulfillment> Fulfillments { get; } = [];
    /// <summary>In how many fulfilment orders its lines lie, one after the other in turn.</summary>
    public int Parts { get; set; } = 1;
    public ShopAddress? BillingAddress { get; set; }
    public ShopAddress? ShippingAddress { get; set; }

    public decimal TotalTax => Lines.Sum(line => line.Tax) + Shipping.Sum(line => line.Tax);

    /// <summary>As placed and added to, before anything was taken off.</summary>
    public decimal TotalPrice => Lines.Sum(line => line.Net + line.Duty) + Shipping.Sum(line => line.Price - line.Discount) + Tip + (TaxesIncluded ? 0 : TotalTax);

    public decimal Paid => Transactions.Where(t => t is { Kind: "SALE" or "CAPTURE", Status: "SUCCESS" }).Sum(t => t.Amount);
    public decimal Refunded => Refunds.Sum(refund => refund.Total);
    public decimal Outstanding => TotalPrice - Refunds.Where(r => r.Transactions.Count == 0).SelectMany(r => r.Lines).Sum(line => line.Subtotal + (TaxesIncluded ? 0 : line.Tax)) - Paid;

    public string FinancialStatus => Paid > 0
        ? Refunded >= Paid ? "REFUNDED" : Refunded > 0 ? "PARTIALLY_REFUNDED" : Outstanding > 0 ? "PARTIALLY_PAID" : "PAID"
        : CancelledAt is not null ? "VOIDED" : Transactions.Any(t => t is { Kind: "AUTHORIZATION", Status: "SUCCESS" }) ? "AUTHORIZED" : "PENDING";

    public string FulfillmentStatus
    {
        get
        {
            var left = Lines.Sum(line => Math.Max(0, line.Quantity - line.Removed - line.Fulfilled));
            return Lines.All(line => line.Fulfilled == 0) ? "UNFULFILLED" : left == 0 ? "FULFILLED" : "PARTIALLY_FULFILLED";
        }
    }
}

public sealed class ShopCheckout
{
    public required long Id { get; init; }
    public required string Token { get; init; }
    public string? Email { get; set; }
    public ShopCustomer? Customer { get; set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? CompletedAt { get; set; }
    public List<ShopLine> Lines { get; } = [];
    public decimal Shipping { get; set; }
    public decimal Tax { get; set; }
}

/// <summary>A line that is about to be bought.</summary>
public sealed record NewLine(string Title, int Quantity, decimal Price, decimal Discount = 0, decimal TaxRate = 0, ShopVariant? Variant = null, bool GiftCard = false, decimal Duty = 0);

/// <summary>A purchase that is about to be made.</summary>
public sealed record NewOrder(string? Email, IReadOnlyList<NewLine> Lines)
{
    public string? FirstName { get; init; } = "Test";
    public string? LastName { get; init; } = "Buyer";
    public string? Phone { get; init; }
    public decimal Shipping { get; init; }
    public decimal ShippingDiscount { get; init; }
    public decimal ShippingTaxRate { get; init; }
    public decimal Tip { get; init; }
    public string? Code { get; init; }
    public bool Test { get; init; }
    public ShopCompany? Company { get; init; }
    public ShopCheckout? Checkout { get; init; }

    /// <summary>Nobody is entered as a customer, as a till does.</summary>
    public bool Anonymous { get; init; }
}
