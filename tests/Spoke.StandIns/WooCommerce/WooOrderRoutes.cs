using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Spoke.StandIns.WooCommerce;

/// <summary>Orders, their refunds and notes.</summary>
internal sealed class WooOrderRoutes(WooShop shop)
{
    private const string Code = "woocommerce_rest_shop_order_invalid_id";
    private static readonly string[] Core = ["pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed"];

    public JsonNode Answer(HttpContext context, WooQuery query, string[] parts, JsonObject body) => (context.Request.Method, parts) switch
    {
        ("GET", []) => new JsonArray([.. query.Page(Filtered(query), context.Response, "date", "modified", "id", "include", "title", "slug").Select(row => query.Fields(shop.Json.Order(shop.Orders.Look(row), query.Dp)))]),
        ("GET", [var id]) => query.Fields(shop.Json.Order(Find(id), query.Dp)),
        ("POST", []) => Create(context, query, body),
        ("PUT" or "POST" or "PATCH", [var id]) => Edit(Keep(id), query, body),
        ("DELETE", [var id]) => Delete(Keep(id), query),
        ("GET", [var id, "refunds"]) => Refunds(context, query, Find(id)),
        ("POST", [var id, "refunds"]) => Refund(context, query, Keep(id), body),
        ("GET", [var id, "notes"]) => new JsonArray([.. Find(id).Notes.OrderByDescending(n => n.Id).Select(n => query.Fields(shop.Json.Note(n)))]),
        ("POST", [var id, "notes"]) => Note(context, Keep(id), body),
        _ => throw new WooError(404, "rest_no_route", "No route was found matching the URL and request method."),
    };

    private IEnumerable<string> Known => Core.Concat(shop.Options.CustomStatuses).Concat(shop.Options.BlockCheckout ? ["checkout-draft"] : []);

    private WooOrder Find(string id) => WooRoutes.Find(shop.Orders, id, Code, "Invalid ID.");

    private WooOrder Keep(string id) => WooRoutes.Keep(shop.Orders, id, Code, "Invalid ID.");

    private IEnumerable<WooTable<WooOrder>.Row> Filtered(WooQuery query)
    {
        var statuses = (query.Text("status") ?? "any").Split(',');
        foreach (var status in statuses)
            if (status is not ("any" or "trash") && !Known.Contains(status)) throw WooError.Parameter("status", $"status[0] is not one of any, trash, {string.Join(", ", Known)}.");
        var rows = shop.Orders.Rows.Where(row => statuses.Contains(row.Status) || (statuses.Contains("any") && row.Status != "trash"));
        if (query.Text("search") is { } search) rows = rows.Where(row => shop.Orders.Look(row).Billing.Email.Contains(search, StringComparison.OrdinalIgnoreCase));
        return query.Text("customer") is { } customer ? rows.Where(row => shop.Orders.Look(row).Customer == WooRoutes.Id(customer)) : rows;
    }

    private JsonObject Create(HttpContext context, WooQuery query, JsonObject body)
    {
        var order = shop.Seed.Empty(shop.NextId(), body["customer_id"]?.GetValue<long>() ?? 0, WooBody.Address(body["billing"], new()), shop.Now);
        order.CreatedVia = "rest-api";
        foreach (var line in (body["line_items"] as JsonArray ?? []).OfType<JsonObject>())
            shop.Seed.AddLine(order, shop.NextId(), WooRoutes.Find(shop.Products, line["product_id"]?.ToString() ?? "", "woocommerce_rest_invalid_product_id", "Invalid product."), null, line["quantity"]?.GetValue<int>() ?? 1);
        shop.Orders.Add(order);
        shop.Webhooks.Fire("order.created", order.Id);
        context.Response.StatusCode = 201;
        return Edit(order, query, body);
    }

    private JsonObject Edit(WooOrder order, WooQuery query, JsonObject body)
    {
        if (body["status"]?.GetValue<string>() is { } status)
        {
            if (!Known.Contains(status)) throw WooError.Parameter("status", $"status is not one of {string.Join(", ", Known)}.");
            shop.Desk.MoveTo(order, status);
        }
        if (body["set_paid"]?.GetValue<bool>() is true) shop.Desk.MoveTo(order, "processing");
        order.Billing = WooBody.Address(body["billing"], order.Billing);
        order.Shipping = WooBody.Address(body["shipping"], order.Shipping);
        WooBody.Meta(body, order.Meta, shop.NextId);
        shop.Desk.Saved(order);
        return shop.Json.Order(order, query.Dp);
    }

    private JsonObject Delete(WooOrder order, WooQuery query)
    {
        if (query.Text("force") == "true") shop.Desk.Erase(order.Id);
        else shop.Desk.Trash(order.Id);
        return shop.Json.Order(order, query.Dp);
    }

    private JsonArray Refunds(HttpContext context, WooQuery query, WooOrder order)
    {
        var perPage = query.Number("per_page", 10, 1, 100);
        context.Response.Headers["X-WP-Total"] = order.Refunds.Count.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["X-WP-TotalPages"] = ((order.Refunds.Count + perPage - 1) / perPage).ToString(CultureInfo.InvariantCulture);
        return new JsonArray([.. order.Refunds.OrderByDescending(r => r.Created).ThenByDescending(r => r.Id).Skip((query.Number("page", 1, 1, int.MaxValue) - 1) * perPage).Take(perPage).Select(r => query.Fields(shop.Json.Refund(r, query.Dp)))]);
    }

    private JsonObject Refund(HttpContext context, WooQuery query, WooOrder order, JsonObject body)
    {
        if (!decimal.TryParse(body["amount"]?.GetValue<string>(), CultureInfo.InvariantCulture, out var amount) || amount <= 0 || amount > order.Total - order.Refunds.Sum(r => r.Amount)) throw new WooError(400, "woocommerce_rest_cannot_create_order_refund", "Invalid refund amount.");
        context.Response.StatusCode = 201;
        return shop.Json.Refund(shop.Desk.Refund(order.Id, amount, body["reason"]?.GetValue<string>() ?? ""), query.Dp);
    }

    private JsonObject Note(HttpContext context, WooOrder order, JsonObject body)
    {
        if (body["note"]?.GetValue<string>() is not { Length: > 0 } text) throw new WooError(400, "rest_missing_callback_param", "Missing parameter(s): note");
        var note = new WooNote(shop.NextId(), shop.Now, text, body["customer_note"]?.GetValue<bool>() ?? false);
        order.Notes.Add(note);
        context.Response.StatusCode = 201;
        return shop.Json.Note(note);
    }
}
