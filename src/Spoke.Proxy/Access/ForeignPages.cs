using System.Net;
using Microsoft.AspNetCore.Http;

namespace Spoke.Proxy.Access;

/// <summary>
/// A proxy on the loopback address can be reached by every page a browser on this machine has open. Pages from elsewhere, and names that
/// were bent to this address, are kept out: the token is for programs here.
/// </summary>
internal static class ForeignPages
{
    public static bool IsOne(HttpRequest request)
    {
        if (!IsThisMachine(request.Host.Host)) return true;
        var headers = request.Headers;
        if (headers["Sec-Fetch-Site"].ToString() == "cross-site") return true;
        var origin = headers.Origin.ToString();
        return origin.Length > 0 && !(Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.IsLoopback);
    }

    private static bool IsThisMachine(string host) =>
        host.Length == 0 || host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
