using System.Globalization;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Webhooks.EventJournal;

/// <summary>Subscriptions of the journal and their filters. An app sees its own only.</summary>
internal static class JournalSubscriptionEndpoints
{
    public static EmulatorReply? Handle(CrmCall call, JournalArea area) => (call.Method, call.Rest) switch
    {
        ("GET", [_, _]) => JsonReply.Results(Mine(call, area), static (json, one) => one.Write(json)),
        ("POST", [_, _]) => Upsert(call, area),
        ("POST", [_, _, "filters"]) => AddFilter(call, area),
        ("GET", [_, _, "filters", "subscription", var id]) => ListFilters(Require(call, area, id)),
        ("GET", [_, _, "filters", var id]) => JsonReply.Write(200, RequireFilter(call, area, id).Filter, static (json, one) => one.Write(json)),
        ("DELETE", [_, _, "filters", var id]) => RemoveFilter(call, area, id),
        ("DELETE", [_, _, "portals", var id]) => RemoveOfPortal(call, area, id),
        ("GET", [_, _, var id]) => JsonReply.Write(200, Require(call, area, id), static (json, one) => one.Write(json)),
        ("DELETE", [_, _, var id]) => JsonReply.Empty(changed: area.Subscriptions.Remove(Require(call, area, id))),
        _ => null,
    };

    private static IEnumerable<JournalSubscription> Mine(CrmCall call, JournalArea area) => area.Subscriptions.Where(one => one.AppId == call.Caller.AppId);

    /// <summary>One of a kind, object type and portal: asking again changes what is there.</summary>
    private static EmulatorReply Upsert(CrmCall call, JournalArea area)
    {
        var asked = JournalSubscription.Read(call.Portal, call.BodyObject, 0, call.Caller.AppId, call.AtMs);
        var there = Mine(call, area).FirstOrDefault(one => (one.Type, one.ObjectTypeId, one.PortalId) == (asked.Type, asked.ObjectTypeId, asked.PortalId) && one.ListIds.SequenceEqual(asked.ListIds));
        if (there is null) area.Subscriptions.Add(there = JournalSubscription.Read(call.Portal, call.Body, area.NextId(), call.Caller.AppId, call.AtMs));
        else (there.Actions, there.Properties, there.ObjectIds, there.AssociatedObjectTypeIds, there.UpdatedMs) = (asked.Actions, asked.Properties, asked.ObjectIds, asked.AssociatedObjectTypeIds, call.AtMs);
        return JsonReply.Write(200, there, static (json, one) => one.Write(json), changed: true);
    }

    private static EmulatorReply AddFilter(CrmCall call, JournalArea area)
    {
        var subscription = Require(call, area, call.BodyObject.RequiredText("FilterCreateRequest", "subscriptionId"));
        if (!call.Body.TryGetProperty("filter", out var input)) throw CrmErrors.MissingField("FilterCreateRequest", "filter");
        JournalFilter.Read(input, 0, 0);
        var filter = JournalFilter.Read(input, area.NextId(), call.AtMs);
        subscription.Filters.Add(filter);
        return JsonReply.Write(200, filter.Id, static (json, id) =>
        {
            json.WriteStartObject();
            json.WriteNumber("filterId", id);
            json.WriteEndObject();
        }, changed: true);
    }

    private static EmulatorReply ListFilters(JournalSubscription subscription) => JsonReply.Write(200, subscription, static (json, one) =>
    {
        json.WriteStartArray();
        foreach (var filter in one.Filters) filter.Write(json);
        json.WriteEndArray();
    });

    private static EmulatorReply RemoveFilter(CrmCall call, JournalArea area, string id)
    {
        var (subscription, filter) = RequireFilter(call, area, id);
        subscription.Filters.Remove(filter);
        return JsonReply.Empty(changed: true);
    }

    private static EmulatorReply RemoveOfPortal(CrmCall call, JournalArea area, string id) =>
        JsonReply.Empty(changed: area.Subscriptions.RemoveAll(one => one.AppId == call.Caller.AppId && one.PortalId?.ToString(CultureInfo.InvariantCulture) == id) > 0);

    private static JournalSubscription Require(CrmCall call, JournalArea area, string id) =>
        Mine(call, area).FirstOrDefault(one => one.Id.ToString(CultureInfo.InvariantCulture) == id) ?? throw WebhookErrors.NoJournalSubscription(id);

    private static (JournalSubscription Subscription, JournalFilter Filter) RequireFilter(CrmCall call, JournalArea area, string id)
    {
        foreach (var subscription in Mine(call, area))
            if (subscription.Filters.Find(one => one.Id.ToString(CultureInfo.InvariantCulture) == id) is { } filter) return (subscription, filter);
        throw WebhookErrors.NoFilter(id);
    }
}
