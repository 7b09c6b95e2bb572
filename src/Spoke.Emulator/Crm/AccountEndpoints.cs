using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Facts of the account. Usage figures belong to the limits, which the server keeps.</summary>
internal static class AccountEndpoints
{
    public static EmulatorReply? Handle(CrmCall call)
    {
        if (call.Method != "GET" || call.Rest is not ["details"]) return null;
        return JsonReply.Write(200, (call.Portal.Facts, call.Http.At), static (json, account) =>
        {
            var (facts, at) = account;
            var offset = facts.Zone.Offset(at);
            json.WriteStartObject();
            json.WriteNumber("portalId", facts.HubId);
            json.WriteString("timeZone", facts.Zone.Name);
            json.WriteString("accountType", facts.AccountType);
            json.WriteString("companyCurrency", facts.Currency);
            json.WriteStartArray("additionalCurrencies");
            foreach (var currency in facts.AdditionalCurrencies) json.WriteStringValue(currency);
            json.WriteEndArray();
            json.WriteString("utcOffset", $"{(offset < TimeSpan.Zero ? '-' : '+')}{offset:hh\\:mm}");
            json.WriteNumber("utcOffsetMilliseconds", (long)offset.TotalMilliseconds);
            json.WriteString("uiDomain", facts.UiDomainAt(at));
            json.WriteString("dataHostingLocation", facts.HubletAt(at));
            json.WriteEndObject();
        });
    }
}
