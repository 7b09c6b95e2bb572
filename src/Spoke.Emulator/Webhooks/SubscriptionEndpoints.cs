using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Webhooks;

/// <summary>An app's subscriptions, in all versions of the paths.</summary>
internal static class SubscriptionEndpoints
{
    public static EmulatorReply? Handle(CrmCall call, WebhookArea area)
    {
        var appId = SettingsEndpoints.AppId(call);
        return (call.Method, call.Rest) switch
        {
            ("GET", [_, _, _]) => JsonReply.Results(area.Find(appId)?.Subscriptions ?? [], static (json, one) => one.Write(json)),
            ("POST", [_, _, _]) => Create(call, area, appId),
            ("POST", [_, _, _, "batch", "update"]) => UpdateMany(call, area, appId),
            ("GET", [_, _, _, var id]) => Answer(200, Require(area, appId, id), changed: false),
            ("PATCH", [_, _, _, var id]) => Answer(200, Activate(area, Require(area, appId, id), appId, call.BodyObject.Bool("active"), call.AtMs), changed: true),
            ("DELETE", [_, _, _, var id]) => Delete(area, appId, id),
            _ => null,
        };
    }

    /// <summary>Adds one to an app.</summary>
    /// <exception cref="CrmRefusal">It has this one, or as many as it may.</exception>
    public static WebhookSubscription Add(WebhookArea area, WebhookApp app, JsonElement input, long atMs)
    {
        if (app.Subscriptions.Count >= WebhookErrors.MostSubscriptions) throw WebhookErrors.TooMany();
        var subscription = WebhookSubscription.Read(input, area.NextId(), atMs);
        if (app.Subscriptions.Exists(one => (one.EventType, one.PropertyName, one.ObjectTypeId) == (subscription.EventType, subscription.PropertyName, subscription.ObjectTypeId)))
            throw WebhookErrors.Exists(subscription);
        app.Subscriptions.Add(subscription);
        area.Changed();
        return subscription;
    }

    private static EmulatorReply Create(CrmCall call, WebhookArea area, long appId)
    {
        var input = call.BodyObject;
        if (input.Text("eventType")?.EndsWith(".propertyChange", StringComparison.Ordinal) == true && input.Text("propertyName") is null)
            throw CrmErrors.MissingField("SubscriptionCreateRequest", "propertyName");
        return Answer(201, Add(area, area.Touch(appId), input, call.AtMs), changed: true);
    }

    private static EmulatorReply Delete(WebhookArea area, long appId, string id)
    {
        var subscription = Require(area, appId, id);
        area.Find(appId)!.Subscriptions.Remove(subscription);
        area.Changed();
        return JsonReply.Empty(changed: true);
    }

    private static EmulatorReply UpdateMany(CrmCall call, WebhookArea area, long appId)
    {
        var updated = new List<WebhookSubscription>();
        var errors = new List<ErrorBody>();
        foreach (var input in call.BodyObject.Items("inputs"))
        {
            var id = input.RequiredText("SubscriptionBatchUpdateRequest", "id");
            var active = input.Bool("active") ?? throw CrmErrors.MissingField("SubscriptionBatchUpdateRequest", "active");
            if (Find(area, appId, id) is { } one) updated.Add(Activate(area, one, appId, active, call.AtMs));
            else errors.Add(WebhookErrors.NoSubscription(id).Body);
        }
        return JsonReply.Write(errors.Count == 0 ? 200 : 207, (updated, errors, call.AtMs), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("status", "COMPLETE");
            json.WriteStartArray("results");
            foreach (var one in state.updated) one.Write(json);
            json.WriteEndArray();
            json.WriteBatchEnd(state.errors, state.AtMs);
        }, changed: updated.Count > 0);
    }

    private static WebhookSubscription Activate(WebhookArea area, WebhookSubscription one, long appId, bool? active, long atMs)
    {
        if (active is null || active == one.Active) return one;
        var changed = one with { Active = active.Value, UpdatedMs = atMs };
        var all = area.Find(appId)!.Subscriptions;
        all[all.IndexOf(one)] = changed;
        area.Changed();
        return changed;
    }

    private static WebhookSubscription? Find(WebhookArea area, long appId, string id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? area.Find(appId)?.Subscriptions.Find(one => one.Id == number) : null;

    private static WebhookSubscription Require(WebhookArea area, long appId, string id) => Find(area, appId, id) ?? throw WebhookErrors.NoSubscription(id);

    private static EmulatorReply Answer(int status, WebhookSubscription one, bool changed) => JsonReply.Write(status, one, static (json, item) => item.Write(json), changed);
}
