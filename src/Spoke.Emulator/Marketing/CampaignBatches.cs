using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Marketing;

/// <summary>Many campaigns at once. What is wrong in itself refuses the batch; ids nobody has are named beside what was done.</summary>
internal static class CampaignBatches
{
    private const int MostWritten = 100, MostRead = 50;

    public static EmulatorReply? Handle(CrmCall call, CampaignsArea area, string verb)
    {
        if (verb is not ("create" or "read" or "update" or "archive")) return null;
        if (!call.BodyObject.TryGetProperty("inputs", out _)) throw CrmErrors.MissingField("BatchInput", "inputs");
        var inputs = call.Body.Items("inputs");
        var most = verb == "read" ? MostRead : MostWritten;
        if (inputs.Count > most) throw CrmErrors.BatchTooLarge(most);
        switch (verb)
        {
            case "create":
                var made = inputs.Select(input => CampaignEndpoints.New(call, input)).ToArray();
                return JsonReply.Batch(call, 201, [.. made.Select(values => area.Add(values, call)).Select(one => CampaignEndpoints.Shape(one, CampaignEndpoints.Names(one)))], [], changed: made.Length > 0);
            case "archive":
                var gone = inputs.Select(IdOf).ToArray().Count(area.Remove);
                return JsonReply.Empty(gone > 0);
            case "update":
                var changes = inputs.Select(input => (Id: IdOf(input), Values: CampaignProperties.Read(call, input, "PublicCampaignBatchUpdateItem"))).ToArray();
                foreach (var (id, values) in changes)
                    if (area.Find(id) is { } campaign) CampaignEndpoints.Change(campaign, values, call);
                return Found(call, area, changes.Select(change => change.Id), CampaignEndpoints.Names, withAssets: false, changed: true);
            default:
                var names = call.Names("properties") ?? [];
                return Found(call, area, inputs.Select(IdOf), _ => names, withAssets: true, changed: false);
        }
    }

    private static EmulatorReply Found(CrmCall call, CampaignsArea area, IEnumerable<string> ids, Func<JsonObject, IEnumerable<string>> names, bool withAssets, bool changed)
    {
        var (found, errors) = (new List<JsonObject>(), new List<ErrorBody>());
        foreach (var id in ids.ToArray())
        {
            if (area.Find(id) is not { } campaign)
            {
                errors.Add(CampaignErrors.NotFound(id).Body);
                continue;
            }
            var shape = CampaignEndpoints.Shape(campaign, names(campaign));
            if (withAssets) shape["assets"] = CampaignAssets.Of(campaign);
            found.Add(shape);
        }
        return JsonReply.Batch(call, errors.Count == 0 ? 200 : 207, found, errors, changed && found.Count > 0);
    }

    private static string IdOf(JsonElement input) => input.RequiredText("PublicCampaignReadInput", "id");
}
