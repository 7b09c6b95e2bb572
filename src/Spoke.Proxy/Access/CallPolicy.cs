namespace Spoke.Proxy.Access;

/// <summary>Which calls pass: read-only and the list of allowed calls.</summary>
internal sealed class CallPolicy(ProxyOptions options)
{
    /// <summary>Why the call does not pass; null when it does.</summary>
    public ProxyRefusal? Refuse(string method, string path)
    {
        if (options.ReadOnly && !ReadCalls.IsRead(method, path))
            return new ProxyRefusal(403, "READ_ONLY", $"The proxy refused {method} {path}: it lets only reads through (--read-only). Nothing was sent to HubSpot.", "Start the proxy without --read-only, or call another proxy.");
        if (options.Allow.Count > 0 && !options.Allow.Any(allowed => allowed.Fits(method, path)))
            return new ProxyRefusal(403, "NOT_ALLOWED", $"The proxy refused {method} {path}: it is none of the calls it allows (--allow). Nothing was sent to HubSpot.", $"Start the proxy with --allow {method} {path} as well, if this call should pass.");
        return null;
    }
}
