using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Spoke.Commerce.Ledger;
using Spoke.Shop.Store;

namespace Spoke.Shop.Pages;

/// <summary>Pages to buy on: goods, cart with checkout, order. Plain HTML and forms.</summary>
internal static class ShopPages
{
    private const string Style = """
        :root{--bg:#faf7f2;--card:#fff;--ink:#2b211a;--dim:#6f6055;--line:#e7ddd2;--accent:#8a3b12}
        @media (prefers-color-scheme:dark){:root{--bg:#191411;--card:#241d18;--ink:#f3ece5;--dim:#b7a798;--line:#3a3029;--accent:#f0a36b}}
        *{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
        header{border-bottom:1px solid var(--line);background:var(--card)}header div,main{max-width:1080px;margin:0 auto;padding:1rem 1.25rem}
        header div{display:flex;justify-content:space-between}header a{color:inherit;text-decoration:none;font-weight:700}h1{font-size:1.5rem}a{color:var(--accent)}
        .grid{display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(210px,1fr))}
        .card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1rem;display:flex;flex-direction:column;gap:.4rem}
        .art{height:96px;border-radius:8px;display:grid;place-items:center;font-size:2.2rem;background:color-mix(in srgb,var(--accent) 12%,var(--card))}
        .dim{color:var(--dim);font-size:.9rem;font-weight:400}.price{margin-top:auto;font-weight:700}
        button{font:inherit;font-weight:600;border:0;border-radius:8px;padding:.6rem 1rem;background:var(--accent);color:var(--card);cursor:pointer}
        label{display:grid;gap:.2rem;font-weight:600}input,select{font:inherit;padding:.5rem;border:1px solid var(--line);border-radius:8px;background:var(--card);color:var(--ink);width:100%}
        form.pay{display:grid;gap:.8rem;max-width:420px}table{width:100%;border-collapse:collapse;margin-bottom:1rem}td,th{text-align:left;padding:.5rem .3rem;border-bottom:1px solid var(--line)}td:last-child,th:last-child{text-align:right}
        """;

    public static void Map(WebApplication app, ShopDesk desk)
    {
        app.MapGet("/", async (CancellationToken token) => Page("Goods", Goods((await desk.Database.PageAsync("variant", 0, 100, ShopJson.Default.ShopVariant, token)).Items)));
        app.MapPost("/buy/{variant}", async (string variant, HttpContext context, CancellationToken token) =>
        {
            var cart = context.Request.Cookies["cart"] is { } id ? await desk.Database.FindAsync("cart", id, ShopJson.Default.ShopCart, token) : null;
            if (cart is null or { OrderId: not null }) cart = await desk.OpenCartAsync("EUR", null, null, token);
            var quantity = cart.Lines.FirstOrDefault(l => l.VariantId == variant)?.Quantity ?? 0;
            await desk.PutLineAsync(cart.Id, variant, Math.Min(99, quantity + 1), token);
            context.Response.Cookies.Append("cart", cart.Id, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax });
            return Results.Redirect("/cart");
        });
        app.MapGet("/cart", async (HttpContext context, CancellationToken token) =>
            Page("Your cart", Cart(context.Request.Cookies["cart"] is { } id ? await desk.Database.FindAsync("cart", id, ShopJson.Default.ShopCart, token) : null)));
        app.MapPost("/cart", async (HttpContext context, CancellationToken token) =>
        {
            var form = await context.Request.ReadFormAsync(token);
            var order = await desk.CheckoutAsync(new CheckoutRequest(context.Request.Cookies["cart"], form["email"], form["first"], form["last"], form["card"], form["coupon"], null), token);
            return Results.Redirect("/order/" + order.Id);
        });
        app.MapGet("/order/{id}", async (string id, CancellationToken token) => await desk.Database.FindAsync("order", id, ShopJson.Default.ShopOrder, token) is { } order
            ? Page("Order " + order.Number, Order(order)) : Results.NotFound());
    }

    private static IResult Page(string title, string body) => Results.Content(
        $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title} · Sample shop</title><style>{Style}</style></head>"
        + $"<body><header><div><a href=\"/\">Sample shop</a><a href=\"/cart\">Cart</a></div></header><main><h1>{title}</h1>{body}</main></body></html>", "text/html; charset=utf-8");

    private static string Goods(IEnumerable<ShopVariant> variants) => "<div class=\"grid\">" + string.Concat(variants.OrderBy(v => v.Id.Length).ThenBy(v => v.Id, StringComparer.Ordinal).Select(v =>
        $"<form class=\"card\" method=\"post\" action=\"/buy/{v.Id}\"><div class=\"art\" aria-hidden=\"true\">{Art(v.Sku)}</div><b>{E(v.Name)}</b><span class=\"dim\">{E(v.Description)}</span><span class=\"price\">{Show(v.Prices["EUR"], "EUR")} <span class=\"dim\">before tax</span></span><button>Add to cart</button></form>")) + "</div>";

    private static string Cart(ShopCart? cart) => cart is null or { OrderId: not null } or { Lines.Count: 0 }
        ? "<p>Your cart is empty. <a href=\"/\">See the goods</a></p>"
        : Lines(cart.Lines, cart.Currency) + $"<p><b>{Show(cart.Total, cart.Currency)}</b> with tax, before shipping</p>"
          + "<form class=\"pay\" method=\"post\"><label>E-mail<input name=\"email\" type=\"email\" required></label><label>First name<input name=\"first\"></label><label>Last name<input name=\"last\"></label><label>Coupon<input name=\"coupon\" placeholder=\"WELCOME10\"></label>"
          + "<label>Test card<select name=\"card\"><option value=\"4242424242424242\">4242 … pays</option><option value=\"4000000000000002\">4000 … 0002 is declined</option><option value=\"4000000000003220\">4000 … 3220 is authorised only</option></select></label><button>Place the order</button></form>";

    private static string Order(ShopOrder order) => $"<p>Status: <b>{E(order.Status.Replace('_', ' '))}</b>. Total <b>{Show(order.Total, order.Currency)}</b>, paid {Show(order.Paid, order.Currency)}, given back {Show(order.Refunded, order.Currency)}.</p>"
        + Lines(order.Lines, order.Currency) + string.Concat(order.Shipments.Select(s => $"<p>{E(s.Carrier)} {E(s.Tracking)}: {E(s.State)}</p>")) + "<p><a href=\"/\">Buy more</a></p>";

    private static string Lines(IEnumerable<ShopLine> lines, string currency) => "<table><tr><th>Item</th><th>Quantity</th><th>Price</th></tr>"
        + string.Concat(lines.Select(l => $"<tr><td>{E(l.Name)}</td><td>{l.Quantity.ToString(CultureInfo.InvariantCulture)}</td><td>{Show(l.UnitPrice * l.Quantity - l.Discount + l.Tax, currency)}</td></tr>")) + "</table>";

    private static string Art(string sku) => sku.Split('-')[0] switch { "BEAN" => "🫘", "PAPER" => "🗞️", "DRIP" => "☕", "GRIND" => "⚙️", "MUG" => "🍵", "SERVE" => "🫖", "KETTLE" => "♨️", "SCALE" => "⚖️", "BREW" => "🧊", "CLEAN" => "🧼", _ => "🎁" };

    private static string Show(long minor, string currency) => new Money(minor, currency).ToString();

    private static string E(string text) => WebUtility.HtmlEncode(text);
}
