using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;

namespace Spoke.Commerce.Tests.Connectors.Medusa;

/// <summary>As much of Medusa's Admin API as it takes to be awkward: lists that shrink while they are read, tokens that run out, answers that are lost.</summary>
internal sealed class ScriptedMedusa : HttpMessageHandler
{
    public List<JsonObject> Orders { get; } = [];
    public List<JsonObject> Customers { get; } = [];
    public JsonArray Payments { get; } = [];
    public List<string> Asked { get; } = [];
    public List<(string Path, JsonNode? Body)> Posted { get; } = [];
    public int LogIns { get; private set; }

    /// <summary>Called before each page of orders.</summary>
    public Action BeforePage { get; set; } = () => { };

    /// <summary>Answers to writes, by the end of their path.</summary>
    public Dictionary<string, Func<JsonNode?, HttpResponseMessage>> Writes { get; } = [];

    public Queue<HttpStatusCode> Refusals { get; } = [];

    public static JsonObject Order(int id, string payment = "captured", string fulfilment = "not_fulfilled") => (JsonObject)JsonNode.Parse($$"""
        {
          "id": "order_{{id:000}}", "display_id": {{id}}, "status": "pending", "version": 1, "email": "buyer@example.com", "customer_id": "cus_1", "currency_code": "eur",
          "created_at": "2026-01-05T10:00:00.000Z", "updated_at": "2026-01-05T10:00:00.000Z", "canceled_at": null, "payment_status": "{{payment}}", "fulfillment_status": "{{fulfilment}}",
          "total": 12, "credit_line_total": 0, "credit_lines": [], "shipping_methods": [], "fulfillments": [],
          "items": [{ "id": "line_{{id}}", "title": "Mug", "quantity": 2, "unit_price": 5, "subtotal": 10, "total": 12, "tax_total": 2, "requires_shipping": true, "detail": { "quantity": 2, "fulfilled_quantity": 0 } }],
          "payment_collections": [{ "payments": [{ "id": "pay_{{id}}", "amount": 12, "created_at": "2026-01-05T10:00:00.000Z", "updated_at": "2026-01-05T10:00:00.000Z", "captures": [{ "id": "capt_{{id}}", "amount": 12, "created_at": "2026-01-05T10:00:00.000Z" }], "refunds": [] }] }]
        }
        """)!;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        var body = request.Content is null ? null : JsonNode.Parse(await request.Content.ReadAsStringAsync(cancellationToken));
        if (path.EndsWith("/auth/user/emailpass", StringComparison.Ordinal)) return Answer($$"""{"token":"token-{{++LogIns}}"}""");
        if (request.Headers.Authorization is { Scheme: "Bearer", Parameter: var token } && token != $"token-{LogIns}") return Answer("""{"message":"Unauthorized"}""", HttpStatusCode.Unauthorized);
        if (Refusals.TryDequeue(out var refusal)) return Answer("""{"message":"Unauthorized"}""", refusal);
        Asked.Add(HttpUtility.UrlDecode(request.RequestUri.PathAndQuery));
        if (request.Method == HttpMethod.Post)
        {
            Posted.Add((path, body));
            return Writes.First(write => path.EndsWith(write.Key, StringComparison.Ordinal)).Value(body);
        }
        var query = HttpUtility.ParseQueryString(request.RequestUri.Query);
        return path.Split('/')[^1] switch
        {
            "stores" => Answer("""{"stores":[{"id":"store_1","name":"Scripted","supported_currencies":[{"currency_code":"eur","is_default":true}]}]}"""),
            "price-preferences" => Answer("""{"price_preferences":[{"attribute":"currency_code","value":"eur","is_tax_inclusive":true}]}"""),
            "orders" => OrdersPage(query),
            "customers" => List("customers", new JsonArray([.. Customers.Select(customer => customer.DeepClone())])),
            "payments" => List("payments", query["updated_at[$gte]"] is null ? [] : Payments),
            var list => List(list == "product-variants" ? "variants" : list, []),
        };
    }

    private HttpResponseMessage OrdersPage(System.Collections.Specialized.NameValueCollection query)
    {
        BeforePage();
        int Number(string name) => int.Parse(query[name] ?? "0", CultureInfo.InvariantCulture);
        var found = query.GetValues("id[]") is { } ids ? Orders.Where(o => ids.Contains((string)o["id"]!)).ToList()
            : query.GetValues("customer_id[]") is { } buyers ? [.. Orders.Where(o => buyers.Contains((string)o["customer_id"]!)).Reverse()]
            : query["updated_at[$gte]"] is { } since ? [.. Orders.Where(o => string.CompareOrdinal((string)o["updated_at"]!, since) >= 0)] : Orders;
        return List("orders", new JsonArray([.. found.Skip(Number("offset")).Take(Number("limit")).Select(o => o.DeepClone())]), found.Count);
    }

    private static HttpResponseMessage List(string member, JsonArray rows, int? count = null) => Answer(new JsonObject { [member] = rows.DeepClone(), ["count"] = count ?? rows.Count }.ToJsonString());

    public static HttpResponseMessage Answer(string json, HttpStatusCode status = HttpStatusCode.OK) => new(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
}
