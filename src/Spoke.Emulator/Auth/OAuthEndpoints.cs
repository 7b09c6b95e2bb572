using Spoke.Emulator.Account;
using Spoke.Emulator.Http;
using Spoke.Emulator.Webhooks.EventJournal;

namespace Spoke.Emulator.Auth;

/// <summary>The OAuth family: consent page, tokens, facts about tokens, and the end of an installation.</summary>
internal sealed class OAuthEndpoints
{
    private readonly PortalHost _portal;
    private readonly TokenEndpoint _tokens;
    private readonly TokenFacts _facts;
    private readonly AuthorizePage _authorize;

    public OAuthEndpoints(PortalHost portal)
    {
        _portal = portal;
        _tokens = new TokenEndpoint(portal);
        _facts = new TokenFacts(portal, _tokens);
        _authorize = new AuthorizePage(portal);
    }

    public static bool Knows(string method, IReadOnlyList<string> segments) =>
        segments is ["appinstalls", _, "external-install"] || (segments is ["oauth", ..] && !(segments is ["oauth", "v2", ..]) && method is "GET" or "POST" or "DELETE");

    /// <summary>Null for other paths. What it changed is on disk when this returns, if the emulator keeps its state.</summary>
    public async ValueTask<EmulatorReply?> HandleAsync(EmulatorCall http, string contentType)
    {
        if (!Knows(http.Method, http.Segments)) return null;
        var reply = Answer(new OAuthCall(http, contentType));
        if (reply is { Changed: true }) await _portal.KeepAccessAsync().ConfigureAwait(false);
        if (reply?.Then is { } then) await _portal.CarryOutAsync(then).ConfigureAwait(false);
        return reply;
    }

    private EmulatorReply? Answer(OAuthCall call) => (call.Http.Method, call.Http.Segments) switch
    {
        (_, ["oauth", "authorize"]) => _authorize.Handle(call, null),
        (_, ["oauth", var hub, "authorize"]) => _authorize.Handle(call, hub),
        ("POST", ["oauth", var version, "token"]) => _tokens.Handle(call, version),
        ("POST", ["oauth", _, "token", "introspect"]) => _facts.Introspect(call),
        ("POST", ["oauth", _, "token", "revoke"]) => _facts.Revoke(call),
        ("GET", ["oauth", "v1", "access-tokens", var token]) => _facts.OfAccessToken(token, call.At),
        ("GET", ["oauth", "v1", "refresh-tokens", var token]) => _facts.OfRefreshToken(token),
        ("DELETE", ["oauth", "v1", "refresh-tokens", var token]) => _facts.DeleteRefreshToken(token),
        ("DELETE", ["appinstalls", _, "external-install"]) => Uninstall(call.Http.Caller, call.At),
        _ => null,
    };

    /// <summary>Everything the app holds of this portal is dead; what it holds of itself is not.</summary>
    private EmulatorReply Uninstall(Caller caller, DateTimeOffset at)
    {
        if (!caller.IsOAuth) return new ErrorBody(400, "VALIDATION_ERROR", "Only an app that was installed by OAuth can be uninstalled by this call.").ToReply();
        _portal.Tokens.Revoke(grant => grant.Kind == TokenKind.OAuth && grant.Caller.HubId == caller.HubId && grant.Caller.AppId == caller.AppId);
        if (_portal.Apps.Find(caller.AppId) is { } app) _portal.Grants.Remove(grant => grant.HubId == caller.HubId && grant.ClientId == app.ClientId);
        return EmulatorReply.NoContent with { Changed = true, Then = JournalArea.LifeCall(caller.HubId, caller.AppId, JournalArea.Uninstalled, at) };
    }
}
