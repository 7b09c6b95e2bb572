using System.Text.Json;

namespace Spoke.Emulator.Faults;

/// <summary>Leaves the first half of a batch's inputs: what a server that fails in the middle has carried out.</summary>
internal static class HalfBatch
{
    public static byte[] Cut(byte[] body)
    {
        using var document = TryParse(body);
        if (document is null) return body;
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("inputs", out var inputs) || inputs.ValueKind != JsonValueKind.Array) return body;
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (member.Name != "inputs") { member.WriteTo(json); continue; }
                json.WriteStartArray("inputs");
                foreach (var input in inputs.EnumerateArray().Take(Math.Max(1, inputs.GetArrayLength() / 2))) input.WriteTo(json);
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        return memory.ToArray();
    }

    private static JsonDocument? TryParse(byte[] body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            return null;   // the account itself will say what is wrong with it
        }
    }
}
