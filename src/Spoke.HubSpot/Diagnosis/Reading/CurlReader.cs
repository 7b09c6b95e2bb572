using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Reads a curl command out of a text, in the quoting of whichever shell it was written for.</summary>
internal static partial class CurlReader
{
    /// <summary>A command with more is no command: quotes that never close make one of a whole file.</summary>
    private const int MostWords = 400;

    private const string WithValue = "HdXubAeoxFTKmwcCErUtyYzPQD";

    private static readonly HashSet<string> s_withValue = new(StringComparer.Ordinal)
    {
        "header", "data", "data-raw", "data-binary", "data-ascii", "data-urlencode", "json", "request", "user", "cookie", "user-agent", "referer", "output", "proxy", "form", "form-string", "url", "oauth2-bearer", "url-query",
        "max-time", "connect-timeout", "write-out", "cacert", "capath", "cert", "key", "pass", "retry", "retry-delay", "retry-max-time", "resolve", "connect-to", "upload-file", "config", "cookie-jar", "interface", "proxy-user", "proxy-header",
        "limit-rate", "max-redirs", "range", "dump-header", "netrc-file", "ciphers", "tls-max", "trace", "trace-ascii", "stderr", "unix-socket", "request-target", "aws-sigv4", "speed-limit", "speed-time", "continue-at", "doh-url", "dns-servers", "noproxy", "variable", "expand-header",
    };

    [GeneratedRegex(@"(?<![\w/.\-])curl(?:\.exe)?[""']?(?=[ \t\\^`\r\n]|$)", RegexOptions.IgnoreCase)]
    private static partial Regex Command();

    [GeneratedRegex(@"[ \t]\^[ \t]*\r?$|\^""|^[ \t]*[A-Za-z]:\\[^>\r\n]*>|^[ \t]*(?:@?echo[ \t]+off\b|(?i:set)[ \t]+""?[A-Za-z_]\w*=)", RegexOptions.Multiline)]
    private static partial Regex CmdMarks();

    [GeneratedRegex(@"(?<=[ \t])`[ \t]*\r?$|\$env:|^[ \t]*PS [^>\r\n]*>|curl\.exe|@['""]\r?$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex PowerShellMarks();

    [GeneratedRegex(@"^[\p{Pd}]{1,2}[A-Za-z]")]
    private static partial Regex DashedOption();

    public static Dialect DialectOf(string text) => CmdMarks().IsMatch(text) ? Dialect.Cmd : PowerShellMarks().IsMatch(text) ? Dialect.PowerShell : Dialect.Bash;

    /// <summary>The shell that a file's name tells.</summary>
    private static Dialect? ByExtension(string? name) => Path.GetExtension(name)?.ToLowerInvariant() switch
    {
        ".bat" or ".cmd" => Dialect.Cmd,
        ".ps1" => Dialect.PowerShell,
        ".sh" or ".bash" => Dialect.Bash,
        _ => null,
    };

    /// <summary>All curl commands of the text, with the place where each ends.</summary>
    public static List<(ShownRequest Request, int End)> Read(SourceText source)
    {
        var found = new List<(ShownRequest, int)>();
        var from = 0;
        foreach (Match match in Command().Matches(source.Text))
        {
            if (match.Index < from || found.Count >= 50 || PowerShellRequestReader.Takes(source.Text, match.Index)) continue;
            // The shell is told by the command itself and by what stands before it, not by an answer behind it.
            var rough = Math.Min(source.Text.Length, match.Index + 8000);
            var dialect = ByExtension(source.Name) ?? DialectOf(source.Text[from..rough]);
            var line = ShellLine.Split(source, match.Index + match.Length, dialect);
            if (!IsCall(line))
            {
                from = line.End;   // none of its words is one of a call, so no shorter piece of it is a call
                continue;
            }
            var request = new ShownRequest(source, dialect) { Number = found.Count + 1 };
            var variables = Variables.Before(source, match.Index, dialect);
            request.Named.AddRange(variables.All);
            Fill(request, line, variables);
            found.Add((request, line.End));
            from = line.End;
        }
        return found;
    }

    private static bool IsCall(ShellLine line) =>
        line.Words.Exists(w => w.Text.Text.Contains("://", StringComparison.Ordinal) || w.Text.Text is "-H" or "--header" or "--url" or "-X" or "--request" or "-u" or "--location" || w.Text.Text.Contains("hubapi", StringComparison.OrdinalIgnoreCase)
            || w.Text.Text.Contains("hubspot", StringComparison.OrdinalIgnoreCase) || w.Text.Text.StartsWith("localhost", StringComparison.Ordinal) || w.Text.Text.StartsWith("127.", StringComparison.Ordinal) || w.Text.Text.StartsWith("-H", StringComparison.Ordinal));

    private static void Fill(ShownRequest request, ShellLine line, Variables variables)
    {
        var call = new CurlCall(request);
        for (var i = 0; i < line.Words.Count && i < MostWords; i++)
        {
            var word = line.Words[i].Text;
            var text = word.Text;
            if (word.Length > 1 && text[0] is '\u2013' or '\u2014' or '\u2212' && DashedOption().IsMatch(text))
            {
                request.Remarks.Add(new Sighting("H10", Confidence.Certain, word.Slice(0, 1), "option " + text, $"{CharacterNames.Of(text[0])} stands where a hyphen belongs, so curl does not see an option here") { ColumnInPart = 1, Fix = "Type the hyphens of the options anew; a word processor or chat turned them into dashes." });
                text = (text[0] == '\u2014' && word.Length > 2 && char.IsAsciiLetter(text[2]) ? "--" : "-") + text.TrimStart('\u2013', '\u2014', '\u2212', '-');
            }
            LocatedText? Value(int attached)
            {
                if (attached > 0 && attached < word.Length) return variables.Fill(word.Slice(attached));
                return i + 1 < line.Words.Count ? variables.Fill(line.Words[++i].Text) : null;
            }
            if (text.StartsWith("--", StringComparison.Ordinal) && text.Length > 2)
            {
                var equals = text.IndexOf('=');
                var name = equals > 0 ? text[2..equals] : text[2..];
                call.Long(name, s_withValue.Contains(name) ? Value(equals > 0 ? equals + 1 : 0) : null);
            }
            else if (text.Length > 1 && text[0] == '-' && !word.IsFillingAt(0))
            {
                for (var j = 1; j < text.Length; j++)
                {
                    if (!WithValue.Contains(text[j], StringComparison.Ordinal)) { call.Short(text[j], null); continue; }
                    call.Short(text[j], Value(j + 1));
                    break;
                }
            }
            else call.Bare(variables.Fill(word), line, i);
        }
        call.Finish(line);
    }
}
