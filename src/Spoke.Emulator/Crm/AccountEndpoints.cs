using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Facts of the account and what was done to it. Usage figures belong to the limits, which the server keeps.</summary>
internal static class AccountEndpoints
{
    private const int LargestPage = 100;

    public static EmulatorReply? Handle(CrmCall call) => call.Method != "GET" ? null : call.Rest switch
    {
        ["details"] => Details(call),
        ["activity", "audit-logs"] => AuditLogs(call),
        ["activity", "security"] => Security(call),
        // Nobody logs in to the emulator's account: there are no pages.
        ["activity", "login"] => ListReply.Page(call, Array.Empty<AuditEntry>(), entry => entry.Id, call.Limit(LargestPage, LargestPage), static (_, _) => { }),
        _ => null,
    };

    private static EmulatorReply Details(CrmCall call) =>
        JsonReply.Write(200, (call.Portal, call.Http.At), static (json, account) =>
        {
            var (portal, at) = account;
            var facts = portal.Facts;
            var offset = facts.Zone.Offset(at);
            json.WriteStartObject();
            json.WriteNumber("portalId", facts.HubId);
            json.WriteString("timeZone", facts.Zone.Name);
            json.WriteString("accountType", facts.AccountType);
            json.WriteString("companyCurrency", portal.Currencies.Company);
            json.WriteStartArray("additionalCurrencies");
            foreach (var currency in facts.AdditionalCurrencies.Union(portal.Currencies.Additional)) json.WriteStringValue(currency);
            json.WriteEndArray();
            json.WriteString("utcOffset", $"{(offset < TimeSpan.Zero ? '-' : '+')}{offset:hh\\:mm}");
            json.WriteNumber("utcOffsetMilliseconds", (long)offset.TotalMilliseconds);
            json.WriteString("uiDomain", facts.UiDomainAt(at));
            json.WriteString("dataHostingLocation", facts.HubletAt(at));
            json.WriteEndObject();
        });

    private static EmulatorReply AuditLogs(CrmCall call)
    {
        var users = call.Names("actingUserId");
        var (after, before) = (Moment(call, "occurredAfter"), Moment(call, "occurredBefore"));
        var oldestFirst = call.Names("sort") is { Count: > 0 } sort && sort[0] == "occurredAt";
        var entries = call.Portal.Audit.Entries
            .Where(entry => (users is null || users.Contains($"{entry.UserId}")) && (after is null || entry.AtMs >= after) && (before is null || entry.AtMs <= before));
        return ListReply.Page(call, (oldestFirst ? entries : entries.Reverse()).Select(entry => (call.Portal, entry)), one => one.entry.Id, call.Limit(LargestPage, LargestPage), WriteAction, falling: !oldestFirst);
    }

    /// <summary>What concerns users and the account's settings, newest first.</summary>
    private static EmulatorReply Security(CrmCall call)
    {
        var user = call.Http.QueryValue("userId");
        var from = long.TryParse(call.Http.QueryValue("fromTimestamp"), out var ms) ? ms : 0;
        var entries = call.Portal.Audit.Entries.Reverse().Where(entry => entry.Category is "USER" or "ACCOUNT_SETTINGS" && entry.AtMs >= from && (string.IsNullOrEmpty(user) || $"{entry.UserId}" == user));
        return ListReply.Page(call, entries, entry => entry.Id, call.Limit(LargestPage, LargestPage), static (json, entry) =>
        {
            json.WriteStartObject();
            json.WriteId("id", entry.Id);
            json.WriteString("type", $"{entry.SubCategory}_{entry.Action}");
            json.WriteNumber("userId", entry.UserId);
            json.WriteString("objectId", entry.TargetId);
            json.WriteTime("createdAt", entry.AtMs);
            json.WriteEndObject();
        }, falling: true);
    }

    private static void WriteAction(Utf8JsonWriter json, (Portal Portal, AuditEntry Entry) one)
    {
        var entry = one.Entry;
        json.WriteStartObject();
        json.WriteId("id", entry.Id);
        json.WriteString("category", entry.Category);
        json.WriteString("subCategory", entry.SubCategory);
        json.WriteString("action", entry.Action);
        json.WriteString("targetObjectId", entry.TargetId);
        json.WriteTime("occurredAt", entry.AtMs);
        json.WriteStartObject("actingUser");
        json.WriteNumber("userId", entry.UserId);
        if (one.Portal.Owners.Find($"{entry.UserId}") is { } user) json.WriteString("userEmail", user.Email);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static long? Moment(CrmCall call, string name) => call.Http.QueryValue(name) is not { Length: > 0 } text ? null
        : ValueRules.TryMoment(text, out var ms) ? ms : throw CrmErrors.Bad($"{text} is no date and time", name, text);
}
