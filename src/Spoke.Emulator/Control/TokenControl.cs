using System.Text.Json;
using Spoke.Emulator.Account;
using Spoke.Emulator.Auth;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Control;

/// <summary>Hands out credentials of every kind, in every state.</summary>
internal sealed class TokenControl(PortalHost portal)
{
    private const long User = 3_000_001;
    private static readonly TimeSpan OAuthLifetime = TimeSpan.FromMinutes(30);
    private long _lastApp = 2_000_001;

    public EmulatorReply Add(JsonElement request)
    {
        var kind = Kind(request.Text("kind"));
        var state = State(request.Text("state"));
        var scopes = Scopes(request);
        var hub = state == TokenState.OtherPortal ? TokenStore.OtherHub : TokenStore.DefaultHub;
        // A credential is an app of its own, with a budget of its own, unless told otherwise; OAuth tokens are the one OAuth app's.
        var app = request.Text("appId") is { } given ? long.Parse(given, System.Globalization.CultureInfo.InvariantCulture)
            : kind == TokenKind.OAuth ? OAuthApp.AppId : Interlocked.Increment(ref _lastApp);
        DateTimeOffset? expires = kind == TokenKind.OAuth ? portal.Clock.Now + (state == TokenState.Expired ? TimeSpan.FromMinutes(-5) : OAuthLifetime) : null;
        var token = request.Text("token") ?? kind switch
        {
            TokenKind.OAuth => OAuthToken.Mint(expires!.Value, hub, User, app, scopes),
            TokenKind.Developer => $"na1-{Guid.NewGuid():D}"[..4] + $"{Guid.NewGuid():D}"[9..],
            _ => $"pat-na1-{Guid.NewGuid():D}",
        };
        portal.Tokens.Put(new TokenGrant(token, kind, state, new Caller(hub, app, User, scopes, token, kind == TokenKind.OAuth), expires));
        return OwnEndpoints.Json(json =>
        {
            json.WriteString("token", token);
            json.WriteString("kind", NameOf(kind));
            json.WriteNumber("hubId", hub);
            json.WriteNumber("appId", app);
            json.WriteNumber("userId", User);
            if (expires is { } end) json.WriteString("expiresAt", end.UtcDateTime);
        });
    }

    public static string NameOf(TokenKind kind) => kind switch { TokenKind.PrivateApp => "private-app", TokenKind.ServiceKey => "service-key", TokenKind.OAuth => "oauth", _ => "developer" };

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
        "developer" or "developerkey" => TokenKind.Developer,
        _ => throw new ArgumentException($"kind is private-app, service-key, oauth or developer, not '{text}'."),
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
