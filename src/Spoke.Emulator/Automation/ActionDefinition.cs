using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Automation;

/// <summary>A custom action of an app: the document that was sent, its functions apart from it, and every revision.</summary>
internal sealed class ActionDefinition(long id, long appId)
{
    public static readonly string[] FunctionTypes = ["PRE_ACTION_EXECUTION", "PRE_FETCH_OPTIONS", "POST_FETCH_OPTIONS", "POST_ACTION_EXECUTION"];

    public long Id { get; } = id;
    public long AppId { get; } = appId;

    /// <summary>Oldest first; the last is what holds.</summary>
    public List<(long CreatedMs, JsonElement Document)> Revisions { get; } = [];

    /// <summary>Source by type and, for functions of single fields, by field.</summary>
    public SortedDictionary<(string Type, string Id), string> Functions { get; } = [];
    public bool RequiresObject { get; set; } = true;
    public long ArchivedMs { get; set; }

    public JsonElement Document => Revisions[^1].Document;
    public string ActionUrl => Document.Text("actionUrl") ?? "";
    public bool Published => ArchivedMs == 0 && (Document.Bool("published") ?? false);

    /// <summary>Properties of the record that each request shall carry.</summary>
    public IReadOnlyList<string> WantedProperties => Document.TryGetProperty("objectRequestOptions", out var options) && options.ValueKind == JsonValueKind.Object ? options.Texts("properties") : [];

    public void Write(Utf8JsonWriter json) => Write(json, Document, Revisions.Count);

    public void WriteRevision(Utf8JsonWriter json, int number)
    {
        var (createdMs, document) = Revisions[number - 1];
        json.WriteStartObject();
        json.WriteId("id", number);
        json.WriteId("revisionId", number);
        json.WriteTime("createdAt", createdMs);
        json.WritePropertyName("definition");
        Write(json, document, number);
        json.WriteEndObject();
    }

    public void Save(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("id", Id);
        json.WriteNumber("appId", AppId);
        json.WriteBoolean("requiresObject", RequiresObject);
        json.WriteNumber("archived", ArchivedMs);
        json.WriteStartArray("revisions");
        foreach (var (createdMs, document) in Revisions)
        {
            json.WriteStartObject();
            json.WriteNumber("created", createdMs);
            json.WritePropertyName("document");
            document.WriteTo(json);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("functions");
        foreach (var ((type, name), source) in Functions)
            foreach (var text in (string[])[type, name, source]) json.WriteStringValue(text);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static ActionDefinition Load(JsonElement saved)
    {
        var definition = new ActionDefinition(saved.GetProperty("id").GetInt64(), saved.GetProperty("appId").GetInt64())
        {
            RequiresObject = saved.Bool("requiresObject") ?? true,
            ArchivedMs = saved.GetProperty("archived").GetInt64(),
        };
        foreach (var one in saved.GetProperty("revisions").EnumerateArray()) definition.Revisions.Add((one.GetProperty("created").GetInt64(), one.GetProperty("document").Clone()));
        foreach (var texts in saved.GetProperty("functions").EnumerateArray().Select(one => one.GetString()!).Chunk(3)) definition.Functions[(texts[0], texts[1])] = texts[2];
        return definition;
    }

    /// <summary>The document with some members replaced.</summary>
    public static JsonElement Patched(JsonElement document, JsonElement patch)
    {
        var node = JsonNode.Parse(document.GetRawText())!.AsObject();
        foreach (var member in patch.EnumerateObject()) node[member.Name] = JsonNode.Parse(member.Value.GetRawText());
        using var parsed = JsonDocument.Parse(node.ToJsonString());
        return parsed.RootElement.Clone();
    }

    private void Write(Utf8JsonWriter json, JsonElement document, int revision)
    {
        json.WriteStartObject();
        json.WriteId("id", Id);
        json.WriteId("revisionId", revision);
        json.WriteStartArray("functions");
        foreach (var (type, name) in Functions.Keys) WriteFunction(json, type, name, null);
        json.WriteEndArray();
        foreach (var member in document.EnumerateObject())
            if (member.Name is not ("id" or "revisionId" or "functions") && member.Value.ValueKind != JsonValueKind.Null) member.WriteTo(json);
        foreach (var array in (string[])["inputFields", "objectTypes"])
            if (!document.TryGetProperty(array, out _))
            {
                json.WriteStartArray(array);
                json.WriteEndArray();
            }
        if (!document.TryGetProperty("published", out _)) json.WriteBoolean("published", false);
        if (ArchivedMs != 0) json.WriteNumber("archivedAt", ArchivedMs);
        json.WriteEndObject();
    }

    public static void WriteFunction(Utf8JsonWriter json, string type, string name, string? source)
    {
        json.WriteStartObject();
        json.WriteString("functionType", type);
        if (name.Length > 0) json.WriteString("id", name);
        if (source is not null) json.WriteString("functionSource", source);
        json.WriteEndObject();
    }
}
