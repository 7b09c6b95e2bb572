using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Facts of the account. Usage figures belong to the limits, which the server keeps.</summary>
internal static class AccountEndpoints
{
    public static EmulatorReply? Handle(CrmCall call)
    {
        if (call.Method != "GET" || call.Rest is not ["details"]) return null;
        return JsonReply.Write(200, call.Portal.HubId, static (json, hubId) =>
        {
            json.WriteStartObject();
            json.WriteNumber("portalId", hubId);
            json.WriteString("timeZone", "UTC");
            json.WriteString("accountType", "DEVELOPER_TEST");
            json.WriteString("companyCurrency", "EUR");
            json.WriteStartArray("additionalCurrencies");
            json.WriteEndArray();
            json.WriteString("utcOffset", "+00:00");
            json.WriteNumber("utcOffsetMilliseconds", 0);
            json.WriteString("uiDomain", "app.hubspot.com");
            json.WriteString("dataHostingLocation", "na1");
            json.WriteEndObject();
        });
    }
}
