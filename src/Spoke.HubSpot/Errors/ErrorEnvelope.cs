using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>HubSpot's error envelope, every part optional, also in the older shapes.</summary>
internal sealed record ErrorEnvelope
{
    public string? Status { get; init; }
    public string? Message { get; init; }
    public string? Category { get; init; }
    public string? SubCategory { get; init; }
    public string? CorrelationId { get; init; }
    public string? PolicyName { get; init; }
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Context { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
    public IReadOnlyList<string> RequiredScopes { get; init; } = [];

    /// <summary>Null when the body is not a JSON object: a proxy's page, Cloudflare, nothing.</summary>
    public static ErrorEnvelope? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object ? Parse(document.RootElement) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static ErrorEnvelope Parse(JsonElement root)
    {
        string? Text(string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return new ErrorEnvelope
        {
            Status = Text("status"),
            Message = Text("message"),
            Category = Text("category") ?? Text("errorType"),
            SubCategory = Text("subCategory"),
            CorrelationId = Text("correlationId") ?? Text("requestId"),
            PolicyName = Text("policyName"),
            Context = root.TryGetProperty("context", out var context) ? Lists(context) : new Dictionary<string, IReadOnlyList<string>>(),
            RequiredScopes = [.. Scopes(root)],
        };
    }

    // Beside each error, or in older answers at the top.
    private static IEnumerable<string> Scopes(JsonElement root)
    {
        foreach (var scope in ScopesOf(root)) yield return scope;
        if (root.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array)
            foreach (var error in errors.EnumerateArray())
                foreach (var scope in ScopesOf(error)) yield return scope;
    }

    private static IEnumerable<string> ScopesOf(JsonElement holder) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty("context", out var context)
            ? Lists(context).Where(list => list.Key is "requiredGranularScopes" or "requiredScopes").SelectMany(list => list.Value)
            : [];

    private static Dictionary<string, IReadOnlyList<string>> Lists(JsonElement context)
    {
        var lists = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (context.ValueKind != JsonValueKind.Object) return lists;
        foreach (var member in context.EnumerateObject())
            if (member.Value.ValueKind == JsonValueKind.Array)
                lists[member.Name] = [.. member.Value.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.String ? v.GetString()! : v.GetRawText())];
        return lists;
    }
}
