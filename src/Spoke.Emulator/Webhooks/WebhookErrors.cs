using System.Globalization;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Webhooks;

/// <summary>Refusals about subscriptions, settings and the journal.</summary>
internal static class WebhookErrors
{
    public const int MostSubscriptions = 1000;

    public static CrmRefusal TooMany() =>
        CrmErrors.Bad(string.Create(CultureInfo.InvariantCulture, $"Couldn't create another subscription. You've reached the maximum number allowed per application ({MostSubscriptions})."));

    public static CrmRefusal UnknownEventType(string type) => CrmErrors.Bad($"Invalid input JSON on line 1, column 1: `eventType` is not a known subscription type: {type}", "eventType", type);

    public static CrmRefusal Exists(WebhookSubscription one) =>
        new(new ErrorBody(409, "CONFLICT", $"A subscription to {one.EventType}{(one.PropertyName is null ? "" : $" of {one.PropertyName}")} already exists for this application."));

    public static CrmRefusal NoSubscription(string id) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No subscription with id {id} exists for this application.") { Context = [new("subscriptionId", [id])] });

    public static CrmRefusal NoSettings(string appId) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No webhook settings exist for application {appId}.") { Context = [new("appId", [appId])] });

    public static CrmRefusal NotSecure(string url) => CrmErrors.Bad("targetUrl must be a valid https URL", "targetUrl", url);

    public static CrmRefusal BadPathValue(string name) => new(new ErrorBody(400, null, $"Unable to parse value for path parameter: {name}"));

    public static CrmRefusal NoJournalSubscription(string id) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No subscription found with id {id}") { Context = [new("subscriptionId", [id])] });

    public static CrmRefusal NoFilter(string id) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No filter found with id {id}") { Context = [new("filterId", [id])] });

    public static CrmRefusal NoOffset(string offset) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No journal entry found for offset {offset}") { Context = [new("offset", [offset])] });

    public static CrmRefusal NoSnapshot(string id) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No snapshot found with id {id}") { Context = [new("statusId", [id])] });
}
