using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Reads Invoke-RestMethod and Invoke-WebRequest, with headers given as a table, as a variable or added one by one.</summary>
internal static partial class PowerShellRequestReader
{
    // curl and wget are other names of Invoke-WebRequest; its options tell that it is meant.
    /// <summary>Within so many characters the options that tell PowerShell's curl from the real one must stand.</summary>
    private const int LongestHead = 2_500;

    [GeneratedRegex(@"(?<![\w/.-])(?:Invoke-RestMethod|Invoke-WebRequest|irm|iwr|(?:curl|wget)(?=[ \t`](?:[^\r\n]|(?<=`[ \t]*)\r?\n){0,2000}?[ \t]-(?:Uri|Headers|Method|Body|ContentType|UseBasicParsing)\b))(?![\w-])", RegexOptions.IgnoreCase)]
    private static partial Regex Command();

    [GeneratedRegex("""\$(?<table>\w+)(?:\.Add\(\s*|\[)["'](?<name>[\w-]+)["']\s*(?:,|\]\s*=)\s*(?<value>["'].*?)\)?[ \t]*\r?$""", RegexOptions.Multiline)]
    private static partial Regex AddedHeader();

    [GeneratedRegex(@"\$(?<name>\w+)\s*=\s*(?:\[ordered\]\s*)?@\{")]
    private static partial Regex Table();

    public static bool IsOne(string text) => Command().IsMatch(text);

    /// <summary>Whether the command at a place is one, under whatever name.</summary>
    public static bool Takes(string text, int at) => Command().Match(text, at, Math.Min(text.Length - at, LongestHead)) is { Success: true } match && match.Index == at;

    public static ShownRequest? Read(SourceText source, out int end)
    {
        var match = Command().Match(source.Text);
        var line = ShellLine.Split(source, match.Index + match.Length, Dialect.PowerShellRequest);
        end = line.End;
        var request = new ShownRequest(source, Dialect.PowerShellRequest);
        var variables = Variables.Before(source, match.Index, Dialect.PowerShellRequest);
        request.Named.AddRange(variables.All);
        for (var i = 0; i < line.Words.Count; i++)
        {
            var word = line.Words[i].Text;
            if (word.Text.StartsWith('-') && i + 1 < line.Words.Count && Option(request, word.Text.TrimStart('-').TrimEnd(':').ToLowerInvariant(), line.Words[i + 1].Text, source, variables)) i++;
            else if (word.Text.StartsWith('@') && word.Length > 1) Splat(request, word, source, variables);
            else if (!word.Text.StartsWith('-')) request.Url ??= variables.Fill(word);
        }
        request.Method = request.GivenMethod?.Text.ToUpperInvariant() ?? "GET";
        if (line.Unclosed is { } open) request.Remarks.Add(new Sighting("R12", Confidence.Likely, open, "command line", "a quote or bracket opens here and never closes: what is shown cannot be what ran"));
        return request.Url is null && request.Headers.Count == 0 ? null : request;
    }

    private static bool Option(ShownRequest request, string name, LocatedText value, SourceText source, Variables variables)
    {
        var filled = variables.Fill(value);
        switch (name)
        {
            case "uri" or "url": request.Url = filled; return true;
            case "method": request.GivenMethod = filled; return true;
            case "headers" or "header": Headers(request, value, source, variables); return true;
            case "body": request.Body = filled; return true;
            case "contenttype": request.Headers.Add(new ShownHeader(Named("Content-Type", value.OffsetAt(0)), filled)); return true;
            case "token": request.Headers.Add(new ShownHeader(Named("Authorization", value.OffsetAt(0)), Named("Bearer ", value.OffsetAt(0)) + (value.Text.StartsWith('(') ? Whole(value) : filled))); return true;
            case "authentication" or "outfile" or "maximumredirection" or "useragent" or "timeoutsec" or "sslprotocol" or "proxy" or "erroraction": return true;
            default: return !name.StartsWith("use", StringComparison.Ordinal) && name is not ("verbose" or "skipcertificatecheck" or "usebasicparsing" or "skipheadervalidation" or "allowunencryptedauthentication");
        }
    }

    private static LocatedText Whole(LocatedText text)
    {
        var built = new LocatedText.Builder(text.OffsetAt(0));
        built.AddFilling(text.Text, text.OffsetAt(0));
        return built.Build();
    }

    private static void Headers(ShownRequest request, LocatedText value, SourceText source, Variables variables)
    {
        if (value.Text.StartsWith("@{", StringComparison.Ordinal)) { Entries(request, source, value.OffsetAt(0) + 2, value.OffsetAt(value.Length - 1), variables); return; }
        if (ShellExpansion.NameOf(value.Text) is not { } name) return;
        foreach (Match table in Table().Matches(source.Text))
            if (table.Groups["name"].Value.Equals(name, StringComparison.OrdinalIgnoreCase) && Closing(source.Text, table.Index + table.Length) is var close and > 0) Entries(request, source, table.Index + table.Length, close, variables);
        foreach (Match added in AddedHeader().Matches(source.Text))
        {
            if (!added.Groups["table"].Value.Equals(name, StringComparison.OrdinalIgnoreCase)) continue;
            var words = PowerShellWords.Within(source, added.Groups["value"].Index, added.Groups["value"].Index + added.Groups["value"].Length);
            request.Headers.Add(new ShownHeader(LocatedText.Of(source, added.Groups["name"].Index, added.Groups["name"].Length), Joined(words, 0, out _, variables)));
        }
    }

    private static void Splat(ShownRequest request, LocatedText word, SourceText source, Variables variables)
    {
        foreach (Match table in Table().Matches(source.Text))
        {
            if (!table.Groups["name"].Value.Equals(word.Text[1..], StringComparison.OrdinalIgnoreCase) || Closing(source.Text, table.Index + table.Length) is not (var close and > 0)) continue;
            var entries = new ShownRequest(source, request.Dialect);
            Entries(entries, source, table.Index + table.Length, close, variables);
            foreach (var entry in entries.Headers) Option(request, entry.Name.Text.ToLowerInvariant(), entry.Value, source, variables);
        }
    }

    private static int Closing(string text, int at)
    {
        var depth = 1;
        var quote = '\0';
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (quote != '\0') quote = c == quote ? '\0' : quote;
            else if (c is '"' or '\'') quote = c;
            else if (c == '{') depth++;
            else if (c == '}' && --depth == 0) return at;
        }
        return text.Length;
    }

    private static void Entries(ShownRequest request, SourceText source, int start, int end, Variables variables)
    {
        var words = PowerShellWords.Within(source, start, Math.Max(start, end));
        for (var i = 0; i + 2 < words.Count; i++)
        {
            if (words[i + 1].Text.Text != "=" || words[i].Text.Text is ";" or "=") continue;
            var value = Joined(words, i + 2, out var next, variables);
            request.Headers.Add(new ShownHeader(words[i].Text, value));
            i = next - 1;
        }
    }

    private static LocatedText Joined(List<ShellWord> words, int at, out int next, Variables variables)
    {
        var value = LocatedText.Empty;
        for (next = at; next < words.Count; next++)
        {
            var text = words[next].Text.Text;
            if (text == ";") break;
            if (text == "+") continue;
            value = value.Length == 0 ? words[next].Text : value + words[next].Text;
            if (next + 1 < words.Count && words[next + 1].Text.Text != "+") { next++; break; }
        }
        return variables.Fill(value);
    }

    private static LocatedText Named(string text, int at)
    {
        var built = new LocatedText.Builder(at);
        foreach (var c in text) built.Add(c, at);
        return built.Build();
    }
}
