using System.Collections.Concurrent;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Auth;

internal enum TokenState { Active, Expired, Revoked, Rotated, OtherPortal, Inactive, Moved }

internal enum TokenKind { PrivateApp, ServiceKey, OAuth, Developer }

/// <param name="ExpiresAt">Only OAuth tokens end by themselves.</param>
internal sealed record TokenGrant(string Token, TokenKind Kind, TokenState State, Caller Caller, DateTimeOffset? ExpiresAt = null);

/// <summary>The credentials the emulated account has handed out.</summary>
internal sealed class TokenStore
{
    public const string DefaultToken = "pat-na1-00000000-0000-4000-8000-000000000001";
    public const long DefaultHub = 1_000_001;
    public const long OtherHub = 1_000_002;
    private readonly ConcurrentDictionary<string, TokenGrant> _tokens = new(StringComparer.Ordinal);
    private readonly IReadOnlySet<string> _allScopes;

    public TokenStore(RouteTable routes)
    {
        _allScopes = routes.All.SelectMany(route => route.ScopeNames).ToHashSet(StringComparer.Ordinal);
        Reset();
    }

    public IReadOnlySet<string> AllScopes => _allScopes;

    public IEnumerable<TokenGrant> All => _tokens.Values;

    /// <summary>The one with every scope.</summary>
    public TokenGrant Default => _tokens[DefaultToken];

    public void Reset()
    {
        _tokens.Clear();
        Put(new TokenGrant(DefaultToken, TokenKind.PrivateApp, TokenState.Active, new Caller(DefaultHub, 2_000_001, 3_000_001, _allScopes, DefaultToken)));
    }

    public void Put(TokenGrant grant) => _tokens[grant.Token] = grant;

    public TokenGrant? Find(string token) => _tokens.GetValueOrDefault(token);
}
