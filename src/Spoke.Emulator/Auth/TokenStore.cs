using System.Collections.Concurrent;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Auth;

internal enum TokenState { Active, Expired, Revoked, Rotated, OtherPortal, Inactive, Moved }

/// <summary><see cref="App"/> is what client_credentials gives: an app's own, of no account.</summary>
internal enum TokenKind { PrivateApp, ServiceKey, OAuth, Developer, App }

/// <param name="ExpiresAt">Only OAuth tokens end by themselves.</param>
internal sealed record TokenGrant(string Token, TokenKind Kind, TokenState State, Caller Caller, DateTimeOffset? ExpiresAt = null)
{
    /// <summary>The data centre the token says its portal is in; calls are sent there.</summary>
    public string Hublet { get; init; } = "na1";

    /// <summary>Made together with its portal, so that it outlives a reset of it.</summary>
    public bool IsPortalsOwn { get; init; }
}

/// <summary>The access tokens and keys that were handed out.</summary>
internal sealed class TokenStore
{
    public const string DefaultToken = "pat-na1-00000000-0000-4000-8000-000000000001";
    public const long DefaultHub = 1_000_001;
    public const long OtherHub = 1_000_002;
    public const long User = 3_000_001;
    public const string UserEmail = "owner@emulator.example";
    private const long FirstPrivateApp = 2_000_001;
    private const int TidyAbove = 5_000;
    private volatile ConcurrentDictionary<string, TokenGrant> _tokens = new(StringComparer.Ordinal);
    private readonly IReadOnlySet<string> _allScopes;
    private long _lastPrivateApp = FirstPrivateApp;

    public TokenStore(RouteTable routes)
    {
        _allScopes = routes.All.SelectMany(route => route.ScopeNames).ToHashSet(StringComparer.Ordinal);
        Reset();
    }

    public IReadOnlySet<string> AllScopes => _allScopes;

    /// <summary>The app id that a private app or service key got last.</summary>
    public long LastPrivateApp
    {
        get => Interlocked.Read(ref _lastPrivateApp);
        set => Interlocked.Exchange(ref _lastPrivateApp, value);
    }

    public IEnumerable<TokenGrant> All => _tokens.Values;

    /// <summary>The one with every scope.</summary>
    public TokenGrant Default => _tokens[DefaultToken];

    /// <summary>Only the token of the start, and these. Whoever asks meanwhile sees all of before or all of after.</summary>
    public void Reset(params IEnumerable<TokenGrant> others)
    {
        var tokens = new ConcurrentDictionary<string, TokenGrant>(StringComparer.Ordinal);
        tokens[DefaultToken] = new TokenGrant(DefaultToken, TokenKind.PrivateApp, TokenState.Active, new Caller(DefaultHub, FirstPrivateApp, User, _allScopes, DefaultToken)) { IsPortalsOwn = true };
        foreach (var grant in others) tokens[grant.Token] = grant;
        _tokens = tokens;
    }

    public long NextPrivateApp() => Interlocked.Increment(ref _lastPrivateApp);

    public void Put(TokenGrant grant) => _tokens[grant.Token] = grant;

    public TokenGrant? Find(string token) => _tokens.GetValueOrDefault(token);

    /// <summary>Its credential opens nothing from now on.</summary>
    public void Revoke(Func<TokenGrant, bool> which)
    {
        foreach (var grant in _tokens.Values.Where(which).ToArray()) Put(grant with { State = TokenState.Revoked });
    }

    public void Remove(Func<TokenGrant, bool> which)
    {
        foreach (var grant in _tokens.Values.Where(which).ToArray()) _tokens.TryRemove(grant.Token, out _);
    }

    /// <summary>Drops OAuth tokens that ended long ago, when there are many: the token itself tells that it has expired.</summary>
    public void Tidy(DateTimeOffset now)
    {
        if (_tokens.Count > TidyAbove) Remove(grant => grant.ExpiresAt is { } end && end < now - TimeSpan.FromHours(1));
    }
}
