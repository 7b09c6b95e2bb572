using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Spoke.Emulator.Http;

/// <summary>JSON documents kept by number, in the order of the numbers. For areas whose things are stored and answered as they were given.</summary>
internal sealed class DocumentShelf
{
    private readonly SortedDictionary<long, JsonObject> documents = [];

    public IReadOnlyCollection<JsonObject> All => documents.Values;
    public IEnumerable<KeyValuePair<long, JsonObject>> Numbered => documents;
    public int Count => documents.Count;

    public JsonObject? Find(string id) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Find(number) : null;

    public JsonObject? Find(long id) => documents.GetValueOrDefault(id);

    public void Put(long id, JsonObject document) => documents[id] = document;

    public bool Remove(long id) => documents.Remove(id);

    public void Save(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        foreach (var (id, document) in documents)
        {
            json.WritePropertyName(id.ToString(CultureInfo.InvariantCulture));
            document.WriteTo(json);
        }
        json.WriteEndObject();
    }

    public void Load(JsonElement saved, string name)
    {
        documents.Clear();
        foreach (var member in saved.GetProperty(name).EnumerateObject())
            documents[long.Parse(member.Name, CultureInfo.InvariantCulture)] = JsonNode.Parse(member.Value.GetRawText())!.AsObject();
    }

    /// <summary>An id in the form of a GUID that depends on nothing but the number.</summary>
    public static string GuidOf(long number)
    {
        // Multiplying by odd constants spreads counting numbers over all bits without two ever meeting.
        var (high, low) = ((ulong)number * 0x9E3779B97F4A7C15, (ulong)number * 0xC2B2AE3D27D4EB4F);
        return string.Create(CultureInfo.InvariantCulture, $"{high >> 32:x8}-{(high >> 16) & 0xFFFF:x4}-4{high & 0xFFF:x3}-8{(low >> 48) & 0xFFF:x3}-{low & 0xFFFFFFFFFFFF:x12}");
    }

    /// <summary>Puts the members of a patch into a document; objects are joined, everything else is replaced.</summary>
    public static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is JsonObject inner && target[name] is JsonObject existing) Merge(existing, inner);
            else target[name] = value?.DeepClone();
        }
    }
}
