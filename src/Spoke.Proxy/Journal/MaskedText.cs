using System.Text.RegularExpressions;
using Spoke.HubSpot;
using Spoke.Proxy.Forwarding;

namespace Spoke.Proxy.Journal;

/// <summary>Text that people or programs will see, without what is secret in it: by shape, and by the names secrets go by in JSON.</summary>
public static partial class MaskedText
{
    // Answers about a token carry it under these names, whatever its shape.
    [GeneratedRegex("""(?<="(?:token|tokenKey|refresh_token|refreshToken|access_token|accessToken|client_secret|clientSecret|secret|hapikey)"\s*:\s*")[^"]+""", RegexOptions.IgnoreCase)]
    private static partial Regex SecretMember();

    /// <summary>The text with every secret starred out.</summary>
    public static string Of(string text) => Of(text, default);

    /// <param name="token">A token whose every appearance is masked, also within a longer word.</param>
    internal static string Of(string text, AccessToken token) => SecretMember().Replace(Portal.Masked(text, token), match => match.Value.Contains('*') ? match.Value : "****");
}
