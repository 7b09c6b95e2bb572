using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Auth;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Webhooks;

/// <summary>An app that wants deliveries: where to, how many at once, how signed, which events, and what shall go wrong.</summary>
internal sealed class WebhookApp(long id)
{
    /// <summary>HubSpot's own width for one account.</summary>
    public const int StandardWidth = 10;

    public long Id { get; } = id;
    public string? TargetUrl { get; set; }
    public int MaxConcurrentRequests { get; set; } = StandardWidth;
    public string Secret { get; set; } = SecretOf(id);

    /// <summary>v3 (with v1 beside it, as CRM subscriptions have), or v1 or v2 alone.</summary>
    public string Signature { get; set; } = "v3";
    public long SettingsCreatedMs { get; set; }
    public long SettingsUpdatedMs { get; set; }
    public List<WebhookSubscription> Subscriptions { get; } = [];

    /// <summary>How often each delivery comes again although it was taken.</summary>
    public int Duplicates { get; set; }

    /// <summary>Events of a delivery stand in the opposite order.</summary>
    public bool OutOfOrder { get; set; }

    /// <summary>How long a delivery is held back before its first attempt.</summary>
    public long DelayMs { get; set; }

    /// <summary>The client secret of an app: the known one of the OAuth app, and for any other one that follows from its id.</summary>
    public static string SecretOf(long appId) => appId == OAuthApp.DefaultAppId ? OAuthApp.DefaultClientSecret : string.Create(CultureInfo.InvariantCulture, $"00000000-0000-4000-9000-{appId:D12}");

    public void WriteSettings(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteTime("createdAt", SettingsCreatedMs);
        json.WriteTime("updatedAt", SettingsUpdatedMs);
        json.WriteStartObject("throttling");
        json.WriteNumber("maxConcurrentRequests", MaxConcurrentRequests);
        json.WriteEndObject();
        json.WriteString("targetUrl", TargetUrl);
        json.WriteEndObject();
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("appId", Id);
        json.WriteString("targetUrl", TargetUrl);
        json.WriteNumber("maxConcurrentRequests", MaxConcurrentRequests);
        json.WriteString("secret", Secret);
        json.WriteString("signature", Signature);
        json.WriteNumber("created", SettingsCreatedMs);
        json.WriteNumber("updated", SettingsUpdatedMs);
        json.WriteNumber("duplicates", Duplicates);
        json.WriteBoolean("outOfOrder", OutOfOrder);
        json.WriteNumber("delayMs", DelayMs);
        json.WriteStartArray("subscriptions");
        foreach (var subscription in Subscriptions) subscription.Write(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static WebhookApp Load(JsonElement saved)
    {
        var app = new WebhookApp(saved.GetProperty("appId").GetInt64())
        {
            TargetUrl = saved.Text("targetUrl"),
            MaxConcurrentRequests = saved.Int("maxConcurrentRequests") ?? StandardWidth,
            Secret = saved.Text("secret")!,
            Signature = saved.Text("signature")!,
            SettingsCreatedMs = saved.GetProperty("created").GetInt64(),
            SettingsUpdatedMs = saved.GetProperty("updated").GetInt64(),
            Duplicates = saved.Int("duplicates") ?? 0,
            OutOfOrder = saved.Bool("outOfOrder") ?? false,
            DelayMs = saved.GetProperty("delayMs").GetInt64(),
        };
        foreach (var subscription in saved.GetProperty("subscriptions").EnumerateArray()) app.Subscriptions.Add(WebhookSubscription.Load(subscription));
        return app;
    }
}
