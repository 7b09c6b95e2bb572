using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Spoke.Shop.Api;
using Spoke.Shop.Store;

namespace Spoke.Shop.Pages;

/// <summary>Pages to buy on: goods, product, cart, checkout, order. Plain HTML and forms; no script.</summary>
internal sealed class ShopPages(ShopDesk desk)
{
    private const string CartCookie = "cart";
    private const string CurrencyCookie = "currency";
    private static readonly byte[] Style = ReadStyle();

    public void Map(WebApplication app)
    {
        app.MapGet("/shop.css", () => Results.Bytes(Style, "text/css; charset=utf-8"));
        app.MapGet("/favicon.ico", () => Results.NoContent());
        app.MapGet("/", async (HttpContext context, CancellationToken token) => Page<CataloguePage>(("Visit", await VisitAsync(context, token)), ("Products", await Catalogue.ListAsync(desk.Database, token))));
        app.MapGet("/products/{id}", async (string id, HttpContext context, CancellationToken token) =>
            Page<ProductPage>(("Visit", await VisitAsync(context, token)), ("Item", await Catalogue.FindAsync(desk.Database, id, token) ?? throw ShopRefusal.NotFound("product", id))));
        app.MapPost("/currency", ChangeCurrencyAsync);
        app.MapGet("/cart", async (HttpContext context, string? coupon, CancellationToken token) => Page<CartPage>(("Visit", await VisitAsync(context, token)), ("RefusedCoupon", coupon)));
        app.MapPost("/cart/lines", AddAsync);
        app.MapPost("/cart/lines/{variant}", SetQuantityAsync);
        app.MapPost("/cart/coupon", GiveCouponAsync);
        app.MapGet("/checkout", async (HttpContext context, CancellationToken token) => await VisitAsync(context, token) is { Items: > 0 } visit
            ? (IResult)Page<CheckoutPage>(("Visit", visit), ("Form", new CheckoutForm())) : Results.LocalRedirect("/cart"));
        app.MapPost("/checkout", CheckOutAsync);
        app.MapGet("/orders/{id}", async (string id, HttpContext context, CancellationToken token) =>
        {
            var order = await OrderAsync(id, token);
            var buyer = order.CustomerId is { } customer ? await desk.Database.FindAsync("customer", customer, ShopJson.Default.ShopCustomer, token) : null;
            return Page<OrderPage>(("Visit", await VisitAsync(context, token)), ("Order", order), ("Newsletter", buyer?.EmailConsent?.State == "granted"));
        });
        app.MapPost("/orders/{id}/newsletter", async (string id, HttpContext context, CancellationToken token) =>
        {
            var wanted = (await context.Request.ReadFormAsync(token))["wanted"] == "yes";
            if ((await OrderAsync(id, token)).CustomerId is { } customer) await new ShopOffice(desk.Database).ConsentAsync(customer, "email", new ConsentRequest(wanted ? "granted" : "denied", null, "account"), token);
            return Results.LocalRedirect("/orders/" + Uri.EscapeDataString(id));
        });
        app.MapPost("/orders/{id}/pay", async (string id, HttpContext context, CancellationToken token) =>
        {
            await desk.PayAsync(id, new PayRequest((await context.Request.ReadFormAsync(token))["card"]), token);
            return Results.LocalRedirect("/orders/" + Uri.EscapeDataString(id));
        });
    }

    public static RazorComponentResult<T> Page<T>(params (string Name, object? Value)[] parameters) where T : IComponent =>
        new(parameters.ToDictionary(p => p.Name, p => p.Value)) { PreventStreamingRendering = true };

    public static string Currency(HttpContext context) => context.Request.Cookies[CurrencyCookie] is { } chosen && Pricing.Sells(chosen) ? chosen : "EUR";

    private async Task<ShopOrder> OrderAsync(string id, CancellationToken cancellationToken) =>
        await desk.Database.FindAsync("order", id, ShopJson.Default.ShopOrder, cancellationToken).ConfigureAwait(false) ?? throw ShopRefusal.NotFound("order", id);

    private async Task<Visit> VisitAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var cart = context.Request.Cookies[CartCookie] is { } id ? await desk.Database.FindAsync("cart", id, ShopJson.Default.ShopCart, cancellationToken).ConfigureAwait(false) : null;
        return new Visit(Currency(context), cart is { OrderId: null } ? cart : null);
    }

    private async Task<IResult> AddAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var form = await context.Request.ReadFormAsync(cancellationToken).ConfigureAwait(false);
        var cart = (await VisitAsync(context, cancellationToken).ConfigureAwait(false)).Cart ?? await desk.OpenCartAsync(new CartRequest(Currency(context), null, null), cancellationToken).ConfigureAwait(false);
        await desk.AddLineAsync(cart.Id, form["variant"].ToString(), Quantity(form, least: 1), cancellationToken).ConfigureAwait(false);
        Remember(context, CartCookie, cart.Id);
        return Results.LocalRedirect("/cart");
    }

    private async Task<IResult> SetQuantityAsync(string variant, HttpContext context, CancellationToken cancellationToken)
    {
        var form = await context.Request.ReadFormAsync(cancellationToken).ConfigureAwait(false);
        if ((await VisitAsync(context, cancellationToken).ConfigureAwait(false)).Cart is { } cart)
            await desk.PutLineAsync(cart.Id, new LineRequest(variant, form.ContainsKey("remove") ? 0 : Quantity(form, least: 0)), cancellationToken).ConfigureAwait(false);
        return Results.LocalRedirect("/cart");
    }

    private async Task<IResult> GiveCouponAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var coupon = (await context.Request.ReadFormAsync(cancellationToken).ConfigureAwait(false))["coupon"].ToString().Trim();
        if (Pricing.Percent(coupon) is null) return Results.LocalRedirect("/cart?coupon=" + Uri.EscapeDataString(coupon));
        if ((await VisitAsync(context, cancellationToken).ConfigureAwait(false)).Cart is { } cart) await desk.ChangeCartAsync(cart.Id, new CartChange(null, coupon), cancellationToken).ConfigureAwait(false);
        return Results.LocalRedirect("/cart");
    }

    /// <summary>A cart has one currency: its goods go over into a new one.</summary>
    private async Task<IResult> ChangeCurrencyAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var chosen = (await context.Request.ReadFormAsync(cancellationToken).ConfigureAwait(false))["currency"].ToString();
        if (!Pricing.Sells(chosen)) throw new ShopRefusal(400, "Unknown currency", $"'{chosen}' is not sold in.");
        Remember(context, CurrencyCookie, chosen);
        if ((await VisitAsync(context, cancellationToken).ConfigureAwait(false)).Cart is { Lines.Count: > 0 } cart && cart.Currency != chosen)
        {
            var next = await desk.OpenCartAsync(new CartRequest(chosen, cart.Email, cart.CustomerId), cancellationToken).ConfigureAwait(false);
            foreach (var line in cart.Lines) await desk.AddLineAsync(next.Id, line.VariantId, line.Quantity, cancellationToken).ConfigureAwait(false);
            if (cart.Coupon is not null) await desk.ChangeCartAsync(next.Id, new CartChange(null, cart.Coupon), cancellationToken).ConfigureAwait(false);
            Remember(context, CartCookie, next.Id);
        }
        return Results.LocalRedirect("/");
    }

    private async Task<IResult> CheckOutAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var visit = await VisitAsync(context, cancellationToken).ConfigureAwait(false);
        if (visit.Cart is not { } cart) return Results.LocalRedirect("/cart");
        var sent = await context.Request.ReadFormAsync(cancellationToken).ConfigureAwait(false);
        string Field(string name) => sent[name].ToString().Trim();
        var form = new CheckoutForm(Field("email"), Field("firstName"), Field("lastName"), Field("street"), Field("city"), Field("postalCode"), Field("country"), Field("card"), sent.ContainsKey("newsletter"));
        try
        {
            var address = new ShopAddress($"{form.FirstName} {form.LastName}".Trim(), form.Street, form.City, form.PostalCode, form.Country);
            var order = await desk.CheckoutAsync(new CheckoutRequest(cart.Id, form.Email, form.FirstName, form.LastName, form.Card, null, address, form.Newsletter), cancellationToken).ConfigureAwait(false);
            context.Response.Cookies.Delete(CartCookie);
            return Results.LocalRedirect("/orders/" + order.Id);
        }
        catch (ShopRefusal refusal) when (refusal.Errors is { } errors)
        {
            context.Response.StatusCode = 400;
            return Page<CheckoutPage>(("Visit", visit), ("Form", form with { Errors = errors }));
        }
    }

    private static int Quantity(IFormCollection form, int least) =>
        int.TryParse(form["quantity"], System.Globalization.CultureInfo.InvariantCulture, out var quantity) ? Math.Clamp(quantity, least, InputCheck.MostOfOne) : 1;

    private static void Remember(HttpContext context, string name, string value) => context.Response.Cookies.Append(name, value, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax });

    private static byte[] ReadStyle()
    {
        using var stream = typeof(ShopPages).Assembly.GetManifestResourceStream("shop.css")!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
