using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Webhooks;

/// <summary>Where an app's deliveries go and how many at once.</summary>
internal static class SettingsEndpoints
{
    private const int SmallestWidth = 5;

    public static EmulatorReply? Handle(CrmCall call, WebhookArea area) => call.Method switch
    {
        "GET" => Get(call, area),
        "PUT" => Put(call, area),
        "DELETE" => Delete(call, area),
        _ => null,
    };

    public static long AppId(CrmCall call) => long.TryParse(call.Rest[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : throw WebhookErrors.BadPathValue("appId");

    private static EmulatorReply Get(CrmCall call, WebhookArea area)
    {
        if (area.Find(AppId(call)) is not { TargetUrl: not null } app) throw WebhookErrors.NoSettings(call.Rest[1]);
        return Answer(app, changed: false);
    }

    private static EmulatorReply Put(CrmCall call, WebhookArea area)
    {
        var id = AppId(call);
        var target = TargetAddress.Check(call.BodyObject.RequiredText("SettingsChangeRequest", "targetUrl"));
        if (!call.Body.TryGetProperty("throttling", out var throttling) || throttling.ValueKind != JsonValueKind.Object) throw CrmErrors.MissingField("SettingsChangeRequest", "throttling");
        var width = throttling.Int("maxConcurrentRequests") ?? throw CrmErrors.MissingField("ThrottlingSettings", "maxConcurrentRequests");
        if (width < SmallestWidth) throw CrmErrors.Bad($"maxConcurrentRequests must be at least {SmallestWidth}", "maxConcurrentRequests", width.ToString(CultureInfo.InvariantCulture));
        var app = area.Touch(id);
        if (app.TargetUrl is null) app.SettingsCreatedMs = call.AtMs;
        (app.TargetUrl, app.MaxConcurrentRequests, app.SettingsUpdatedMs) = (target, width, call.AtMs);
        area.Changed();
        return Answer(app, changed: true);
    }

    private static EmulatorReply Delete(CrmCall call, WebhookArea area)
    {
        // The subscriptions stay, and rest until there is an address again.
        if (area.Find(AppId(call)) is not { TargetUrl: not null } app) return JsonReply.Empty(changed: false);
        area.Silence(app);
        return JsonReply.Empty(changed: true);
    }

    private static EmulatorReply Answer(WebhookApp app, bool changed) => JsonReply.Write(200, app, static (json, one) => one.WriteSettings(json), changed);
}
