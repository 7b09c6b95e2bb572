using System.Text;
using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>What a credential is, judged by its shape.</summary>
public enum CredentialKind
{
    /// <summary>A private app's token or a service key: <c>pat-REGION-</c> and a UUID. The two look alike.</summary>
    PrivateApp,

    /// <summary>An OAuth access token: a long run of base64url.</summary>
    OAuth,
}

/// <summary>A token that can stand behind <c>Bearer</c>. Never prints itself.</summary>
public readonly partial record struct AccessToken
{
    private readonly string _value;

    private AccessToken(string value, CredentialKind kind, string? region)
    {
        _value = value;
        Kind = kind;
        Region = region;
    }

    /// <summary>What it is, by its shape.</summary>
    public CredentialKind Kind { get; }

    /// <summary>The data centre named in a private app token or service key, such as <c>eu1</c>; null for OAuth.</summary>
    public string? Region { get; }

    /// <summary>White space or a line end was around it and was taken off.</summary>
    public bool WasTrimmed { get; private init; }

    /// <summary>Enough to recognise it by, not enough to use it.</summary>
    public string Masked => _value is null ? "" : SecretMask.Token(_value);

    /// <inheritdoc/>
    public override string ToString() => Masked;

    /// <summary>The one place where the header's value is made.</summary>
    internal string HeaderValue => "Bearer " + _value;

    internal bool IsIn(string text) => _value is not null && text.Contains(_value, StringComparison.Ordinal);

    [GeneratedRegex("^pat-([a-z]{2}[0-9]{1,2})-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", RegexOptions.IgnoreCase)]
    private static partial Regex PrivateAppShape();

    private static readonly string[] s_otherSchemes = ["Token ", "OAuth ", "JWT ", "ApiKey ", "Key "];

    [GeneratedRegex("^pat-[a-z]{2}[0-9]{1,2}-[0-9a-foil]{8}-[0-9a-foil]{4}-[0-9a-foil]{4}-[0-9a-foil]{4}-[0-9a-foil]{12}$", RegexOptions.IgnoreCase)]
    private static partial Regex LookalikeShape();

    [GeneratedRegex("^pat-[a-z]{2}[0-9]{0,2}-[x-]+$", RegexOptions.IgnoreCase)]
    private static partial Regex FilledWithX();

    [GeneratedRegex("^[A-Za-z0-9_-]+={0,2}$")]
    private static partial Regex Base64Url();

    [GeneratedRegex("^([a-z]{2}[0-9]{1,2}-)?[0-9a-f]{4,8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", RegexOptions.IgnoreCase)]
    private static partial Regex UuidShape();

    /// <summary>Recognises a token by its shape. White space and line ends around it are taken off.</summary>
    /// <param name="text">What was configured. Not a header: no <c>Bearer</c> in front.</param>
    /// <param name="source">Where it came from, for the message.</param>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.TokenInvalid"/>: it cannot be an access token; <see cref="HubSpotException.Cause"/> and <see cref="HubSpotException.Fix"/> say why and what to do.</exception>
    public static AccessToken Parse(string? text, string source = "the configured token")
    {
        if (string.IsNullOrWhiteSpace(text)) throw Refused("V06", source, "is empty");
        var token = text.Trim();
        Refuse(token, source);
        var trimmed = token.Length != text.Length;
        if (PrivateAppShape().Match(token) is { Success: true } match)
            return new AccessToken(token, CredentialKind.PrivateApp, match.Groups[1].Value.ToLowerInvariant()) { WasTrimmed = trimmed };
        if (LookalikeShape().IsMatch(token)) throw Refused("H12", source, "has a letter where only 0-9 and a-f can stand, such as O for 0 or l for 1");
        if (FilledWithX().IsMatch(token)) throw Refused("V01", source, "is a placeholder");
        if (token.StartsWith("pat-", StringComparison.OrdinalIgnoreCase))
            throw Refused("H18", source, $"begins like a private app token but is not pat-REGION-8-4-4-4-12: it has {token.Length} characters, 44 are usual");
        if (token.Length >= 40 && token[0] == 'C' && Base64Url().IsMatch(token))
            return LooksLikePersonalKey(token) ? throw Refused("K06", source, "is a personal access key of the command line tools") : new AccessToken(token, CredentialKind.OAuth, null) { WasTrimmed = trimmed };
        throw Refused("V01", source, "has the shape of no HubSpot access token");
    }

    /// <summary>The refusals in the order in which they explain most.</summary>
    private static void Refuse(string token, string source)
    {
        if (token.Equals("Bearer", StringComparison.OrdinalIgnoreCase)) throw Refused("V06", source, "is only the word Bearer");
        if (token.StartsWith("Bearer:", StringComparison.OrdinalIgnoreCase)) throw Refused("H03", source, "begins with 'Bearer:'");
        if (token.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) throw Refused("H05", source, "is a Basic header");
        if (s_otherSchemes.Any(scheme => token.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))) throw Refused("H04", source, "begins with the word of another scheme");
        if (token.StartsWith("Bearer", StringComparison.OrdinalIgnoreCase)) throw Refused("H06", source, "already begins with Bearer, which is added by the client");
        if (token[0] is '"' or '\'' || token[^1] is '"' or '\'') throw Refused("H09", source, "has quotes around it");
        foreach (var rune in token.EnumerateRunes())
        {
            if (rune.Value < 128) continue;
            var cause = rune.Value is 0xFEFF or 0x200B or 0x200C or 0x200D or 0x00A0 or 0x2060 || Rune.GetUnicodeCategory(rune) == System.Globalization.UnicodeCategory.Format ? "H11"
                : rune.Value is >= 0x2010 and <= 0x201F ? "H10" : rune.Value == 0x2022 || rune.Value == 0x2026 ? "H19" : "H12";
            throw Refused(cause, source, $"holds the character U+{rune.Value:X4}, which no token has");
        }
        if (token.Contains("***", StringComparison.Ordinal) || token.Contains("...", StringComparison.Ordinal)) throw Refused("H19", source, "is a masked copy");
        if (token.Contains("{{", StringComparison.Ordinal)) throw Refused("V03", source, "is a variable nobody filled in");
        if (token[0] == '$' || (token[0] == '%' && token[^1] == '%')) throw Refused("V04", source, "is the name of a variable, not its value");
        if (token.StartsWith("op://", StringComparison.Ordinal) || token.StartsWith("vault:", StringComparison.Ordinal) || token.StartsWith("arn:", StringComparison.Ordinal) || token.StartsWith("@Microsoft.KeyVault", StringComparison.Ordinal)) throw Refused("V08", source, "is a reference to a secret, not the secret");
        if (token.Equals("access-token", StringComparison.OrdinalIgnoreCase)) throw Refused("V02", source, "is the sample word access-token");
        if (token[0] == '{' && token[^1] == '}' && !token.Contains('"') && !token.Contains(':')) throw Refused("V05", source, "is a placeholder in braces");
        if (token[0] == '{') throw Refused("V09", source, "is JSON, not a token");
        if (token is "None" or "null" or "undefined" or "nil" or "[object Object]" or "NULL") throw Refused("V06", source, $"is the word {token}");
        if (token.Any(char.IsWhiteSpace)) throw Refused("H16", source, "has white space in the middle");
        if (token.Contains('%')) throw Refused("H17", source, "is percent-encoded");
        if (token.StartsWith("eyJ", StringComparison.Ordinal) || token.StartsWith("ghp_", StringComparison.Ordinal) || token.StartsWith("sk_", StringComparison.Ordinal) || token.StartsWith("sk-", StringComparison.Ordinal) || token.StartsWith("xox", StringComparison.Ordinal)) throw Refused("K10", source, "is a token of another service");
        if (token.All(char.IsAsciiDigit)) throw Refused("K12", source, "is a number, as account and app ids are");
        if (UuidShape().Match(token) is { Success: true } uuid) throw uuid.Groups[1].Success ? Refused("K05", source, "has the shape of a developer API key or a refresh token") : Refused("K02", source, "is a bare UUID, as retired API keys and client secrets are");
    }

    // A personal key's protobuf begins with a length-delimited field 1; an access token's field 1 is a number (its expiry).
    // The first byte, 0x0A, is written as C and one of g to v.
    private static bool LooksLikePersonalKey(string token) => token[0] == 'C' && token[1] is >= 'g' and <= 'v';

    private static HubSpotException Refused(string cause, string source, string what)
    {
        var entry = Causes.Get(cause);
        return new HubSpotException(HubSpotErrorKind.TokenInvalid, $"The access token from {source} {what}. {entry.Fix}") { Cause = cause, Fix = entry.Fix };
    }
}
