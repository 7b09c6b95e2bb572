using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Medusa;

/// <summary>
/// Consent as a customer's metadata says it, for Medusa has no field of its own: <c>true</c>, <c>false</c> or <c>"pending"</c>, so that a shop's code that asks
/// "if" gets the right answer; when and where it was said stand under <c>…_at</c> and <c>…_source</c>.
/// </summary>
internal sealed class MedusaConsent(MedusaStoreOptions options)
{
    public Consent? Read(JsonElement? metadata, ConsentChannel channel)
    {
        var key = Key(channel);
        if (metadata is not { ValueKind: JsonValueKind.Object } all || !all.TryGetProperty(key, out var value)) return null;
        ConsentState? state = value.ValueKind switch
        {
            JsonValueKind.True => ConsentState.Granted,
            JsonValueKind.False => ConsentState.Denied,
            JsonValueKind.String => value.GetString()?.Trim().ToLowerInvariant() switch
            {
                "true" or "yes" or "granted" or "subscribed" => ConsentState.Granted,
                "false" or "no" or "denied" or "unsubscribed" => ConsentState.Denied,
                "pending" => ConsentState.Pending,
                _ => null,
            },
            _ => null,
        };
        return state is { } said ? new Consent(said, all.Moment(key + "_at"), all.Filled(key + "_source")) : null;
    }

    /// <summary>What to put into the metadata; an empty text takes a key out.</summary>
    public JsonObject Write(ConsentChannel channel, Consent consent)
    {
        var key = Key(channel);
        return new JsonObject
        {
            [key] = consent.State switch { ConsentState.Granted => true, ConsentState.Denied or ConsentState.Redacted => false, ConsentState.Pending => "pending", _ => "" },
            [key + "_at"] = consent is { State: not ConsentState.None, At: { } at } ? at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) : "",
            [key + "_source"] = consent.State == ConsentState.None ? "" : consent.Source ?? "",
        };
    }

    private string Key(ConsentChannel channel) => channel == ConsentChannel.Email ? options.EmailConsentKey : options.SmsConsentKey;
}
