using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Spoke.StandIns.WooCommerce;

/// <summary>
/// A WooCommerce shop on localhost, written from the public documentation of its REST API v3. It keeps what it is told in memory,
/// answers as WordPress does, and makes its pushes when they are asked for.
/// </summary>
public sealed class WooShop : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly WooAuth _auth;
    private readonly WooRoutes _routes;
    private long _next = 10_000_000;

    private WooShop(WooOptions options, WebApplication app)
    {
        Options = options;
        _app = app;
        _auth = new WooAuth(options, () => options.Time.GetUtcNow() + ClockAhead);
        Seed = new WooSeed(options);
        Orders = new(i => i < options.Orders ? Seed.Order(i) : Draft(i));
        Customers = new(Seed.Customer);
        Products = new(Seed.Product);
        Webhooks = new WooWebhooks(this);
        Desk = new WooDesk(this);
        _routes = new WooRoutes(this);
        Customers.Plant(options.Customers);
        Products.Plant(options.Products);
        Orders.Plant(options.Orders + (options.BlockCheckout ? options.Drafts : 0));
    }

    public WooOptions Options { get; }
    public Uri BaseUrl { get; private set; } = null!;
    public WooWebhooks Webhooks { get; }

    /// <summary>What people do in the shop.</summary>
    public WooDesk Desk { get; }

    /// <summary>Answers to be made wrong, or late.</summary>
    public WooFaults Faults { get; } = new();

    /// <summary>How far the shop's clock is ahead of ours.</summary>
    public TimeSpan ClockAhead { get; set; }

    internal Lock Gate { get; } = new();
    internal WooSeed Seed { get; }
    internal WooTable<WooOrder> Orders { get; }
    internal WooTable<WooCustomer> Customers { get; }
    internal WooTable<WooProduct> Products { get; }
    internal WooJson Json => new(Options, BaseUrl);

    /// <summary>The shop's own time in whole seconds.</summary>
    internal DateTime Now
    {
        get
        {
            var now = (Options.Time.GetUtcNow() + ClockAhead).UtcDateTime;
            return new DateTime(now.Ticks - (now.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
        }
    }

    public static async Task<WooShop> StartAsync(WooOptions options, CancellationToken cancellationToken = default)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (options.Https) listen.UseHttps(Certificate(options.Time));
        }));
        var app = builder.Build();
        var shop = new WooShop(options, app);
        app.Run(shop.AnswerAsync);
        await app.StartAsync(cancellationToken);
        shop.BaseUrl = new Uri(app.Urls.First() + "/");
        return shop;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    internal long NextId() => ++_next;

    /// <summary>What a webhook carries.</summary>
    internal JsonObject? Entity(string resource, long id) => resource switch
    {
        "order" => Orders.Find(id) is { } row ? Json.Order(Orders.Look(row), Options.Decimals) : null,
        "customer" => Customers.Find(id) is { } row ? Json.Customer(Customers.Look(row)) : null,
        "product" => Products.Find(id) is { } row ? Json.Product(Products.Look(row)) : null,
        _ => null,
    };

    private async Task AnswerAsync(HttpContext context)
    {
        var response = context.Response;
        response.Headers.Date = (Options.Time.GetUtcNow() + ClockAhead).ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        try
        {
            if (await Faults.BeforeAsync(context, Options.Time) is { } fault)
            {
                response.StatusCode = fault;
                if (Faults.RetryAfter is { } wait) response.Headers.RetryAfter = ((int)wait.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
                await response.WriteAsync("<html><body>Error establishing a database connection</body></html>");
                return;
            }
            var path = context.Request.Path.Value ?? "/";
            if (!path.StartsWith("/wp-json", StringComparison.Ordinal))
            {
                response.StatusCode = 404;
                await response.WriteAsync("<html><body>Page not found</body></html>");
                return;
            }
            var body = context.Request.ContentLength is > 0 || context.Request.Headers.TransferEncoding.Count > 0 ? await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted) as JsonObject : null;
            await WriteAsync(response, _routes.Answer(context, path["/wp-json".Length..].Trim('/'), body ?? [], path.Contains("/wc/", StringComparison.Ordinal) && _auth.Knows(context.Request)));
        }
        catch (WooError error)
        {
            response.StatusCode = error.Status;
            await WriteAsync(response, error.ToJson());
        }
    }

    private static async Task WriteAsync(HttpResponse response, JsonNode json)
    {
        response.ContentType = "application/json; charset=UTF-8";
        await using var writer = new Utf8JsonWriter(response.BodyWriter);
        json.WriteTo(writer);
        await writer.FlushAsync();
    }

    private WooOrder Draft(int i)
    {
        var person = Seed.Customer((i - Options.Orders) % Math.Max(1, Options.Customers));
        var draft = Seed.Empty(WooSeed.FirstOrder + i, person.Id, person.Billing, new DateTime(2025, 6, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(i));
        draft.Status = "checkout-draft";
        draft.CreatedVia = "store-api";
        Seed.AddLine(draft, WooSeed.FirstOrder + (i * 10L), Seed.Product(0), null, 1 + (i % 3));
        return draft;
    }

    private static X509Certificate2 Certificate(TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(time.GetUtcNow().AddDays(-1), time.GetUtcNow().AddDays(30));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
