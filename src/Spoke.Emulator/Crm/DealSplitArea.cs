using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>How a deal is shared between owners. The shares of a deal add up to 1, and a write replaces them all.</summary>
internal sealed class DealSplitArea(Portal portal) : PortalArea(portal)
{
    private const int MostInBatch = 100;
    private readonly SortedDictionary<long, IReadOnlyList<DealSplit>> byDeal = [];

    private sealed record DealSplit(long Id, long OwnerId, decimal Share, long AtMs);

    public override string Name => "dealSplits";

    public override bool Owns(IReadOnlyList<string> path) => path.Count == 3 && path[0] == "deal-splits" && path[1] == "batch";

    public override EmulatorReply? Handle(CrmCall call)
    {
        if (call.Method != "POST" || call.Rest[2] is not ("read" or "upsert")) return null;
        if (!call.BodyObject.TryGetProperty("inputs", out _)) throw CrmErrors.MissingField("BatchInput", "inputs");
        var inputs = call.Body.Items("inputs");
        if (inputs.Count > MostInBatch) throw CrmErrors.BatchTooLarge(MostInBatch);
        var found = new List<StoredRecord>();
        var errors = new List<ErrorBody>();
        var upserts = call.Rest[2] == "upsert";
        foreach (var input in inputs)
        {
            var id = input.RequiredText("PublicDealSplitsCreateRequest", "id");
            if (RecordLookup.Find(Portal.Types.Find("deals"), id, null) is not { } deal) errors.Add(CrmErrors.NotFoundInBatch(Portal.Types.Find("deals"), [id]));
            else if (upserts && Replace(deal, input, call.AtMs) is { } error) errors.Add(error);
            else found.Add(deal);
        }
        return JsonReply.Write(errors.Count == 0 ? 200 : 207, (this, found, errors, call.AtMs), static (json, state) => state.Item1.Write(json, state.found, state.errors, state.AtMs), changed: upserts && found.Count > 0);
    }

    public override void Save(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var (deal, splits) in byDeal)
        {
            json.WriteStartArray(deal.ToString(CultureInfo.InvariantCulture));
            foreach (var split in splits)
            {
                json.WriteNumberValue(split.Id);
                json.WriteNumberValue(split.OwnerId);
                json.WriteNumberValue(split.Share);
                json.WriteNumberValue(split.AtMs);
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    public override void Load(JsonElement saved)
    {
        foreach (var deal in saved.EnumerateObject())
            byDeal[long.Parse(deal.Name, CultureInfo.InvariantCulture)] =
                [.. deal.Value.EnumerateArray().Chunk(4).Select(one => new DealSplit(one[0].GetInt64(), one[1].GetInt64(), one[2].GetDecimal(), one[3].GetInt64()))];
    }

    private ErrorBody? Replace(StoredRecord deal, JsonElement input, long atMs)
    {
        var splits = input.Items("splits").Select(split => (Owner: split.RequiredText("PublicDealSplitInput", "ownerId"), Share: Share(split))).ToArray();
        if (splits.FirstOrDefault(split => Portal.Owners.All.All(owner => owner.Archived || $"{owner.Id}" != split.Owner)) is { Owner: { } unknown }) return Error(deal, $"Owner {unknown} does not exist or is not active");
        if (splits.Select(split => split.Owner).Distinct().Count() != splits.Length) return Error(deal, "An owner can have one split of a deal only");
        if (splits.Length > 0 && splits.Sum(split => split.Share) != 1) return Error(deal, string.Create(CultureInfo.InvariantCulture, $"The splits of a deal must add up to 1.0, not {splits.Sum(split => split.Share)}"));
        byDeal[deal.Id] = [.. splits.Select(split => new DealSplit(Portal.NextRecordId(), long.Parse(split.Owner, CultureInfo.InvariantCulture), split.Share, atMs))];
        return null;
    }

    private static decimal Share(JsonElement split)
    {
        var text = split.RequiredText("PublicDealSplitInput", "percentage");
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1 && decimal.Round(share, 8) == share
            ? share
            : throw CrmErrors.Bad("percentage must be between 0.0 and 1.0 with at most 8 decimal places", "percentage", text);
    }

    private static ErrorBody Error(StoredRecord deal, string message) =>
        new(400, "VALIDATION_ERROR", message) { Context = [new("id", [deal.Id.ToString(CultureInfo.InvariantCulture)])] };

    private void Write(Utf8JsonWriter json, List<StoredRecord> deals, List<ErrorBody> errors, long atMs)
    {
        json.WriteStartObject();
        json.WriteString("status", "COMPLETE");
        json.WriteStartArray("results");
        foreach (var deal in deals)
        {
            json.WriteStartObject();
            json.WriteId("id", deal.Id);
            json.WriteStartArray("splits");
            foreach (var split in byDeal.GetValueOrDefault(deal.Id) ?? []) Write(json, deal, split);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteBatchEnd(errors, atMs);
    }

    private void Write(Utf8JsonWriter json, StoredRecord deal, DealSplit split)
    {
        var deals = Portal.Types.Find("deals");
        json.WriteStartObject();
        json.WriteId("id", split.Id);
        json.WriteStartObject("properties");
        json.WriteString("hs_deal_split_percentage", split.Share.ToString(CultureInfo.InvariantCulture));
        if (decimal.TryParse(deal.Get(deals.Properties.Require("amount").Slot), NumberStyles.Float, CultureInfo.InvariantCulture, out var amount))
            json.WriteString("hs_deal_split_amount", (amount * split.Share).ToString("0.########", CultureInfo.InvariantCulture));
        json.WriteId("hubspot_owner_id", split.OwnerId);
        json.WriteTime("hs_createdate", split.AtMs);
        json.WriteTime("hs_lastmodifieddate", split.AtMs);
        json.WriteId("hs_object_id", split.Id);
        json.WriteEndObject();
        json.WriteTime("createdAt", split.AtMs);
        json.WriteTime("updatedAt", split.AtMs);
        json.WriteBoolean("archived", false);
        json.WriteEndObject();
    }
}
