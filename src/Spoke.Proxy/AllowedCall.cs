namespace Spoke.Proxy;

/// <summary>Calls that may pass: a method and a path. <c>*</c> stands for any method, or for one segment of the path; <c>**</c> at the end for all that follow.</summary>
public sealed record AllowedCall
{
    private readonly string[] _segments;

    private AllowedCall(string method, string[] segments)
    {
        Method = method;
        _segments = segments;
    }

    /// <summary>The method, or <c>*</c>.</summary>
    public string Method { get; }

    /// <summary>Reads a method and a pattern, such as <c>GET</c> and <c>/crm/v3/objects/*</c>.</summary>
    /// <exception cref="ArgumentException">Either cannot be right; the message says why.</exception>
    public static AllowedCall Parse(string method, string path)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(path);
        var verb = method.ToUpperInvariant();
        if (verb is not ("*" or "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS")) throw new ArgumentException($"'{method}' is no method: an allowed call is METHOD PATH, such as GET /crm/v3/objects/**.");
        if (!path.StartsWith('/')) throw new ArgumentException($"'{path}' is no path: it begins with a slash, such as /crm/v3/objects/**.");
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.SkipLast(1).Contains("**")) throw new ArgumentException($"In '{path}' the ** stands in the middle; it can only be last.");
        return new AllowedCall(verb, segments);
    }

    /// <param name="path">Decoded, without a query. A segment with an encoded slash in it fits no <c>*</c>: nobody knows what the other side makes of it.</param>
    internal bool Fits(string method, string path)
    {
        if (Method != "*" && Method != method) return false;
        var given = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < _segments.Length; i++)
        {
            if (_segments[i] == "**") return !given.Skip(i).Any(HidesSlash);
            if (i >= given.Length || (_segments[i] == "*" ? HidesSlash(given[i]) : _segments[i] != given[i])) return false;
        }
        return given.Length == _segments.Length;
    }

    private static bool HidesSlash(string segment) => segment.Contains("%2f", StringComparison.OrdinalIgnoreCase) || segment.Contains('\\');
}
