using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>Calls in JSON: every object with a method and an address (HAR, Postman, Insomnia), and the paths of an OpenAPI description.</summary>
internal static class JsonCalls
{
    private static readonly string[] Methods = ["get", "post", "put", "patch", "delete"];

    public static IEnumerable<FoundCall> Find(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Array) return json.EnumerateArray().SelectMany(Find);
        if (json.ValueKind != JsonValueKind.Object) return [];
        if (json.TryGetProperty("paths", out var paths) && paths.ValueKind == JsonValueKind.Object) return Described(paths);
        var own = json.TryGetProperty("method", out var method) && method.ValueKind == JsonValueKind.String && json.TryGetProperty("url", out var url) && Address(url) is { } address && CallPath.Of(address) is { } path
            ? [new FoundCall(method.GetString()!.ToUpperInvariant(), path, 0)]
            : Array.Empty<FoundCall>();
        return own.Concat(json.EnumerateObject().SelectMany(member => Find(member.Value)));
    }

    private static IEnumerable<FoundCall> Described(JsonElement paths) =>
        from path in paths.EnumerateObject()
        where path.Value.ValueKind == JsonValueKind.Object && path.Name.StartsWith('/')
        from member in path.Value.EnumerateObject()
        where Methods.Contains(member.Name)
        select new FoundCall(member.Name.ToUpperInvariant(), CallPath.Filled(path.Name), 0);

    private static string? Address(JsonElement url) => url.ValueKind switch
    {
        JsonValueKind.String => url.GetString(),
        JsonValueKind.Object when url.TryGetProperty("raw", out var raw) && raw.ValueKind == JsonValueKind.String => raw.GetString(),
        _ => null,
    };
}
