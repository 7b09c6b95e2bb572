using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Why a text is no access token.</summary>
/// <param name="Cause">Id in the catalogue.</param>
/// <param name="Start">Where in the text it shows.</param>
/// <param name="Shows">The fault in words that fit behind "the token", such as "has quotes around it".</param>
/// <param name="Sure">False: it may be a coincidence, or the work of whoever pasted it.</param>
internal sealed record TokenFault(string Cause, int Start, int Length, string Shows, bool Sure = true);

/// <summary>
/// What the shape of a token's text tells, judged in one place for the client, which refuses, and for the doctor, which explains.
/// The first fault explains most.
/// </summary>
internal sealed partial record TokenJudgement(CredentialKind? Kind, string? Region, SignedToken? Signed, IReadOnlyList<TokenFault> Faults)
{
    private const string Uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

    [GeneratedRegex($"^pat-([a-z]{{2}}[0-9]{{1,2}})-{Uuid}$", RegexOptions.IgnoreCase)]
    private static partial Regex PrivateAppShape();

    [GeneratedRegex("^pat-[a-z]{2}[0-9il]{1,2}-[0-9a-z]{8}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{12}$", RegexOptions.IgnoreCase)]
    private static partial Regex LookalikeShape();

    [GeneratedRegex($"^{Uuid}$", RegexOptions.IgnoreCase)]
    private static partial Regex UuidShape();

    [GeneratedRegex("^[a-z]{2}[0-9]{1,2}-[0-9a-f]{4,8}(-[0-9a-f]{4}){2,3}-[0-9a-f]{4,12}$", RegexOptions.IgnoreCase)]
    private static partial Regex RegionUuidShape();

    [GeneratedRegex("^[A-Za-z0-9_-]+={0,2}$")]
    private static partial Regex Base64Url();

    [GeneratedRegex(@"^(op://|vault:|vault/|arn:aws|@Microsoft\.KeyVault|projects/[^/]+/secrets/|secretsmanager:|ssm:|keyvault:|secret://|gcp-sm:|aws-sm:|doppler://|env:[A-Z_]|file:/|exec:|stored:|ref\+)", RegexOptions.IgnoreCase)]
    private static partial Regex SecretReference();

    [GeneratedRegex(@"^(\$[A-Za-z_{(]|%[A-Za-z_][A-Za-z0-9_]*%$|![A-Za-z_][A-Za-z0-9_]*!$|\$\$)|^(process\.env|os\.environ|os\.getenv|getenv|ENV\[|System\.getenv|import\.meta\.env|Deno\.env)")]
    private static partial Regex VariableName();

    /// <summary>Judges a token's text, without white space around it.</summary>
    public static TokenJudgement Of(string token)
    {
        if (token.Length == 0) return Fault("V06", 0, 0, "is empty");
        if (Unfilled(token) is { } unfilled) return unfilled;
        if (Written(token) is { Count: > 0 } written) return new TokenJudgement(null, null, null, written);
        if (OfAnotherKind(token) is { } other) return other;
        return token.StartsWith("pat", StringComparison.OrdinalIgnoreCase) && !token.StartsWith("path", StringComparison.OrdinalIgnoreCase) ? PrivateApp(token) : Rest(token);
    }

    /// <summary>A name, a word or a document stands where the value belongs.</summary>
    private static TokenJudgement? Unfilled(string token)
    {
        if (Placeholders.IsEmptyWord(token)) return Fault("V06", 0, token.Length, $"is the word {token}, which is what an empty variable turns into");
        if (token.IndexOf("{{", StringComparison.Ordinal) is var braces and >= 0) return Fault("V03", braces, token.Length - braces, "is a template variable that nobody filled in");
        if (token[0] == '{' && (token.Contains('"') || token.Contains(':') || token.Contains('\''))) return Fault("V09", 0, 1, "is a JSON document, not a token");
        if (VariableName().IsMatch(token)) return Fault("V04", 0, token.Length, "is the name of a variable, not its value");
        if (SecretReference().IsMatch(token)) return Fault("V08", 0, token.Length, "is a reference to a secret, not the secret");
        if (token.IndexOf('{') is var brace and >= 0 && token.IndexOf('}', brace) is var end and > 0) return Fault("V05", brace, end - brace + 1, "has braces that a template would have filled in");
        if (token.StartsWith("#{", StringComparison.Ordinal)) return Fault("V05", 0, token.Length, "has braces that a template would have filled in");
        return null;
    }

    /// <summary>Damage of writing and copying: quotes, foreign characters, masks, breaks, encodings.</summary>
    private static List<TokenFault> Written(string token)
    {
        var faults = new List<TokenFault>();
        if (Placeholders.IsRedaction(token)) return [new TokenFault("H19", 0, token.Length, "looks like a redaction of whoever pasted it", Sure: false)];
        if (token[0] is '"' or '\'' or '`') faults.Add(new TokenFault("H09", 0, 1, $"begins with the quote {token[0]}, which is sent with it"));
        else if (token[^1] is '"' or '\'' or '`') faults.Add(new TokenFault("H09", token.Length - 1, 1, $"ends with the quote {token[^1]}, which is sent with it"));
        Characters(token, faults);
        if (faults.Count > 0) return faults;
        if (Mask(token) is var (start, length) && length > 0) return [new TokenFault("H19", start, length, "is a masked copy: stars, dots or bullets stand where its characters belong")];
        for (var i = 0; i < token.Length; i++)
        {
            if (!char.IsWhiteSpace(token[i])) continue;
            if (Placeholders.IsWords(token)) return [new TokenFault("V01", 0, token.Length, "is a placeholder")];
            return [new TokenFault("H16", i, 1, $"has {CharacterNames.Of(token[i])} in the middle{(Of(string.Concat(token.Where(c => !char.IsWhiteSpace(c)))).Kind is null ? "" : "; joined, it has the right shape")}")];
        }
        if (token.IndexOf('%') is var percent and >= 0 && percent + 2 < token.Length && char.IsAsciiHexDigit(token[percent + 1]) && char.IsAsciiHexDigit(token[percent + 2]))
            return [new TokenFault("H17", percent, 3, $"is percent-encoded: {token.Substring(percent, 3)} stands for {CharacterNames.Of((char)Convert.ToInt32(token.Substring(percent + 1, 2), 16))}")];
        return faults;
    }

    private static void Characters(string token, List<TokenFault> faults)
    {
        for (var i = 0; i < token.Length; i++)
        {
            if (char.IsAscii(token[i]) && !char.IsControl(token[i]) || token[i] is '\t' or '\r' or '\n') continue;
            var rune = Rune.TryGetRuneAt(token, i, out var found) ? found : Rune.ReplacementChar;
            var cause = CharacterNames.CauseOf(rune);
            var sure = cause != "H19" || token.Length > 8;
            if (faults.All(f => f.Cause != cause)) faults.Add(new TokenFault(cause, i, rune.Utf16SequenceLength, $"holds {CharacterNames.Of(rune)}, which no token has", sure));
            i += rune.Utf16SequenceLength - 1;
        }
    }

    private static (int Start, int Length) Mask(string token)
    {
        foreach (var mark in new[] { "**", "...", "###" })
            if (token.IndexOf(mark, StringComparison.Ordinal) is var start and >= 0)
            {
                var end = start;
                while (end < token.Length && token[end] == mark[0]) end++;
                return (start, end - start);
            }
        return token.Length > 12 && token.EndsWith("..", StringComparison.Ordinal) ? (token.Length - 2, 2) : (0, 0);
    }

    /// <summary>A credential, but not an access token.</summary>
    private static TokenJudgement? OfAnotherKind(string token)
    {
        if (token.Equals("access-token", StringComparison.OrdinalIgnoreCase) || token.Equals("access_token", StringComparison.OrdinalIgnoreCase)) return Fault("V02", 0, token.Length, $"is the sample word {token} of a README");
        if (ForeignTokens.IsJsonWebToken(token))
            return ForeignTokens.IsHubSpots(token) ? Fault("K11", 0, 3, "is a JSON web token whose claims name HubSpot: one of visitor identification, UI extensions or the like") : Fault("K10", 0, 3, "is a JSON web token, which HubSpot's API does not take");
        if (ForeignTokens.ServiceOf(token) is { } service) return Fault("K10", 0, Math.Min(4, token.Length), $"begins like a token of {service}");
        if (token.All(char.IsAsciiDigit))
            return new TokenJudgement(null, null, null, [new TokenFault("K12", 0, token.Length, "is a number, as account ids are"), new TokenFault("K08", 0, token.Length, "is a number, as app ids are", Sure: false)]);
        if (UuidShape().IsMatch(token))
            return new TokenJudgement(null, null, null, [new TokenFault("K02", 0, token.Length, "is a bare UUID, as retired API keys are"),
                new TokenFault("K08", 0, token.Length, "is a bare UUID, as client ids and client secrets are", Sure: false), new TokenFault("K09", 0, token.Length, "is a bare UUID, as authorization codes are", Sure: false),
                new TokenFault("K12", 0, token.Length, "is a bare UUID, as form ids are", Sure: false)]);
        if (RegionUuidShape().IsMatch(token))
            return new TokenJudgement(null, null, null, [new TokenFault("K05", 0, token.Length, "is a region and a UUID without pat- in front, as developer API keys are"), new TokenFault("K07", 0, token.Length, "is a region and a UUID without pat- in front, as refresh tokens are", Sure: false)]);
        return Encoded(token) is { } inner ? Fault("H17", 0, token.Length, $"is base64 of {inner}") : null;
    }

    private static string? Encoded(string token)
    {
        if (token.Length < 24 || !Base64Url().IsMatch(token)) return null;
        var text = token.TrimEnd('=').Replace('-', '+').Replace('_', '/');
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var length)) return null;
        var plain = Encoding.UTF8.GetString(bytes, 0, length);
        if (plain.StartsWith("pat-", StringComparison.OrdinalIgnoreCase)) return "a private app token or service key";
        if (plain.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return "the whole header value";
        return plain.Contains("pat-", StringComparison.Ordinal) && plain.All(c => !char.IsControl(c) || c is '\n' or '\r') ? "a text with a private app token in it" : null;
    }

    private static TokenJudgement PrivateApp(string token)
    {
        if (PrivateAppShape().Match(token) is { Success: true } match)
            return new TokenJudgement(CredentialKind.PrivateApp, match.Groups[1].Value.ToLowerInvariant(), null,
                Placeholders.IsMadeUp(token) ? [new TokenFault("V01", 0, token.Length, "has the right shape with made-up digits", Sure: false)] : []);
        // A region has a digit, so letters alone were never a token.
        var words = token.Length > 8 && token.All(c => char.IsAsciiLetter(c) || c is '-' or '_');
        if (words || Placeholders.IsFilledWithX(token) || Placeholders.IsWords(token) || token.Contains("your", StringComparison.OrdinalIgnoreCase) || token.Contains("xxx", StringComparison.OrdinalIgnoreCase)) return Fault("V01", 0, token.Length, "is a placeholder");
        if (LookalikeShape().IsMatch(token))
        {
            var wrong = token.AsSpan(8).IndexOfAnyExcept("0123456789abcdefABCDEF-") is var at and >= 0 ? at + 8 : 6;
            return Fault("H12", wrong, 1, $"has the letter {token[wrong]} where only 0-9 and a-f can stand{(token[wrong] is 'o' or 'O' or 'l' or 'I' or 'i' ? $": a {(token[wrong] is 'o' or 'O' ? '0' : '1')} written as a letter" : "")}");
        }
        if (!token.StartsWith("pat-", StringComparison.OrdinalIgnoreCase) && !token.StartsWith("pat_", StringComparison.OrdinalIgnoreCase)) return Rest(token);
        return Cut(token);
    }

    /// <summary>Where a private app token stops being one.</summary>
    private static TokenJudgement Cut(string token)
    {
        int[] lengths = [3, 3, 8, 4, 4, 4, 12];
        string[] names = ["pat", "region", "first group", "second group", "third group", "fourth group", "last group"];
        var start = 0;
        var groups = token.Split('-');
        for (var i = 0; i < lengths.Length; i++)
        {
            if (i >= groups.Length) return Fault("H18", token.Length, 0, $"is cut off: pat-REGION-8-4-4-4-12 is {44} characters, this has {token.Length} and ends before the {names[i]}");
            var group = groups[i];
            var well = i == 1 ? group.Length is 3 or 4 : group.Length == lengths[i];
            if (!well)
            {
                var last = i == lengths.Length - 1 || i == groups.Length - 1;
                var longer = group.Length > lengths[i];
                var from = start + (longer ? lengths[i] : group.Length);
                return Fault("H18", Math.Min(from, token.Length), longer ? group.Length - lengths[i] : 0,
                    $"is {(longer && last ? "too long" : last ? "cut off" : "damaged")}: the {names[i]} has {group.Length} characters instead of {(i == 1 ? "3 or 4" : lengths[i].ToString(CultureInfo.InvariantCulture))} (pat-REGION-8-4-4-4-12)");
            }
            start += group.Length + 1;
        }
        if (groups.Length > lengths.Length) return Fault("H18", start - 1, token.Length - start + 1, "is too long: text follows the last group of pat-REGION-8-4-4-4-12");
        var odd = token.AsSpan().IndexOfAnyExcept("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-");
        return Fault("H12", Math.Max(0, odd), 1, odd < 0 ? "does not have the shape pat-REGION-8-4-4-4-12" : $"holds {CharacterNames.Of(token[odd])}, which no token has");
    }

    private static TokenJudgement Rest(string token)
    {
        if (token.Length >= 40 && token[0] == 'C' && Base64Url().IsMatch(token))
        {
            var signed = SignedToken.Read(token);
            // A personal key's protobuf begins with a length-delimited field 1 (0x0A: C and one of g to v); an access token's field 1 is a number, its expiry.
            if (signed?.BeginsWithText ?? token[1] is >= 'g' and <= 'v') return Fault("K06", 0, 2, "begins like a personal access key of HubSpot's command line");
            return new TokenJudgement(CredentialKind.OAuth, null, signed, []);
        }
        if (Placeholders.IsFilledWithX(token) || Placeholders.IsWords(token)) return Fault("V01", 0, token.Length, "is a placeholder");
        if (token[0] == '<' && token[^1] == '>' || token[0] == '[' && token[^1] == ']') return Fault("V01", 0, token.Length, "is a placeholder in brackets");
        if (token[^1] is ',' or ';' or ')' or '}' or ']' && Of(token[..^1]).Kind is not null) return Fault("H18", token.Length - 1, 1, $"has one character too many at its end: {CharacterNames.Of(token[^1])}");
        if (token.Length < 24 && token.All(c => char.IsAsciiLetter(c) || c is '-' or '_')) return Fault("V01", 0, token.Length, "is a word, not a token");
        return new TokenJudgement(null, null, null, [new TokenFault("K10", 0, token.Length, "has the shape of no HubSpot access token"), new TokenFault("V01", 0, token.Length, "may be a placeholder", Sure: false)]);
    }

    private static TokenJudgement Fault(string cause, int start, int length, string shows) => new(null, null, null, [new TokenFault(cause, start, length, shows)]);
}
