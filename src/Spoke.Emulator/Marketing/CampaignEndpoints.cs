using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Marketing;

/// <summary>Campaigns one at a time, and their list.</summary>
internal static class CampaignEndpoints
{
    public static EmulatorReply List(CrmCall call, CampaignsArea area)
    {
        var names = call.Names("properties") ?? [];
        IEnumerable<JsonObject> found = area.Campaigns.All;
        if (call.Http.QueryValue("name") is { Length: > 0 } part) found = found.Where(one => NameOf(one).Contains(part, StringComparison.OrdinalIgnoreCase));
        found = call.Http.QueryValue("sort") switch
        {
            null or "" or "createdAt" => found,
            "-createdAt" => found.Reverse(),
            "hs_name" => found.OrderBy(NameOf, StringComparer.OrdinalIgnoreCase),
            "-hs_name" => found.OrderByDescending(NameOf, StringComparer.OrdinalIgnoreCase),
            "updatedAt" => found.OrderBy(one => one["updatedAt"]!.GetValue<string>(), StringComparer.Ordinal),
            "-updatedAt" => found.OrderByDescending(one => one["updatedAt"]!.GetValue<string>(), StringComparer.Ordinal),
            var other => throw CrmErrors.Bad($"sort must be one of [hs_name, createdAt, updatedAt], with - in front for the other way round, not {other}", "sort", other),
        };
        return PageReply.Of(call, found, (json, one) => Shape(one, names).WriteTo(json), standard: 50, total: true);
    }

    public static EmulatorReply Create(CrmCall call, CampaignsArea area)
    {
        var campaign = area.Add(New(call, call.BodyObject), call);
        return Answer(201, Shape(campaign, Names(campaign)), changed: true);
    }

    public static EmulatorReply? One(CrmCall call, CampaignsArea area, string id)
    {
        switch (call.Method)
        {
            case "GET":
                var found = Shape(area.Require(id), call.Names("properties") ?? []);
                found["assets"] = CampaignAssets.Of(area.Require(id));
                return Answer(200, found);
            case "PATCH":
                var campaign = area.Require(id);
                Change(campaign, CampaignProperties.Read(call, call.BodyObject, "PublicCampaignInput"), call);
                return Answer(200, Shape(campaign, Names(campaign)), changed: true);
            // Gone is gone, whether or not it was ever there.
            case "DELETE": return JsonReply.Empty(area.Remove(id));
            default: return null;
        }
    }

    public static JsonObject New(CrmCall call, JsonElement input)
    {
        var values = CampaignProperties.Read(call, input, "PublicCampaignInput");
        if (!values.ContainsKey("hs_name")) throw CrmErrors.MissingField("PublicCampaignInput", "hs_name");
        foreach (var (name, value) in values.ToArray())
            if (value!.GetValue<string>().Length == 0) values.Remove(name);
        values["hs_created_by_user_id"] = call.Caller.UserId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return values;
    }

    public static void Change(JsonObject campaign, JsonObject values, CrmCall call)
    {
        CampaignProperties.Put(campaign, values);
        campaign["updatedAt"] = JsonReply.Iso(call.AtMs);
    }

    public static JsonObject Shape(JsonObject campaign, IEnumerable<string> names) => new()
    {
        ["id"] = campaign["id"]!.DeepClone(),
        ["properties"] = CampaignProperties.Shown(campaign, names),
        ["createdAt"] = campaign["createdAt"]!.DeepClone(),
        ["updatedAt"] = campaign["updatedAt"]!.DeepClone(),
        ["businessUnits"] = new JsonArray(),
    };

    public static IEnumerable<string> Names(JsonObject campaign) => campaign["properties"]!.AsObject().Select(property => property.Key);

    public static EmulatorReply Answer(int status, JsonObject document, bool changed = false) => JsonReply.Write(status, document, static (json, document) => document.WriteTo(json), changed);

    private static string NameOf(JsonObject campaign) => campaign["properties"]!["hs_name"]!.GetValue<string>();
}
