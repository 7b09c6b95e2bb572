using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>A list of endpoints: each line a method and a path, and nothing else.</summary>
internal static partial class CallList
{
    [GeneratedRegex(@"^[ \t]*(?:[-*+][ \t]+|\d+\.[ \t]+)?(?<m>[A-Za-z]+)[ \t]+(?<path>(?:https?://|/)?[A-Za-z][^\s]*/[^\s]*)[ \t]*\r?$")]
    private static partial Regex Line();

    private static readonly string[] s_methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    /// <summary>Null when the text is no such list.</summary>
    /// <exception cref="FormatException">A line begins with a word that is no method HubSpot publishes calls for.</exception>
    public static List<FoundCall>? Read(string text)
    {
        var calls = new List<FoundCall>();
        var wrong = new List<(int Line, string Word)>();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line.TrimStart() is ['#', ..] or ['/', '/', ..]) continue;
            if (Line().Match(line) is not { Success: true } match) return null;
            var word = match.Groups["m"].Value;
            var path = match.Groups["path"].Value.TrimEnd(',', ';');
            if (CallPath.Of(path.Contains("://", StringComparison.Ordinal) || path[0] == '/' ? path : "/" + path) is not { } found) continue;
            if (!s_methods.Contains(word.ToUpperInvariant())) wrong.Add((number, word));
            else calls.Add(new FoundCall(word.ToUpperInvariant(), found, number));
        }
        if (wrong is [var (at, first), ..]) throw new FormatException($"Line {at}: '{first}' is no method of HubSpot's API. Write GET, POST, PUT, PATCH or DELETE before the path.");
        return calls.Count == 0 ? null : calls;
    }
}
