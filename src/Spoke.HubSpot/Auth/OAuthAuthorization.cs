using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Spoke.HubSpot;

/// <summary>One authorization under way: the address a person opens, and what has to come back.</summary>
public sealed class OAuthAuthorization
{
    /// <summary>Begins one, with a state and a PKCE verifier of its own.</summary>
    /// <param name="authorizePage">HubSpot's page, such as <c>https://app.hubspot.com/oauth/authorize</c>.</param>
    /// <param name="clientId">The app.</param>
    /// <param name="redirectUri">Where the person is sent with the code; registered with the app, byte by byte the same.</param>
    /// <param name="scopes">Scopes that the account must grant.</param>
    /// <param name="optionalScopes">Scopes that are granted where the account can.</param>
    public OAuthAuthorization(Uri authorizePage, string clientId, Uri redirectUri, IReadOnlyList<string> scopes, IReadOnlyList<string>? optionalScopes = null)
    {
        ArgumentNullException.ThrowIfNull(authorizePage);
        ArgumentNullException.ThrowIfNull(redirectUri);
        ArgumentNullException.ThrowIfNull(scopes);
        RedirectUri = redirectUri;
        var query = new StringBuilder("?client_id=").Append(Uri.EscapeDataString(clientId))
            .Append("&redirect_uri=").Append(Uri.EscapeDataString(redirectUri.OriginalString))
            .Append("&scope=").Append(Uri.EscapeDataString(string.Join(' ', scopes)));
        if (optionalScopes is { Count: > 0 }) query.Append("&optional_scope=").Append(Uri.EscapeDataString(string.Join(' ', optionalScopes)));
        query.Append("&state=").Append(State).Append("&code_challenge=").Append(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(CodeVerifier)))).Append("&code_challenge_method=S256");
        Address = new Uri(authorizePage, authorizePage.AbsolutePath + query);
    }

    /// <summary>What a person opens in a browser.</summary>
    public Uri Address { get; }

    /// <summary>Where the code comes back to.</summary>
    public Uri RedirectUri { get; }

    /// <summary>Has to come back with the code: an answer without it belongs to somebody else's authorization.</summary>
    public string State { get; } = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));

    /// <summary>Proves at the token endpoint that who exchanges the code began the authorization.</summary>
    public string CodeVerifier { get; } = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(48));

    /// <summary>Whether a state that came back is this one's; takes the same time wherever they differ.</summary>
    public bool IsState(string? state) => state is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(state), Encoding.UTF8.GetBytes(State));
}
