using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Takes secrets out of text that people will see.</summary>
internal static partial class SecretMask
{
    // By shape: private app tokens, refresh tokens, what stands behind Bearer, secret parameters and JSON members, tokens in paths, OAuth access tokens.
    [GeneratedRegex(
        @"pat-[A-Za-z]{2}[0-9]{1,2}-[0-9A-Fa-f-]{8,}"
        + @"|(?<![A-Za-z0-9-])[a-z]{2}[0-9]{1,2}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
        + @"|(?<=[Bb]earer\s+)[^\s""',]+"
        + @"|(?<=(hapikey|access_token|refresh_token|client_secret|code)=)[^&\s""']+"
        + @"|(?<=""(access_token|refresh_token|client_secret|tokenKey)""\s*:\s*"")[^""]+"
        + @"|(?<=/(access|refresh)-tokens/)[^/?\s""]+"
        + @"|(?<![A-Za-z0-9])C[A-Za-z0-9_-]{39,}")]
    private static partial Regex Secrets();

    public static string Token(string token)
    {
        if (token.StartsWith("pat-", StringComparison.Ordinal) && token.Length > 16) return token[..8] + "****-" + token[^4..];
        return token.Length > 12 ? token[..2] + "****" + token[^2..] : "****";
    }

    public static string Text(string text) => Secrets().Replace(text, match => Token(match.Value));

    /// <summary>Masks one token wherever it stands, also within a longer word, and whatever looks like a secret.</summary>
    public static string Text(string text, AccessToken token) =>
        Text(token.IsIn(text) ? text.Replace(token.HeaderValue["Bearer ".Length..], token.Masked, StringComparison.Ordinal) : text);
}
