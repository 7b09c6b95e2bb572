namespace Spoke.Proxy;

/// <summary>Which calls change nothing in a portal.</summary>
public static class ReadCalls
{
    /// <summary>GET, HEAD and OPTIONS; POST where HubSpot has a search, a batch read or a look-up of a token under it.</summary>
    /// <param name="path">With or without a query.</param>
    public static bool IsRead(string method, string path)
    {
        if (method is "GET" or "HEAD" or "OPTIONS") return true;
        if (method != "POST") return false;
        var end = path.IndexOf('?');
        var bare = end < 0 ? path : path[..end];
        return bare.EndsWith("/search", StringComparison.Ordinal) || bare.EndsWith("/batch/read", StringComparison.Ordinal) || bare.EndsWith("/private-apps/get/access-token-info", StringComparison.Ordinal);
    }
}
