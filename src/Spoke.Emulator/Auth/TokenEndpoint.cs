using System.Security.Cryptography;
using System.Text;
using Spoke.Emulator.Account;
using Spoke.Emulator.Http;
using Spoke.Emulator.Webhooks.EventJournal;

namespace Spoke.Emulator.Auth;

/// <summary>Gives access tokens: for a code, for a refresh token, and to an app for itself.</summary>
internal sealed class TokenEndpoint(PortalHost portal)
{
    /// <summary>What an app may ask for itself, and the scopes by which the published endpoints know it.</summary>
    private static readonly Dictionary<string, string> AppScopes = new(StringComparer.Ordinal)
    {
        ["developer.webhooks_journal.read"] = "webhooks-journal-data-access",
        ["developer.webhooks_journal.subscriptions.read"] = "webhooks-journal-subscription-read",
        ["developer.webhooks_journal.subscriptions.write"] = "webhooks-journal-subscription-management",
        ["developer.webhooks_journal.snapshots.read"] = "webhooks-journal-snapshot-management",
        ["developer.webhooks_journal.snapshots.write"] = "webhooks-journal-snapshot-management",
    };

    /// <param name="version">Only v1 takes parameters in the query as well.</param>
    public EmulatorReply Handle(OAuthCall call, string version)
    {
        if (!call.IsForm) return AuthErrors.WrongMediaType("application/x-www-form-urlencoded");
        var ask = new Ask(call, QueryToo: version == "v1");
        var kind = ask["grant_type"];
        if (kind is not ("authorization_code" or "refresh_token" or "client_credentials")) return OAuthErrors.BadGrantType();
        if (Client(ask["client_id"], ask["client_secret"], out var app) is { } refusal) return refusal;
        return kind switch
        {
            "authorization_code" => ForCode(app!, ask),
            "refresh_token" => ForRefreshToken(app!, ask),
            _ => ForItself(app!, ask),
        };
    }

    /// <summary>The app, or the refusal.</summary>
    public EmulatorReply? Client(string id, string secret, out OAuthApp? app)
    {
        app = portal.Apps.Find(id);
        if (app is null) return OAuthErrors.BadClientId();
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(app.ClientSecret)) ? null : OAuthErrors.BadClientSecret();
    }

    private EmulatorReply ForCode(OAuthApp app, Ask ask)
    {
        if (portal.Grants.FindCode(ask["code"]) is not { } code || code.ClientId != app.ClientId) return OAuthErrors.BadAuthCode();
        if (code.ExpiresAt <= ask.At) return OAuthErrors.ExpiredAuthCode();
        if (code.RedirectUri != ask["redirect_uri"]) return OAuthErrors.BadRedirectUri();
        if (code.Challenge is { } challenge && challenge != Challenge(ask["code_verifier"])) return OAuthErrors.BadCodeVerifier();
        if (Portal(code.HubId, ask.At) is { } refusal) return refusal;
        if (!portal.Grants.TakeCode(code.Code)) return OAuthErrors.BadAuthCode();
        var grant = new OAuthGrant(TokenIssuer.RegionKey(portal.Issuer.HubletOf(code.HubId, ask.At)), app.ClientId, code.HubId, TokenStore.User, code.Scopes);
        portal.Grants.Put(grant);
        return Answer(app, grant, ask.At) with { Then = JournalArea.LifeCall(code.HubId, app.AppId, JournalArea.Installed, ask.At) };
    }

    private EmulatorReply ForRefreshToken(OAuthApp app, Ask ask)
    {
        if (portal.Grants.Find(ask["refresh_token"]) is not { } grant || grant.ClientId != app.ClientId) return OAuthErrors.BadRefreshToken();
        if (Portal(grant.HubId, ask.At) is { } refusal) return refusal;
        if (!app.RotatesRefreshTokens) return Answer(app, grant, ask.At);
        if (!portal.Grants.Remove(grant.RefreshToken)) return OAuthErrors.BadRefreshToken();   // another call was first
        var next = grant with { RefreshToken = TokenIssuer.RegionKey(portal.Issuer.HubletOf(grant.HubId, ask.At)) };
        portal.Grants.Put(next);
        return Answer(app, next, ask.At);
    }

    private EmulatorReply ForItself(OAuthApp app, Ask ask)
    {
        var asked = ask["scope"].Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        var unknown = asked.Where(scope => !AppScopes.ContainsKey(scope) && !app.Scopes.Contains(scope) && !app.OptionalScopes.Contains(scope)).ToArray();
        if (unknown.Length > 0 || !asked.Any(AppScopes.ContainsKey)) return OAuthErrors.BadScopes(unknown);
        HashSet<string> scopes = [.. asked, .. asked.Select(scope => AppScopes.GetValueOrDefault(scope)).OfType<string>()];
        var grant = portal.Issuer.Issue(app, app.HomeHub, TokenStore.User, scopes, TokenKind.App, ask.At);
        return OwnEndpoints.Json(json =>
        {
            json.WriteString("access_token", grant.Token);
            json.WriteNumber("expires_in", (long)TokenIssuer.Lifetime.TotalSeconds);
            json.WriteString("token_type", "bearer");
            json.WriteString("token_use", "client_credentials");
            json.WriteStartArray("scopes");
            foreach (var scope in asked) json.WriteStringValue(scope);
            json.WriteEndArray();
        }) with
        { Changed = true, HubId = app.HomeHub };
    }

    private EmulatorReply? Portal(long hub, DateTimeOffset at)
    {
        if (portal.Accounts.Find(hub) is not { Inactive: false } facts) return OAuthErrors.BadHub();
        return facts.MovingFor(at) is { } left ? AuthErrors.Migrating(left) : null;
    }

    private EmulatorReply Answer(OAuthApp app, OAuthGrant grant, DateTimeOffset at)
    {
        var access = portal.Issuer.Issue(app, grant.HubId, grant.UserId, grant.Scopes, TokenKind.OAuth, at);
        return OwnEndpoints.Json(json =>
        {
            json.WriteString("token_type", "bearer");
            json.WriteString("refresh_token", grant.RefreshToken);
            json.WriteString("access_token", access.Token);
            json.WriteNumber("expires_in", (long)TokenIssuer.Lifetime.TotalSeconds);
            json.WriteString("token_use", "access_token");
            json.WriteNumber("hub_id", grant.HubId);
            json.WriteNumber("user_id", grant.UserId);
            TokenFacts.WriteScopes(json, grant.Scopes);
        }) with
        { Changed = true, HubId = grant.HubId };
    }

    private static string Challenge(string verifier) =>
        Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>The parameters of one request, from the body, and from the query where that counts.</summary>
    private readonly record struct Ask(OAuthCall Call, bool QueryToo)
    {
        public DateTimeOffset At => Call.At;

        public string this[string name] => Call.Field(name) is { Length: > 0 } value ? value : QueryToo ? Call.Query(name) : "";
    }
}
