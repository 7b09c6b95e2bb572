using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Spoke.Sync.Intake;

namespace Spoke.Sync.Tests.Subscriptions;

/// <summary>Something that listens: the door itself, or what stands before it.</summary>
internal sealed class WayToDoor : IAsyncDisposable
{
    private static readonly HttpClient s_http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private readonly WebApplication _app;

    private WayToDoor(WebApplication app) => _app = app;

    public Uri BaseUrl => new(_app.Urls.First());

    public static async Task<WayToDoor> StartAsync(RequestDelegate answer, bool tls = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0, listen => { if (tls) listen.UseHttps(SelfSigned()); });
        });
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new WayToDoor(app);
    }

    /// <summary>The door as <c>spoke serve</c> puts it up.</summary>
    public static Task<WayToDoor> ToAsync(WebhookDoor door) => StartAsync(async context =>
    {
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var (status, text) = await door.ReceiveAsync(context.Request.Path.Value!.Split('/')[^1], headers, context.Request.Body, context.RequestAborted);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain";
        await context.Response.WriteAsync(text, context.RequestAborted);
    });

    /// <summary>A proxy or tunnel that does something to what it passes on.</summary>
    public static Task<WayToDoor> ThroughAsync(Uri to, Func<byte[], byte[]>? body = null, string? without = null) => StartAsync(async context =>
    {
        using var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(to, context.Request.Path.Value)) { Content = new ByteArrayContent((body ?? (same => same))(bytes.ToArray())) };
        foreach (var header in context.Request.Headers.Where(header => header.Key != "Host" && !string.Equals(header.Key, without, StringComparison.OrdinalIgnoreCase))) request.Headers.TryAddWithoutValidation(header.Key, header.Value.ToString());
        context.Response.Headers.Server = "tunnel/1.2";
        try
        {
            using var response = await s_http.SendAsync(request, context.RequestAborted);
            context.Response.StatusCode = (int)response.StatusCode;
            await context.Response.WriteAsync(await response.Content.ReadAsStringAsync(context.RequestAborted), context.RequestAborted);
        }
        catch (HttpRequestException)
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
        }
    });

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
