using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Spoke.Shop.Store;

namespace Spoke.Shop.Api;

/// <summary>The shop's HTTP API: what shoppers use under <c>/api</c>, what the shop's own systems use under <c>/admin</c> with a key.</summary>
internal static class ShopApi
{
    public static void Map(WebApplication app, ShopDesk desk, ShopOptions options)
    {
        app.UseExceptionHandler(errors => errors.Run(RefuseAsync));
        app.MapGet("/health/live", () => "ok");
        app.MapGet("/health/ready", () => "ok");
        MapStorefront(app, desk);
        MapAdmin(app.MapGroup("/admin").AddEndpointFilter(async (context, next) =>
            SameKey(context.HttpContext.Request.Headers.Authorization.ToString(), "Bearer " + options.ApiKey)
                ? await next(context)
                : Results.Problem("Send the shop's admin key as Authorization: Bearer KEY.", statusCode: 401, title: "Admin key missing or wrong")), desk);
    }

    private static void MapStorefront(WebApplication app, ShopDesk desk)
    {
        app.MapGet("/api/products", async (CancellationToken token) => (await desk.Database.PageAsync("variant", 0, 1000, ShopJson.Default.ShopVariant, token)).Items);
        app.MapPost("/api/carts", (CartRequest request, CancellationToken token) => desk.OpenCartAsync(request.Currency ?? "EUR", null, request.Email, token));
        app.MapGet("/api/carts/{id}", async (string id, CancellationToken token) => Found(await desk.Database.FindAsync("cart", id, ShopJson.Default.ShopCart, token), "cart", id));
        app.MapPut("/api/carts/{id}/lines", (string id, LineRequest request, CancellationToken token) => desk.PutLineAsync(id, request.VariantId ?? "", request.Quantity, token));
        app.MapPost("/api/checkout", (CheckoutRequest request, CancellationToken token) => desk.CheckoutAsync(request, token));
        app.MapGet("/api/orders/{id}", async (string id, CancellationToken token) => Found(await desk.Database.FindAsync("order", id, ShopJson.Default.ShopOrder, token), "order", id));
    }

    private static void MapAdmin(RouteGroupBuilder admin, ShopDesk desk)
    {
        admin.MapGet("/shop", () => new ShopInfo("Sample shop", "EUR", "Europe/Dublin"));
        MapPage(admin, "/variants", "variant", desk, ShopJson.Default.ShopVariant);
        MapPage(admin, "/customers", "customer", desk, ShopJson.Default.ShopCustomer);
        MapPage(admin, "/orders", "order", desk, ShopJson.Default.ShopOrder);
        MapPage(admin, "/carts", "cart", desk, ShopJson.Default.ShopCart);
        admin.MapGet("/summary", (CancellationToken token) => SummaryAsync(desk, token));
        admin.MapPost("/orders/{id}/pay", (string id, CancellationToken token) => desk.PayAsync(id, token));
        admin.MapPost("/orders/{id}/ship", (string id, bool? partly, CancellationToken token) => desk.ShipAsync(id, partly ?? false, token));
        admin.MapPost("/orders/{id}/deliver", (string id, CancellationToken token) => desk.DeliverAsync(id, token));
        admin.MapPost("/orders/{id}/cancel", (string id, CancellationToken token) => desk.CancelAsync(id, "cancelled by the shop", token));
        admin.MapPost("/orders/{id}/refund", (string id, RefundRequest request, CancellationToken token) => desk.RefundAsync(id, request.Amount, request.Reason ?? "refund", token));
    }

    private static void MapPage<T>(RouteGroupBuilder admin, string path, string kind, ShopDesk desk, JsonTypeInfo<T> type) => admin.MapGet(path, (long? after, int? limit, CancellationToken token) =>
        limit is < 1 or > 250 ? throw new ShopRefusal(400, "Impossible limit", $"limit {limit} is not 1 to 250.") : desk.Database.PageAsync(kind, after ?? 0, limit ?? 100, type, token));

    private static Task<ShopSummary> SummaryAsync(ShopDesk desk, CancellationToken cancellationToken) => desk.Database.ReadAsync(db =>
    {
        var orders = db.Query<string>("select body from entity where kind = 'order'").Select(body => JsonSerializer.Deserialize(body, ShopJson.Default.ShopOrder)!).ToList();
        int Count(string kind) => db.ExecuteScalar<int>("select count(*) from entity where kind = @kind", new { kind });
        return new ShopSummary(orders.GroupBy(o => o.Currency).ToDictionary(g => g.Key, g => g.Sum(o => o.Total)), [.. orders.Select(o => new OrderSum(o.Id, o.Number, o.Currency, o.Total, o.Status))], Count("customer"), Count("variant"), Count("cart"));
    }, cancellationToken);

    private static T Found<T>(T? entity, string kind, string id) where T : class => entity ?? throw new ShopRefusal(404, $"No such {kind}", $"There is no {kind} '{id}'.");

    private static bool SameKey(string given, string wanted) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(wanted));

    private static async Task RefuseAsync(HttpContext context)
    {
        var failure = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        var (status, title, detail) = failure switch
        {
            ShopRefusal refusal => (refusal.Status, refusal.Title, refusal.Message),
            BadHttpRequestException bad => (bad.StatusCode, "Request not understood", bad.InnerException?.Message ?? bad.Message),
            _ => (500, "The shop failed", "This is the shop's own fault; nothing was changed."),
        };
        context.Response.StatusCode = status;
        await Results.Problem(detail, statusCode: status, title: title).ExecuteAsync(context).ConfigureAwait(false);
    }
}
