using System.Net;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Spoke.HubSpot;

namespace Spoke.Commands;

/// <summary>The address on this machine that HubSpot sends the person back to. Loopback only; what does not carry the state is turned away and changes nothing.</summary>
internal sealed class AuthRedirect : IAsyncDisposable
{
    private const string CallbackPath = "/oauth/callback";
    private readonly WebApplication _app;
    private readonly TaskCompletionSource<OAuthGrant> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (OAuthAuthorization Authorization, OAuthEndpoints Endpoints)? _asked;
    private int _taken;

    private AuthRedirect(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    public static async Task<AuthRedirect> StartAsync(int port, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            if (port == 0) kestrel.Listen(IPAddress.Loopback, 0);
            else kestrel.ListenLocalhost(port);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        var app = builder.Build();
        var redirect = new AuthRedirect(app);
        app.MapGet(CallbackPath, (Delegate)redirect.ReceiveAsync);
        await app.StartAsync(cancellationToken).ConfigureAwait(false);
        var bound = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        redirect.Address = new Uri($"http://localhost:{bound.Port}{CallbackPath}");
        return redirect;
    }

    /// <summary>The grant, once the person has agreed.</summary>
    /// <exception cref="HubSpotException">The person refused, or HubSpot refused the code.</exception>
    public async Task<OAuthGrant> AnswerAsync(OAuthAuthorization authorization, OAuthEndpoints endpoints, CancellationToken cancellationToken)
    {
        _asked = (authorization, endpoints);
        return await _answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().ConfigureAwait(false);   // the page goes out first
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<IResult> ReceiveAsync(HttpContext context)
    {
        var query = context.Request.Query;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";   // the address holds the code
        if (_asked is not { } asked || !asked.Authorization.IsState(query["state"]))
            return Page(400, "This is not the answer that was asked for", "Its state is another one's. Nothing was changed. Begin again from the terminal.");
        if (Interlocked.Exchange(ref _taken, 1) != 0) return Page(400, "This was answered already", "Look into the terminal.");
        if (query["error"].ToString() is { Length: > 0 } error)
        {
            var said = query["error_description"].ToString() is { Length: > 0 } description ? description : error;
            _answer.TrySetException(new HubSpotException(HubSpotErrorKind.Forbidden, $"HubSpot refused the authorization: {error}: {said}. Run spoke auth login again and agree, as a user who may install apps.") { StatusCode = 403, Category = error });
            return Page(400, "Spoke was not connected", $"HubSpot said: {said}");
        }
        if (query["code"].ToString() is not { Length: > 0 } code)
        {
            _answer.TrySetException(new HubSpotException(HubSpotErrorKind.Unexpected, "HubSpot's answer held neither a code nor an error. Run spoke auth login again."));
            return Page(400, "Spoke was not connected", "The answer held no code.");
        }
        try
        {
            var grant = await asked.Endpoints.ExchangeAsync(code, asked.Authorization.RedirectUri, asked.Authorization.CodeVerifier, context.RequestAborted).ConfigureAwait(false);
            _answer.TrySetResult(grant);
            return Page(200, "Spoke is connected", $"Hub {grant.HubId} granted {grant.Scopes.Count} scopes. You can close this page.");
        }
        catch (HubSpotException refused)
        {
            _answer.TrySetException(refused);
            return Page(400, "Spoke was not connected", refused.Message);
        }
    }

    private static IResult Page(int status, string title, string text) => Results.Text(
        $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{WebUtility.HtmlEncode(title)}</title>"
        + $"<style>body{{font:18px/1.5 system-ui;max-width:34rem;margin:15vh auto;padding:0 1rem}}</style></head><body><h1>{WebUtility.HtmlEncode(title)}</h1><p>{WebUtility.HtmlEncode(text)}</p></body></html>",
        "text/html", Encoding.UTF8, status);
}
