using System.Text.Json;
using Spoke.Emulator.Account;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Auth;

/// <summary>Tells about tokens, and ends them: the paths of v1 that have the token in them, introspection and revocation of the later versions.</summary>
internal sealed class TokenFacts(PortalHost portal, TokenEndpoint endpoint)
{
    public EmulatorReply OfAccessToken(string token, DateTimeOffset at)
    {
        if (TokenShape.Expiry(token) is null) return AuthErrors.TokenFormat("access");
        if (Live(token, at) is not { } grant) return AuthErrors.UnknownToken("access");
        return OwnEndpoints.Json(json =>
        {
            json.WriteString("token", token);
            WriteUser(json, grant.Caller.UserId, grant.Caller.HubId);
            WriteScopes(json, grant.Caller.Scopes);
            WriteSigned(json, grant);
            json.WriteNumber("hub_id", grant.Caller.HubId);
            json.WriteNumber("app_id", grant.Caller.AppId);
            json.WriteNumber("expires_in", SecondsLeft(grant, at));
            json.WriteString("token_type", "access");
            json.WriteBoolean("is_private_distribution", IsPrivate(grant.Caller.AppId));
        }) with
        { HubId = grant.Caller.HubId };
    }

    public EmulatorReply OfRefreshToken(string token)
    {
        if (portal.Grants.Find(token) is not { } grant) return AuthErrors.UnknownToken("refresh");
        return OwnEndpoints.Json(json =>
        {
            json.WriteString("token", token);
            WriteUser(json, grant.UserId, grant.HubId);
            WriteScopes(json, grant.Scopes);
            json.WriteNumber("hub_id", grant.HubId);
            json.WriteString("client_id", grant.ClientId);
            json.WriteString("token_type", "refresh");
        }) with
        { HubId = grant.HubId };
    }

    /// <summary>Access tokens got with it live on until they expire, and the app stays installed.</summary>
    public EmulatorReply DeleteRefreshToken(string token)
    {
        if (portal.Grants.Find(token) is not { } grant) return AuthErrors.UnknownToken("refresh");
        portal.Grants.Remove(token);
        return EmulatorReply.NoContent with { Changed = true, HubId = grant.HubId };
    }

    /// <summary>Another app's token, a dead one and one that never was are all the same: not active.</summary>
    public EmulatorReply Introspect(OAuthCall call)
    {
        if (!call.IsForm) return AuthErrors.WrongMediaType("application/x-www-form-urlencoded");
        if (endpoint.Client(call.Field("client_id"), call.Field("client_secret"), out var app) is { } refusal) return refusal;
        var token = call.Field("token");
        if (Live(token, call.At) is { } access && access.Caller.AppId == app!.AppId) return OfAccess(access, app, call.At);
        if (portal.Grants.Find(token) is { } refresh && refresh.ClientId == app!.ClientId) return OfRefresh(refresh, app);
        return OwnEndpoints.Json(json => json.WriteBoolean("active", false));
    }

    /// <summary>200 whatever the token was, as the standard has it.</summary>
    public EmulatorReply Revoke(OAuthCall call)
    {
        if (!call.IsForm) return AuthErrors.WrongMediaType("application/x-www-form-urlencoded");
        if (endpoint.Client(call.Field("client_id"), call.Field("client_secret"), out var app) is { } refusal) return refusal;
        var token = call.Field("token");
        if (portal.Grants.Find(token) is { } refresh && refresh.ClientId == app!.ClientId) portal.Grants.Remove(token);
        portal.Tokens.Revoke(grant => grant.Token == token && grant.Caller.AppId == app!.AppId && grant.Kind is TokenKind.OAuth or TokenKind.App);
        return new EmulatorReply(200, ReadOnlyMemory<byte>.Empty) { Changed = true };
    }

    public static void WriteScopes(Utf8JsonWriter json, IReadOnlySet<string> scopes)
    {
        json.WriteStartArray("scopes");
        foreach (var scope in scopes.Order(StringComparer.Ordinal)) json.WriteStringValue(scope);
        json.WriteEndArray();
    }

    private EmulatorReply OfAccess(TokenGrant grant, OAuthApp app, DateTimeOffset at) => OwnEndpoints.Json(json =>
    {
        json.WriteBoolean("active", true);
        json.WriteString("token", grant.Token);
        json.WriteString("token_type", "access");
        json.WriteString("token_use", grant.Kind == TokenKind.App ? "client_credentials" : "access_token");
        json.WriteString("client_id", app.ClientId);
        json.WriteNumber("app_id", app.AppId);
        json.WriteNumber("hub_id", grant.Caller.HubId);
        WriteUser(json, grant.Caller.UserId, grant.Caller.HubId);
        WriteScopes(json, grant.Caller.Scopes);
        WriteSigned(json, grant);
        json.WriteNumber("expires_in", SecondsLeft(grant, at));
        json.WriteBoolean("is_private_distribution", IsPrivate(app.AppId));
    }) with
    { HubId = grant.Caller.HubId };

    private static EmulatorReply OfRefresh(OAuthGrant grant, OAuthApp app) => OwnEndpoints.Json(json =>
    {
        json.WriteBoolean("active", true);
        json.WriteString("token", grant.RefreshToken);
        json.WriteString("token_type", "refresh");
        json.WriteString("token_use", "refresh_token");
        json.WriteString("client_id", app.ClientId);
        json.WriteNumber("app_id", app.AppId);
        json.WriteNumber("hub_id", grant.HubId);
        WriteUser(json, grant.UserId, grant.HubId);
        WriteScopes(json, grant.Scopes);
    }) with
    { HubId = grant.HubId };

    private TokenGrant? Live(string token, DateTimeOffset at) =>
        portal.Tokens.Find(token) is { Kind: TokenKind.OAuth or TokenKind.App, State: TokenState.Active or TokenState.OtherPortal, ExpiresAt: { } end } grant && end > at ? grant : null;

    private static long SecondsLeft(TokenGrant grant, DateTimeOffset at) => (long)(grant.ExpiresAt!.Value - at).TotalSeconds;

    private bool IsPrivate(long appId) => portal.Apps.Find(appId)?.Kind == "private";

    private static void WriteUser(Utf8JsonWriter json, long user, long hub)
    {
        json.WriteString("user", TokenStore.UserEmail);
        json.WriteNumber("user_id", user);
        json.WriteString("hub_domain", new AccountFacts(hub).Domain);
    }

    private void WriteSigned(Utf8JsonWriter json, TokenGrant grant)
    {
        var caller = grant.Caller;
        json.WriteStartObject("signed_access_token");
        json.WriteNumber("expiresAt", grant.ExpiresAt!.Value.ToUnixTimeMilliseconds());
        json.WriteString("scopes", "");
        json.WriteNumber("hubId", caller.HubId);
        json.WriteNumber("userId", caller.UserId);
        json.WriteNumber("appId", caller.AppId);
        json.WriteString("signature", Tail(grant.Token, 27));
        json.WriteString("scopeToScopeGroupPks", "");
        json.WriteString("newSignature", Tail(grant.Token, 24));
        json.WriteString("hublet", grant.Hublet);
        json.WriteString("trialScopes", "");
        json.WriteString("trialScopeToScopeGroupPks", "");
        json.WriteBoolean("isUserLevel", false);
        json.WriteNumber("installingUserId", caller.UserId);
        json.WriteBoolean("isServiceAccount", false);
        json.WriteBoolean("isPrivateDistribution", IsPrivate(caller.AppId));
        json.WriteString("audience", "");
        json.WriteString("appInstallId", $"{caller.HubId}-{caller.AppId}");
        json.WriteEndObject();
    }

    // Nobody but HubSpot can check one; that it belongs to this token is all there is to say of it.
    private static string Tail(string token, int length) => token[Math.Max(0, token.Length - length)..];
}
