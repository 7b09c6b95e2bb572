using System.Text;
using System.Text.Json;
using Spoke.Sync.Connections;

namespace Spoke.Configuration;

/// <summary>The JSON Schema of <c>spoke.json</c>, made from <see cref="ConfigurationKeys"/>. The published file is this text; a test holds them equal.</summary>
internal static class ConfigurationSchema
{

    public static string Text()
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Root(json);
        return Encoding.UTF8.GetString(memory.ToArray()) + "\n";
    }

    private static void Root(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
        json.WriteString("title", "Spoke's configuration, spoke.json");
        json.WriteBoolean("allowComments", true);
        json.WriteBoolean("allowTrailingCommas", true);
        json.WriteStartObject("$defs");
        Secret(json, "secret", "env:NAME, file:PATH, exec:COMMAND or stored:NAME", "^(env|file|exec|stored):.+");
        json.WriteEndObject();
        Shape(json, ConfigurationKeys.Root, key =>
        {
            switch (key.Name)
            {
                case ConfigurationKeys.Database: json.WriteString("pattern", "^(sqlite|postgres):.+"); json.WriteString("default", DatabaseSettings.Default); break;
                case ConfigurationKeys.PublicUrl: json.WriteString("format", "uri"); break;
                case ConfigurationKeys.Grants: Shape(json, ConfigurationKeys.OfGrants, _ => Choice(json, "file", "database")); return;
                case ConfigurationKeys.Portals: Named(json, () => Shape(json, ConfigurationKeys.OfPortal, portal => { if (portal.Name == ConfigurationKeys.BaseUrl) json.WriteString("format", "uri"); })); return;
                case ConfigurationKeys.Stores: Named(json, () => Stores(json)); return;
                case ConfigurationKeys.Connections: Named(json, () => Shape(json, ConfigurationKeys.OfConnection, connection => Connection(json, connection))); return;
            }
        });
        json.WriteEndObject();
    }

    private static void Connection(Utf8JsonWriter json, ConfigurationKey key)
    {
        if (key.Name is ConfigurationKeys.Canary or ConfigurationKeys.CountUnpaid) Choice(json, "no", "yes");
        if (key.Name == ConfigurationKeys.Consent) Shape(json, ConfigurationKeys.OfConsent, consent => { if (consent.Name == "allowResubscribe") Choice(json, "no", "yes"); if (consent.Name == "sms") json.WriteString("pattern", "^[a-z][a-z0-9_]*$"); });
        if (key.Name == ConfigurationKeys.WayBack) Shape(json, ConfigurationKeys.OfWayBack, _ => json.WriteString("pattern", "^[a-z][a-z0-9_]*$"));
        if (key.Name == ConfigurationKeys.Reconcile)
            Shape(json, ConfigurationKeys.OfReconcile, reconcile =>
            {
                if (reconcile.Name == "every") Choice(json, "day", "week", "never");
                else if (reconcile.Name == "repair") Choice(json, "no", "yes");
                else json.WriteString("pattern", "^([01][0-9]|2[0-3]):[0-5][0-9]$");
            });
        if (key.Name == ConfigurationKeys.Companies) Choice(json, "store", "domain", "off");
        if (key.Name == ConfigurationKeys.AbandonedAfter) json.WriteString("pattern", "^[1-9][0-9]{0,4}[mhd]$");
        if (key.Name == ConfigurationKeys.Money) Choice(json, "before_refunds", "native_compatible");
        if (key.Name == ConfigurationKeys.Privacy) Choice(json, "delete", "archive", "keep");
        if (key.Name == ConfigurationKeys.Mapping)
        {
            json.WriteString("type", "object");
            json.WriteStartObject("additionalProperties");
            json.WriteStartArray("type");
            json.WriteStringValue("string");
            json.WriteStringValue("null");
            json.WriteEndArray();
            json.WriteEndObject();
        }
        if (key.Name != ConfigurationKeys.Policies) return;
        json.WriteString("type", "object");
        json.WriteStartObject("additionalProperties");
        json.WriteStartArray("enum");
        foreach (var word in FieldRule.Words) json.WriteStringValue(word);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Choice(Utf8JsonWriter json, params ReadOnlySpan<string> values)
    {
        json.WriteStartArray("enum");
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
        json.WriteString("default", values[0]);
    }

    private static void Secret(Utf8JsonWriter json, string name, string forms, string pattern)
    {
        json.WriteStartObject(name);
        json.WriteString("description", $"Where the secret is, never the secret itself: {forms}.");
        json.WriteString("type", "string");
        json.WriteString("pattern", pattern);
        json.WriteEndObject();
    }

    private static void Stores(Utf8JsonWriter json)
    {
        json.WriteStartArray("oneOf");
        foreach (var (platform, keys) in ConfigurationKeys.OfPlatform)
        {
            json.WriteStartObject();
            Shape(json, [.. ConfigurationKeys.OfStore, .. keys], key =>
            {
                if (key.Name == ConfigurationKeys.Platform) json.WriteString("const", platform);
                if (key.Name == ConfigurationKeys.Url) json.WriteString("format", "uri");
            });
            if (ConfigurationKeys.WaysIn.TryGetValue(platform, out var ways)) OneOf(json, ways);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void OneOf(Utf8JsonWriter json, IReadOnlyList<IReadOnlyList<string>> ways)
    {
        json.WriteStartArray("anyOf");
        foreach (var way in ways)
        {
            json.WriteStartObject();
            json.WriteStartArray("required");
            foreach (var key in way) json.WriteStringValue(key);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>An object whose keys are names of the user's own.</summary>
    private static void Named(Utf8JsonWriter json, Action value)
    {
        json.WriteNumber("minProperties", 1);
        json.WriteStartObject("additionalProperties");
        value();
        json.WriteEndObject();
    }

    private static void Shape(Utf8JsonWriter json, IReadOnlyList<ConfigurationKey> keys, Action<ConfigurationKey> more)
    {
        json.WriteString("type", "object");
        json.WriteBoolean("additionalProperties", false);
        json.WriteStartArray("required");
        foreach (var key in keys.Where(key => key.IsNeeded)) json.WriteStringValue(key.Name);
        json.WriteEndArray();
        json.WriteStartObject("properties");
        foreach (var key in keys)
        {
            json.WriteStartObject(key.Name);
            json.WriteString("description", key.Meaning);
            if (key.IsSecret) json.WriteString("$ref", "#/$defs/secret");
            else if (key.Name is not (ConfigurationKeys.Grants or ConfigurationKeys.Policies or ConfigurationKeys.Consent or ConfigurationKeys.Mapping or ConfigurationKeys.Reconcile or ConfigurationKeys.WayBack)) json.WriteString("type", key.Name is ConfigurationKeys.Portals or ConfigurationKeys.Stores or ConfigurationKeys.Connections ? "object" : "string");
            more(key);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }
}
