using System.Collections.Concurrent;

namespace Spoke.Emulator.Auth;

/// <summary>An app's installation in a portal, as its refresh token stands for it.</summary>
internal sealed record OAuthGrant(string RefreshToken, string ClientId, long HubId, long UserId, IReadOnlySet<string> Scopes);

/// <summary>An authorization code on its way to the app.</summary>
/// <param name="Challenge">BASE64URL(SHA-256(verifier)), when the link had one.</param>
internal sealed record OAuthCode(string Code, string ClientId, long HubId, string RedirectUri, IReadOnlySet<string> Scopes, string? Challenge, DateTimeOffset ExpiresAt);

/// <summary>Codes and refresh tokens that are alive.</summary>
internal sealed class GrantList
{
    private readonly ConcurrentDictionary<string, OAuthGrant> _grants = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, OAuthCode> _codes = new(StringComparer.Ordinal);

    public IReadOnlyList<OAuthGrant> All => [.. _grants.Values];

    public IReadOnlyList<OAuthCode> Codes => [.. _codes.Values];

    public void Put(OAuthGrant grant) => _grants[grant.RefreshToken] = grant;

    public void Put(OAuthCode code) => _codes[code.Code] = code;

    public OAuthGrant? Find(string refreshToken) => _grants.GetValueOrDefault(refreshToken);

    public bool Remove(string refreshToken) => _grants.TryRemove(refreshToken, out _);

    public void Remove(Func<OAuthGrant, bool> which)
    {
        foreach (var grant in _grants.Values.Where(which).ToArray()) _grants.TryRemove(grant.RefreshToken, out _);
    }

    public void RemoveCodes(Func<OAuthCode, bool> which)
    {
        foreach (var code in _codes.Values.Where(which).ToArray()) _codes.TryRemove(code.Code, out _);
    }

    public OAuthCode? FindCode(string code) => _codes.GetValueOrDefault(code);

    /// <summary>True for exactly one caller: a code is used once.</summary>
    public bool TakeCode(string code) => _codes.TryRemove(code, out _);

    public void Clear()
    {
        _grants.Clear();
        _codes.Clear();
    }
}
