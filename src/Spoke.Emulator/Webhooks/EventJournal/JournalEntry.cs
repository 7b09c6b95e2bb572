using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Webhooks.EventJournal;

/// <summary>Events that were published together to one app, under an offset.</summary>
internal sealed record JournalEntry(long Number, long AppId, long PublishedMs, IReadOnlyList<string> Events)
{
    /// <summary>As long HubSpot keeps them.</summary>
    public const long KeptMs = 3L * 24 * 60 * 60 * 1000;

    public string Offset => Uuid(Number);

    /// <summary>A uuid that counts up, so that a replay gives the same.</summary>
    public static string Uuid(long number) => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-7000-8000-{number:x12}");

    /// <summary>The file behind the signed address.</summary>
    public void WriteFile(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("offset", Offset);
        json.WriteStartArray("journalEvents");
        foreach (var one in Events) json.WriteRawValue(one, skipInputValidation: true);
        json.WriteEndArray();
        json.WriteTime("publishedAt", PublishedMs);
        json.WriteEndObject();
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("number", Number);
        json.WriteNumber("appId", AppId);
        json.WriteNumber("published", PublishedMs);
        json.WriteStartArray("events");
        foreach (var one in Events) json.WriteRawValue(one, skipInputValidation: true);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static JournalEntry Load(JsonElement saved) => new(
        saved.GetProperty("number").GetInt64(), saved.GetProperty("appId").GetInt64(), saved.GetProperty("published").GetInt64(),
        [.. saved.GetProperty("events").EnumerateArray().Select(one => one.GetRawText())]);
}
