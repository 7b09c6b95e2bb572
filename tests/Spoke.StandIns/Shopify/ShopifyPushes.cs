using System.Globalization;
using System.Text.Json.Nodes;

namespace Spoke.StandIns.Shopify;

/// <summary>The bodies of pushes, in the form of the older REST API; of the large ones the members that matter to who reads them.</summary>
internal static class ShopifyPushes
{
    public static JsonObject Body(string topic, object about, ShopifyShop shop, ShopifyFields fields) => about switch
    {
        ShopOrder order when topic == "orders/delete" => new() { ["id"] = order.Id },
        ShopOrder order when topic == "orders/edited" => new() { ["order_edit"] = new JsonObject { ["id"] = shop.NextId(), ["app_id"] = null, ["created_at"] = Time(order.UpdatedAt), ["order_id"] = order.Id } },
        ShopOrder order when topic is "refunds/create" => new() { ["id"] = order.Refunds[^1].Id, ["order_id"] = order.Id, ["created_at"] = Time(order.Refunds[^1].At) },
        ShopOrder order when topic is "fulfillments/create" or "fulfillments/update" => new() { ["id"] = order.Fulfillments[^1].Id, ["order_id"] = order.Id, ["status"] = "success", ["tracking_number"] = order.Fulfillments[^1].Number },
        ShopOrder order when topic is "order_transactions/create" => new() { ["id"] = order.Transactions[^1].Id, ["order_id"] = order.Id, ["kind"] = "sale", ["status"] = "success", ["amount"] = Plain(order.Transactions[^1].Amount) },
        ShopOrder order => new() { ["id"] = order.Id, ["admin_graphql_api_id"] = ShopifyFields.Gid("Order", order.Id), ["name"] = order.Name, ["email"] = order.Email, ["updated_at"] = Time(order.UpdatedAt), ["total_price"] = Plain(order.TotalPrice), ["financial_status"] = order.FinancialStatus.ToLowerInvariant() },
        (ShopCustomer kept, ShopCustomer gone) => new() { ["admin_graphql_api_customer_kept_id"] = ShopifyFields.Gid("Customer", kept.Id), ["admin_graphql_api_customer_deleted_id"] = ShopifyFields.Gid("Customer", gone.Id), ["admin_graphql_api_job_id"] = null, ["status"] = "completed", ["errors"] = new JsonArray() },
        ShopCustomer customer when topic is "customers/redact" or "customers/data_request" => Person(topic, customer, shop),
        ShopCustomer customer => new() { ["id"] = customer.Id, ["admin_graphql_api_id"] = ShopifyFields.Gid("Customer", customer.Id), ["email"] = customer.Email, ["first_name"] = customer.FirstName, ["last_name"] = customer.LastName, ["updated_at"] = Time(customer.UpdatedAt) },
        ShopCompany company => Company(company),
        ShopContact contact => new() { ["customer_admin_graphql_api_id"] = ShopifyFields.Gid("Customer", contact.Customer.Id), ["title"] = null, ["locale"] = "en", ["created_at"] = Time(contact.CreatedAt), ["updated_at"] = Time(contact.CreatedAt), ["admin_graphql_api_id"] = ShopifyFields.Gid("CompanyContact", contact.Id), ["company"] = Company(contact.Company) },
        ShopLocation { Company: var company } => new() { ["name"] = company.Address?.City, ["phone"] = company.Phone, ["updated_at"] = Time(shop.Now), ["admin_graphql_api_id"] = ShopifyFields.Gid("CompanyLocation", company.Id), ["company"] = Company(company), ["billing_address"] = new JsonObject { ["address1"] = company.Address?.Address1, ["city"] = company.Address?.City } },
        ShopProduct product when topic == "products/delete" => new() { ["id"] = product.Id },
        ShopProduct product => new() { ["id"] = product.Id, ["title"] = product.Title, ["updated_at"] = Time(product.UpdatedAt), ["variants"] = new JsonArray([.. product.Variants.Take(100).Select(v => new JsonObject { ["id"] = v.Id, ["sku"] = v.Sku })]), ["variant_gids"] = new JsonArray([.. product.Variants.Select(v => new JsonObject { ["admin_graphql_api_id"] = ShopifyFields.Gid("ProductVariant", v.Id), ["updated_at"] = Time(v.UpdatedAt) })]) },
        ShopCheckout gone when topic == "checkouts/delete" => new() { ["token"] = gone.Token },
        ShopCheckout checkout => Checkout(checkout, shop, fields),
        _ => new() { ["shop_id"] = 1, ["shop_domain"] = shop.Domain, ["id"] = 1 },
    };

    private static JsonObject Company(ShopCompany company) => new() { ["name"] = company.Name, ["external_id"] = company.ExternalId, ["admin_graphql_api_id"] = ShopifyFields.Gid("Company", company.Id), ["updated_at"] = Time(company.UpdatedAt) };

    private static JsonObject Person(string topic, ShopCustomer customer, ShopifyShop shop)
    {
        var body = new JsonObject { ["shop_id"] = 1, ["shop_domain"] = shop.Domain, ["customer"] = new JsonObject { ["id"] = customer.Id, ["email"] = customer.Email, ["phone"] = customer.Phone } };
        body[topic == "customers/redact" ? "orders_to_redact" : "orders_requested"] = new JsonArray([.. shop.Orders().Where(o => o.Customer == customer).Select(o => JsonValue.Create(o.Id))]);
        if (topic == "customers/data_request") body["data_request"] = new JsonObject { ["id"] = shop.NextId() };
        return body;
    }

    private static JsonObject Checkout(ShopCheckout c, ShopifyShop shop, ShopifyFields fields) => new()
    {
        ["id"] = c.Id,
        ["token"] = c.Token,
        ["cart_token"] = "c-" + c.Token,
        ["email"] = c.Email,
        ["currency"] = shop.Options.Currency,
        ["presentment_currency"] = "XTS",
        ["taxes_included"] = shop.Options.TaxesIncluded,
        ["created_at"] = Time(c.CreatedAt),
        ["updated_at"] = Time(c.UpdatedAt),
        ["completed_at"] = c.CompletedAt is { } at ? Time(at) : null,
        ["abandoned_checkout_url"] = $"https://shop.example/54321/checkouts/ac/{c.Token}/recover?key=example-key",
        ["customer"] = c.Customer is { } customer ? new JsonObject { ["id"] = customer.Id, ["email"] = customer.Email, ["phone"] = customer.Phone } : null,
        ["line_items"] = new JsonArray([.. c.Lines.Select(line => new JsonObject { ["key"] = line.Id.ToString(CultureInfo.InvariantCulture), ["title"] = line.Title, ["sku"] = line.Sku, ["quantity"] = line.Quantity, ["variant_id"] = line.Variant?.Id, ["price"] = Plain(line.Price), ["discount_allocations"] = new JsonArray() })]),
        ["total_tax"] = Plain(c.Tax),
        ["total_price"] = Plain(fields.CheckoutTotal(c)),
    };

    private static string Time(DateTimeOffset at) => at.ToOffset(TimeSpan.FromHours(1)).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    private static string Plain(decimal amount) => amount.ToString("0.00##", CultureInfo.InvariantCulture);
}
