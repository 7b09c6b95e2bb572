using System.Globalization;
using System.Text;
using Spoke.Emulator.Auth;

namespace Spoke.Emulator.Control;

/// <summary>The generated part of <c>docs/fidelity.md</c>: what is carried out and what answers 501, by area.</summary>
internal static class FidelityText
{
    public const string Begin = "<!-- From here on generated: GET /_emulator/fidelity.md -->";

    public static string Write(IReadOnlyList<Route> routes)
    {
        var done = Implemented.Among(routes);
        var text = new StringBuilder(Begin).Append("\n## What is carried out\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Of {routes.Count} published endpoints {done.Count} are carried out and {routes.Count - done.Count} answer 501 behind the gate.\n\n");
        text.Append("| area | published | carried out | 501 |\n| --- | ---: | ---: | ---: |\n");
        var areas = routes.GroupBy(Area).OrderBy(area => area.Key, StringComparer.Ordinal).ToList();
        foreach (var area in areas)
        {
            var carried = area.Count(done.Contains);
            text.Append(CultureInfo.InvariantCulture, $"| {area.Key} | {area.Count()} | {carried} | {area.Count() - carried} |\n");
        }
        text.Append("\n## What answers 501\n\n`VERSION` stands for the versions in brackets.\n");
        foreach (var area in areas)
        {
            var missing = area.Where(route => !done.Contains(route)).ToList();
            if (missing.Count > 0) WriteArea(text, area.Key, missing);
        }
        return text.ToString();
    }

    private static void WriteArea(StringBuilder text, string area, List<Route> missing)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n### {area}\n\n");
        var paths = missing.Select(route => (route.Method, Shape: Shape(route.Template, out var version), Version: version)).GroupBy(route => route.Shape);
        foreach (var path in paths.OrderBy(path => path.Key, StringComparer.Ordinal))
        {
            var methods = string.Join(" ", path.Select(route => route.Method).Distinct().Order(StringComparer.Ordinal));
            var versions = string.Join(", ", path.Select(route => route.Version).Where(version => version.Length > 0).Distinct().Order(StringComparer.Ordinal));
            text.Append(CultureInfo.InvariantCulture, $"- {methods} `{path.Key}`{(versions.Length > 0 ? $" ({versions})" : "")}\n");
        }
    }

    // The published table files the paths of all object types under whichever it met first.
    private static string Area(Route route) =>
        route.Template.StartsWith("/crm/", StringComparison.Ordinal) && route.Template.Contains("/objects/", StringComparison.Ordinal) && route.Template.Contains("{objectType}", StringComparison.Ordinal)
            ? "CRM/Objects of any type"
            : route.Area;

    private static string Shape(string template, out string version)
    {
        var segments = template.Split('/');
        var at = Array.FindIndex(segments, IsVersion);
        version = at < 0 ? "" : segments[at];
        if (at >= 0) segments[at] = "VERSION";
        return string.Join('/', segments);
    }

    private static bool IsVersion(string segment) =>
        segment.Length is 2 or 7 && ((segment[0] == 'v' && char.IsAsciiDigit(segment[1])) || (segment.Length == 7 && segment[4] == '-' && char.IsAsciiDigit(segment[0])));
}
