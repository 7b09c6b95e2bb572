using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Calls by their path: lines such as <c>GET /crm/v3/objects/contacts</c>, curl lines, and paths in the string literals of any language, with the method that stands near.</summary>
internal static partial class SourceCalls
{
    private const int Near = 160;

    // An address in quotes or bare; a path must begin one of HubSpot's families, which CallPath judges.
    [GeneratedRegex("""(?:https?://[^\s/"'`<>]+)?/[A-Za-z][A-Za-z0-9_\-]*/[^\s"'`<>\\)|]*""")]
    private static partial Regex Address();

    [GeneratedRegex(@"(?:-X\s*|--request[\s=]+|\bmethod\s*[:=]\s*|HttpMethod\.|Method\.|NewRequest(?:WithContext)?\([^""']*|CURLOPT_CUSTOMREQUEST\s*(?:,|=>)\s*|Net::HTTP::|\brequest\(\s*|\.method\(\s*|\bmethod\s*=>\s*)[""'`]?(?<m>GET|POST|PUT|PATCH|DELETE)\b", RegexOptions.IgnoreCase)]
    private static partial Regex NamedMethod();

    [GeneratedRegex(@"(?:\b|\.|->|::|_)(?<m>get|post|put|patch|delete)(?:Async|AsJsonAsync|FromJsonAsync|StringAsync|StreamAsync|_json|!)?\s*(?:<[^>]*>)?\s*\(?\s*(?:[""'`fF\s]|[\w.\[\]]+\s*\+|URI|new Uri\(|url\s*=|\$)*\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex CalledMethod();

    [GeneratedRegex(@"(?:^|[\s""'`\[(,-])(?<m>GET|POST|PUT|PATCH|DELETE)[""'`]?\s*[,:]?\s*[""'`]?$")]
    private static partial Regex WordBefore();

    // A literal that ends in a slash and goes on in the next one: "/crm/v3/objects/" + "tickets".
    [GeneratedRegex("""\G(?<=/)["'`]\s*[+.]\s*["'`](?<more>[A-Za-z][\w/\-]*)""")]
    private static partial Regex Joined();

    // A variable that holds the host, in front of the path.
    [GeneratedRegex(@"(?:\$?\{\{?[^}]*\}\}?|#\{[^}]*\}|%s|\$\w+)$")]
    private static partial Regex HostBefore();

    [GeneratedRegex(@"CURLOPT_POST\b|(?:^|\s)(?:-d|--data(?:-raw|-binary)?|--json)\b")]
    private static partial Regex SendsData();

    // fetch(url, options): what the method is stands in the options.
    [GeneratedRegex("""^[^\S\n]*["'`)]*(?:\s*\+\s*[\w.]+)*\s*,\s*(?:\.\.\.)?(?<name>[A-Za-z_$][\w$]*)\s*[,)]""")]
    private static partial Regex OptionsBehind();

    [GeneratedRegex("""\b(?:fetch|axios|got|ky|request|urlopen|ajax)\s*\(\s*[fFrR$@]*["'`(]?[\w.\s+]*$""")]
    private static partial Regex Caller();

    [GeneratedRegex(@"\bcurl\b")]
    private static partial Regex CurlBefore();

    // The address is given to a name, and called by it elsewhere.
    [GeneratedRegex("""(?<name>[A-Za-z_$][\w$]*)\s*(?::\s*[\w.]+\s*)?:?=\s*(?:new\s+)?(?:URI|URL|Uri)?\(?\s*[fFrRbu$@]*["'`]?(?:[\w.]+\s*\+\s*["'`]?)?$""")]
    private static partial Regex Given();

    public static IEnumerable<FoundCall> Find(string text)
    {
        var line = 1;
        var counted = 0;
        foreach (Match match in Address().Matches(text))
        {
            var address = (match.Value + Joined().Match(text, match.Index + match.Length).Groups["more"].Value).TrimEnd(',', ';', '.', ']', '}');
            if (match.Value.Length > address.Length && Opens(address, '{') > Opens(address, '}')) address = match.Value.TrimEnd(',', ';', '.', ']');
            if (match.Index > 0 && (char.IsLetterOrDigit(text[match.Index - 1]) || text[match.Index - 1] is '/' or '.' or '-')) continue;
            if (CallPath.Of(address) is not { } path) continue;
            for (; counted < match.Index; counted++)
                if (text[counted] == '\n') line++;
            foreach (var (method, known) in Methods(text, match.Index, match.Index + match.Length, path)) yield return new FoundCall(method, path, line) { IsMethodKnown = known };
        }
    }

    private static int Opens(string text, char c) => text.Count(each => each == c);

    /// <summary>The methods with which the text calls the address; more than one where a variable carries it to several calls, or nothing tells.</summary>
    private static IEnumerable<(string Method, bool Known)> Methods(string text, int start, int end, string path)
    {
        var before = text.AsSpan(Math.Max(0, start - Near), Math.Min(start, Near)).ToString();
        var statement = HostBefore().Replace(before[(before.LastIndexOfAny(['\n', ';']) + 1)..], "");
        if (WordBefore().Match(statement) is { Success: true } word) return Known(word);
        if (CalledMethod().Match(statement) is { Success: true } called) return Known(called);
        if (NamedMethod().Matches(statement).LastOrDefault() is { } named) return Known(named);
        var behind = text.AsSpan(end, Math.Min(Near * 2, text.Length - end)).ToString();
        if (OptionsBehind().Match(behind) is { Success: true } options && Caller().IsMatch(statement))
            return CallOptions.Method(text, options.Groups["name"].Value, start) is { } told ? [(told, true)] : Either(path);
        if (Given().Match(statement) is { Success: true } given && CallOptions.Uses(text, given.Groups["name"].Value, end) is { Count: > 0 } uses)
            return uses.SelectMany(use => use is { } method ? [(method, true)] : Either(path)).Distinct();
        var next = Address().Match(behind);
        if (next.Success) behind = behind[..next.Index];
        if (NamedMethod().Match(behind) is { Success: true } later) return Known(later);
        if (NamedMethod().Matches(before).LastOrDefault() is { } earlier && !before[earlier.Index..].Contains(';', StringComparison.Ordinal) && !Address().IsMatch(before[earlier.Index..])) return Known(earlier);
        if (SendsData().IsMatch(statement) || SendsData().IsMatch(behind)) return [("POST", true)];
        // Nothing says: the one method that is published, or a read.
        var published = Published(path);
        return [(published.Count == 1 ? published[0] : "GET", published.Count == 1 || Caller().IsMatch(statement) || CurlBefore().IsMatch(statement))];

        static IEnumerable<(string, bool)> Known(Match match) => [(match.Groups["m"].Value.ToUpperInvariant(), true)];
    }

    /// <summary>Options that are not shown carry the method: any that is published for the path.</summary>
    private static IEnumerable<(string Method, bool Known)> Either(string path) =>
        Published(path) is { Count: > 0 } published ? published.Select(method => (method, published.Count == 1)) : [("GET", false)];

    private static List<string> Published(string path)
    {
        var published = EndpointCatalogue.Matches(path).ToList();
        return [.. published.Where(endpoint => endpoint.Template.Count(c => c == '{') == published.Min(e => e.Template.Count(c => c == '{'))).Select(endpoint => endpoint.Method).Distinct()];
    }
}
