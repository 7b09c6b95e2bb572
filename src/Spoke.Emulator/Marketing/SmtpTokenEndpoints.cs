using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Marketing;

/// <summary>Names and passwords for sending by SMTP. The password is shown once; the emulator runs no mail server.</summary>
internal static class SmtpTokenEndpoints
{
    public static EmulatorReply? Handle(CrmCall call, SendingArea area, string[] rest) => (call.Method, rest) switch
    {
        ("GET", []) => List(call, area),
        ("POST", []) => Create(call, area),
        ("GET", [var id]) => JsonReply.Write(200, Require(area, id).Token, WritePlain),
        ("DELETE", [var id]) => Delete(area, id),
        ("POST", [var id, "password-reset"]) => Reset(call, area, id),
        _ => null,
    };

    private static EmulatorReply List(CrmCall call, SendingArea area)
    {
        var (campaign, campaignId) = (call.Http.QueryValue("campaignName"), call.Http.QueryValue("emailCampaignId"));
        return PageReply.Of(call, area.SmtpTokens.All.Where(token => (campaign is null || token["campaignName"]!.GetValue<string>() == campaign) && (campaignId is null || token["emailCampaignId"]!.GetValue<string>() == campaignId)), WritePlain, most: 500);
    }

    private static EmulatorReply Create(CrmCall call, SendingArea area)
    {
        var name = call.BodyObject.RequiredText("SmtpApiTokenRequestEgg", "campaignName");
        var createContact = call.Body.Bool("createContact") ?? throw CrmErrors.MissingField("SmtpApiTokenRequestEgg", "createContact");
        var id = call.Portal.NextPartId();
        var token = new JsonObject
        {
            ["id"] = string.Create(CultureInfo.InvariantCulture, $"pat-{call.Portal.HubId}-{id}@smtp.hubapi.com"),
            ["campaignName"] = name,
            ["emailCampaignId"] = call.Portal.NextPartId().ToString(CultureInfo.InvariantCulture),
            ["createContact"] = createContact,
            ["createdBy"] = call.Caller.UserId.ToString(CultureInfo.InvariantCulture),
            ["createdAt"] = call.AtMs,
            ["resets"] = 0,
        };
        area.SmtpTokens.Put(id, token);
        return JsonReply.Write(201, (id, token), static (json, state) => Write(json, state.token, Password(state.id, state.token)), changed: true);
    }

    private static EmulatorReply Reset(CrmCall call, SendingArea area, string id)
    {
        var (number, token) = Require(area, id);
        token["resets"] = token["resets"]!.GetValue<int>() + 1;
        return JsonReply.Write(200, (number, token), static (json, state) => Write(json, state.token, Password(state.number, state.token)), changed: true);
    }

    private static EmulatorReply Delete(SendingArea area, string id)
    {
        area.SmtpTokens.Remove(Require(area, id).Id);
        return JsonReply.Empty(changed: true);
    }

    private static (long Id, JsonObject Token) Require(SendingArea area, string id)
    {
        foreach (var (number, token) in area.SmtpTokens.Numbered)
            if (token["id"]!.GetValue<string>() == id) return (number, token);
        throw MailErrors.NoSuchToken(id);
    }

    private static string Password(long id, JsonObject token) => DocumentShelf.GuidOf(id + (1_000_000L * (1 + token["resets"]!.GetValue<int>())));

    private static void WritePlain(Utf8JsonWriter json, JsonObject token) => Write(json, token, null);

    private static void Write(Utf8JsonWriter json, JsonObject token, string? password)
    {
        json.WriteStartObject();
        foreach (var name in (string[])["id", "createdBy", "emailCampaignId", "campaignName"]) json.WriteString(name, token[name]!.GetValue<string>());
        json.WriteBoolean("createContact", token["createContact"]!.GetValue<bool>());
        json.WriteTime("createdAt", token["createdAt"]!.GetValue<long>());
        if (password is not null) json.WriteString("password", password);
        json.WriteEndObject();
    }
}
