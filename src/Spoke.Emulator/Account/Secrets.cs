using System.Text.RegularExpressions;

namespace Spoke.Emulator.Account;

/// <summary>Makes tokens, keys and secrets in text unreadable before anybody is shown it.</summary>
internal static partial class Secrets
{
    /// <summary>The token of an Authorization header: its first and last characters, or nothing when it is short.</summary>
    public static string? MaskHeader(string? authorization)
    {
        if (string.IsNullOrEmpty(authorization)) return null;
        var space = authorization.IndexOf(' ', StringComparison.Ordinal);
        return MaskToken(authorization.AsSpan(space + 1));
    }

    public static string MaskToken(ReadOnlySpan<char> token) => token.Length > 16 ? $"{token[..8]}****{token[^4..]}" : "****";

    /// <summary>Text of a request or an answer, with every secret in it masked.</summary>
    public static string Mask(string text)
    {
        text = Tokens().Replace(text, match => MaskToken(match.Value));
        text = Named().Replace(text, match => match.Groups["name"].Value + "****");
        return InPath().Replace(text, match => match.Groups["name"].Value + "****");
    }

    [GeneratedRegex(@"pat-[a-z0-9]{2,6}-[0-9a-fA-F-]{8,}", RegexOptions.CultureInvariant)]
    private static partial Regex Tokens();

    [GeneratedRegex("""(?<name>\b(?:hapikey|access_token|refresh_token|client_secret|code|code_verifier|tokenKey|token)["']?\s*[=:]\s*["']?)[^&"'\s,}*]+""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Named();

    [GeneratedRegex(@"(?<name>/(?:access-tokens|refresh-tokens)/)[^/?\s*]+", RegexOptions.CultureInvariant)]
    private static partial Regex InPath();
}
