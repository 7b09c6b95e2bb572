using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Marketing;

/// <summary>
/// Marketing campaigns: what they are called, what belongs to them, what they may and did cost. A campaign is kept with its own members beside
/// <c>assets</c> by kind, <c>budget</c> and <c>spend</c> by id. Whom a campaign reached is measured by nothing here: its reports are not carried out.
/// </summary>
internal sealed class CampaignsArea(Portal portal) : PortalArea(portal)
{
    private readonly Dictionary<string, long> _places = new(StringComparer.OrdinalIgnoreCase);

    public DocumentShelf Campaigns { get; } = new();

    public override string Name => "campaigns";

    public override bool Owns(IReadOnlyList<string> path) => path is ["marketing", "campaigns", ..];

    public override EmulatorReply? Handle(CrmCall call) => (call.Method, call.Rest.Skip(2).ToArray()) switch
    {
        ("GET", []) => CampaignEndpoints.List(call, this),
        ("POST", []) => CampaignEndpoints.Create(call, this),
        ("POST", ["batch", var verb]) => CampaignBatches.Handle(call, this, verb),
        (_, [var id]) => CampaignEndpoints.One(call, this, id),
        (_, [var id, "assets", var kind, .. var asset]) => CampaignAssets.Handle(call, Require(id), kind, asset),
        (_, [var id, "budget" or "spend", ..]) => CampaignMoney.Handle(call, Require(id), call.Rest[3], [.. call.Rest.Skip(4)]),
        _ => null,
    };

    public JsonObject? Find(string id) => _places.TryGetValue(id, out var place) ? Campaigns.Find(place) : null;

    public JsonObject Require(string id) => Find(id) ?? throw CampaignErrors.NotFound(id);

    public JsonObject Add(JsonObject properties, CrmCall call)
    {
        var place = Portal.NextPartId();
        var campaign = new JsonObject
        {
            ["id"] = DocumentShelf.GuidOf(place),
            ["properties"] = properties,
            ["createdAt"] = JsonReply.Iso(call.AtMs),
            ["updatedAt"] = JsonReply.Iso(call.AtMs),
            ["assets"] = new JsonObject(),
            ["budget"] = new JsonObject(),
            ["spend"] = new JsonObject(),
        };
        Campaigns.Put(place, campaign);
        _places[campaign["id"]!.GetValue<string>()] = place;
        return campaign;
    }

    /// <summary>False: there was none.</summary>
    public bool Remove(string id) => _places.Remove(id, out var place) && Campaigns.Remove(place);

    public override void Save(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        Campaigns.Save(json, "campaigns");
        json.WriteEndObject();
    }

    public override void Load(JsonElement saved)
    {
        Campaigns.Load(saved, "campaigns");
        foreach (var (place, campaign) in Campaigns.Numbered) _places[campaign["id"]!.GetValue<string>()] = place;
    }
}
