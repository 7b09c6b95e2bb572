using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Sessions of Python's HTTP clients: what is set on one goes out with its own calls and with no other.</summary>
internal sealed partial class PythonSessions(SourceText source)
{
    /// <summary>Characters, at most, between a session's brackets.</summary>
    private const int Longest = 2000;

    [GeneratedRegex(@"\b(?<name>\w+)\s*=\s*(?:requests\.[Ss]ession|httpx\.(?:Async)?Client|aiohttp\.ClientSession)\(|(?:requests\.[Ss]ession|httpx\.(?:Async)?Client|aiohttp\.ClientSession)\([^)\n]*\)\s+as\s+(?<name>\w+)")]
    private static partial Regex Opened();

    [GeneratedRegex(@"\b(?<name>\w+)\.headers\s*(?:\.update\s*\(|\.setdefault\s*\(|\[|=)")]
    private static partial Regex Default();

    private readonly List<(string Name, int From, int To)> _defaults = Defaults(source.Text);

    /// <summary>The names they go by.</summary>
    public IReadOnlySet<string> Names { get; } = NamesIn(source.Text);

    private static HashSet<string> NamesIn(string text) => [.. Opened().Matches(text).Select(m => m.Groups["name"].Value)];

    private static List<(string Name, int From, int To)> Defaults(string text)
    {
        var names = NamesIn(text);
        return names.Count == 0 ? [] : [.. Opened().Matches(text).Concat(Default().Matches(text)).Where(m => names.Contains(m.Groups["name"].Value)).Select(m => (m.Groups["name"].Value, m.Index, End(text, m)))];
    }

    /// <summary>Where the brackets behind a match close, or its line ends.</summary>
    private static int End(string text, Match match)
    {
        var line = text.IndexOf('\n', match.Index + match.Length) is var end and >= 0 ? end : text.Length;
        var depth = match.Value[^1] == '(' ? 1 : 0;
        for (var i = match.Index + match.Length; i < text.Length && i < match.Index + Longest; i++)
        {
            if (text[i] is '(' or '{' or '[') depth++;
            else if (text[i] is ')' or '}' or ']' && --depth <= 0) return Math.Max(i, line);
            else if (text[i] == '\n' && depth <= 0) return i;
        }
        return line;
    }

    /// <summary>The session a header is a default of; null: of none.</summary>
    public string? OwnerOf(ShownHeader header)
    {
        var at = header.Name.OffsetAt(0);
        return _defaults.FindLast(d => at >= d.From && at < d.To).Name;
    }

    /// <summary>Takes off what cannot be sent by this call: the defaults of other sessions, and for a plain call whatever it does not name.</summary>
    /// <returns>The session whose header the call would have needed; null when it has its own or none is set.</returns>
    public string? Keep(List<ShownHeader> headers, ProgramCall call)
    {
        if (Names.Count == 0) return null;
        var text = source.Text[call.Start..Math.Min(call.End, source.Text.Length)];
        var name = text[..Math.Max(0, text.IndexOf('('))].TrimEnd();
        var holder = name.LastIndexOf('.') is var dot and > 0 ? name[..dot] : "";
        var receiver = holder[(holder.LastIndexOf('.') + 1)..];
        if (Names.Contains(receiver))
        {
            headers.RemoveAll(h => OwnerOf(h) is { } other && other != receiver);
            return null;
        }
        if (receiver is not ("requests" or "httpx")) return null;
        var owner = headers.Select(OwnerOf).FirstOrDefault(o => o is not null);
        headers.RemoveAll(h => OwnerOf(h) is not null);
        var names = text.Contains("eader", StringComparison.Ordinal) || text.Contains("**", StringComparison.Ordinal) || text.Contains("auth", StringComparison.Ordinal);
        if (!names) headers.RemoveAll(h => h.Name.OffsetAt(0) < call.Start || h.Name.OffsetAt(0) >= call.End);
        return names || headers.Count > 0 ? null : owner ?? _defaults.FirstOrDefault().Name;
    }
}
