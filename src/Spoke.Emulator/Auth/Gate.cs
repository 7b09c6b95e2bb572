using Spoke.Emulator.Http;

namespace Spoke.Emulator.Auth;

/// <summary>Decides, before anything is done, whether a call may pass: path, credential, kind of credential, scopes.</summary>
internal sealed class Gate(RouteTable routes, TokenStore tokens)
{
    private static readonly Caller Nobody = new(TokenStore.DefaultHub, 0, 0, new HashSet<string>(), "");

    /// <summary>A route and a caller, or the refusal.</summary>
    public EmulatorReply? Judge(string method, string path, IReadOnlyList<string> segments, string? authorization, string? hapikey, DateTimeOffset now, out Route? route, out Caller caller)
    {
        caller = Nobody;
        route = routes.Find(method, segments, out var pathExists);
        if (route is null) return pathExists ? AuthErrors.WrongMethod(path) : AuthErrors.NoSuchPath(path);
        if (route.Open) return null;
        if (authorization is null && hapikey is not null && !route.DeveloperKeyOnly) return AuthErrors.UnknownHapikey();
        if (Bearer(authorization) is not { } token)
            return route.Legacy ? AuthErrors.LegacyCredentialsMissing() : route.DeveloperKeyOnly && hapikey is not null ? AuthErrors.UnknownHapikey() : AuthErrors.CredentialsNotFound();
        if (tokens.Find(token) is not { } grant) return Unknown(token, route, now);
        if (Dead(grant, now) is { } refusal) return refusal;
        caller = grant.Caller;
        if (route.Legacy) return AuthErrors.LegacyCredentialsMissing();
        if (route.DeveloperKeyOnly) return AuthErrors.DeveloperKeyNeeded();
        if (route.AppOnly && grant.Kind is TokenKind.PrivateApp or TokenKind.ServiceKey && route.AppOnly) return AuthErrors.CredentialsNotFound();
        var missing = ScopeRule.Missing(route, segments, caller.Scopes);
        return missing.Count > 0 ? AuthErrors.ScopesMissing(missing) : null;
    }

    /// <summary>The token behind one or more spaces; null when the header is not one of that form.</summary>
    private static string? Bearer(string? authorization)
    {
        if (authorization is null || authorization.Length < 8 || !authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return null;
        var token = authorization[7..].Trim(' ');
        return token.Length == 0 || token.Contains(' ') ? null : token;
    }

    private static EmulatorReply Unknown(string token, Route route, DateTimeOffset now)
    {
        if (route.Legacy) return AuthErrors.LegacyCredentialsMissing();
        return TokenShape.Expiry(token) is { } expiry && expiry < now.ToUnixTimeMilliseconds() ? AuthErrors.Expired(expiry, now) : AuthErrors.CredentialsNotFound();
    }

    private static EmulatorReply? Dead(TokenGrant grant, DateTimeOffset now) => grant.State switch
    {
        TokenState.Expired => AuthErrors.Expired((grant.ExpiresAt ?? now - TimeSpan.FromMinutes(5)).ToUnixTimeMilliseconds(), now),
        TokenState.Revoked or TokenState.Rotated => AuthErrors.CredentialsNotFound(),
        TokenState.Inactive => AuthErrors.NotActive(),
        TokenState.Moved => AuthErrors.OtherDataCentre(),
        _ when grant.ExpiresAt is { } end && end <= now => AuthErrors.Expired(end.ToUnixTimeMilliseconds(), now),
        _ => null,
    };
}
