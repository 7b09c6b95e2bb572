using Spoke.Emulator.Account;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Facts of the account. Usage figures belong to the limits, which the server keeps.</summary>
internal static class AccountEndpoints
{
    public static EmulatorReply? Handle(CrmCall call)
    {
        if (call.Method != "GET" || call.Rest is not ["details"]) return null;
        return JsonReply.Write(200, (call.Portal.HubId, Offset: AccountZone.Offset(call.Http.At)), static (json, account) =>
        {
            json.WriteStartObject();
            json.WriteNumber("portalId", account.HubId);
            json.WriteString("timeZone", AccountZone.Name);
            json.WriteString("accountType", "DEVELOPER_TEST");
            json.WriteString("companyCurrency", "EUR");
            json.WriteStartArray("additionalCurrencies");
            json.WriteEndArray();
            json.WriteString("utcOffset", $"{(account.Offset < TimeSpan.Zero ? '-' : '+')}{account.Offset:hh\\:mm}");
            json.WriteNumber("utcOffsetMilliseconds", (long)account.Offset.TotalMilliseconds);
            json.WriteString("uiDomain", "app.hubspot.com");
            json.WriteString("dataHostingLocation", "na1");
            json.WriteEndObject();
        });
    }
}
