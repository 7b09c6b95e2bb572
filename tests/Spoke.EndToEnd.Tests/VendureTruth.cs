using System.Globalization;
using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.EndToEnd.Tests;

/// <summary>What a portal has to hold by the seeder's <c>expected.json</c>: each thing as one line of text, so that a difference shows what it is.</summary>
internal sealed class VendureTruth(JsonElement expected)
{
    private const string Processed = "937ea84d-0a4f-4dcf-9028-3f9c2aafbf03", Shipped = "aa99e8d0-c1d5-4071-b915-d240bbb1aed9", Delivered = "3725360f-519b-4b18-a593-494d60a29c9f", Cancelled = "3c85a297-e9ce-400b-b42e-9f16853d69d6";

    private List<JsonElement> Placed => [.. expected.GetProperty("orders").EnumerateArray().Where(o => o.GetProperty("placed").GetBoolean())];

    /// <summary>Carts, and orders that await their payment, of somebody who is known.</summary>
    private List<JsonElement> Carts => [.. expected.GetProperty("carts").EnumerateArray().Concat(expected.GetProperty("orders").EnumerateArray().Where(o => !o.GetProperty("placed").GetBoolean())).Where(c => c.GetProperty("customerId").ValueKind == JsonValueKind.String)];

    public int Orders => Placed.Count;
    public int Contacts => expected.GetProperty("customers").GetArrayLength();
    public int OpenCarts => Carts.Count;
    public int Variants => expected.GetProperty("products").EnumerateArray().Sum(p => p.GetProperty("variants").GetArrayLength());
    public int Lines => Placed.Concat(Carts).Sum(o => o.GetProperty("lines").GetArrayLength());
    public int Records => Variants + Contacts + Orders + OpenCarts + Lines;

    /// <summary>Fails when anything in the portal is missing, there twice, or other than it should be.</summary>
    public async Task CheckAsync(VendureSync portal)
    {
        var products = await portal.RecordsAsync("products", ["hs_sku", "name", "price", "description"]);
        Same(expected.GetProperty("products").EnumerateArray().SelectMany(p => p.GetProperty("variants").EnumerateArray().Select(v => $"{Text(v, "sku")} {Amount(v.GetProperty("netPrice").GetProperty("USD").GetInt64(), "USD")} About {Text(p, "name")}")),
            products.Select(p => $"{p["hs_sku"]} {p["price"]} {p["description"]}"));

        var contacts = await portal.RecordsAsync("contacts", ["email", "firstname", "lastname", "company", "spoke_orders_count", "spoke_total_spent", "spoke_currency", "spoke_email_raw"]);
        Same(expected.GetProperty("customers").EnumerateArray().Select(Contact),
            contacts.Select(c => $"{c["email"]} {c["firstname"]}/{c["lastname"]} of '{c["company"]}': {c["spoke_orders_count"]} orders, {Spent(c["spoke_total_spent"], c["spoke_currency"])}{c["spoke_email_raw"]}"));
        Assert.All(expected.GetProperty("deletedCustomers").EnumerateArray(), gone => Assert.DoesNotContain(contacts, c => c["email"] == Address(gone)));

        var lines = (await portal.RecordsAsync("line_items", ["hs_sku", "name", "quantity", "price", "hs_line_item_currency_code"])).ToDictionary(l => l.Id, l => $"{l["quantity"]} x {l["hs_sku"]} {l["name"]} at {l["price"]} {l["hs_line_item_currency_code"]}");
        var emails = contacts.ToDictionary(c => c.Id, c => c["email"]);
        string WhoseFound(PortalRecord record) => $"{string.Join(';', record.Associated("contacts").Select(id => emails[id]))}: {string.Join(", ", record.Associated("line_items").Select(id => lines[id]).Order(StringComparer.Ordinal))}";

        var orders = await portal.RecordsAsync("orders", ["hs_external_order_id", "hs_total_price", "hs_refund_amount", "hs_tax", "hs_currency_code", "hs_external_order_status", "hs_pipeline_stage", "hs_payment_status"], "contacts", "line_items");
        Same(Placed.Select(o => $"{Text(o, "code")} {Amount(o, "total")} -{Amount(o, "refunded")} tax {Amount(o, "tax")} {Text(o, "currency")} {Text(o, "state")} {Stage(Text(o, "state"))} {Payment(o)} {Whose(o)}"),
            orders.Select(o => $"{o["hs_external_order_id"]} {o["hs_total_price"]} -{o["hs_refund_amount"]} tax {o["hs_tax"]} {o["hs_currency_code"]} {o["hs_external_order_status"]} {o["hs_pipeline_stage"]} {o["hs_payment_status"]} {WhoseFound(o)}"));

        var carts = await portal.RecordsAsync("carts", ["hs_external_cart_id", "hs_total_price", "hs_currency_code", "hs_external_status"], "contacts", "line_items");
        Same(Carts.Select(c => $"{Text(c, "id")} {Amount(c, "total")} {Text(c, "currency")} {Whose(c)}"), carts.Select(c => $"{c["hs_external_cart_id"]} {c["hs_total_price"]} {c["hs_currency_code"]} {WhoseFound(c)}"));
        // A seed may be hours old, so what is open may have been left behind; of several carts of a customer one is open.
        var states = carts.ToDictionary(c => c["hs_external_cart_id"]!, c => c["hs_external_status"]);
        foreach (var customer in Carts.GroupBy(c => Text(c, "customerId")))
        {
            var found = customer.Select(c => states[Text(c, "id")]).ToList();
            var open = found.Count(state => state is "active" or "abandoned");
            // Vendure dates carts in whole seconds: an order of the second in which the cart was touched last may have come after it.
            var newest = customer.Max(c => int.Parse(Text(c, "id"), CultureInfo.InvariantCulture));
            var justBefore = Placed.Any(o => o.TryGetProperty("customerId", out var id) && id.ValueKind == JsonValueKind.String && id.GetString() == customer.Key && newest - int.Parse(Text(o, "id"), CultureInfo.InvariantCulture) is > 0 and < 10);
            Assert.True((open == 1 || (open == 0 && justBefore)) && found.Count - open == found.Count(state => state == "superseded"), $"the carts of customer {customer.Key} are {string.Join(", ", found)}");
        }
        Assert.Equal(Lines, lines.Count);
    }

    private string Contact(JsonElement customer)
    {
        // Counted are orders for which money came in, unless they were cancelled and all of it went back.
        var mine = Placed.Where(o => Text(o, "customer") == Text(customer, "ref") && Minor(o, "paid") > 0).ToList();
        var counted = mine.Count(o => Text(o, "state") != "Cancelled" || Minor(o, "paid") != Minor(o, "refunded"));
        var spent = customer.GetProperty("totalSpent").EnumerateObject().Select(s => Spent(Amount(s.Value.GetInt64(), s.Name), s.Name)).SingleOrDefault("");
        return $"{Address(customer)} {Text(customer, "firstName")}/{Text(customer, "lastName")} of '{Text(customer, "company")}': {counted} orders, {spent}";
    }

    private string Whose(JsonElement order)
    {
        var currency = Text(order, "currency");
        var prices = expected.GetProperty("products").EnumerateArray().SelectMany(p => p.GetProperty("variants").EnumerateArray()).ToDictionary(v => Text(v, "sku"), v => v.GetProperty("netPrice").GetProperty(currency).GetInt64());
        return $"{Address(order)}: {string.Join(", ", order.GetProperty("lines").EnumerateArray().Select(l => $"{l.GetProperty("quantity").GetInt32()} x {Text(l, "sku")} {Text(l, "name")} at {Amount(prices[Text(l, "sku")], currency)} {currency}").Order(StringComparer.Ordinal))}";
    }

    private static string Stage(string state) => state switch
    {
        "PaymentAuthorized" or "PaymentSettled" or "PartiallyShipped" => Processed,
        "Shipped" or "PartiallyDelivered" => Shipped,
        "Delivered" => Delivered,
        "Cancelled" => Cancelled,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    private static string Payment(JsonElement order) => (Minor(order, "paid"), Minor(order, "refunded")) switch { (0, _) => "Authorized", (_, 0) => "Paid", var (paid, refunded) => paid == refunded ? "Refunded" : "Partially refunded" };

    // Nothing spent may be said as nothing at all, or as zero of a currency.
    private static string Spent(string amount, string currency) => amount.Trim('0', '.').Length == 0 ? "" : $"{amount} {currency}";

    private static string Address(JsonElement who)
    {
        var parts = Text(who, "email").ToLowerInvariant().Split('@');
        return $"{parts[0]}@{new IdnMapping().GetAscii(parts[1])}";
    }

    private static string Amount(JsonElement order, string name) => Amount(Minor(order, name), Text(order, "currency"));

    private static string Amount(long minor, string currency) => new Money(minor, currency).ToPlainText();

    private static long Minor(JsonElement order, string name) => order.GetProperty(name).GetInt64();

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";

    private static void Same(IEnumerable<string> wanted, IEnumerable<string> found)
    {
        var (a, b) = (wanted.Order(StringComparer.Ordinal).ToList(), found.Order(StringComparer.Ordinal).ToList());
        Assert.True(a.SequenceEqual(b, StringComparer.Ordinal),
            $"{a.Count} wanted, {b.Count} found. Missing or other:\n  {string.Join("\n  ", a.Except(b).Take(5))}\nInstead:\n  {string.Join("\n  ", b.Except(a).Take(5))}\nTwice: {string.Join(", ", b.GroupBy(x => x).Where(g => g.Count() > 1).Select(g => g.Key).Take(5))}");
    }
}
