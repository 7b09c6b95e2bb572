using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>The path of an address as the published templates have it, whatever stands for its variables.</summary>
internal static partial class CallPath
{
    private static readonly HashSet<string> Roots = [.. EndpointCatalogue.All.Select(endpoint => endpoint.Template.Split('/')[1]).Where(root => root.Length > 0 && root != "path"), "submissions", "contacts", "engagements", "owners"];

    [GeneratedRegex(@"\$\{[^}]*\}|\{\{[^}]*\}\}|\{[^}]*\}|#\{[^}]*\}|<[^>/]+>|%[sdv]|\$\w+|:[A-Za-z_]\w*|__\w+__")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^(?:https?://|\$\{[^}]*\}|\{\{[^}]*\}\}|\{[^}]*\}|\$\w+)[^/]*")]
    private static partial Regex Host();

    /// <summary>Null when the address is none of HubSpot's API.</summary>
    public static string? Of(string address)
    {
        var host = Host().Match(address);
        if (host.Success && host.Value.Contains("://", StringComparison.Ordinal) && !IsHubSpot(host.Value)) return null;
        var path = Filled(address[(host.Success ? host.Length : 0)..]);
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return segments.Length >= 2 && path.StartsWith('/') && Roots.Contains(segments[0]) ? path : null;
    }

    /// <summary>With a 1 for each variable, without query and fragment.</summary>
    public static string Filled(string path)
    {
        var end = path.AsSpan().IndexOfAny('?', '#');
        path = Variable().Replace(end < 0 || path[end] == '#' && end + 1 < path.Length && path[end + 1] == '{' ? path : path[..end], "1");
        return path.EndsWith('/') ? path + "1" : path;
    }

    private static bool IsHubSpot(string host) =>
        host.Contains("hubapi.com", StringComparison.OrdinalIgnoreCase) || host.Contains("hubspot.com", StringComparison.OrdinalIgnoreCase) || host.Contains("hsforms.com", StringComparison.OrdinalIgnoreCase)
        || host.Contains("localhost", StringComparison.OrdinalIgnoreCase) || host.Contains("127.0.0.1", StringComparison.Ordinal) || host.Contains('{', StringComparison.Ordinal) || host.Contains('$', StringComparison.Ordinal);
}
