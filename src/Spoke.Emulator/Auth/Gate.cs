using System.Globalization;
using Spoke.Emulator.Account;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Auth;

/// <summary>The credentials of a request as they were sent: one Authorization header or none, and the retired query key; and the host it was sent to.</summary>
internal readonly record struct Credentials(string? Authorization, string? Hapikey, string Host = "");

/// <summary>Decides, before anything is done, whether a call may pass: path, credential, portal, kind of credential, scopes.</summary>
internal sealed class Gate(RouteTable routes, TokenStore tokens, AccountList accounts)
{
    private static readonly Caller Nobody = new(TokenStore.DefaultHub, 0, 0, new HashSet<string>(), "");

    /// <summary>A route and a caller, or the refusal. The caller is told as soon as the credential is known, even when it opens nothing.</summary>
    public EmulatorReply? Judge(string method, string path, IReadOnlyList<string> segments, Credentials sent, DateTimeOffset now, out Route? route, out Caller caller)
    {
        caller = Nobody;
        route = routes.Find(method, path, segments, out var pathExists);
        if (route is null && pathExists && method == "OPTIONS" && sent is { Authorization: null, Hapikey: null } && routes.TakesCredential(path, segments))
            return AuthErrors.CredentialsNotFound("a browser's preflight carries no Authorization header, and HubSpot's API is not for browsers");
        if (route is null) return pathExists ? AuthErrors.WrongMethod(path) : AuthErrors.NoSuchPath(path);
        if (route.Access == RouteAccess.Open)
        {
            if (HubOf(segments) is { } hub) caller = Nobody with { HubId = hub };
            return null;
        }
        if (route.Legacy) return AuthErrors.LegacyCredentialsMissing(hasToken: Bearer(sent.Authorization) is not null, hasKey: sent.Hapikey is not null);
        if (sent.Authorization is null && sent.Hapikey is not null) return JudgeKey(route, sent.Hapikey, now, ref caller);
        if (Bearer(sent.Authorization) is not { } token)
            return AuthErrors.CredentialsNotFound(sent.Authorization is null ? "no Authorization header, or more than one" : "the Authorization header is not of the form 'Bearer TOKEN'");
        if (tokens.Find(token) is not { } grant || grant.Kind == TokenKind.Developer) return Unknown(token, now);
        caller = grant.Caller;
        if (Dead(grant, now) is { } dead) return dead;
        if (Elsewhere(grant, sent.Host, now) is { } elsewhere) return elsewhere;
        if (route.Access == RouteAccess.DeveloperKey) return AuthErrors.DeveloperKeyNeeded();
        if (route.Access == RouteAccess.App && grant.Kind is TokenKind.PrivateApp or TokenKind.ServiceKey)
            return AuthErrors.CredentialsNotFound("the token is valid, but this endpoint takes an app's own credential");
        var missing = ScopeRule.Missing(route, segments, caller.Scopes);
        if (missing.Count == 0) return null;
        return route.ScopeNotPublic ? AuthErrors.ScopeNotPublic() : AuthErrors.ScopesMissing(missing);
    }

    /// <summary>Keys of accounts are retired: only developer endpoints take a key, and only a developer's.</summary>
    private EmulatorReply? JudgeKey(Route route, string hapikey, DateTimeOffset now, ref Caller caller)
    {
        if (route.Access is not (RouteAccess.DeveloperKey or RouteAccess.App)) return AuthErrors.UnknownHapikey();
        if (tokens.Find(hapikey) is not { Kind: TokenKind.Developer, State: TokenState.Active } grant) return AuthErrors.UnknownHapikey();
        caller = grant.Caller;
        return Elsewhere(grant, "", now);
    }

    /// <summary>The token behind one or more spaces, as the grammar allows; null when the header is not one of that form.</summary>
    private static string? Bearer(string? authorization)
    {
        if (authorization is null || authorization.Length < 8 || !authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return null;
        var token = authorization.AsSpan(7).Trim(' ');
        return token.IsEmpty || token.Contains(' ') ? null : token.ToString();
    }

    private static EmulatorReply Unknown(string token, DateTimeOffset now) =>
        TokenShape.Expiry(token) is { } expiry && expiry < now.ToUnixTimeMilliseconds() ? AuthErrors.Expired(expiry, now) : AuthErrors.CredentialsNotFound("this account has not handed out such a token");

    private static EmulatorReply? Dead(TokenGrant grant, DateTimeOffset now) => grant.State switch
    {
        TokenState.Expired => AuthErrors.Expired((grant.ExpiresAt ?? now - TimeSpan.FromMinutes(5)).ToUnixTimeMilliseconds(), now),
        TokenState.Revoked or TokenState.Rotated => AuthErrors.CredentialsNotFound("the token was revoked or rotated"),
        TokenState.Inactive => AuthErrors.NotActive(),
        _ when grant.ExpiresAt is { } end && end <= now => AuthErrors.Expired(end.ToUnixTimeMilliseconds(), now),
        _ => null,
    };

    /// <summary>A call goes to the data centre of the host when that names one, else to the one the token names; the portal must be there.</summary>
    private EmulatorReply? Elsewhere(TokenGrant grant, string host, DateTimeOffset now)
    {
        var hub = grant.Caller.HubId;
        if (accounts.Find(hub) is not { } facts) return AuthErrors.CredentialsNotFound("the portal of this token was deleted");
        if (facts.Inactive) return AuthErrors.NotActive();
        if (facts.MovingFor(now) is { } left) return AuthErrors.Migrating(left);
        var here = facts.HubletAt(now);
        if (grant.State == TokenState.Moved) return AuthErrors.OtherDataCentre(hub, here == "na1" ? "eu1" : "na1");
        return (HubletOf(host) ?? grant.Hublet) == here ? null : AuthErrors.OtherDataCentre(hub, here);
    }

    /// <summary>Without a token the path says which account is meant; null: it does not, and the first account is.</summary>
    private static long? HubOf(IReadOnlyList<string> segments)
    {
        var at = segments[0] switch
        {
            "submissions" when segments.Count == 6 => 4,
            "hubfs" or "signed-files" or "exported-files" or "webhooks-journal-files" or "manage-preferences" => 1,
            _ => -1,
        };
        return at >= 0 && at < segments.Count && long.TryParse(segments[at], NumberStyles.None, CultureInfo.InvariantCulture, out var hub) ? hub : null;
    }

    /// <summary><c>api-eu1.…</c> is one data centre's own address; any other host serves all of them.</summary>
    private static string? HubletOf(string host) =>
        !host.StartsWith("api-", StringComparison.OrdinalIgnoreCase) ? null : AccountFacts.Hublets.FirstOrDefault(hublet => host.StartsWith($"api-{hublet}.", StringComparison.OrdinalIgnoreCase));
}
