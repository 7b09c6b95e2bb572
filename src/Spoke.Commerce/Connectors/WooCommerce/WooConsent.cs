using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>
/// What a person has said about marketing, kept under a meta key as WooCommerce has no field for it. Ours is <c>{"email":{"state":"granted","at":"…"},"sms":{…}}</c>;
/// a key of another plugin may hold a plain yes or no about e-mail.
/// </summary>
internal static class WooConsent
{
    private static readonly string[] Yes = ["yes", "1", "true", "on", "subscribed"];
    private static readonly string[] No = ["no", "0", "false", "off", "unsubscribed"];

    public static Consent? Read(JsonElement row, string key, ConsentChannel channel)
    {
        if (WooMeta.Json(row, key) is JsonObject all) return all[Word(channel)] is JsonObject said ? Said(said) : null;
        return channel == ConsentChannel.Email && Flag(row, key) is { } flag ? new Consent(flag ? ConsentState.Granted : ConsentState.Denied, Source: key) : null;
    }

    /// <summary>A plain yes or no; null: there is none.</summary>
    public static bool? Flag(JsonElement row, string key)
    {
        var text = WooMeta.Text(row, key)?.ToLowerInvariant();
        return Yes.Contains(text) ? true : No.Contains(text) ? false : null;
    }

    /// <summary>The key's new value in the form that it has now.</summary>
    public static JsonNode Write(JsonElement row, string key, ConsentChannel channel, Consent consent)
    {
        if (Flag(row, key) is not null) return Plain(WooMeta.Text(row, key)!, consent.State == ConsentState.Granted);
        var all = WooMeta.Json(row, key) as JsonObject ?? [];
        var said = new JsonObject { ["state"] = consent.State.ToString().ToLowerInvariant() };
        if (consent.At is { } at) said["at"] = at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        if (consent.Source is { } source) said["source"] = source;
        if (consent.Evidence is { } evidence) said["evidence"] = evidence;
        all[Word(channel)] = said;
        return all;
    }

    // In the same pair of words.
    private static string Plain(string now, bool granted)
    {
        var (yes, no) = (Array.IndexOf(Yes, now.ToLowerInvariant()), Array.IndexOf(No, now.ToLowerInvariant()));
        return granted ? Yes[Math.Max(yes, no)] : No[Math.Max(yes, no)];
    }

    private static Consent? Said(JsonObject said) => Enum.TryParse<ConsentState>(said["state"]?.ToString(), ignoreCase: true, out var state) && Enum.IsDefined(state)
        ? new Consent(state, DateTimeOffset.TryParse(said["at"]?.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null, said["source"]?.ToString(), said["evidence"]?.ToString())
        : null;

    private static string Word(ConsentChannel channel) => channel == ConsentChannel.Email ? "email" : "sms";
}
