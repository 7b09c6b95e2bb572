using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Reads pieces that are no whole request: a header line, a line of a .env file, a bare address or a bare token.</summary>
internal static partial class FragmentReader
{
    [GeneratedRegex(@"^[ \t]*(?:-H[ \t]+['""]?)?(?<name>[A-Za-z][\w-]*(?:[ \t]+(?=:))?)[ \t]*:[ \t]*(?<value>[^\r\n]*)(?<end>\r?\n?)", RegexOptions.Multiline)]
    private static partial Regex HeaderLine();

    [GeneratedRegex(@"^[ \t]*(?:export[ \t]+|-[ \t]+)?(?<name>[A-Za-z_][A-Za-z0-9_]*)(?:[ \t]+=[ \t]*|=)(?<value>[^\r\n]*)(?<end>\r?)$", RegexOptions.Multiline)]
    private static partial Regex EnvironmentLine();

    [GeneratedRegex("authori[sz]ation|^auth|bearer|token|api-?key|hapikey", RegexOptions.IgnoreCase)]
    private static partial Regex CredentialName();

    [GeneratedRegex("hubspot|token|hapikey|api_?key|^hs_|access", RegexOptions.IgnoreCase)]
    private static partial Regex VariableName();

    // A variable's name, not a header's.
    [GeneratedRegex(@"^(?!HTTP_|API_KEY$|ACCESS_TOKEN$)[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$")]
    private static partial Regex YamlName();

    [GeneratedRegex(@"^(?:""(?<text>[^""]*)""|'(?<text>[^']*)'|(?<text>[^\s#](?:[^#]|(?<=\S)#)*?))[ \t]*(?:[ \t]#.*)?$")]
    private static partial Regex Scalar();

    /// <summary>What a variable is set to in YAML; null where it is set elsewhere. What a pipeline or a chart fills in is not known.</summary>
    private static LocatedText? YamlValue(SourceText source, Group value)
    {
        if (Scalar().Match(value.Value) is not { Success: true } scalar || scalar.Groups["text"] is not { Length: > 0 } text || text.Value is "~" or "null" or "|" or ">" or "|-" or ">-" || text.Value[0] is '*' or '&' or '!' || text.Value.Count(c => c == ' ') > 3) return null;
        var at = value.Index + text.Index;
        if (!text.Value.StartsWith("${", StringComparison.Ordinal) && !text.Value.StartsWith("{{", StringComparison.Ordinal) && !text.Value.StartsWith("$(", StringComparison.Ordinal)) return LocatedText.Of(source, at, text.Length);
        var built = new LocatedText.Builder(at);
        built.AddFilling(text.Value, at);
        return built.Build();
    }

    public static ShownRequest? Read(SourceText source)
    {
        var request = new ShownRequest(source, Dialect.Fragment);
        foreach (Match match in HeaderLine().Matches(source.Text))
        {
            var name = LocatedText.Of(source, match.Groups["name"].Index, match.Groups["name"].Length);
            if (!CredentialName().IsMatch(name.Text) || name.Text is "http" or "https") continue;
            if (YamlName().IsMatch(name.Text))
            {
                if (YamlValue(source, match.Groups["value"]) is not { } set) continue;
                request.Headers.Add(Header(match.Groups["name"].Index, set));
                request.Name = name.Text;
                return request;
            }
            request.Headers.Add(new ShownHeader(name, LocatedText.Of(source, match.Groups["value"].Index, match.Groups["value"].Length)));
        }
        if (request.Headers.Count > 0) return request;
        foreach (Match match in EnvironmentLine().Matches(source.Text))
        {
            if (!VariableName().IsMatch(match.Groups["name"].Value)) continue;
            var value = LocatedText.Of(source, match.Groups["value"].Index, match.Groups["value"].Length);
            var ended = match.Groups["end"].Length > 0 ? value + LocatedText.Of(source, match.Groups["end"].Index, match.Groups["end"].Length) : value;
            request.Headers.Add(Header(match.Groups["name"].Index, ended));
            request.Name = match.Groups["name"].Value;
            return request;
        }
        var trimmed = source.Text.Trim();
        if (trimmed.Length is 0 or > 2000) return null;
        var whole = LocatedText.Of(source, 0, source.Text.Length);
        if (Regex.IsMatch(trimmed, "^https?://\\S+$")) { request.Url = whole.Trim(); return request; }
        if (trimmed.Contains('\n') && !trimmed.StartsWith("pat-", StringComparison.Ordinal) || trimmed.Count(c => c == ' ') > 3) return null;
        if (!MayBeToken(trimmed)) return null;
        if (source.HadByteOrderMark) request.Remarks.Add(new Sighting("H11", Confidence.Certain, LocatedText.Of(source, 0, 0), "token", "the file begins with a byte order mark (U+FEFF), which a program that reads it takes for part of the token") { Fix = Causes.Get("H11").Fix });
        if (whole.TrimEndOf('\n') is var unended && unended.Length == whole.Length - 1 && !trimmed.Contains('\n'))
        {
            whole = unended.Text.EndsWith('\r') ? unended.Slice(0, unended.Length - 1) : unended;
            request.Notes.Add("The text ends with a line break, as files do; a program that reads such a file must take it off.");
        }
        request.Headers.Add(trimmed.StartsWith("Bearer", StringComparison.OrdinalIgnoreCase) ? new ShownHeader(Named("Authorization", 0), whole) : Header(0, whole));
        return request;
    }

    /// <summary>A token, whole or damaged, or what stands for one; words of a language are none.</summary>
    private static bool MayBeToken(string text)
    {
        if (text.StartsWith("Bearer", StringComparison.OrdinalIgnoreCase) || text.Contains("pat-", StringComparison.OrdinalIgnoreCase)) return true;
        if (text.All(char.IsAsciiLetter)) return Placeholders.IsWords(text) || Placeholders.IsEmptyWord(text) || text.Length >= 32;
        if (!text.Any(char.IsWhiteSpace)) return true;
        var joined = string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
        return Placeholders.IsWords(text) || TokenJudgement.Of(joined) is { Kind: not null } or { Faults: [{ Cause: "K02" or "K05" or "K06" or "K11" or "H19" or "H10" or "H11" or "H12" or "V03" or "V04" or "V08" or "V09" }, ..] };
    }

    private static ShownHeader Header(int at, LocatedText value) => new(Named("Authorization", at), Named("Bearer ", at) + value);

    private static LocatedText Named(string text, int at)
    {
        var built = new LocatedText.Builder(at);
        foreach (var c in text) built.Add(c, at);
        return built.Build();
    }
}
