using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>What a call's method is where its options, or its address, stand in a variable.</summary>
internal static partial class CallOptions
{
    /// <summary>Characters of an object that are looked at.</summary>
    private const int Longest = 4000;
    private const int MostUses = 8;

    [GeneratedRegex("""\bmethod["']?\s*[:=]\s*["'`](?<m>GET|POST|PUT|PATCH|DELETE)\b""", RegexOptions.IgnoreCase)]
    private static partial Regex MethodMember();

    /// <summary>The method in the options of that name nearest in front of a place; null: they are not shown, or what they hold is not.</summary>
    public static string? Method(string text, string name, int before)
    {
        var set = Regex.Matches(text, $"""(?<![\w$.]){Regex.Escape(name)}\.method\s*=\s*["'`](?<m>GET|POST|PUT|PATCH|DELETE)""", RegexOptions.IgnoreCase).LastOrDefault(m => m.Index < before);
        var given = Regex.Matches(text, $$"""(?<![\w$.]){{Regex.Escape(name)}}\s*(?::\s*[\w<>., ]+?)?\s*=\s*(?<open>\{)""").LastOrDefault(m => m.Index < before);
        if (set is not null && (given is null || set.Index > given.Index)) return set.Groups["m"].Value.ToUpperInvariant();
        if (given is null) return null;
        var holds = Object(text, given.Groups["open"].Index);
        if (MethodMember().Match(holds) is { Success: true } member) return member.Groups["m"].Value.ToUpperInvariant();
        return holds.Contains("...", StringComparison.Ordinal) || Regex.IsMatch(holds, @"\bmethod\b") ? null : "GET";
    }

    /// <summary>The methods of the calls that a name is the address of; null among them: one whose method is not told.</summary>
    public static List<string?> Uses(string text, string name, int behind)
    {
        var uses = new List<string?>();
        var called = new Regex($$"""(?:\b|\.|->|::)(?<verb>fetch|axios|got|ky|request|get|post|put|patch|delete)(?:Async|AsJsonAsync|FromJsonAsync|StringAsync)?\s*(?:<[^>\n]*>)?\(\s*(?:["'](?<m>[A-Z]+)["']\s*,\s*)?(?:\w+\s*=\s*)?{{Regex.Escape(name)}}\s*(?<next>[,)])""", RegexOptions.IgnoreCase);
        for (var use = called.Match(text, behind); use.Success && uses.Count < MostUses; use = use.NextMatch())
        {
            var verb = use.Groups["verb"].Value.ToUpperInvariant();
            if (use.Groups["m"].Success) uses.Add(use.Groups["m"].Value.ToUpperInvariant());
            else if (verb is "GET" or "POST" or "PUT" or "PATCH" or "DELETE") uses.Add(verb);
            else if (use.Groups["next"].Value == ")") uses.Add("GET");
            else uses.Add(Second(text, use.Index + use.Length));
        }
        return uses;
    }

    private static string? Second(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        if (at >= text.Length) return null;
        if (text[at] != '{')
        {
            var end = at;
            while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '_' or '$')) end++;
            return end > at ? Method(text, text[at..end], at) : null;
        }
        var holds = Object(text, at);
        return MethodMember().Match(holds) is { Success: true } member ? member.Groups["m"].Value.ToUpperInvariant()
            : holds.Contains("...", StringComparison.Ordinal) || Regex.IsMatch(holds, @"\bmethod\b") ? null : "GET";
    }

    /// <summary>From a brace to the one that closes it.</summary>
    private static string Object(string text, int open)
    {
        var depth = 0;
        for (var i = open; i < text.Length && i - open < Longest; i++)
        {
            if (text[i] == '{') depth++;
            else if (text[i] == '}' && --depth == 0) return text[open..(i + 1)];
        }
        return text[open..Math.Min(text.Length, open + Longest)];
    }
}
