using System.Text.Json;
using Spoke.Emulator.Account;
using Spoke.Emulator.Auth;
using Spoke.Emulator.Http;
using Spoke.Emulator.Limits;

namespace Spoke.Emulator.Control;

/// <summary>What the emulator tells of itself: journal, state, what it can do.</summary>
internal sealed class PortalReport(PortalHost portal)
{
    public EmulatorReply Requests(JournalSearch search) => OwnEndpoints.Json(json =>
    {
        json.WriteNumber("count", portal.Journal.Count(search.Hub));
        json.WriteStartArray("requests");
        foreach (var entry in search.Find(portal.Journal))
        {
            json.WriteStartObject();
            json.WriteNumber("number", entry.Number);
            if (entry.HubId > 0) json.WriteNumber("portal", entry.HubId);
            json.WriteString("at", entry.At);
            json.WriteString("method", entry.Method);
            json.WriteString("path", entry.ShownPath);
            json.WriteString("token", entry.Token);
            json.WriteNumber("status", entry.Status);
            json.WriteNumber("milliseconds", Math.Round(entry.Milliseconds, 2));
            json.WriteString("verdict", entry.Verdict);
            json.WriteString("why", entry.Why is null ? null : Secrets.Mask(entry.Why));
            json.WriteString("request", JournalEntry.Shown(entry.Request));
            json.WriteString("response", JournalEntry.Shown(entry.Response));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    public EmulatorReply State(long hub) => OwnEndpoints.Json(json =>
    {
        var tier = portal.Accounts.Find(hub)!.Tier;
        json.WriteNumber("hubId", hub);
        json.WriteString("limits", tier.ToString());
        if (tier != LimitTier.Off)
        {
            json.WriteNumber("usedToday", portal.Limits.UsedToday(hub, portal.Clock.Now));
            json.WriteNumber("perDay", RateLimits.PerDay(tier));
            json.WriteNumber("perTenSeconds", portal.Limits.PerTenSeconds(tier));
        }
        json.WriteString("now", portal.Clock.Now);
        json.WriteNumber("requests", portal.Journal.Count());
        json.WriteNumber("faults", portal.Faults.All.Count);
        json.WriteStartObject("records");
        foreach (var (name, count) in portal.Find(hub)!.CountRecords()) json.WriteNumber(name, count);
        json.WriteEndObject();
        json.WriteStartArray("tokens");
        foreach (var grant in portal.Tokens.All)
        {
            json.WriteStartObject();
            json.WriteString("token", Secrets.MaskToken(grant.Token));
            json.WriteNumber("portal", grant.Caller.HubId);
            json.WriteNumber("appId", grant.Caller.AppId);
            json.WriteString("kind", TokenControl.NameOf(grant.Kind));
            json.WriteString("state", grant.State.ToString());
            json.WriteNumber("scopes", grant.Caller.Scopes.Count);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("control", ControlApi.Calls);
    });

    private List<(Route Route, bool Done)> Endpoints()
    {
        var done = Implemented.Among(portal.Routes.All);
        return [.. portal.Routes.All.Select(route => (route, done.Contains(route)))];
    }

    public EmulatorReply FidelityTables() => new(200, System.Text.Encoding.UTF8.GetBytes(FidelityText.Write(portal.Routes.All)), "text/markdown;charset=utf-8");

    public EmulatorReply Fidelity() => OwnEndpoints.Json(json =>
    {
        var endpoints = Endpoints();
        json.WriteNumber("published", endpoints.Count);
        json.WriteNumber("carriedOut", endpoints.Count(endpoint => endpoint.Done));
        json.WriteStartArray("endpoints");
        foreach (var (route, done) in endpoints)
        {
            json.WriteStartObject();
            json.WriteString("method", route.Method);
            json.WriteString("path", route.Template);
            json.WriteBoolean("carriedOut", done);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });
}
