using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>Lists of texts in JSON.</summary>
internal static class JsonStrings
{
    public static void WriteStrings(this Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
