using Spoke.HubSpot;
using Spoke.Proxy.Access;

namespace Spoke.Proxy.Forwarding;

/// <summary>What the proxy says when HubSpot said nothing.</summary>
internal static class Refusals
{
    private const string Look = "Check the network, HUBSPOT_BASE_URL and any other proxy on the way; https://status.hubspot.com tells about outages.";

    /// <summary>The token cannot be one, the day's calls are used up, or the line was too long.</summary>
    public static ProxyRefusal BeforeSending(HubSpotException refused) => refused.Kind == HubSpotErrorKind.RateLimited
        ? new ProxyRefusal(429, refused.PolicyName is null ? "LINE_TOO_LONG" : "DAILY_LIMIT", refused.Message, refused.Fix ?? "Make fewer calls.") { PolicyName = refused.PolicyName }
        : new ProxyRefusal(401, "TOKEN_UNUSABLE", "The proxy sent nothing. " + refused.Message, refused.Fix ?? "Set a token that HubSpot issued.") { Cause = refused.Cause };

    public static ProxyRefusal NoAnswer(HubSpotException lost, bool timedOut) =>
        new(timedOut ? 504 : 502, timedOut ? "UPSTREAM_TIMEOUT" : "UPSTREAM_UNREACHABLE", "The proxy has no answer of HubSpot's to pass on. " + lost.Message, Look);

    /// <summary>The forwarder gave a streamed call up.</summary>
    public static ProxyRefusal Broken(string origin, bool timedOut) => timedOut
        ? new(504, "UPSTREAM_TIMEOUT", $"The proxy has no answer of HubSpot's to pass on. {origin} took no more data and gave none for too long. The call may have been carried out.", Look)
        : new(502, "UPSTREAM_UNREACHABLE", $"The proxy has no answer of HubSpot's to pass on. The connection to {origin} broke. The call may have been carried out.", Look);

    public static ProxyRefusal Fault(Exception fault) =>
        new(500, "PROXY_FAULT", $"A fault of the proxy itself: {fault.GetType().Name}. The call may have been carried out.", "Please report it, with the call's method and path.");

    public static ProxyRefusal ForeignPage { get; } =
        new(403, "FOREIGN_PAGE", "The proxy refused this call: it came from a page of another site, or under another name than this machine's.", "Call the proxy as http://127.0.0.1:PORT from a program on this machine; beyond it the proxy needs a key.");

    public static ProxyRefusal KeyMissing { get; } =
        new(401, "KEY_MISSING", $"The proxy refused this call: its own key is missing or wrong. HubSpot was not asked.", $"Send the proxy's key as the header {ProxyKey.Header}.");

    public static ProxyRefusal NoPortal(string name, IEnumerable<string> known) =>
        new(404, "NO_SUCH_PORTAL", $"The proxy has no portal called '{name}'. It has: {string.Join(", ", known)}.", "Name one of them in the header Spoke-Portal or behind /_portal/, or none for the first.");

    public static ProxyRefusal NotHubSpots(string method) =>
        new(405, "METHOD_NOT_ALLOWED", $"The proxy refused the method {method}: HubSpot has none such.", "Use GET, POST, PUT, PATCH or DELETE.");
}
