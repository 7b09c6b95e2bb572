using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spoke.Commerce.Tests.Connectors.Vendure;

/// <summary>As much of Vendure's Admin API as it takes to be awkward: lists that shrink while they are read, low limits, sessions that end.</summary>
internal sealed class ScriptedVendure : HttpMessageHandler
{
    public List<JsonObject> Orders { get; } = [];
    public int Limit { get; set; } = 100;
    public int LogIns { get; private set; }
    public List<int> Asked { get; } = [];

    /// <summary>Called before each page of a list.</summary>
    public Action<ScriptedVendure> BeforePage { get; set; } = _ => { };

    /// <summary>Errors to answer queries with before data, by code and message.</summary>
    public Queue<(string Code, string Message)> Errors { get; } = [];

    public static JsonObject Order(int id, string state = "PaymentSettled", int total = 1200) => new()
    {
        ["id"] = $"{id}",
        ["createdAt"] = "2026-01-05T10:00:00Z",
        ["updatedAt"] = "2026-01-05T10:00:00Z",
        ["orderPlacedAt"] = "2026-01-05T10:00:01Z",
        ["type"] = "Regular",
        ["code"] = $"CODE{id}",
        ["state"] = state,
        ["active"] = false,
        ["currencyCode"] = "EUR",
        ["couponCodes"] = new JsonArray(),
        ["total"] = total * 5 / 6,
        ["totalWithTax"] = total,
        ["shipping"] = 0,
        ["customer"] = null,
        ["surcharges"] = new JsonArray(),
        ["shippingLines"] = new JsonArray(),
        ["lines"] = new JsonArray(new JsonObject { ["id"] = $"{id}1", ["quantity"] = 2, ["orderPlacedQuantity"] = 2, ["unitPrice"] = total * 5 / 12, ["linePrice"] = total * 5 / 6, ["proratedLinePrice"] = total * 5 / 6, ["proratedLinePriceWithTax"] = total }),
        ["payments"] = new JsonArray(new JsonObject { ["id"] = $"{id}2", ["createdAt"] = "2026-01-05T10:00:01Z", ["updatedAt"] = "2026-01-05T10:00:01Z", ["state"] = "Settled", ["amount"] = total, ["refunds"] = new JsonArray() }),
        ["fulfillments"] = new JsonArray(),
    };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
        var query = (string)call["query"]!;
        if (query.Contains("login(", StringComparison.Ordinal))
        {
            LogIns++;
            var answer = Answer("""{"data":{"login":{"__typename":"CurrentUser","id":"1"}}}""");
            answer.Headers.Add("vendure-auth-token", $"session-{LogIns}");
            return answer;
        }
        if (request.Headers.Authorization?.Parameter != $"session-{LogIns}") return Error("FORBIDDEN", "You are not currently authorized to perform this action");
        if (Errors.TryDequeue(out var error)) return Error(error.Code, error.Message);
        if (query.Contains("activeChannel", StringComparison.Ordinal)) return Answer("""{"data":{"activeChannel":{"code":"main","defaultCurrencyCode":"EUR"},"globalSettings":{"serverConfig":{"moneyStrategyPrecision":2}}}}""");
        var (take, skip) = ((int)call["variables"]!["o"]!["take"]!, (int)call["variables"]!["o"]!["skip"]!);
        if (take > Limit) return Error("USER_INPUT_ERROR", $"Cannot take more than {Limit} results from a list query");
        BeforePage(this);
        Asked.Add(take);
        var items = new JsonArray([.. Orders.Skip(skip).Take(take).Select(order => order.DeepClone())]);
        return Answer(new JsonObject { ["data"] = new JsonObject { ["orders"] = new JsonObject { ["totalItems"] = Orders.Count, ["items"] = items } } }.ToJsonString());
    }

    private static HttpResponseMessage Error(string code, string message) => Answer(JsonSerializer.Serialize(new { errors = new[] { new { message, extensions = new { code } } }, data = (object?)null }));

    private static HttpResponseMessage Answer(string json) => new(HttpStatusCode.OK) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
}
