using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>The one forecast type every account has: deals by amount and close date.</summary>
internal sealed class ForecastArea(Portal portal) : StatelessArea(portal)
{
    private const long TypeId = 1;
    private const long MadeMs = 1_577_836_800_000;

    public override string Name => "forecast";

    public override bool Owns(IReadOnlyList<string> path) => path.Count > 1 && path[0] == "forecast-settings" && path[1] == "forecast-types";

    public override EmulatorReply? Handle(CrmCall call)
    {
        if (call.Method != "GET" || call.Rest.Count > 3) return null;
        if (call.Rest.Count == 3 && (!long.TryParse(call.Rest[2], NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id != TypeId))
            throw new CrmRefusal(new ErrorBody(404, "OBJECT_NOT_FOUND", $"Forecast type {call.Rest[2]} not found") { Context = [new("forecastTypeId", [call.Rest[2]])] });
        return JsonReply.Write(200, 0, static (json, _) => Write(json));
    }

    private static void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteId("id", TypeId);
        json.WriteNumber("forecastTypeId", TypeId);
        json.WriteString("forecastName", "Deal amount");
        json.WriteString("objectTypeId", "0-3");
        json.WriteBoolean("defaultType", true);
        json.WriteString("amountProperty", "amount");
        json.WriteString("amountInHomeCurrencyProperty", "amount_in_home_currency");
        json.WriteString("dateProperty", "closedate");
        json.WriteBoolean("amountOrDatePropertyRestrictedForUser", false);
        json.WriteTime("createdAt", MadeMs);
        json.WriteNumber("createdAtTimestamp", MadeMs);
        json.WriteNumber("createdBy", 0);
        json.WriteTime("updatedAt", MadeMs);
        json.WriteNumber("updatedTimestamp", MadeMs);
        json.WriteNumber("updatedBy", 0);
        json.WriteEndObject();
    }
}
