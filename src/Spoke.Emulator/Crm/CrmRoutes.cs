namespace Spoke.Emulator.Crm;

/// <summary>Where a call goes: the area, the version it was asked in, and the path after both.</summary>
internal readonly record struct CrmRoute(CrmArea Area, string Version, IReadOnlyList<string> Rest);

internal enum CrmArea { None, Objects, Associations, Properties, Pipelines, Owners, Schemas, Account }

/// <summary>Folds the many path shapes of one resource (<c>/crm/v3/objects</c>, <c>/crm/objects/2026-09</c>, …) into one route.</summary>
internal static class CrmRoutes
{
    public static CrmRoute Parse(string[] segments)
    {
        if (segments.Length < 2) return default;
        if (segments[0] == "account-info") return new CrmRoute(CrmArea.Account, segments[1], Skip(segments, 2));
        if (segments[0] == "crm-object-schemas" && segments.Length > 2 && segments[2] == "schemas")
            return new CrmRoute(CrmArea.Schemas, segments[1], Skip(segments, 3));
        if (segments[0] != "crm" || segments.Length < 3) return OfArea(segments);
        var versionFirst = IsVersion(segments[1]);
        if (!versionFirst && !IsVersion(segments[2])) return OfArea(segments);
        var (version, name) = versionFirst ? (segments[1], segments[2]) : (segments[2], segments[1]);
        // The older paths of deal splits lie under the deals.
        if (segments.Length > 4 && segments[3] == "deals" && segments[4] == "splits") return new CrmRoute(CrmArea.None, version, ["deal-splits", .. segments[5..]]);
        var area = AreaOf(name);
        return area == CrmArea.None ? OfArea(segments) : new CrmRoute(area, version, Skip(segments, 3));
    }

    /// <summary>The path of an area beside the record engine: everything but the version, wherever that stands.</summary>
    public static CrmRoute OfArea(string[] segments)
    {
        var at = Array.FindIndex(segments, IsVersion);
        return at < 0 ? new CrmRoute(CrmArea.None, "", segments) : new CrmRoute(CrmArea.None, segments[at], [.. segments[..at], .. segments[(at + 1)..]]);
    }

    /// <summary>True when the call cannot change anything, so that it may run beside others.</summary>
    public static bool ReadsOnly(string method, IReadOnlyList<string> rest) =>
        method == "GET" || (method == "POST" && rest.Count > 0 && rest[^1] is "read" or "search");

    private static bool IsVersion(string segment) =>
        segment is "v1" or "v2" or "v3" or "v4" || (segment.Length >= 7 && segment[4] == '-' && char.IsAsciiDigit(segment[0]));

    private static CrmArea AreaOf(string segment) => segment switch
    {
        "objects" => CrmArea.Objects,
        "associations" => CrmArea.Associations,
        "properties" => CrmArea.Properties,
        "pipelines" => CrmArea.Pipelines,
        "owners" => CrmArea.Owners,
        "schemas" => CrmArea.Schemas,
        _ => CrmArea.None,
    };

    private static ArraySegment<string> Skip(string[] segments, int count) =>
        segments.Length <= count ? ArraySegment<string>.Empty : new ArraySegment<string>(segments, count, segments.Length - count);
}
