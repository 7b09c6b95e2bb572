using System.Globalization;
using Spoke.Emulator.Account;

namespace Spoke.Emulator.Auth;

/// <summary>What an install link asks for, once it is known to be right.</summary>
/// <param name="Hub">The portal the link names; null: whoever opens it chooses.</param>
/// <param name="Challenge">Of S256; null: none.</param>
internal sealed record InstallLink(OAuthApp App, string RedirectUri, IReadOnlySet<string> Scopes, IReadOnlySet<string> Optional, string? State, string? Challenge, long? Hub)
{
    /// <summary>
    /// The link; or what the page says of it. Whoever opens a link that is wrong stays on the page:
    /// only an address that is the app's own may be told anything.
    /// </summary>
    public static InstallLink? Read(OAuthCall call, string? hubText, PortalHost portal, out string? trouble)
    {
        trouble = null;
        if (portal.Apps.Find(call.Query("client_id")) is not { } app) return Wrong("An invalid app client_id was provided. Please contact the app developer.", out trouble);
        var redirect = call.Query("redirect_uri");
        if (!app.Accepts(redirect)) return Wrong($"Authorization failed as the redirect URL '{redirect}' doesn't match the app's registered redirect URL", out trouble);
        var (scopes, optional) = (Names(call.Query("scope")), Names(call.Query("optional_scope")));
        optional.ExceptWith(scopes);
        if (scopes.Concat(optional).Any(scope => !portal.Tokens.AllScopes.Contains(scope) && !Configured(app, scope))) return Wrong("An invalid scope name was provided. Please contact the app developer.", out trouble);
        if (!app.Scopes.IsSubsetOf(scopes) || scopes.Any(scope => !Configured(app, scope)) || optional.Any(scope => !Configured(app, scope)))
            return Wrong("Authorization failed because there is a mismatch between the scopes in the install URL and the app's configured scopes. Please contact the app developer.", out trouble);
        long? hub = null;
        if (hubText is not null)
        {
            if (!long.TryParse(hubText, NumberStyles.None, CultureInfo.InvariantCulture, out var named) || portal.Accounts.Find(named) is null)
                return Wrong("You don't have access to this account, or it doesn't exist.", out trouble);
            hub = named;
        }
        var state = call.Query("state");
        var challenge = call.Query("code_challenge");
        return new InstallLink(app, redirect, scopes, optional, state.Length == 0 ? null : state, challenge.Length == 0 ? null : challenge, hub);
    }

    /// <summary>The app's address with an answer for it.</summary>
    public string RedirectWith(params (string Name, string Value)[] answer)
    {
        var pairs = State is null ? answer : [.. answer, ("state", State)];
        var query = string.Join('&', pairs.Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value)}"));
        return RedirectUri + (RedirectUri.Contains('?', StringComparison.Ordinal) ? '&' : '?') + query;
    }

    private static bool Configured(OAuthApp app, string scope) => app.Scopes.Contains(scope) || app.OptionalScopes.Contains(scope);

    private static HashSet<string> Names(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    private static InstallLink? Wrong(string what, out string? trouble)
    {
        trouble = what;
        return null;
    }
}
