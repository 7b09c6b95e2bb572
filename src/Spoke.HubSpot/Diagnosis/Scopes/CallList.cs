using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>A list of endpoints: each line a method and a path, and nothing else.</summary>
internal static partial class CallList
{
    [GeneratedRegex(@"^[ \t]*(?:[-*+][ \t]+|\d+\.[ \t]+)?(?<m>[A-Za-z]+)[ \t]+(?<path>(?:https?://|/)?[A-Za-z][^\s]*/[^\s]*)[ \t]*\r?$")]
    private static partial Regex Line();

    private static readonly string[] s_methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    /// <summary>Null when the text is no such list.</summary>
    /// <exception cref="FormatException">A line begins with a word that is no method HubSpot publishes calls for, or no line names a path of HubSpot's.</exception>
    public static List<FoundCall>? Read(string text)
    {
        var calls = new List<FoundCall>();
        var wrong = new List<(int Line, string Word)>();
        (int Line, string Method, string Path)? unpublished = null;
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line.TrimStart() is ['#', ..] or ['/', '/', ..]) continue;
            if (Line().Match(line) is not { Success: true } match) return null;
            var word = match.Groups["m"].Value;
            var path = match.Groups["path"].Value.TrimEnd(',', ';');
            if (CallPath.Of(path.Contains("://", StringComparison.Ordinal) || path[0] == '/' ? path : "/" + path) is not { } found)
            {
                if (s_methods.Contains(word.ToUpperInvariant()) && !path.Contains("://", StringComparison.Ordinal)) unpublished ??= (number, word.ToUpperInvariant(), path[0] == '/' ? path : "/" + path);
                continue;
            }
            if (!s_methods.Contains(word.ToUpperInvariant())) wrong.Add((number, word));
            else calls.Add(new FoundCall(word.ToUpperInvariant(), found, number));
        }
        if (wrong is [var (at, first), ..]) throw new FormatException($"Line {at}: '{first}' is no method of HubSpot's API. Write GET, POST, PUT, PATCH or DELETE before the path.");
        if (calls.Count == 0 && unpublished is var (on, method, unknown)) throw new FormatException($"Line {on}: {method} {SecretPlaces.Mask(unknown)} is not among the paths HubSpot publishes{(NearestPath.To(method, unknown) is { } near ? $"; {near} is" : "")}.");
        return calls.Count == 0 ? null : calls;
    }
}
