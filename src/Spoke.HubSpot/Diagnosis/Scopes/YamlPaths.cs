using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>The paths of an OpenAPI description in YAML, by its indentation; nothing else of it is looked at.</summary>
internal static partial class YamlPaths
{
    [GeneratedRegex(@"^(?:openapi|swagger)\s*:", RegexOptions.Multiline)]
    private static partial Regex Mark();

    [GeneratedRegex("""^\s+["']?(?<path>/[^\s"':]*(?::[^\s"']+)?)["']?\s*:\s*(?:#.*)?$""")]
    private static partial Regex PathLine();

    [GeneratedRegex(@"^\s+(?<method>get|post|put|patch|delete)\s*:")]
    private static partial Regex MethodLine();

    public static bool IsOne(string text) => Mark().IsMatch(text);

    public static IEnumerable<FoundCall> Find(string text)
    {
        string? path = null;
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (PathLine().Match(line.TrimEnd('\r')) is { Success: true } found) path = CallPath.Filled(found.Groups["path"].Value);
            else if (line.Length > 0 && !char.IsWhiteSpace(line[0]) && line[0] != '#') path = null;
            else if (path is not null && MethodLine().Match(line) is { Success: true } method) yield return new FoundCall(method.Groups["method"].Value.ToUpperInvariant(), path, number);
        }
    }
}
