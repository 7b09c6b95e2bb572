using System.Text.Json;

namespace Spoke.Emulator.Seeds;

/// <summary>Reads a seed from JSON, with the line of everything that may turn out wrong. Comments and commas at the end are allowed.</summary>
internal ref struct SeedFile
{
    private const string Members = "schemas, groups, properties, pipelines, labels, records";
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly List<SeedDefinition> _definitions = [];
    private readonly List<SeedRecord> _records = [];
    private Utf8JsonReader _json;
    private int _countedTo;
    private int _line = 1;

    private SeedFile(ReadOnlyMemory<byte> bytes)
    {
        _bytes = bytes;
        _json = new Utf8JsonReader(bytes.Span, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
    }

    /// <exception cref="SeedException">The text is no seed; the message names the line.</exception>
    public static Seed Read(ReadOnlyMemory<byte> bytes)
    {
        var text = bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        try
        {
            return new SeedFile(text).ReadAll();
        }
        catch (JsonException wrong)
        {
            throw new SeedException((int)(wrong.LineNumber ?? 0) + 1, $"this is not JSON: {wrong.Message.Split(". LineNumber")[0].TrimEnd('.')}.");
        }
    }

    private Seed ReadAll()
    {
        _json.Read();
        Want(JsonTokenType.StartObject, "A seed is a JSON object with " + Members + ".");
        while (Next(out var name))
        {
            switch (name)
            {
                case "schemas": ReadDefinitions("/crm/v3/schemas"); break;
                case "groups": ReadDefinitionsByType("/crm/v3/properties/{0}/groups"); break;
                case "properties": ReadDefinitionsByType("/crm/v3/properties/{0}"); break;
                case "pipelines": ReadDefinitionsByType("/crm/v3/pipelines/{0}"); break;
                case "labels": ReadLabels(); break;
                case "records": ReadRecords(); break;
                default: throw Wrong($"a seed has no member '{name}'. Members: {Members}.");
            }
        }
        while (_json.Read())
        {
        }
        return new Seed([.. _definitions.OrderBy(definition => Rank(definition.Path))], _records);
    }

    /// <summary>Whatever the order in the file: schemas before groups before properties, and labels last.</summary>
    private static int Rank(string path) => path switch
    {
        "/crm/v3/schemas" => 0,
        _ when path.EndsWith("/groups", StringComparison.Ordinal) => 1,
        _ when path.StartsWith("/crm/v3/properties/", StringComparison.Ordinal) => 2,
        _ when path.StartsWith("/crm/v3/pipelines/", StringComparison.Ordinal) => 3,
        _ => 4,
    };

    private void ReadDefinitionsByType(string path)
    {
        Want(JsonTokenType.StartObject, "an object is expected: object types and what each of them gets.");
        while (Next(out var type)) ReadDefinitions(path.Replace("{0}", Uri.EscapeDataString(type), StringComparison.Ordinal));
    }

    private void ReadDefinitions(string path)
    {
        Want(JsonTokenType.StartArray, "an array is expected.");
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray) _definitions.Add(new SeedDefinition(path, ReadObject(out var line), line));
    }

    private void ReadLabels()
    {
        Want(JsonTokenType.StartArray, "an array is expected.");
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            var body = ReadObject(out var line);
            using var label = JsonDocument.Parse(body, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            string Type(string name) => label.RootElement.TryGetProperty(name, out var type) && type.ValueKind == JsonValueKind.String ? Uri.EscapeDataString(type.GetString()!) : throw new SeedException(line, $"a label needs '{name}', the name of an object type.");
            _definitions.Add(new SeedDefinition($"/crm/v4/associations/{Type("from")}/{Type("to")}/labels", body, line));
        }
    }

    private void ReadRecords()
    {
        Want(JsonTokenType.StartObject, "records is an object: object types and the records of each.");
        while (Next(out var type))
        {
            Want(JsonTokenType.StartArray, $"the records of '{type}' are an array.");
            while (_json.Read() && _json.TokenType != JsonTokenType.EndArray) _records.Add(ReadRecord(type));
        }
    }

    private SeedRecord ReadRecord(string type)
    {
        Want(JsonTokenType.StartObject, "a record is an object with key, properties and to.");
        var line = Line();
        string? key = null;
        List<KeyValuePair<string, string>> properties = [];
        List<SeedLink> links = [];
        while (Next(out var name))
        {
            switch (name)
            {
                case "key": key = Text("key is text."); break;
                case "properties": ReadProperties(properties); break;
                case "to": ReadLinks(links); break;
                default: throw Wrong($"a record has no member '{name}'. Members: key, properties, to.");
            }
        }
        return new SeedRecord(type, key, properties, links, line);
    }

    private void ReadProperties(List<KeyValuePair<string, string>> properties)
    {
        Want(JsonTokenType.StartObject, "properties is an object.");
        while (Next(out var name)) properties.Add(new(name, _json.TokenType == JsonTokenType.Null ? "" : Text($"the value of '{name}' is text, a number, true or false.")));
    }

    private void ReadLinks(List<SeedLink> links)
    {
        Want(JsonTokenType.StartArray, """to is an array of keys, or of {"key","typeId","category"}.""");
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            var line = Line();
            if (_json.TokenType == JsonTokenType.String)
            {
                links.Add(new SeedLink(_json.GetString()!, Line: line));
                continue;
            }
            Want(JsonTokenType.StartObject, """a reference is a key, or {"key","typeId","category"}.""");
            var (to, typeId, category) = ("", 0, "HUBSPOT_DEFINED");
            while (Next(out var name))
            {
                switch (name)
                {
                    case "key": to = Text("key is text."); break;
                    case "typeId" when _json.TokenType == JsonTokenType.Number && _json.TryGetInt32(out typeId): break;
                    case "category": category = Text("category is text."); break;
                    default: throw Wrong($"'{name}' does not belong in a reference: key, typeId (a number), category.");
                }
            }
            links.Add(new SeedLink(to, typeId, category, line));
        }
    }

    private ReadOnlyMemory<byte> ReadObject(out int line)
    {
        Want(JsonTokenType.StartObject, "an object is expected.");
        line = Line();
        var start = (int)_json.TokenStartIndex;
        _json.Skip();
        return _bytes[start..(int)_json.BytesConsumed];
    }

    /// <summary>Goes to the value of the next member; false at the end of the object.</summary>
    private bool Next(out string name)
    {
        name = "";
        if (!_json.Read() || _json.TokenType == JsonTokenType.EndObject) return false;
        name = _json.GetString()!;
        return _json.Read();
    }

    private string Text(string otherwise) => _json.TokenType switch
    {
        JsonTokenType.String => _json.GetString()!,
        JsonTokenType.Number => System.Text.Encoding.UTF8.GetString(_json.ValueSpan),
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => throw Wrong(otherwise),
    };

    private void Want(JsonTokenType type, string otherwise)
    {
        if (_json.TokenType != type) throw Wrong(otherwise);
    }

    private SeedException Wrong(string message) => new(Line(), message);

    private int Line()
    {
        var at = (int)_json.TokenStartIndex;
        _line += _bytes.Span[_countedTo..at].Count((byte)'\n');
        _countedTo = at;
        return _line;
    }
}
