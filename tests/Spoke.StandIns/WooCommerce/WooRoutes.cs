using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Spoke.StandIns.WooCommerce;

/// <summary>Which address answers what.</summary>
internal sealed class WooRoutes(WooShop shop)
{
    private readonly WooOrderRoutes _orders = new(shop);

    /// <param name="path">Behind <c>/wp-json/</c>.</param>
    public JsonNode Answer(HttpContext context, string path, JsonObject body, bool known)
    {
        var query = new WooQuery(context.Request, shop.Options);
        if (path.Length == 0) return query.Fields(Index());
        if (path is not ("wc/v3" or "wc") && !path.StartsWith("wc/v3/", StringComparison.Ordinal)) throw NoRoute();
        var parts = path.Split('/')[2..];
        var get = HttpMethods.IsGet(context.Request.Method);
        if (!known) throw new WooError(401, get ? "woocommerce_rest_cannot_view" : "woocommerce_rest_cannot_edit", get ? "Sorry, you cannot list resources." : "Sorry, you are not allowed to edit this resource.");
        lock (shop.Gate)
            return (context.Request.Method, parts) switch
            {
                ("GET", ["system_status"]) => query.Fields(Status()),
                ("GET", ["settings", "general", "woocommerce_currency"]) => query.Fields(Setting("woocommerce_currency", shop.Options.Currency)),
                ("GET", ["settings", "tax", "woocommerce_prices_include_tax"]) => query.Fields(Setting("woocommerce_prices_include_tax", shop.Options.PricesIncludeTax ? "yes" : "no")),
                (_, ["orders", ..]) => _orders.Answer(context, query, parts[1..], body),
                ("GET", ["customers"]) => List(query, context, shop.Customers, ByRole(query), shop.Json.Customer, "id", "include", "name", "registered_date"),
                ("GET", ["customers", var id]) => query.Fields(shop.Json.Customer(Find(shop.Customers, id, "woocommerce_rest_invalid_id", "Invalid resource ID."))),
                ("POST", ["customers"]) => Created(context, Customer(new WooCustomer { Id = shop.NextId(), Created = shop.Now }, body, isNew: true)),
                ("PUT" or "POST" or "PATCH", ["customers", var id]) => Customer(Keep(shop.Customers, id, "woocommerce_rest_invalid_id", "Invalid resource ID."), body, isNew: false),
                ("GET", ["products"]) => List(query, context, shop.Products, shop.Products.Rows.Where(row => (query.Text("status") ?? "any") is var status && (status == "any" ? row.Status != "trash" : row.Status == status)).Where(row => query.Text("type") is not { } type || shop.Products.Look(row).Type == type), shop.Json.Product, "date", "modified", "id", "include", "title", "slug"),
                ("GET", ["products", var id]) => query.Fields(shop.Json.Product(Product(id))),
                ("GET", ["products", var id, "variations"]) => new JsonArray([.. Variations(context, query, id)]),
                ("GET", ["products", var id, "variations", var variation]) => query.Fields(shop.Json.Product(Product(id).Variations.Find(v => v.Id == Id(variation)) ?? throw new WooError(404, "woocommerce_rest_product_variation_invalid_id", "Invalid ID."))),
                ("GET", ["webhooks"]) => List(query, context, shop.Webhooks.All, shop.Webhooks.All.Rows.Where(row => query.Text("status") is not { } status || status == "all" || row.Status == status), shop.Json.Webhook, "date", "id", "title"),
                ("POST", ["webhooks"]) => Created(context, Webhook(new WooWebhook { Id = shop.NextId(), Created = shop.Now, Status = "active" }, body, isNew: true)),
                ("PUT" or "POST", ["webhooks", var id]) => Webhook(Keep(shop.Webhooks.All, id, "woocommerce_rest_shop_webhook_invalid_id", "Invalid ID."), body, isNew: false),
                ("DELETE", ["webhooks", var id]) => Removed(Keep(shop.Webhooks.All, id, "woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.")),
                _ => throw NoRoute(),
            };
    }

    private static WooError NoRoute() => new(404, "rest_no_route", "No route was found matching the URL and request method.");

    private JsonObject Index() => new() { ["name"] = shop.Options.Name, ["description"] = "", ["url"] = shop.BaseUrl.ToString().TrimEnd('/'), ["home"] = shop.BaseUrl.ToString().TrimEnd('/'), ["gmt_offset"] = shop.Options.UtcOffsetHours, ["timezone_string"] = "Europe/Dublin", ["namespaces"] = new JsonArray("oembed/1.0", "wc/v3", "wp/v2") };

    private static JsonObject Setting(string id, string value) => new() { ["id"] = id, ["label"] = id, ["type"] = "select", ["value"] = value };

    private JsonObject Status() => new()
    {
        ["environment"] = new JsonObject { ["home_url"] = shop.BaseUrl.ToString().TrimEnd('/'), ["version"] = shop.Options.Version, ["wp_version"] = "6.6" },
        ["settings"] = new JsonObject { ["api_enabled"] = false, ["currency"] = shop.Options.Currency, ["number_of_decimals"] = shop.Options.Decimals },
    };

    private JsonArray List<T>(WooQuery query, HttpContext context, WooTable<T> table, IEnumerable<WooTable<T>.Row> rows, Func<T, JsonObject> json, params string[] orders) where T : WooEntity =>
        new([.. query.Page(rows, context.Response, orders).Select(row => query.Fields(json(table.Look(row))))]);

    private IEnumerable<WooTable<WooCustomer>.Row> ByRole(WooQuery query)
    {
        var role = query.Text("role") ?? "customer";
        return shop.Customers.Rows.Where(row => (role == "all" || shop.Customers.Look(row).Role == role) && (query.Text("email") is not { } email || shop.Customers.Look(row).Email == email));
    }

    private WooProduct Product(string id)
    {
        var number = Id(id);
        if (shop.Products.Find(number) is { } row) return shop.Products.Look(row);
        return shop.Products.Rows.Select(shop.Products.Look).SelectMany(p => p.Variations).FirstOrDefault(v => v.Id == number) ?? throw new WooError(404, "woocommerce_rest_product_invalid_id", "Invalid ID.");
    }

    private IEnumerable<JsonObject> Variations(HttpContext context, WooQuery query, string id)
    {
        var all = Product(id).Variations;
        context.Response.Headers["X-WP-Total"] = all.Count.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["X-WP-TotalPages"] = "1";
        return all.Take(query.Number("per_page", 10, 1, 100)).Select(v => query.Fields(shop.Json.Product(v)));
    }

    private JsonObject Customer(WooCustomer customer, JsonObject body, bool isNew)
    {
        if (body["email"]?.GetValue<string>() is { } email)
        {
            if (!email.Contains('@')) throw WooError.Parameter("email", "Invalid email address.");
            if (shop.Customers.Rows.Select(shop.Customers.Look).Any(other => other.Id != customer.Id && string.Equals(other.Email, email, StringComparison.OrdinalIgnoreCase))) throw new WooError(400, "woocommerce_rest_customer_invalid_email", "Email address is invalid.");
            customer.Email = email;
        }
        else if (isNew) throw new WooError(400, "rest_missing_callback_param", "Missing parameter(s): email");
        customer.FirstName = body["first_name"]?.GetValue<string>() ?? customer.FirstName;
        customer.LastName = body["last_name"]?.GetValue<string>() ?? customer.LastName;
        customer.Billing = WooBody.Address(body["billing"], customer.Billing);
        customer.Shipping = WooBody.Address(body["shipping"], customer.Shipping);
        WooBody.Meta(body, customer.Meta, shop.NextId);
        customer.Modified = shop.Now;
        if (isNew) shop.Customers.Add(customer);
        else shop.Customers.Touched(customer);
        shop.Webhooks.Fire(isNew ? "customer.created" : "customer.updated", customer.Id);
        return shop.Json.Customer(customer);
    }

    private JsonObject Webhook(WooWebhook webhook, JsonObject body, bool isNew)
    {
        webhook.Name = body["name"]?.GetValue<string>() ?? webhook.Name;
        webhook.Topic = body["topic"]?.GetValue<string>() ?? webhook.Topic;
        webhook.DeliveryUrl = body["delivery_url"]?.GetValue<string>() ?? webhook.DeliveryUrl;
        webhook.Secret = body["secret"]?.GetValue<string>() ?? webhook.Secret;
        webhook.Status = body["status"]?.GetValue<string>() ?? webhook.Status;
        if (webhook.Status is not ("active" or "paused" or "disabled")) throw WooError.Parameter("status", "status is not one of active, paused, disabled.");
        if (webhook.Topic.Split('.') is not [_, _]) throw new WooError(400, "woocommerce_rest_shop_webhook_invalid_topic", "Webhook topic must be valid.");
        if (!Uri.TryCreate(webhook.DeliveryUrl, UriKind.Absolute, out _)) throw new WooError(400, "woocommerce_rest_shop_webhook_invalid_delivery_url", "Webhook delivery URL must be a valid URL starting with http:// or https://.");
        webhook.Modified = shop.Now;
        if (webhook.Status == "active") webhook.Failures = 0;
        if (isNew) shop.Webhooks.All.Add(webhook);
        else shop.Webhooks.All.Touched(webhook);
        shop.Webhooks.Saved(webhook);
        return shop.Json.Webhook(webhook);
    }

    private JsonObject Removed(WooWebhook webhook)
    {
        shop.Webhooks.All.Remove(webhook.Id);
        return shop.Json.Webhook(webhook);
    }

    private static JsonObject Created(HttpContext context, JsonObject json)
    {
        context.Response.StatusCode = 201;
        return json;
    }

    internal static long Id(string text) => long.TryParse(text, CultureInfo.InvariantCulture, out var id) ? id : throw NoRoute();   // WordPress routes only digits there

    internal static T Find<T>(WooTable<T> table, string id, string code, string message) where T : WooEntity => table.Find(Id(id)) is { } row ? table.Look(row) : throw new WooError(404, code, message);

    internal static T Keep<T>(WooTable<T> table, string id, string code, string message) where T : WooEntity => table.Keep(Id(id)) ?? throw new WooError(404, code, message);
}
