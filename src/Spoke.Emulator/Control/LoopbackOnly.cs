using System.Net;
using Microsoft.AspNetCore.Http;

namespace Spoke.Emulator.Control;

/// <summary>The server listens on the loopback address only; this also keeps out pages of other sites that a browser on this machine has open.</summary>
internal static class LoopbackOnly
{
    public static bool Allows(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is { } caller && !IPAddress.IsLoopback(caller)) return false;
        if (!IsThisMachine(context.Request.Host.Host)) return false;
        var origin = context.Request.Headers.Origin.ToString();
        return origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.IsLoopback);
    }

    private static bool IsThisMachine(string host) =>
        host.Length == 0 || host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
