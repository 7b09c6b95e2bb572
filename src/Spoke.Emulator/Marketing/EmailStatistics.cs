using System.Globalization;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;
using Spoke.Emulator.Lists;

namespace Spoke.Emulator.Marketing;

/// <summary>What became of sends, counted. Nobody opens or clicks in the emulator, so those stay at zero.</summary>
internal static class EmailStatistics
{
    private const int MostIntervals = 10_000;

    public static EmulatorReply List(CrmCall call)
    {
        var (from, until) = Range(call);
        var ids = Ids(call, from, until);
        var answer = new JsonObject { ["aggregate"] = Of(call.Portal, ids, from, until), ["campaignAggregations"] = new JsonObject(), ["emails"] = new JsonArray([.. ids.Select(id => (JsonNode)id)]) };
        foreach (var id in ids) answer["campaignAggregations"]![id.ToString(CultureInfo.InvariantCulture)] = Of(call.Portal, [id], from, until);
        return JsonReply.Write(200, answer, static (json, answer) => answer.WriteTo(json));
    }

    public static EmulatorReply Histogram(CrmCall call)
    {
        var (from, until) = Range(call);
        var interval = call.Http.QueryValue("interval") ?? "DAY";
        var ids = Ids(call, from, until);
        var results = new JsonArray();
        for (var at = from; at < until && results.Count < MostIntervals;)
        {
            var next = Next(at, interval);
            results.Add((JsonNode)new JsonObject { ["interval"] = new JsonObject { ["start"] = JsonReply.Iso(at), ["end"] = JsonReply.Iso(Math.Min(next, until)) }, ["aggregations"] = Of(call.Portal, ids, at, Math.Min(next, until)) });
            at = next;
        }
        return JsonReply.Write(200, new JsonObject { ["total"] = results.Count, ["results"] = results }, static (json, answer) => answer.WriteTo(json));
    }

    public static JsonObject Of(Portal portal, IReadOnlyCollection<long> ids, long from, long until)
    {
        int sent = 0, delivered = 0, bounced = 0, dropped = 0;
        foreach (var send in portal.Areas.OfType<SendingArea>().Single().Sends.All)
        {
            if (send["completedAt"]?.GetValue<long>() is not { } at || at < from || at >= until || !ids.Contains(send["emailId"]!.GetValue<long>())) continue;
            if (send["sendResult"]!.GetValue<string>() != "SENT") dropped++;
            else
            {
                sent++;
                if (send["to"]!.GetValue<string>().EndsWith(".invalid", StringComparison.Ordinal)) bounced++;
                else delivered++;
            }
        }
        return new JsonObject
        {
            ["counters"] = new JsonObject { ["sent"] = sent, ["delivered"] = delivered, ["bounce"] = bounced, ["notsent"] = dropped, ["open"] = 0, ["click"] = 0, ["reply"] = 0, ["unsubscribed"] = 0, ["spamreport"] = 0 },
            ["ratios"] = new JsonObject { ["deliveredratio"] = sent == 0 ? 0 : 100.0 * delivered / sent, ["bounceratio"] = sent == 0 ? 0 : 100.0 * bounced / sent, ["openratio"] = 0, ["clickratio"] = 0 },
            ["deviceBreakdown"] = new JsonObject { ["open_device_type"] = new JsonObject(), ["click_device_type"] = new JsonObject() },
            ["qualifierStats"] = new JsonObject(),
        };
    }

    private static SortedSet<long> Ids(CrmCall call, long from, long until)
    {
        if (call.Names("emailIds") is { Count: > 0 } names)
            return [.. names.Select(name => long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : throw CrmErrors.Bad("Unable to parse value for query parameter: emailIds"))];
        return [.. call.Portal.Areas.OfType<SendingArea>().Single().Sends.All.Where(send => send["completedAt"]?.GetValue<long>() is { } at && at >= from && at < until).Select(send => send["emailId"]!.GetValue<long>())];
    }

    private static (long From, long Until) Range(CrmCall call)
    {
        var (from, until) = (Moment("startTimestamp"), Moment("endTimestamp"));
        return from < until ? (from, until) : throw MailErrors.Bad("startTimestamp must lie before endTimestamp", "startTimestamp", call.Http.QueryValue("startTimestamp") ?? "");

        long Moment(string name) => call.Http.QueryValue(name) is { Length: > 0 } text && ValueRules.TryMoment(text, out var ms) ? ms : throw CrmErrors.Bad($"{name} is required and must be a time", name, call.Http.QueryValue(name) ?? "");
    }

    private static long Next(long at, string interval)
    {
        var local = ListZone.Utc.ToLocal(at);
        return ListZone.Utc.ToMs(interval switch
        {
            "SECOND" => local.AddSeconds(1),
            "MINUTE" => local.AddMinutes(1),
            "QUARTER_HOUR" => local.AddMinutes(15),
            "HOUR" => local.AddHours(1),
            "DAY" or "WEEK" or "MONTH" or "QUARTER" or "YEAR" => CalendarWindows.Step(CalendarWindows.Start(local, interval), interval, 1),
            _ => throw MailErrors.Bad("interval must be one of [YEAR, QUARTER, MONTH, WEEK, DAY, HOUR, QUARTER_HOUR, MINUTE, SECOND]", "interval", interval),
        });
    }
}
