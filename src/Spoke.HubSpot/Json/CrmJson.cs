using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>Reads and writes the CRM's JSON without reflection.</summary>
internal static class CrmJson
{
    private static readonly IReadOnlyDictionary<string, IReadOnlyList<AssociatedRecord>> NoAssociations = System.Collections.Immutable.ImmutableDictionary<string, IReadOnlyList<AssociatedRecord>>.Empty;
    private static readonly IReadOnlyDictionary<string, string?> NoProperties = System.Collections.Immutable.ImmutableDictionary<string, string?>.Empty;

    public static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    public static void WriteProperties(Utf8JsonWriter json, IReadOnlyDictionary<string, string?> properties)
    {
        json.WriteStartObject("properties");
        foreach (var (name, value) in properties) json.WriteString(name, value ?? "");   // null would be ignored by some endpoints; "" clears on all
        json.WriteEndObject();
    }

    public static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    public static ReadOnlyMemory<byte> WriteArray(IEnumerable<string> values)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var value in values) json.WriteStringValue(value);
            json.WriteEndArray();
        }
        return buffer.WrittenMemory;
    }

    /// <summary>A record, its members looked at once and in the order they came: to look for each by name goes through all of them every time.</summary>
    public static CrmRecord ReadRecord(JsonElement element)
    {
        RecordId id = "";
        string? trace = null;
        IReadOnlyDictionary<string, string?> properties = NoProperties;
        var associations = NoAssociations;
        IReadOnlyDictionary<string, IReadOnlyList<PropertyVersion>>? history = null;
        DateTimeOffset created = default, updated = default;
        var archived = false;
        bool? fresh = null;
        foreach (var member in element.EnumerateObject())
        {
            var value = member.Value;
            var name = JsonMarshal.GetRawUtf8PropertyName(member);
            if (name.Contains((byte)'\\')) name = Encoding.UTF8.GetBytes(member.Name);
            if (name.SequenceEqual("properties"u8)) properties = ReadProperties(value);
            else if (name.SequenceEqual("id"u8)) id = Text(value) ?? "";
            else if (name.SequenceEqual("createdAt"u8)) created = Time(value);
            else if (name.SequenceEqual("updatedAt"u8)) updated = Time(value);
            else if (name.SequenceEqual("archived"u8)) archived = value.ValueKind == JsonValueKind.True;
            else if (name.SequenceEqual("new"u8)) fresh = value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;
            else if (name.SequenceEqual("objectWriteTraceId"u8)) trace = Text(value);
            else if (name.SequenceEqual("associations"u8)) associations = ReadAssociations(value);
            else if (name.SequenceEqual("propertiesWithHistory"u8)) history = ReadHistory(value);
        }
        var record = new CrmRecord { Id = id, Properties = properties, CreatedAt = created, UpdatedAt = updated, Archived = archived, Associations = associations, IsNew = fresh, TraceId = trace };
        return history is null ? record : record with { History = history };
    }

    private static Dictionary<string, IReadOnlyList<PropertyVersion>> ReadHistory(JsonElement element) =>
        element.EnumerateObject().ToDictionary(property => property.Name, property => (IReadOnlyList<PropertyVersion>)
            [.. property.Value.EnumerateArray().Select(version => new PropertyVersion(Text(version, "value"), Time(version, "timestamp"), Text(version, "sourceType"), Text(version, "sourceId")))], StringComparer.Ordinal);

    public static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? Text(value) : null;

    public static int Int(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.TryGetInt32(out var number) ? number : 0;

    public static bool Bool(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    public static DateTimeOffset Time(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? Time(value) : default;

    public static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    public static IReadOnlyList<string> Strings(JsonElement element, string name) => [.. Items(element, name).Select(item => item.ToString())];

    public static DateTimeOffset? Moment(JsonElement element, string name) => Time(element, name) is var time && time == default ? null : time;

    /// <summary>The values of an object as text; empty when there is none.</summary>
    public static IReadOnlyDictionary<string, string?> Bag(JsonElement element, string name) =>
        element.TryGetProperty(name, out var bag) && bag.ValueKind == JsonValueKind.Object
            ? bag.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.ValueKind == JsonValueKind.Null ? null : member.Value.ToString(), StringComparer.Ordinal)
            : System.Collections.Immutable.ImmutableDictionary<string, string?>.Empty;

    public static void WriteBag(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string?> values)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in values) json.WriteString(key, value);
        json.WriteEndObject();
    }

    /// <summary>Numbers by name; what is no number is left out.</summary>
    public static IReadOnlyDictionary<string, double> Numbers(JsonElement element, string name) =>
        element.TryGetProperty(name, out var bag) && bag.ValueKind == JsonValueKind.Object
            ? bag.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.Number).ToDictionary(member => member.Name, member => member.Value.GetDouble(), StringComparer.Ordinal)
            : System.Collections.Immutable.ImmutableDictionary<string, double>.Empty;

    /// <summary>The cursor of the next page; null on the last.</summary>
    public static string? After(JsonElement root) =>
        root.TryGetProperty("paging", out var paging) && paging.ValueKind == JsonValueKind.Object && paging.TryGetProperty("next", out var next) && next.ValueKind == JsonValueKind.Object ? Text(next, "after") : null;

    public static JsonDocument Parse(HubSpotResponse response, HubSpotRequest request)
    {
        try
        {
            return JsonDocument.Parse(response.Body);
        }
        catch (JsonException failure)
        {
            // The parser's own message quotes the text, which may hold anything: only the place is passed on.
            throw new HubSpotException(HubSpotErrorKind.Unexpected, $"{request.Method} {request.MaskedPath} was answered {response.StatusCode} with something that is not JSON (line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1}). Is a proxy in between?") { StatusCode = response.StatusCode };
        }
    }

    private static string? Text(JsonElement value) => value.ValueKind switch { JsonValueKind.String => value.GetString(), JsonValueKind.Number => value.GetRawText(), _ => null };

    private static DateTimeOffset Time(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var moment) ? moment
        : Text(value) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : default;

    private static IReadOnlyDictionary<string, string?> ReadProperties(JsonElement values)
    {
        if (values.ValueKind != JsonValueKind.Object) return NoProperties;
        var properties = new Dictionary<string, string?>(values.GetPropertyCount(), StringComparer.Ordinal);
        foreach (var member in values.EnumerateObject())
            properties[NameTable.Of(member)] = member.Value.ValueKind switch { JsonValueKind.Null => null, JsonValueKind.String => member.Value.GetString(), _ => member.Value.GetRawText() };
        return properties;
    }

    private static IReadOnlyDictionary<string, IReadOnlyList<AssociatedRecord>> ReadAssociations(JsonElement associations)
    {
        if (associations.ValueKind != JsonValueKind.Object) return NoAssociations;
        var all = new Dictionary<string, IReadOnlyList<AssociatedRecord>>(StringComparer.Ordinal);
        foreach (var type in associations.EnumerateObject())
            all[type.Name] = [.. Items(type.Value, "results").Select(r => new AssociatedRecord(Text(r, "id") ?? "", Text(r, "type") ?? ""))];
        return all;
    }
}
