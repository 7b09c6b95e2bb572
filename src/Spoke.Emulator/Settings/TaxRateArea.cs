using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Settings;

/// <summary>The account's tax rate library. HubSpot has no call that changes it; these are the emulator's own.</summary>
internal sealed class TaxRateArea(Portal portal) : StatelessArea(portal)
{
    private const int LargestPage = 100;
    private const long MadeMs = 1_577_836_800_000;

    private sealed record TaxRate(long Id, string Name, string Label, decimal Percentage, bool Active);

    private static readonly TaxRate[] Rates =
    [
        new(50001, "Standard rate", "VAT", 19m, true),
        new(50002, "Reduced rate", "VAT", 7m, true),
        new(50003, "Zero rate", "VAT", 0m, true),
        new(50004, "Former rate", "VAT", 16m, false),
    ];

    public override string Name => "taxRates";

    public override bool Owns(IReadOnlyList<string> path) => path.Count is 2 or 3 && path[0] == "tax-rates" && path[1] == "tax-rates";

    public override EmulatorReply? Handle(CrmCall call)
    {
        if (call.Method != "GET") return null;
        if (call.Rest.Count == 3)
            return JsonReply.Write(200, Array.Find(Rates, rate => $"{rate.Id}" == call.Rest[2])
                ?? throw new CrmRefusal(new ErrorBody(404, "OBJECT_NOT_FOUND", $"Tax rate {call.Rest[2]} not found") { Context = [new("id", [call.Rest[2]])] }), Write);
        var active = call.Http.QueryValue("active");
        return ListReply.Page(call, Rates.Where(rate => string.IsNullOrEmpty(active) || rate.Active == call.Flag("active")), rate => rate.Id, call.Limit(LargestPage, LargestPage), Write);
    }

    private static void Write(Utf8JsonWriter json, TaxRate rate)
    {
        json.WriteStartObject();
        json.WriteId("id", rate.Id);
        json.WriteString("name", rate.Name);
        json.WriteString("label", rate.Label);
        json.WriteNumber("percentageRate", rate.Percentage);
        json.WriteBoolean("active", rate.Active);
        json.WriteTime("createdAt", MadeMs);
        json.WriteTime("updatedAt", MadeMs);
        json.WriteEndObject();
    }
}
