using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Spoke.HubSpot.Tests.Auth;

/// <summary>
/// HubSpot's OAuth pages and endpoints as far as a client meets them, with the app every emulated account has; every other path asks for a good access token.
/// What it answers is what HubSpot is on record to answer.
/// </summary>
internal sealed class AuthorizationServer : IAsyncDisposable
{
    public const string ClientId = "00000000-0000-4000-8000-00000000c11d";
    public const string ClientSecret = "00000000-0000-4000-8000-0000005ec2e7";
    public const long HubId = 1000001;
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, (string Redirect, string? Challenge, string Scope)> _codes = new();
    private readonly ConcurrentDictionary<string, string> _refreshTokens = new();   // and what they may do
    private readonly ConcurrentDictionary<string, string> _accessTokens = new();
    private int _refreshes;
    private int _next;

    private AuthorizationServer(WebApplication app)
    {
        _app = app;
        app.MapGet("/oauth/authorize", Authorize);
        app.MapPost("/oauth/2026-09/token", TokenAsync);
        app.MapPost("/oauth/2026-09/token/introspect", IntrospectAsync);
        app.MapPost("/oauth/2026-09/token/revoke", RevokeAsync);
        app.MapFallback(Call);
    }

    public Uri BaseUrl => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public int Refreshes => _refreshes;

    /// <summary>Refresh tokens that work.</summary>
    public int Grants => _refreshTokens.Count;

    /// <summary>Every token and code there ever was.</summary>
    public ConcurrentQueue<string> Issued { get; } = new();

    /// <summary>The person says no.</summary>
    public bool Denies { get; set; }

    /// <summary>Another refresh token with each refresh.</summary>
    public bool Rotates { get; set; }

    public int ExpiresIn { get; set; } = 1800;

    /// <summary>What the token endpoint answers instead of working.</summary>
    public int? FailsWith { get; set; }

    public static async Task<AuthorizationServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = new AuthorizationServer(builder.Build());
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>A grant as it would be after an authorization.</summary>
    public OAuthGrant Grant(DateTimeOffset issued, string scope = "oauth crm.objects.contacts.read")
    {
        var refresh = NewRefreshToken(scope);
        return new OAuthGrant { AccessToken = NewAccessToken(scope), RefreshToken = refresh, IssuedAt = issued, ExpiresAt = issued.AddSeconds(ExpiresIn), HubId = HubId, Scopes = scope.Split(' ') };
    }

    /// <summary>The app is uninstalled.</summary>
    public void Uninstall()
    {
        _refreshTokens.Clear();
        _accessTokens.Clear();
    }

    /// <summary>Access tokens issued so far stop working; refresh tokens go on.</summary>
    public void EndAccessTokens() => _accessTokens.Clear();

    public bool Knows(string refreshToken) => _refreshTokens.ContainsKey(refreshToken);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private IResult Authorize(string client_id, string redirect_uri, string scope, string state, string? code_challenge, string? code_challenge_method)
    {
        if (client_id != ClientId || (code_challenge is not null && code_challenge_method != "S256")) return Results.Text("no such app", statusCode: 400);
        if (Denies) return Results.Redirect($"{redirect_uri}?error=access_denied&error_description=The+user+%3Cdenied%3E+access&state={Uri.EscapeDataString(state)}");
        var code = Guid.NewGuid().ToString();
        Issued.Enqueue(code);
        _codes[code] = (redirect_uri, code_challenge, scope);
        return Results.Redirect($"{redirect_uri}?code={code}&state={Uri.EscapeDataString(state)}");
    }

    private async Task<IResult> TokenAsync(HttpRequest request)
    {
        if (!request.HasFormContentType || request.Query.Count > 0) return Refuse("BAD_GRANT_TYPE", "missing or unknown grant type", "unsupported_grant_type");
        if (FailsWith is { } status) return Results.Text("<html>trouble</html>", statusCode: status);
        var form = await request.ReadFormAsync();
        if (form["client_id"] != ClientId) return Refuse("BAD_CLIENT_ID", "missing or unknown client id", "invalid_client");
        if (form["client_secret"] != ClientSecret) return Refuse("BAD_CLIENT_SECRET", $"missing or unknown client secret {form["client_secret"]}", "invalid_client");
        if (form["grant_type"] == "refresh_token")
        {
            if (!_refreshTokens.TryGetValue(form["refresh_token"].ToString(), out var scope)) return Refuse("BAD_REFRESH_TOKEN", "refresh token is invalid, expired or revoked", "invalid_grant");
            Interlocked.Increment(ref _refreshes);
            var refresh = form["refresh_token"].ToString();
            if (Rotates)
            {
                _refreshTokens.TryRemove(refresh, out _);
                refresh = NewRefreshToken(scope);
            }
            return Granted(refresh, scope);
        }
        if (!_codes.TryRemove(form["code"].ToString(), out var asked)) return Refuse("BAD_AUTH_CODE", "missing or unknown auth code", "invalid_grant");
        if (asked.Redirect != form["redirect_uri"]) return Refuse("BAD_REDIRECT_URI", "redirect uri does not match", "invalid_grant");
        if (asked.Challenge is { } challenge && challenge != Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))).TrimEnd('=').Replace('+', '-').Replace('/', '_'))
            return Refuse("BAD_CODE_VERIFIER", "code verifier does not match", "invalid_grant");
        return Granted(NewRefreshToken(asked.Scope), asked.Scope);
    }

    private IResult Granted(string refresh, string scope) => Results.Json(new Dictionary<string, object>
    {
        ["access_token"] = NewAccessToken(scope),
        ["refresh_token"] = refresh,
        ["expires_in"] = ExpiresIn,
        ["token_type"] = "bearer",
        ["token_use"] = "access_token",
        ["hub_id"] = HubId,
        ["scopes"] = scope.Split(' '),
    });

    private async Task<IResult> IntrospectAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        return _accessTokens.TryGetValue(form["token"].ToString(), out var scope)
            ? Results.Json(new Dictionary<string, object> { ["active"] = true, ["hub_id"] = HubId, ["user"] = "owner@example.com", ["scopes"] = scope.Split(' '), ["expires_in"] = ExpiresIn })
            : Results.Json(new Dictionary<string, object> { ["active"] = false });
    }

    private async Task<IResult> RevokeAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        _refreshTokens.TryRemove(form["token"].ToString(), out _);
        return Results.Ok();
    }

    private IResult Call(HttpRequest request)
    {
        var token = request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal);
        return _accessTokens.ContainsKey(token)
            ? Results.Text($$"""{"results":[],"portalId":{{HubId}}}""", "application/json")
            : Results.Text("""{"status":"error","message":"The OAuth token used to make this call expired 3 second(s) ago.","correlationId":"019a0000-0000-7000-8000-000000000000","category":"EXPIRED_AUTHENTICATION","context":{"expire time":["2026-11-25T00:00:00Z"]}}""", "application/json", statusCode: 401);
    }

    private static IResult Refuse(string status, string message, string error) =>
        Results.Json(new Dictionary<string, string> { ["error"] = error, ["error_description"] = message, ["status"] = status, ["message"] = message }, statusCode: 400);

    private string NewRefreshToken(string scope)
    {
        var token = "na1-" + Guid.NewGuid();
        Issued.Enqueue(token);
        _refreshTokens[token] = scope;
        return token;
    }

    /// <summary>Of HubSpot's shape: base64url over protobuf with expiry, hub, user and app.</summary>
    private string NewAccessToken(string scope)
    {
        var bytes = new List<byte>();
        void Number(int field, ulong value)
        {
            bytes.Add((byte)(field << 3));
            for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
            bytes.Add((byte)value);
        }
        Number(1, 1_795_000_000_000);
        bytes.AddRange([0x12, 4, 1, 2, 3, (byte)(Interlocked.Increment(ref _next) & 0x7f)]);
        Number(3, (ulong)HubId);
        Number(4, 42);
        Number(5, 777);
        bytes.AddRange([0x32, 20, .. RandomNumberGenerator.GetBytes(20)]);
        var token = Convert.ToBase64String([.. bytes]).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        Issued.Enqueue(token);
        _accessTokens[token] = scope;
        return token;
    }
}
