using System.Text.Json;
using Spoke.Emulator.Account;
using Spoke.Emulator.Auth;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Control;

/// <summary>Hands out credentials of every kind, in every state.</summary>
internal sealed class TokenControl(PortalHost portal)
{
    public async Task<EmulatorReply> AddAsync(JsonElement request)
    {
        var kind = Kind(request.Text("kind"));
        var state = State(request.Text("state"));
        var asked = Scopes(request);
        var scopes = kind is TokenKind.OAuth or TokenKind.PrivateApp ? TokenIssuer.Granted(asked) : asked;
        var hub = state == TokenState.OtherPortal ? TokenStore.OtherHub : Number(request, "portal") ?? TokenStore.DefaultHub;
        if (portal.Accounts.Find(hub) is not { } facts) throw new ArgumentException($"There is no portal {hub}. POST portals makes one.");
        var now = portal.Clock.Now;
        var hublet = request.Text("hublet") ?? facts.HubletAt(now);
        if (!AccountFacts.Hublets.Contains(hublet)) throw new ArgumentException($"hublet is {string.Join(" or ", AccountFacts.Hublets)}, not '{hublet}'.");
        var app = kind is TokenKind.OAuth or TokenKind.App ? OAuthAppOf(request) : null;
        // A private app or service key is an app of its own, with a budget of its own, unless told otherwise.
        var appId = Number(request, "appId") ?? app?.AppId ?? portal.Tokens.NextPrivateApp();
        DateTimeOffset? expires = app is null ? null : now + (state == TokenState.Expired ? TimeSpan.FromMinutes(-5) : TokenIssuer.Lifetime);
        var token = request.Text("token") ?? kind switch
        {
            TokenKind.OAuth or TokenKind.App => OAuthToken.Mint(expires!.Value, hub, TokenStore.User, appId, scopes),
            TokenKind.Developer => TokenIssuer.RegionKey(hublet),
            _ => TokenIssuer.AccountToken(hublet),
        };
        portal.Tokens.Put(new TokenGrant(token, kind, state, new Caller(hub, appId, TokenStore.User, scopes, token, app is not null), expires) { Hublet = hublet });
        OAuthGrant? grant = null;
        if (kind == TokenKind.OAuth && portal.Apps.Find(appId) is { } installed)
            portal.Grants.Put(grant = new OAuthGrant(TokenIssuer.RegionKey(hublet), installed.ClientId, hub, TokenStore.User, scopes));
        await portal.KeepAccessAsync().ConfigureAwait(false);
        return OwnEndpoints.Json(json =>
        {
            json.WriteString("token", token);
            json.WriteString("kind", NameOf(kind));
            json.WriteNumber("hubId", hub);
            json.WriteNumber("appId", appId);
            json.WriteNumber("userId", TokenStore.User);
            if (expires is { } end) json.WriteString("expiresAt", end.UtcDateTime);
            if (app is not null) json.WriteString("clientId", app.ClientId);
            if (app is not null && request.Bool("ownApp") == true) json.WriteString("clientSecret", app.ClientSecret);
            if (grant is not null) json.WriteString("refreshToken", grant.RefreshToken);
        });
    }

    /// <summary>The app that is named, a new one when asked for, else the one from the start.</summary>
    private OAuthApp OAuthAppOf(JsonElement request)
    {
        if (request.Bool("ownApp") == true)
        {
            var app = new OAuthApp(portal.Apps.NextApp())
            {
                ClientId = TokenIssuer.Secret(),
                ClientSecret = TokenIssuer.Secret(),
                RedirectUris = [OAuthApp.AnyLoopback],
                OptionalScopes = portal.Tokens.AllScopes,
            };
            portal.Apps.Put(app);
            return app;
        }
        var client = request.Text("clientId") ?? OAuthApp.DefaultClientId;
        return portal.Apps.Find(client) ?? throw new ArgumentException($"There is no app with the client id '{client}'. POST apps makes one.");
    }

    private static long? Number(JsonElement request, string name) =>
        request.Text(name) is { } text ? long.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : null;

    public static string NameOf(TokenKind kind) => kind switch { TokenKind.PrivateApp => "private-app", TokenKind.ServiceKey => "service-key", TokenKind.OAuth => "oauth", TokenKind.App => "app", _ => "developer" };

    private HashSet<string> Scopes(JsonElement request)
    {
        if (!request.TryGetProperty("scopes", out var list) || list.ValueKind == JsonValueKind.Null) return [.. portal.Tokens.AllScopes];
        return list.ValueKind == JsonValueKind.String
            ? [.. list.GetString()!.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)]
            : [.. list.EnumerateArray().Select(scope => scope.GetString() ?? throw new ArgumentException("scopes is a list of names."))];
    }

    private static TokenKind Kind(string? text) => Plain(text) switch
    {
        null or "privateapp" or "pat" => TokenKind.PrivateApp,
        "servicekey" => TokenKind.ServiceKey,
        "oauth" => TokenKind.OAuth,
        "app" => TokenKind.App,
        "developer" or "developerkey" => TokenKind.Developer,
        _ => throw new ArgumentException($"kind is private-app, service-key, oauth, app or developer, not '{text}'."),
    };

    private static TokenState State(string? text) => Plain(text) switch
    {
        null or "active" => TokenState.Active,
        "expired" => TokenState.Expired,
        "revoked" => TokenState.Revoked,
        "rotated" => TokenState.Rotated,
        "otherportal" => TokenState.OtherPortal,
        "inactive" => TokenState.Inactive,
        "moved" => TokenState.Moved,
        _ => throw new ArgumentException($"state is active, expired, revoked, rotated, other-portal, inactive or moved, not '{text}'."),
    };

    private static string? Plain(string? text) => text?.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
}
