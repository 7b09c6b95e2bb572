using System.Text.Json.Nodes;
using Spoke.Emulator.Automation;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Files;
using Spoke.Emulator.Forms;
using Spoke.Emulator.Http;
using Spoke.Emulator.Lists;

namespace Spoke.Emulator.Marketing;

/// <summary>What belongs to a campaign. Of the kinds the account has here it must exist; of the others there is nothing that could belong to one.</summary>
internal static class CampaignAssets
{
    private static readonly string[] Kinds =
    [
        "AD_CAMPAIGN", "AUTOMATION_PLATFORM_FLOW", "BLOG_POST", "CALL", "CASE_STUDY", "CTA", "EMAIL", "EXTERNAL_WEB_URL", "FEEDBACK_SURVEY", "FILE_MANAGER_FILE", "FORM", "KNOWLEDGE_ARTICLE", "LANDING_PAGE",
        "MARKETING_EMAIL", "MARKETING_EVENT", "MARKETING_SMS", "MEDIA", "MEETING_EVENT", "OBJECT_LIST", "PLAYBOOK", "PODCAST_EPISODE", "SALES_DOCUMENT", "SEQUENCE", "SITE_PAGE", "SOCIAL_BROADCAST", "WEB_INTERACTIVE",
    ];

    public static EmulatorReply? Handle(CrmCall call, JsonObject campaign, string kind, string[] rest)
    {
        if (!Kinds.Contains(kind)) throw CampaignErrors.UnknownAssetType(kind, Kinds);
        var assets = campaign["assets"]!.AsObject();
        switch (call.Method, rest)
        {
            case ("GET", []):
                return PageReply.Of(call, Of(assets, kind), static (json, one) => one.WriteTo(json));
            case ("PUT", [var id]):
                var name = NameOf(call.Portal, kind, id) ?? throw CampaignErrors.NoSuchAsset(kind, id);
                if (assets[kind] is null) assets[kind] = new JsonArray();
                if (Of(assets, kind).Any(one => one["id"]!.GetValue<string>() == id)) return JsonReply.Empty(changed: false);
                assets[kind]!.AsArray().Add((JsonNode)new JsonObject { ["id"] = id, ["name"] = name });
                campaign["updatedAt"] = JsonReply.Iso(call.AtMs);
                return JsonReply.Empty(changed: true);
            case ("DELETE", [var id]):
                if (Of(assets, kind).FirstOrDefault(one => one["id"]!.GetValue<string>() == id) is not { } there) return JsonReply.Empty(changed: false);
                assets[kind]!.AsArray().Remove(there);
                if (assets[kind]!.AsArray().Count == 0) assets.Remove(kind);
                campaign["updatedAt"] = JsonReply.Iso(call.AtMs);
                return JsonReply.Empty(changed: true);
            default: return null;
        }
    }

    /// <summary>All of them by kind, as a campaign that is read shows them.</summary>
    public static JsonObject Of(JsonObject campaign)
    {
        var all = new JsonObject();
        foreach (var (kind, list) in campaign["assets"]!.AsObject()) all[kind] = new JsonObject { ["results"] = list!.DeepClone() };
        return all;
    }

    private static IReadOnlyList<JsonObject> Of(JsonObject assets, string kind) => assets[kind] is JsonArray list ? [.. list.Select(one => one!.AsObject())] : [];

    private static string? NameOf(Portal portal, string kind, string id) => kind switch
    {
        "FORM" => portal.Areas.OfType<FormsArea>().Single().Find(id)?["name"]?.GetValue<string>(),
        "OBJECT_LIST" => portal.Areas.OfType<ListsArea>().Single().Store.FindEvenDeleted(id) is { Deleted: false } list ? list.Name : null,
        "MARKETING_EMAIL" => portal.Areas.OfType<EmailsArea>().Single().Emails.Find(id)?["name"]?.GetValue<string>(),
        "FILE_MANAGER_FILE" => portal.Areas.OfType<FilesArea>().Single().Files.Find(id)?["name"]?.GetValue<string>(),
        "AUTOMATION_PLATFORM_FLOW" => portal.Areas.OfType<FlowArea>().Single().Find(id) is { } flow ? flow.Name ?? "" : null,
        _ => null,
    };
}
