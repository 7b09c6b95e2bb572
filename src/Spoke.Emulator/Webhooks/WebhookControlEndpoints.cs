using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Webhooks;

/// <summary>What HubSpot's pages offer and its API does not: a private app's subscriptions; and a look at deliveries.</summary>
internal static class WebhookControlEndpoints
{
    public static EmulatorReply? Handle(CrmCall call, WebhookArea area) => call.Method switch
    {
        "GET" => JsonReply.Results(area.Apps, static (json, app) => app.Write(json)),
        "POST" => Put(call, area),
        "DELETE" => Delete(call, area),
        _ => null,
    };

    public static EmulatorReply List(CrmCall call, WebhookArea area)
    {
        var status = call.Http.QueryValue("status");
        var appId = call.Http.QueryValue("appId");
        return JsonReply.Write(200, area, (json, all) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("deliveries");
            foreach (var delivery in all.Deliveries.All)
                if ((appId is null || appId == $"{delivery.AppId}") && (status is null || status.Equals(delivery.State.ToString(), StringComparison.OrdinalIgnoreCase))) delivery.Write(json);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    // Everything is read before anything is changed, so that a wrong request leaves things as they were.
    private static EmulatorReply Put(CrmCall call, WebhookArea area)
    {
        var input = call.BodyObject;
        var id = AppId(input.Text("appId"));
        var target = input.Text("targetUrl") is { } url ? TargetAddress.Check(url) : null;
        if (target is null && area.Find(id)?.TargetUrl is null) throw CrmErrors.Bad("targetUrl is missing: where shall deliveries go?");
        var signature = input.Text("signature");
        if (signature is not (null or "v1" or "v2" or "v3")) throw CrmErrors.Bad($"signature is v1, v2 or v3, not {signature}.");
        var width = input.Int("maxConcurrentRequests");
        if (width < 1) throw CrmErrors.Bad("maxConcurrentRequests is 1 or more.");
        var faults = input.TryGetProperty("faults", out var inner) ? inner : default;
        var (duplicates, outOfOrder, delay) = (faults.Int("duplicates"), faults.Bool("outOfOrder"), faults.Int("delayMs"));
        if (duplicates is < 0 or > 10 || delay < 0) throw CrmErrors.Bad("faults.duplicates is 0 to 10, faults.delayMs 0 or more.");
        var wanted = input.TryGetProperty("subscriptions", out _) ? input.Items("subscriptions").Select(one => WebhookSubscription.Read(one, area.NextId(), call.AtMs)).ToArray() : null;

        var app = area.Touch(id);
        if (app.TargetUrl is null) app.SettingsCreatedMs = call.AtMs;
        app.SettingsUpdatedMs = call.AtMs;
        app.TargetUrl = target ?? app.TargetUrl;
        app.Secret = input.Text("secret") ?? app.Secret;
        app.Signature = signature ?? app.Signature;
        app.MaxConcurrentRequests = width ?? app.MaxConcurrentRequests;
        (app.Duplicates, app.OutOfOrder, app.DelayMs) = (duplicates ?? app.Duplicates, outOfOrder ?? app.OutOfOrder, delay ?? app.DelayMs);
        if (wanted is not null)
        {
            app.Subscriptions.Clear();
            app.Subscriptions.AddRange(wanted);
        }
        area.Changed();
        return JsonReply.Write(200, app, static (json, one) => one.Write(json), changed: true);
    }

    private static EmulatorReply Delete(CrmCall call, WebhookArea area)
    {
        if (call.Http.QueryValue("appId") is { } one) return JsonReply.Empty(changed: area.Forget(AppId(one)));
        var all = area.Apps.Select(app => app.Id).ToArray();
        foreach (var id in all) area.Forget(id);
        return JsonReply.Empty(changed: all.Length > 0);
    }

    private static long AppId(string? text) =>
        long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var id) ? id : throw CrmErrors.Bad("appId is missing or no number; or give token, the one of the app.");
}
