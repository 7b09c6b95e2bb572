using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Preferences;

/// <summary>The links at the foot of an e-mail: making them, and what happens when the person opens one.</summary>
internal static class PreferenceLinks
{
    public static EmulatorReply Generate(CrmCall call)
    {
        var address = PreferenceEndpoints.Address(call.BodyObject.RequiredText("LinkGenerationRequest", "subscriberIdString"));
        var type = call.Body.Text("subscriptionId") is { } id ? SubscriptionType.Require(id) : null;
        return JsonReply.Write(200, (call, address, type), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("subscriberIdString", state.address);
            json.WriteString("managePreferencesUrl", Url(state.call, "manage", state.address, state.type));
            json.WriteString("unsubscribeAllUrl", Url(state.call, "unsubscribe-all", state.address, null));
            if (state.type is not null) json.WriteString("unsubscribeSingleUrl", Url(state.call, "unsubscribe", state.address, state.type));
            json.WriteEndObject();
        });
    }

    /// <summary>The person opens a link: this opt-out is their own, no app may undo it.</summary>
    public static EmulatorReply? Open(CrmCall call, PreferencesArea area)
    {
        if (call.Method != "GET" || call.Rest.Count != 4) return null;
        string[] parts;
        try
        {
            parts = Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(call.Rest[3])).Split('\n');
        }
        catch (FormatException)
        {
            parts = [];
        }
        if (parts.Length != 2 || !ValueRules.IsEmail(parts[0])) return Page(404, "This link is not valid.");
        var type = SubscriptionType.All.FirstOrDefault(type => type.IdText == parts[1]);
        switch (call.Rest[2])
        {
            case "unsubscribe-all":
                area.OptOutOfAll(parts[0], call.AtMs, byThemselves: true, call.Caller);
                return Page(200, "You have been unsubscribed from all emails.") with { Changed = true };
            case "unsubscribe" when type is not null:
                area.Set(parts[0], type, new SubscriptionState("UNSUBSCRIBED", call.AtMs, "SUBSCRIBER", true, null, null), call.Caller);
                return Page(200, $"You have been unsubscribed from {type.Name}.") with { Changed = true };
            case "manage": return Page(200, string.Join("; ", SubscriptionType.All.Where(one => !one.IsInternal).Select(one => $"{one.Name}: {area.StateOf(parts[0], one)}")));
            default: return null;
        }
    }

    private static string Url(CrmCall call, string what, string address, SubscriptionType? type) =>
        $"{call.LinkBase}/manage-preferences/{call.Portal.HubId}/{what}/{WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes($"{address}\n{type?.IdText}"))}";

    private static EmulatorReply Page(int status, string text) =>
        new(status, Encoding.UTF8.GetBytes($"<!doctype html><title>Email preferences</title><p>{text}</p>"), "text/html;charset=utf-8");
}
