using System.Globalization;

namespace Spoke.StandIns.Shopify;

/// <summary>What each of Shopify's types says of the shop's things, field by field, as the public reference of the Admin API (2026-10) has them.</summary>
internal sealed partial class ShopifyFields(ShopifyShop shop)
{
    public string TypeOf(object source) => source switch
    {
        Thing thing => thing.Type,
        ShopOrder => "Order",
        ShopLine => "LineItem",
        ShopShipping => "ShippingLine",
        ShopTransaction => "OrderTransaction",
        ShopRefund => "Refund",
        ShopRefundLine => "RefundLineItem",
        ShopFulfillment => "Fulfillment",
        ShopCustomer => "Customer",
        ShopCompany => "Company",
        ShopVariant => "ProductVariant",
        ShopProduct => "Product",
        ShopCheckout => "AbandonedCheckout",
        CheckoutLine => "AbandonedCheckoutLineItem",
        FulfillmentOrder => "FulfillmentOrder",
        BulkExport => "BulkOperation",
        Subscription => "WebhookSubscription",
        _ => source.GetType().Name,
    };

    public object? Read(object source, GraphCall call) => source switch
    {
        Thing thing => thing.TryGetValue(call.Name, out var value) ? value : throw Unknown(thing.Type, call.Name),
        ShopOrder order => OrderField(order, call),
        ShopLine line => LineField(line, call),
        ShopShipping line => ShippingField(line, call),
        ShopTransaction transaction => TransactionField(transaction, call),
        ShopRefund refund => RefundField(refund, call),
        ShopRefundLine line => RefundLineField(line, call),
        ShopFulfillment fulfillment => FulfillmentField(fulfillment, call),
        FulfillmentOrder order => FulfillmentOrderField(order, call),
        ShopCustomer customer => CustomerField(customer, call),
        ShopCompany company => CompanyField(company, call),
        ShopVariant variant => VariantField(variant, call),
        ShopProduct product => ProductField(product, call),
        ShopCheckout checkout => CheckoutField(checkout, call),
        CheckoutLine line => CheckoutLineField(line.Line, call),
        MoneyBag bag => BagField(bag, call),
        MoneyV2 money => call.Name switch { "amount" => Plain(money.Amount), "currencyCode" => money.Currency, _ => throw Unknown("MoneyV2", call.Name) },
        BulkExport export => BulkField(export, call),
        Subscription subscription => SubscriptionField(subscription, call),
        _ => throw Unknown(TypeOf(source), call.Name),
    };

    public static GraphError Unknown(string type, string field)
    {
        var error = new GraphError($"Field '{field}' doesn't exist on type '{type}'", "undefinedField");
        error.More["typeName"] = type;
        error.More["fieldName"] = field;
        return error;
    }

    public static string Gid(string type, long id) => string.Create(CultureInfo.InvariantCulture, $"gid://shopify/{type}/{id}");

    public static long IdOf(string? gid) => gid is not null && long.TryParse(gid[(gid.LastIndexOf('/') + 1)..], CultureInfo.InvariantCulture, out var id) ? id : -1;

    public static string? Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    // What the buyer saw is given in another currency, so that who takes the wrong one is found out.
    private object? BagField(MoneyBag bag, GraphCall call) => call.Name switch
    {
        "shopMoney" => new MoneyV2(bag.Amount, shop.Options.Currency),
        "presentmentMoney" => new MoneyV2(bag.Amount * 7, "XTS"),
        _ => throw Unknown("MoneyBag", call.Name),
    };

    private static MoneyBag Bag(decimal amount) => new(amount);

    private static string Plain(decimal amount) => amount.ToString("0.0###", CultureInfo.InvariantCulture);

    private static IReadOnlyList<Thing> Taxes(decimal tax) => tax == 0 ? [] : [new Thing("TaxLine") { ["title"] = "VAT", ["priceSet"] = Bag(tax) }];

    private static Connection List(string type, IEnumerable<object> items) => new(type, items, PlaceIn(items));

    // Parts keep their order: the place of each is its number in it. Only a page needs it.
    private static Func<object, string> PlaceIn(IEnumerable<object> items)
    {
        Dictionary<object, string>? places = null;
        return item => (places ??= items.Select((one, i) => (one, i)).ToDictionary(pair => pair.one, pair => pair.i.ToString("D6", CultureInfo.InvariantCulture), ReferenceEqualityComparer.Instance))[item];
    }

    private static Thing? Address(ShopAddress? a, bool ofCompany = false) => a is null ? null : ofCompany
        ? new Thing("CompanyAddress") { ["id"] = Gid("CompanyAddress", a.Id), ["recipient"] = a.Name, ["companyName"] = a.Company, ["address1"] = a.Address1, ["address2"] = a.Address2, ["city"] = a.City, ["province"] = a.ProvinceCode, ["zoneCode"] = a.ProvinceCode, ["zip"] = a.Zip, ["countryCode"] = a.CountryCode, ["phone"] = a.Phone }
        : new Thing("MailingAddress") { ["id"] = Gid("MailingAddress", a.Id), ["name"] = a.Name, ["company"] = a.Company, ["address1"] = a.Address1, ["address2"] = a.Address2, ["city"] = a.City, ["province"] = a.ProvinceCode, ["provinceCode"] = a.ProvinceCode, ["zip"] = a.Zip, ["countryCodeV2"] = a.CountryCode, ["phone"] = a.Phone };

    private static Thing Image(long id) => new("MediaImage") { ["id"] = Gid("MediaImage", id), ["preview"] = new Thing("MediaPreviewImage") { ["image"] = new Thing("Image") { ["url"] = $"https://cdn.example/{id}.png" } } };

    private object? CustomerField(ShopCustomer c, GraphCall call) => call.Name switch
    {
        "id" => Gid("Customer", c.Id),
        "createdAt" => Time(c.CreatedAt),
        "updatedAt" => Time(c.UpdatedAt),
        "firstName" => c.FirstName,
        "lastName" => c.LastName,
        "displayName" => $"{c.FirstName} {c.LastName}",
        "state" => "DISABLED",
        "note" => c.Note,
        "tags" => c.Tags.Order(StringComparer.Ordinal).ToList(),
        "defaultEmailAddress" => c.Email is null ? null : new Thing("CustomerEmailAddress") { ["emailAddress"] = c.Email, ["marketingState"] = c.EmailConsent.State, ["marketingOptInLevel"] = c.EmailConsent.Level, ["marketingUpdatedAt"] = Time(c.EmailConsent.At) },
        "defaultPhoneNumber" => c.Phone is null ? null : new Thing("CustomerPhoneNumber") { ["phoneNumber"] = c.Phone, ["smsMarketingConsent"] = new Thing("CustomerSmsMarketingConsent") { ["state"] = c.SmsConsent.State, ["optInLevel"] = c.SmsConsent.Level, ["updatedAt"] = Time(c.SmsConsent.At), ["collectedFrom"] = "OTHER" } },
        "defaultAddress" => Address(c.Address),
        "companyContactProfiles" => shop.Companies.Values.SelectMany(company => company.Contacts).Where(contact => contact.Customer == c).Select(contact => new Thing("CompanyContact") { ["id"] = Gid("CompanyContact", contact.Id), ["company"] = contact.Company }).ToList(),
        _ => throw Unknown("Customer", call.Name),
    };

    private object? CompanyField(ShopCompany c, GraphCall call) => call.Name switch
    {
        "id" => Gid("Company", c.Id),
        "updatedAt" => Time(c.UpdatedAt),
        "name" => c.Name,
        "externalId" => c.ExternalId,
        "locations" => List("CompanyLocation", [new Thing("CompanyLocation") { ["id"] = Gid("CompanyLocation", c.Id), ["phone"] = c.Phone, ["billingAddress"] = Address(c.Address, ofCompany: true), ["shippingAddress"] = Address(c.Address, ofCompany: true) }]),
        _ => throw Unknown("Company", call.Name),
    };

    private object? VariantField(ShopVariant v, GraphCall call) => call.Name switch
    {
        "id" => Gid("ProductVariant", v.Id),
        "updatedAt" => Time(v.UpdatedAt),
        "title" => v.Title,
        "displayName" => $"{v.Product.Title} - {v.Title}",
        "sku" => v.Sku,
        "price" => Plain(v.Price),
        "product" => v.Product,
        "media" => List("Media", v.Id % 2 == 0 ? [] : [Image(v.Id)]),
        _ => throw Unknown("ProductVariant", call.Name),
    };

    private object? ProductField(ShopProduct p, GraphCall call) => call.Name switch
    {
        "id" => Gid("Product", p.Id),
        "updatedAt" => Time(p.UpdatedAt),
        "title" => p.Title,
        "description" => p.Description,
        "status" => p.Status,
        "onlineStoreUrl" => $"https://shop.example/products/{p.Id}",
        "hasOnlyDefaultVariant" => p.Variants.Count == 1,
        "featuredMedia" => Image(p.Id),
        "variants" => List("ProductVariant", p.Variants),
        _ => throw Unknown("Product", call.Name),
    };

    private object? CheckoutField(ShopCheckout c, GraphCall call)
    {
        var goods = c.Lines.Sum(line => line.Net);
        return call.Name switch
        {
            "id" => Gid("AbandonedCheckout", c.Id),
            "name" => $"#{c.Id}",
            "createdAt" => Time(c.CreatedAt),
            "updatedAt" => Time(c.UpdatedAt),
            "completedAt" => Time(c.CompletedAt),
            "abandonedCheckoutUrl" => $"https://shop.example/54321/checkouts/ac/{c.Token}/recover?key=example-key",
            "taxesIncluded" => shop.Options.TaxesIncluded,
            "customer" => c.Customer,
            "billingAddress" => null,
            "totalPriceSet" => Bag(CheckoutTotal(c)),
            "totalTaxSet" => Bag(c.Tax),
            "totalDutiesSet" => null,
            "subtotalPriceSet" => Bag(goods),
            "totalDiscountSet" => Bag(c.Lines.Sum(line => line.Discount)),
            "lineItems" => List("AbandonedCheckoutLineItem", c.Lines.Select(line => new CheckoutLine(line)).ToList()),
            _ => throw Unknown("AbandonedCheckout", call.Name),
        };
    }

    internal decimal CheckoutTotal(ShopCheckout c) => c.Lines.Sum(line => line.Net) + c.Shipping + (shop.Options.TaxesIncluded ? 0 : c.Tax);

    private static object? CheckoutLineField(ShopLine line, GraphCall call) => call.Name switch
    {
        "id" => Gid("AbandonedCheckoutLineItem", line.Id),
        "title" => line.Title,
        "sku" => line.Sku,
        "quantity" => line.Quantity,
        "variant" => line.Variant,
        "originalUnitPriceSet" => Bag(line.Price),
        "discountedTotalPriceSet" => Bag(line.Net),
        _ => throw Unknown("AbandonedCheckoutLineItem", call.Name),
    };

    private static object? BulkField(BulkExport export, GraphCall call) => call.Name switch
    {
        "id" => export.Id,
        "status" => export.Status,
        "errorCode" => export.Error,
        "url" => export.Address,
        "rootObjectCount" => export.Roots.ToString(CultureInfo.InvariantCulture),
        "objectCount" => export.Objects.ToString(CultureInfo.InvariantCulture),
        _ => throw Unknown("BulkOperation", call.Name),
    };

    private static object? SubscriptionField(Subscription s, GraphCall call) => call.Name switch
    {
        "id" => Gid("WebhookSubscription", s.Id),
        "topic" => s.Topic,
        "uri" => s.Uri,
        "format" => "JSON",
        _ => throw Unknown("WebhookSubscription", call.Name),
    };
}

internal sealed record MoneyBag(decimal Amount);

internal sealed record MoneyV2(decimal Amount, string Currency);

internal sealed record CheckoutLine(ShopLine Line);

/// <summary>What of an order waits to be shipped together.</summary>
internal sealed record FulfillmentOrder(ShopOrder Order, int Part)
{
    private const int Most = 100;

    public long Id => Order.Id * Most + Part;

    public IEnumerable<ShopLine> Lines => Order.Lines.Where((_, i) => i % Order.Parts == Part);

    public static long OrderOf(long id) => id / Most;

    public static List<FulfillmentOrder> Of(ShopOrder order) => [.. Enumerable.Range(0, order.Parts).Select(part => new FulfillmentOrder(order, part))];
}
