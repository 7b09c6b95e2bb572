using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Spoke.Shop.Store;

namespace Spoke.Shop.Api;

/// <summary>The shop's HTTP API: what shoppers use under <c>/api</c>, what the shop's own systems use under <c>/admin</c> with a key.</summary>
internal static class ShopApi
{
    public static void Map(WebApplication app, ShopDesk desk, ShopOptions options)
    {
        app.MapGet("/health/live", () => "ok");
        app.MapGet("/health/ready", async (CancellationToken token) => await desk.Database.CountAsync("product", token) > 0 ? Results.Text("ok") : Results.Text("nothing to sell yet", statusCode: 503));
        MapStorefront(app.MapGroup("/api"), desk);
        MapAdmin(app.MapGroup("/admin").AddEndpointFilter(async (context, next) =>
            SameKey(context.HttpContext.Request.Headers.Authorization.ToString(), "Bearer " + options.ApiKey)
                ? await next(context)
                : throw new ShopRefusal(401, "Admin key missing or wrong", "Send the shop's admin key as Authorization: Bearer KEY.")), desk);
    }

    private static void MapStorefront(RouteGroupBuilder api, ShopDesk desk)
    {
        api.MapGet("/products", (CancellationToken token) => Catalogue.ListAsync(desk.Database, token));
        api.MapGet("/products/{id}", async (string id, CancellationToken token) => Found(await Catalogue.FindAsync(desk.Database, id, token), "product", id));
        api.MapPost("/customers", async (CustomerRequest request, CancellationToken token) => Made(await desk.AddCustomerAsync(request, token)));
        api.MapPost("/carts", async (CartRequest request, CancellationToken token) => Made(await desk.OpenCartAsync(request, token)));
        api.MapGet("/carts/{id}", async (string id, CancellationToken token) => Found(await desk.Database.FindAsync("cart", id, ShopJson.Default.ShopCart, token), "cart", id));
        api.MapPatch("/carts/{id}", (string id, CartChange request, CancellationToken token) => desk.ChangeCartAsync(id, request, token));
        api.MapPut("/carts/{id}/lines", (string id, LineRequest request, CancellationToken token) => desk.PutLineAsync(id, request, token));
        api.MapPost("/checkout", async (CheckoutRequest request, CancellationToken token) => Made(await desk.CheckoutAsync(request, token)));
        api.MapGet("/orders/{id}", async (string id, CancellationToken token) => Found(await desk.Database.FindAsync("order", id, ShopJson.Default.ShopOrder, token), "order", id));
        api.MapPost("/orders/{id}/pay", (string id, PayRequest request, CancellationToken token) => desk.PayAsync(id, request, token));
        api.MapPost("/orders/{id}/confirm", (string id, CancellationToken token) => desk.ConfirmAsync(id, token));
    }

    private static void MapAdmin(RouteGroupBuilder admin, ShopDesk desk)
    {
        admin.MapGet("/shop", () => new ShopInfo("Sample Roastery", "EUR", "Europe/Dublin"));
        MapPage(admin, "/variants", "variant", desk, ShopJson.Default.ShopVariant);
        MapPage(admin, "/customers", "customer", desk, ShopJson.Default.ShopCustomer);
        MapPage(admin, "/orders", "order", desk, ShopJson.Default.ShopOrder);
        MapPage(admin, "/carts", "cart", desk, ShopJson.Default.ShopCart);
        admin.MapGet("/summary", (CancellationToken token) => SummaryAsync(desk.Database, token));
        ShopOfficeApi.Map(admin, new ShopOffice(desk.Database));
        admin.MapPost("/orders/{id}/pay", (string id, PayRequest? request, CancellationToken token) => desk.PayAsync(id, request, token));
        admin.MapPost("/orders/{id}/ship", (string id, ShipRequest? request, CancellationToken token) => desk.ShipAsync(id, request, token));
        admin.MapPost("/orders/{id}/deliver", (string id, CancellationToken token) => desk.DeliverAsync(id, token));
        admin.MapPost("/orders/{id}/cancel", (string id, CancelRequest? request, CancellationToken token) => desk.CancelAsync(id, request?.Reason, token));
        admin.MapPost("/orders/{id}/refund", (string id, RefundRequest request, CancellationToken token) => desk.RefundAsync(id, request.Amount, request.Reason, token));
    }

    private static void MapPage<T>(RouteGroupBuilder admin, string path, string kind, ShopDesk desk, JsonTypeInfo<T> type) where T : class
    {
        admin.MapGet(path, (long? after, int? limit, CancellationToken token) =>
            limit is < 1 or > 250 ? throw new ShopRefusal(400, "Impossible limit", $"limit {limit} is not 1 to 250.") : desk.Database.PageAsync(kind, after ?? 0, limit ?? 100, type, token));
        admin.MapGet(path + "/{id}", async (string id, CancellationToken token) => TypedResults.Json(Found(await desk.Database.FindAsync(kind, id, type, token), kind, id), type));
    }

    private static async Task<ShopSummary> SummaryAsync(ShopDatabase database, CancellationToken cancellationToken)
    {
        var orders = await database.ListAsync("order", ShopJson.Default.ShopOrder, cancellationToken).ConfigureAwait(false);
        return new ShopSummary(
            orders.GroupBy(o => o.Currency).ToDictionary(g => g.Key, g => g.Sum(o => o.Total)),
            [.. orders.Select(o => new OrderSum(o.Id, o.Number, o.Currency, o.Total, o.Status))],
            await database.CountAsync("customer", cancellationToken).ConfigureAwait(false),
            await database.CountAsync("variant", cancellationToken).ConfigureAwait(false),
            await database.CountAsync("cart", cancellationToken).ConfigureAwait(false));
    }

    private static T Found<T>(T? entity, string kind, string id) where T : class => entity ?? throw ShopRefusal.NotFound(kind, id);

    private static IResult Made<T>(T entity) => TypedResults.Json(entity, (JsonTypeInfo<T>)ShopJson.Default.GetTypeInfo(typeof(T))!, statusCode: 201);

    private static bool SameKey(string given, string wanted) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(wanted));
}
