using System.Globalization;
using Spoke.Emulator.Account;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Auth;

/// <summary>Where somebody lets an app into a portal: shows what it asks for, and sends the answer to the app.</summary>
internal sealed class AuthorizePage(PortalHost portal)
{
    private static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(10);

    /// <param name="hub">The portal in the path; null: there is a choice.</param>
    public EmulatorReply Handle(OAuthCall call, string? hub)
    {
        if (InstallLink.Read(call, hub, portal, out var trouble) is not { } link) return AuthorizeHtml.Trouble(trouble!);
        var method = call.Query("code_challenge_method");
        if (link.Challenge is not null && method != "S256")
            return Redirect(link.RedirectWith(("error", "invalid_request"), ("error_description", "code_challenge_method must be S256")));
        if (call.Http.Method == "POST") return Decided(call, link);
        return link.App.Consent switch
        {
            Consent.Cancel => Cancelled(link),
            Consent.Approve => Connect(link, link.Hub ?? link.App.ConsentHub ?? TokenStore.DefaultHub, link.Optional, call.At),
            _ => AuthorizeHtml.Ask(link, Choice(link), call.At),
        };
    }

    private IReadOnlyList<AccountFacts> Choice(InstallLink link) =>
        [.. portal.Accounts.All.Where(facts => link.Hub is null ? !facts.Inactive : facts.HubId == link.Hub)];

    private EmulatorReply Decided(OAuthCall call, InstallLink link)
    {
        if (call.Field("decision") != "approve") return Cancelled(link);
        if (!long.TryParse(call.Field("portal"), NumberStyles.None, CultureInfo.InvariantCulture, out var hub) || (link.Hub is { } only && only != hub))
            return AuthorizeHtml.Trouble("Choose the account to connect.");
        return Connect(link, hub, link.Optional.Intersect(call.Fields("optional")).ToHashSet(StringComparer.Ordinal), call.At);
    }

    private EmulatorReply Connect(InstallLink link, long hub, IReadOnlySet<string> optional, DateTimeOffset at)
    {
        if (portal.Accounts.Find(hub) is not { Inactive: false } facts) return AuthorizeHtml.Trouble("You don't have access to this account, or it doesn't exist.");
        var withheld = link.Scopes.Where(facts.ScopesWithheld.Contains).ToArray();
        if (withheld.Length > 0) return AuthorizeHtml.Trouble($"Authorization failed because your account lacks access to the required scopes [{string.Join(", ", withheld)}]");
        HashSet<string> granted = [.. link.Scopes, .. optional.Where(scope => !facts.ScopesWithheld.Contains(scope))];
        portal.Grants.RemoveCodes(old => old.ExpiresAt < at - TimeSpan.FromHours(1));
        var code = new OAuthCode(TokenIssuer.RegionKey(facts.HubletAt(at)), link.App.ClientId, hub, link.RedirectUri, granted, link.Challenge, at + CodeLifetime);
        portal.Grants.Put(code);
        return Redirect(link.RedirectWith(("code", code.Code))) with { Changed = true, HubId = hub };
    }

    private static EmulatorReply Cancelled(InstallLink link) =>
        Redirect(link.RedirectWith(("error", "access_denied"), ("error_description", "The user canceled the connection")));

    private static EmulatorReply Redirect(string to) => new(302, ReadOnlyMemory<byte>.Empty) { Headers = [new("location", to)] };
}
