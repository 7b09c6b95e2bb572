using System.Security.Cryptography;
using Spoke.Emulator.Account;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Auth;

/// <summary>Makes tokens, codes and keys, of HubSpot's shapes, and puts access tokens into the store.</summary>
internal sealed class TokenIssuer(TokenStore tokens, AccountList accounts)
{
    public static TimeSpan Lifetime { get; } = TimeSpan.FromMinutes(30);

    /// <summary>An access token of an installed app, or (without refresh token) of the app itself.</summary>
    public TokenGrant Issue(OAuthApp app, long hub, long user, IReadOnlySet<string> scopes, TokenKind kind, DateTimeOffset at)
    {
        var expires = at + Lifetime;
        if (kind == TokenKind.OAuth) scopes = Granted(scopes);
        var token = OAuthToken.Mint(expires, hub, user, app.AppId, scopes);
        var grant = new TokenGrant(token, kind, TokenState.Active, new Caller(hub, app.AppId, user, scopes, token, IsOAuth: true), expires) { Hublet = HubletOf(hub, at) };
        tokens.Tidy(at);
        tokens.Put(grant);
        return grant;
    }

    /// <summary>What an app is granted that is installed in an account: <c>oauth</c> is part of every install, asked for or not.</summary>
    public static IReadOnlySet<string> Granted(IEnumerable<string> scopes) => new HashSet<string>(scopes, StringComparer.Ordinal) { "oauth" };

    public string HubletOf(long hub, DateTimeOffset at) => accounts.Find(hub)?.HubletAt(at) ?? "na1";

    /// <summary>The shape of private app tokens and service keys.</summary>
    public static string AccountToken(string hublet) => $"pat-{hublet}-{Guid.NewGuid():D}";

    /// <summary>The shape of refresh tokens, codes and developer keys.</summary>
    public static string RegionKey(string hublet) => hublet + Guid.NewGuid().ToString("D")[8..];

    public static string Secret() => new Guid(RandomNumberGenerator.GetBytes(16)).ToString("D");
}
