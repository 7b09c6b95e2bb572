namespace Spoke.Emulator.Auth;

/// <summary>Which kind of credential an endpoint takes.</summary>
internal enum RouteAccess
{
    /// <summary>None: token endpoints and a few public tables.</summary>
    Open,

    /// <summary>Any token of an account.</summary>
    Account,

    /// <summary>An app's own; an account's token is answered as if it were none.</summary>
    App,

    /// <summary>A developer key in the query; a token of any kind is refused.</summary>
    DeveloperKey,
}

/// <summary>
/// What the published <c>auth_kinds</c> do not tell: a token passes wherever <c>oauth2</c> stands or nothing stands,
/// except in these families, which were seen to answer otherwise (app-level and developer endpoints).
/// </summary>
internal static class AccessFamilies
{
    private static readonly string[] Open =
        ["/oauth/", "/meta/network-origins/2025-09/ip-ranges", "/meta/network-origins/2026-03/ip-ranges", "/meta/network-origins/2026-09/ip-ranges"];

    private static readonly string[] App =
    [
        "/webhooks/v3/{appId}/", "/webhooks/2026-03/{appId}/", "/app-webhooks/", "/webhooks-journal/",
        "/crm/v3/extensions/calling/", "/crm/extensions/calling/2026-03/{appId}/", "/crm/extensions/calling/2026-09/{appId}/",
        "/crm/v3/extensions/cards", "/crm/extensions/cards",
        "/automation/v4/actions/{appId}", "/automation/actions/2026-03/{appId}", "/automation/actions/2026-09/{appId}",
        "/conversations/v3/custom-channels", "/conversations/custom-channels/",
    ];

    private static readonly string[] DeveloperKey =
    [
        "/media-bridge/v1/{appId}/", "/media-bridge/2026-03/{appId}/",
        "/marketing/v3/marketing-events/{appId}/settings", "/marketing/marketing-events/2026-03/{appId}/settings",
        "/integrators/timeline/v3/{appId}/event-templates",
    ];

    public static RouteAccess Of(string template, string authKinds)
    {
        if (authKinds == "developer_hapikey" || In(DeveloperKey, template)) return RouteAccess.DeveloperKey;
        if (authKinds == "-" && (In(Open, template) || template.EndsWith("/sample-response", StringComparison.Ordinal))) return RouteAccess.Open;
        if (!authKinds.Contains("private_apps", StringComparison.Ordinal) && In(App, template)) return RouteAccess.App;
        return RouteAccess.Account;
    }

    private static bool In(string[] families, string template) => Array.Exists(families, family => template.StartsWith(family, StringComparison.Ordinal));
}
