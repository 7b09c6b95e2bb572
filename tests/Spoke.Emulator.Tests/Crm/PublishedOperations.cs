using System.Text.Json;

namespace Spoke.Emulator.Tests.Crm;

/// <summary>HubSpot's published descriptions beside the repository: which answer an operation may give, and of what shape.</summary>
internal sealed class PublishedOperations
{
    private sealed record Operation(string[] Template, JsonElement Responses, JsonElement Schemas);

    private readonly List<(string Method, Operation Operation)> _operations = [];

    private PublishedOperations(string folder)
    {
        foreach (var file in Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories))
        {
            var root = JsonDocument.Parse(File.ReadAllBytes(file)).RootElement;
            if (!root.TryGetProperty("paths", out var paths)) continue;
            var schemas = root.TryGetProperty("components", out var components) && components.TryGetProperty("schemas", out var all) ? all : default;
            foreach (var path in paths.EnumerateObject())
                foreach (var method in path.Value.EnumerateObject().Where(method => method.Value.ValueKind == JsonValueKind.Object && method.Value.TryGetProperty("responses", out _)))
                    _operations.Add((method.Name.ToUpperInvariant(), new Operation(Split(path.Name), method.Value.GetProperty("responses"), schemas)));
        }
    }

    private static readonly Lazy<PublishedOperations?> AtHand = new(Find);

    public static PublishedOperations Load()
    {
        if (AtHand.Value is null) Assert.Skip("HubSpot's published descriptions are not beside the repository");
        return AtHand.Value;
    }

    /// <summary>For tests that also say something without them.</summary>
    public static PublishedOperations? AtHandOrNull => AtHand.Value;

    private static PublishedOperations? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "..", "shared", "hubspot", "openapi");
            if (Directory.Exists(path)) return new PublishedOperations(path);
        }
        return null;
    }

    /// <summary>Sends a call that must succeed, and checks its answer.</summary>
    public Answer Ok(CrmPortal portal, string method, string path, string? body = null, int? status = null)
    {
        var answer = portal.Send(method, path, body);
        Assert.True(status is { } expected ? answer.Status == expected : answer.Status is 200 or 201, $"{method} {path}: {answer.Status} {answer.Json}");
        Check(method, path, answer);
        if (answer.Status == 204) Assert.Equal(JsonValueKind.Undefined, answer.Json.ValueKind);
        return answer;
    }

    /// <summary>The answer has a published status and every member its schema requires, each of the right kind.</summary>
    public void Check(string method, string path, Answer answer)
    {
        var segments = Split(path.Split('?')[0]);
        var found = _operations.Where(one => one.Method == method && Fits(one.Operation.Template, segments)).Select(one => one.Operation)
            .OrderBy(operation => operation.Template.Count(segment => segment.StartsWith('{'))).FirstOrDefault();
        Assert.True(found is not null, $"{method} {path} is not published");
        var status = answer.Status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var refused = answer.Status >= 400;
        if (!found.Responses.TryGetProperty(status, out var response))
        {
            // Some descriptions say 200 where guides and other versions say that something was created.
            Assert.True(refused || answer.Status is 207 or 201, $"{method} {path} answers {status}; published are {string.Join(' ', found.Responses.EnumerateObject().Select(one => one.Name))}");
            // A partial success is the success with errors.
            response = refused ? found.Responses.GetProperty("default") : found.Responses.EnumerateObject().First(one => one.Name.StartsWith('2')).Value;
        }
        if (!response.TryGetProperty("content", out var content) || !content.EnumerateObject().Any()) return;
        if (!content.EnumerateObject().First().Value.TryGetProperty("schema", out var schema)) return;
        Validate(found.Schemas, schema, answer.Json, $"{method} {path}");
    }

    private static void Validate(JsonElement schemas, JsonElement schema, JsonElement value, string where)
    {
        if (schema.TryGetProperty("$ref", out var reference)) schema = schemas.GetProperty(reference.GetString()!.Split('/')[^1]);
        if (schema.TryGetProperty("allOf", out var parts))
            foreach (var part in parts.EnumerateArray()) Validate(schemas, part, value, where);
        if (value.ValueKind == JsonValueKind.Null) return;
        if (schema.TryGetProperty("oneOf", out var choices))
        {
            // The kind that has the value's own members: of it everything required must be there.
            var fitting = choices.EnumerateArray().Select(choice => schemas.GetProperty(choice.GetProperty("$ref").GetString()!.Split('/')[^1]))
                .FirstOrDefault(choice => choice.TryGetProperty("required", out var needed) && needed.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _)) && NamesItself(choice, value));
            Assert.True(fitting.ValueKind == JsonValueKind.Object, $"{where} has all required members of none of its kinds: {value}");
            Validate(schemas, fitting, value, where);
            return;
        }
        if (schema.TryGetProperty("type", out var any) && any.GetString() == "object" && !(schema.TryGetProperty("properties", out var listed) && listed.EnumerateObject().Any()) && !schema.TryGetProperty("additionalProperties", out _)) return;   // anything
        if (schema.TryGetProperty("type", out var type))
            // Of association ends one description says integer and another string; the guides show numbers.
            Assert.True(OfKind(type.GetString()!, value) || (where.EndsWith("ObjectId", StringComparison.Ordinal) && value.ValueKind == JsonValueKind.Number), $"{where} is {value.ValueKind}, published is {type}: {value}");
        if (schema.TryGetProperty("enum", out var values) && value.ValueKind == JsonValueKind.String)
            Assert.True(values.EnumerateArray().Any(one => one.GetString() == value.GetString()), $"{where} is {value}, published are {values}");
        if (schema.TryGetProperty("format", out var format) && format.GetString() == "date-time" && value.ValueKind == JsonValueKind.String)
            Assert.True(DateTimeOffset.TryParse(value.GetString(), out _), $"{where} is no time: {value}");
        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
            foreach (var item in value.EnumerateArray()) Validate(schemas, items, item, where + "[]");
        if (value.ValueKind != JsonValueKind.Object) return;
        if (schema.TryGetProperty("required", out var required))
            foreach (var name in required.EnumerateArray())
                Assert.True(value.TryGetProperty(name.GetString()!, out _), $"{where} lacks {name}: {value}");
        var members = schema.TryGetProperty("properties", out var known) ? known : default;
        foreach (var member in value.EnumerateObject())
        {
            if (members.ValueKind == JsonValueKind.Object && members.TryGetProperty(member.Name, out var inner)) Validate(schemas, inner, member.Value, $"{where}.{member.Name}");
            else if (schema.TryGetProperty("additionalProperties", out var rest) && rest.ValueKind == JsonValueKind.Object) Validate(schemas, rest, member.Value, $"{where}.{member.Name}");
        }
    }

    /// <summary>Kinds that have the same members differ by a word of their own, such as a branch's type.</summary>
    private static bool NamesItself(JsonElement choice, JsonElement value) =>
        !choice.TryGetProperty("properties", out var members) || members.EnumerateObject().All(member =>
            !member.Value.TryGetProperty("enum", out var words) || !value.TryGetProperty(member.Name, out var word) || word.ValueKind != JsonValueKind.String || words.EnumerateArray().Any(one => one.GetString() == word.GetString()));

    private static bool OfKind(string type, JsonElement value) => type switch
    {
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        _ => true,
    };

    private static string[] Split(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static bool Fits(string[] template, string[] path) =>
        template.Length == path.Length && template.Zip(path).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second);
}
