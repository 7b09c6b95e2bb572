using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Reads the call of wget or of HTTPie (<c>http</c>, <c>https</c>, <c>xh</c>) out of a text; curl has a reader of its own.</summary>
internal static partial class ShellClientReader
{
    private const int MostCalls = 50;
    private const int MostWords = 400;

    [GeneratedRegex(@"(?<![\w/.\-])(?<wget>wget)(?:\.exe)?(?=[ \t])|^[ \t]*(?:[$>#%][ \t]+)?(?<httpie>https?|xhs?)(?=[ \t]+[^ \t\r\n])", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"^(?:[a-z]+://|:\d*/|(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?(?:/|$)|localhost\b|127\.)", RegexOptions.IgnoreCase)]
    private static partial Regex Address();

    [GeneratedRegex(@"^(?<name>[A-Za-z0-9_.-]+)(?<mark>==|:=|=@|=|:|;|@)")]
    private static partial Regex Item();

    private static readonly HashSet<string> s_wgetValues = new(StringComparer.Ordinal)
    {
        "header", "method", "body-data", "body-file", "post-data", "post-file", "user", "password", "http-user", "http-password", "output-document", "output-file", "user-agent", "referer", "timeout", "tries", "directory-prefix", "ca-certificate", "load-cookies", "save-cookies", "execute", "input-file", "wait",
        "O", "o", "U", "P", "T", "t", "e", "i", "w",
    };

    private static readonly HashSet<string> s_httpieValues = new(StringComparer.Ordinal)
    {
        "auth", "auth-type", "output", "print", "style", "session", "session-read-only", "timeout", "proxy", "verify", "cert", "cert-key", "raw", "pretty", "format-options", "default-scheme", "max-redirects", "a", "A", "o", "p", "s",
    };

    public static List<(ShownRequest Request, int End)> Read(SourceText source)
    {
        var found = new List<(ShownRequest, int)>();
        var from = 0;
        foreach (Match match in Command().Matches(source.Text))
        {
            if (match.Index < from || found.Count >= MostCalls) continue;
            var dialect = CurlReader.DialectOf(source.Text[from..Math.Min(source.Text.Length, match.Index + 8000)]);
            var line = ShellLine.Split(source, match.Index + match.Length, dialect);
            from = line.End;
            var request = new ShownRequest(source, dialect) { Number = found.Count + 1 };
            var variables = Variables.Before(source, match.Index, dialect);
            request.Named.AddRange(variables.All);
            var wget = match.Groups["wget"].Success;
            var words = line.Words.Take(MostWords).Select(w => variables.Fill(w.Text)).ToList();
            if (wget) Wget(request, words);
            else Httpie(request, words, match.Groups["httpie"].Value is "https" or "xhs" ? "https" : "http");
            if (request.Url is null) continue;
            request.Method = request.GivenMethod?.Text.ToUpperInvariant() ?? (request.Body is null && request.BodyFile is null ? "GET" : "POST");
            found.Add((request, line.End));
        }
        return found;
    }

    /// <summary>The options with their values, and the other words; short options may stand together.</summary>
    private static IEnumerable<(string? Option, LocatedText Value)> Split(List<LocatedText> words, HashSet<string> withValue)
    {
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (word.Length < 2 || word.Text[0] != '-' || word.IsFillingAt(0)) { yield return (null, word); continue; }
            if (word.Text.StartsWith("--", StringComparison.Ordinal))
            {
                var equals = word.Text.IndexOf('=');
                var name = equals > 0 ? word.Text[2..equals] : word.Text[2..];
                if (equals > 0) yield return (name, word.Slice(equals + 1));
                else yield return (name, withValue.Contains(name) && i + 1 < words.Count ? words[++i] : LocatedText.Empty);
                continue;
            }
            for (var j = 1; j < word.Length; j++)
            {
                var name = word.Text[j].ToString();
                if (!withValue.Contains(name)) { yield return (name, LocatedText.Empty); continue; }
                yield return (name, j + 1 < word.Length ? word.Slice(j + 1) : i + 1 < words.Count ? words[++i] : LocatedText.Empty);
                break;
            }
        }
    }

    private static void Wget(ShownRequest request, List<LocatedText> words)
    {
        foreach (var (option, value) in Split(words, s_wgetValues))
        {
            switch (option)
            {
                case "header": Header(request, value, "wget"); break;
                case "method": request.GivenMethod = value; break;
                case "body-data" or "post-data": request.Body = value; break;
                case "body-file" or "post-file": request.BodyFile = value.Text; break;
                case null when Address().IsMatch(value.Text): request.Url ??= value.Text.Contains("://", StringComparison.Ordinal) ? value : Written("http://", value) + value; break;
                default: break;
            }
        }
    }

    private static void Httpie(ShownRequest request, List<LocatedText> words, string scheme)
    {
        LocatedText? login = null;
        var bearer = false;
        foreach (var (option, value) in Split(words, s_httpieValues))
        {
            if (option is "a" or "auth") login = value;
            else if (option is "A" or "auth-type") bearer = value.Text.Equals("bearer", StringComparison.OrdinalIgnoreCase);
            else if (option is not null) continue;
            else if (request.Url is not null) Part(request, value);
            else if (request.GivenMethod is null && value.Length is > 2 and < 8 && value.Text.All(char.IsAsciiLetterUpper)) request.GivenMethod = value;
            else if (!Address().IsMatch(value.Text) && !value.HasFillings) return;   // a sentence, or something else of that name
            else request.Url = value.Text.StartsWith(':') ? Written(scheme + "://localhost", value) + (value.Text.StartsWith(":/", StringComparison.Ordinal) ? value.Slice(1) : value)
                : value.Text.Contains("://", StringComparison.Ordinal) || value.IsFillingAt(0) ? value : Written(scheme + "://", value) + value;
        }
        if (login is not { Length: > 0 } || request.Url is null) return;
        if (bearer) request.Headers.Add(new ShownHeader(Written("Authorization", login), Written("Bearer ", login) + login));
        else if (!request.Authorizations.Any())
            request.Remarks.Add(new Sighting("H05", Confidence.Certain, login, "option -a", "HTTPie sends a user and password as a Basic header") { Fix = "Add -A bearer and give -a the token alone, or write \"Authorization:Bearer TOKEN\"." });
    }

    /// <summary>An item behind the address: a header, a part of the query, or a field of the body.</summary>
    private static void Part(ShownRequest request, LocatedText item)
    {
        if (Item().Match(item.Text) is not { Success: true } match) return;
        var value = item.Slice(match.Length);
        switch (match.Groups["mark"].Value)
        {
            case ":": Header(request, item, "HTTPie"); break;
            case "==": request.Query.Add((item.Slice(0, match.Groups["name"].Length), value)); break;
            case "=" or ":=" or "=@":
                var field = Written("\"" + match.Groups["name"].Value + "\":\"", item) + value + Written("\"", item);
                request.Body = request.Body is { } before ? before.Slice(0, before.Length - 1) + Written(",", item) + field + Written("}", item) : Written("{", item) + field + Written("}", item);
                break;
            default: break;
        }
    }

    private static void Header(ShownRequest request, LocatedText line, string client)
    {
        var colon = line.Text.IndexOf(':');
        if (colon > 0 && line.Text.AsSpan(colon + 1).Trim().Length > 0) request.Headers.Add(new ShownHeader(line.Slice(0, colon), CurlCall.AfterColon(line.Slice(colon + 1))));
        else if (colon > 0 && line.Text.StartsWith("Authorization", StringComparison.OrdinalIgnoreCase))
            request.Remarks.Add(new Sighting("V06", Confidence.Certain, line, "header Authorization", $"nothing follows the colon, and {client} sends no such header"));
        else if (line.Text.StartsWith("Authorization", StringComparison.OrdinalIgnoreCase))
            request.Remarks.Add(new Sighting("H01", Confidence.Certain, line, "header line", "it has no colon, so it is no header") { Fix = "Write Authorization: Bearer TOKEN, with a colon behind the name." });
    }

    private static LocatedText Written(string text, LocatedText at)
    {
        var built = new LocatedText.Builder(at.OffsetAt(0));
        foreach (var c in text) built.Add(c, at.OffsetAt(0));
        return built.Build();
    }
}
