using System.Globalization;
using System.Text.Json.Nodes;

namespace Spoke.StandIns.WooCommerce;

/// <summary>Entities as WooCommerce's REST API v3 writes them.</summary>
internal sealed class WooJson(WooOptions options, Uri url)
{
    public JsonObject Order(WooOrder order, int dp)
    {
        var json = new JsonObject
        {
            ["id"] = order.Id,
            ["parent_id"] = 0,
            ["status"] = order.Status,
            ["currency"] = order.Currency,
            ["version"] = options.Version,
            ["prices_include_tax"] = order.PricesIncludeTax,
        };
        Date(json, "date_created", order.Created);
        Date(json, "date_modified", order.Modified);
        json["discount_total"] = Amount(Own(order.Lines.Sum(l => l.Subtotal - l.Total)), dp);
        json["discount_tax"] = Amount(Own(order.Lines.Sum(l => l.SubtotalTax - l.TotalTax)), dp);
        json["shipping_total"] = Amount(order.Shippings.Sum(s => s.Total), dp);
        json["shipping_tax"] = Amount(order.Shippings.Sum(s => s.TotalTax), dp);
        json["cart_tax"] = Amount(Own(order.Lines.Concat(order.Fees).Sum(s => s.TotalTax)), dp);
        json["total"] = Amount(Own(order.Total), dp);
        json["total_tax"] = Amount(Own(order.TotalTax), dp);
        json["customer_id"] = order.Customer;
        json["order_key"] = $"wc_order_{order.Id}";
        json["billing"] = Address(order.Billing, billing: true);
        json["shipping"] = Address(order.Shipping, billing: false);
        json["payment_method"] = order.PaymentMethod;
        json["payment_method_title"] = order.PaymentMethod;
        json["transaction_id"] = order.Transaction;
        json["created_via"] = order.CreatedVia;
        json["customer_note"] = order.CustomerNote;
        Date(json, "date_completed", order.Completed);
        Date(json, "date_paid", order.Paid);
        json["cart_hash"] = order.CartHash;
        json["number"] = order.Id.ToString(CultureInfo.InvariantCulture);
        json["meta_data"] = Meta(order.Meta);
        json["line_items"] = Lines(order.Lines, dp);
        json["tax_lines"] = new JsonArray(new JsonObject { ["id"] = 1, ["rate_code"] = "DE-VAT-1", ["rate_id"] = 1, ["label"] = "VAT", ["tax_total"] = Amount(Own(order.TotalTax) - order.Shippings.Sum(s => s.TotalTax), dp), ["shipping_tax_total"] = Amount(order.Shippings.Sum(s => s.TotalTax), dp) });
        json["shipping_lines"] = Others(order.Shippings, "method_title", dp);
        json["fee_lines"] = Others(order.Fees, "name", dp);
        json["coupon_lines"] = new JsonArray([.. order.Coupons.Select(c => new JsonObject { ["id"] = c.Id, ["code"] = c.Code, ["discount"] = Amount(c.Discount, dp), ["discount_tax"] = Amount(c.DiscountTax, dp), ["meta_data"] = new JsonArray() })]);
        json["refunds"] = new JsonArray([.. order.Refunds.OrderByDescending(r => r.Id).Select(r => new JsonObject { ["id"] = r.Id, ["reason"] = r.Reason, ["total"] = Amount(-r.Amount, dp) })]);
        json["payment_url"] = new Uri(url, $"checkout/order-pay/{order.Id}/?pay_for_order=true").ToString();
        json["currency_symbol"] = "€";
        return json;
    }

    public JsonObject Refund(WooRefund refund, int dp)
    {
        var json = new JsonObject { ["id"] = refund.Id };
        Date(json, "date_created", refund.Created);
        json["amount"] = Amount(refund.Amount, dp);
        json["reason"] = refund.Reason;
        json["refunded_by"] = 1;
        json["refunded_payment"] = false;
        json["meta_data"] = new JsonArray();
        json["line_items"] = Lines(refund.Lines, dp);
        json["shipping_lines"] = Others(refund.Shippings, "method_title", dp);
        json["tax_lines"] = new JsonArray();
        json["fee_lines"] = Others(refund.Fees, "name", dp);
        return json;
    }

    public JsonObject Note(WooNote note)
    {
        var json = new JsonObject { ["id"] = note.Id, ["author"] = "WooCommerce" };
        Date(json, "date_created", note.Created);
        json["note"] = note.Text;
        json["customer_note"] = note.ForCustomer;
        return json;
    }

    public JsonObject Customer(WooCustomer customer)
    {
        var json = new JsonObject { ["id"] = customer.Id };
        Date(json, "date_created", customer.Created);
        Date(json, "date_modified", customer.Modified);
        json["email"] = customer.Email;
        json["first_name"] = customer.FirstName;
        json["last_name"] = customer.LastName;
        json["role"] = customer.Role;
        json["username"] = customer.Email.Split('@')[0];
        json["billing"] = Address(customer.Billing, billing: true);
        json["shipping"] = Address(customer.Shipping, billing: false);
        json["is_paying_customer"] = customer.Paying;
        json["avatar_url"] = "";
        json["meta_data"] = Meta(customer.Meta);
        return json;
    }

    public JsonObject Product(WooProduct product)
    {
        var json = new JsonObject { ["id"] = product.Id, ["name"] = product.Name, ["permalink"] = new Uri(url, $"product/{product.Id}/").ToString() };
        Date(json, "date_created", product.Created);
        Date(json, "date_modified", product.Modified);
        json["type"] = product.Type;
        json["status"] = product.Status;
        json["description"] = product.Description;
        json["sku"] = product.Type == "variable" ? "" : product.Sku;
        json["price"] = Amount(product.Price, options.Decimals);
        json["regular_price"] = product.Type == "variable" ? "" : Amount(product.Price, options.Decimals);
        json["parent_id"] = product.Parent;
        json["images"] = product.Type == "variation" ? new JsonArray() : new JsonArray(new JsonObject { ["id"] = product.Id + 1, ["src"] = new Uri(url, $"wp-content/{product.Id}.jpg").ToString() });
        json["variations"] = new JsonArray([.. product.Variations.Select(v => (JsonNode)v.Id)]);
        json["attributes"] = product.Option.Length == 0 ? new JsonArray() : new JsonArray(new JsonObject { ["id"] = 1, ["name"] = "Size", ["option"] = product.Option });
        json["meta_data"] = Meta(product.Meta);
        return json;
    }

    public JsonObject Webhook(WooWebhook webhook)
    {
        var json = new JsonObject { ["id"] = webhook.Id, ["name"] = webhook.Name, ["status"] = webhook.Status, ["topic"] = webhook.Topic, ["resource"] = webhook.Topic.Split('.')[0], ["event"] = webhook.Topic.Split('.')[^1], ["delivery_url"] = webhook.DeliveryUrl };
        Date(json, "date_created", webhook.Created);
        Date(json, "date_modified", webhook.Modified);
        return json;
    }

    private JsonArray Lines(List<WooLine> lines, int dp) => new([.. lines.Select(line => new JsonObject
    {
        ["id"] = line.Id,
        ["name"] = line.Name,
        ["product_id"] = line.Product,
        ["variation_id"] = line.Variation,
        ["quantity"] = line.Quantity,
        ["tax_class"] = "",
        ["subtotal"] = Amount(line.Subtotal, dp),
        ["subtotal_tax"] = Amount(line.SubtotalTax, dp),
        ["total"] = Amount(line.Total, dp),
        ["total_tax"] = Amount(line.TotalTax, dp),
        ["taxes"] = new JsonArray(new JsonObject { ["id"] = 1, ["total"] = line.TotalTax.ToString(CultureInfo.InvariantCulture), ["subtotal"] = line.SubtotalTax.ToString(CultureInfo.InvariantCulture) }),
        ["meta_data"] = Refunded(line),
        ["sku"] = line.Sku,
        ["price"] = line.Quantity == 0 ? 0 : line.Total / line.Quantity,
    })]);

    private static JsonArray Others(List<WooLine> lines, string title, int dp) => new([.. lines.Select(line => new JsonObject { ["id"] = line.Id, [title] = line.Name, ["total"] = Amount(line.Total, dp), ["total_tax"] = Amount(line.TotalTax, dp), ["taxes"] = new JsonArray(), ["meta_data"] = Refunded(line) })]);

    private static JsonArray Refunded(WooLine line) => line.RefundedItem == 0 ? [] : new(new JsonObject { ["id"] = line.Id, ["key"] = "_refunded_item_id", ["value"] = line.RefundedItem.ToString(CultureInfo.InvariantCulture) });

    private static JsonArray Meta(List<WooMeta> meta) => new([.. meta.Select(m => new JsonObject { ["id"] = m.Id, ["key"] = m.Key, ["value"] = m.Value?.DeepClone() })]);

    private static JsonObject Address(WooAddress a, bool billing)
    {
        var json = new JsonObject { ["first_name"] = a.FirstName, ["last_name"] = a.LastName, ["company"] = a.Company, ["address_1"] = a.Street, ["address_2"] = a.Street2, ["city"] = a.City, ["state"] = a.State, ["postcode"] = a.Postcode, ["country"] = a.Country };
        if (billing) json["email"] = a.Email;
        json["phone"] = a.Phone;
        return json;
    }

    private void Date(JsonObject json, string name, DateTime? moment)
    {
        json[name] = moment?.AddHours(options.UtcOffsetHours).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        json[name + "_gmt"] = moment?.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
    }

    private decimal Own(decimal amount) => Math.Round(amount, options.Decimals, MidpointRounding.AwayFromZero);

    private static string Amount(decimal amount, int dp) => Math.Round(amount, dp, MidpointRounding.AwayFromZero).ToString("F" + dp.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
