using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace Spoke.Mcp;

/// <summary>Whether a tool was given what its schema asks for; if not, in words that tell the model what to give.</summary>
internal static class ToolArguments
{
    /// <summary>Null when the arguments fit.</summary>
    public static string? Problem(Tool tool, IEnumerable<KeyValuePair<string, JsonElement>>? given)
    {
        var arguments = given?.ToDictionary(StringComparer.Ordinal) ?? [];
        var known = tool.InputSchema.TryGetProperty("properties", out var properties) ? properties.EnumerateObject().ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal) : [];
        if (tool.InputSchema.TryGetProperty("required", out var required))
            foreach (var name in required.EnumerateArray().Select(r => r.GetString()!))
                if (!arguments.ContainsKey(name)) return $"The tool {tool.Name} needs the argument '{name}', {Wanted(known.GetValueOrDefault(name))}{Unknown(arguments, known)}";
        if (arguments.Keys.FirstOrDefault(name => !known.ContainsKey(name)) is { } unknown)
            return $"The tool {tool.Name} has no argument '{unknown}'; {(known.Count == 0 ? "it takes none." : $"it takes {string.Join(", ", known.Keys)}.")}";
        foreach (var (name, value) in arguments)
            if (!Fits(known[name], value)) return $"The argument '{name}' of the tool {tool.Name} is {Kind(value)}; it is to be {Wanted(known[name])}";
        return null;
    }

    private static string Unknown(Dictionary<string, JsonElement> arguments, Dictionary<string, JsonElement> known) =>
        arguments.Keys.Where(name => !known.ContainsKey(name)).ToList() is { Count: > 0 } others ? $" It has no argument '{others[0]}'." : "";

    private static string Wanted(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object) return "which its schema tells.";
        var types = Types(schema).Where(type => type != "null").Select(type => type switch { "string" => "a text", "integer" => "a whole number", "number" => "a number", "boolean" => "true or false", "array" => "a list", "object" => "an object", _ => type });
        return string.Join(" or ", types) + (schema.TryGetProperty("description", out var description) ? ": " + description.GetString() + "." : ".");
    }

    private static List<string> Types(JsonElement schema) =>
        !schema.TryGetProperty("type", out var type) ? [] : type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(t => t.GetString()!)] : [type.GetString()!];

    private static bool Fits(JsonElement schema, JsonElement value)
    {
        var types = Types(schema);
        if (types.Count == 0) return true;
        var fits = value.ValueKind switch
        {
            JsonValueKind.String => types.Contains("string"),
            JsonValueKind.Number => types.Contains("number") || types.Contains("integer") && value.TryGetInt64(out _),
            JsonValueKind.True or JsonValueKind.False => types.Contains("boolean"),
            JsonValueKind.Array => types.Contains("array"),
            JsonValueKind.Object => types.Contains("object"),
            _ => types.Contains("null"),
        };
        return fits && (value.ValueKind != JsonValueKind.Array || !schema.TryGetProperty("items", out var items) || value.EnumerateArray().All(item => Fits(items, item)));
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Array => "a list" + (value.GetArrayLength() > 0 ? $" that holds {Kind(value[0])}" : ""),
        JsonValueKind.Object => "an object",
        _ => "null",
    };
}
