using System.Globalization;

namespace Spoke.Emulator.Webhooks;

/// <summary>The headers HubSpot's requests carry, as receivers on record saw them.</summary>
internal static class RequestHeaders
{
    private const string EventsAgent = "HubSpot Connect 2.0 (http://dev.hubspot.com/) (namespace: webhooks-nio-http-client) - WebhooksExecutorDaemon-executor";
    private const string ActionsAgent = "HubSpot Connect 2.0 (http://dev.hubspot.com/) - AutomationActionsExecutionService-web";

    /// <summary>Of a delivery of events: version 1 beside version 3, unless the app is set to one of the older ones alone.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ForEvents(WebhookApp app, Uri target, byte[] body, long nowMs)
    {
        var version = app.Signature == "v2" ? "v2" : "v1";
        var headers = Plain(EventsAgent, app.Secret, target, "POST", body, version);
        if (app.Signature == "v3") AddV3(headers, app.Secret, target, "POST", body, nowMs);
        return headers;
    }

    /// <summary>Of an action of a workflow: version 2, and version 3 beside it.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ForAction(string? secret, Uri target, string method, byte[] body, long nowMs)
    {
        if (secret is null) return [new("User-Agent", ActionsAgent), new("Accept", "*/*")];
        var headers = Plain(ActionsAgent, secret, target, method, body, "v2");
        AddV3(headers, secret, target, method, body, nowMs);
        return headers;
    }

    private static List<KeyValuePair<string, string>> Plain(string agent, string secret, Uri target, string method, byte[] body, string version) =>
    [
        new("User-Agent", agent),
        new("Accept", "*/*"),
        new("X-HubSpot-Signature", version == "v2" ? RequestSignature.V2(secret, method, target.OriginalString, body) : RequestSignature.V1(secret, body)),
        new("X-HubSpot-Signature-Version", version),
    ];

    private static void AddV3(List<KeyValuePair<string, string>> headers, string secret, Uri target, string method, byte[] body, long nowMs)
    {
        headers.Add(new("X-HubSpot-Signature-v3", RequestSignature.V3(secret, method, target.OriginalString, body, nowMs)));
        headers.Add(new("X-HubSpot-Request-Timestamp", nowMs.ToString(CultureInfo.InvariantCulture)));
    }
}
