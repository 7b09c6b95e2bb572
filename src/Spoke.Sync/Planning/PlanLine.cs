using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Spoke.Sync.Planning;

/// <summary>The first line of a plan: what it was made for.</summary>
internal sealed record PlanHead(
    [property: JsonPropertyName("spokePlan")] int Format,
    [property: JsonPropertyName("madeAt")] DateTimeOffset MadeAt,
    [property: JsonPropertyName("database")] string Database,
    [property: JsonPropertyName("connections")] IReadOnlyList<PlannedConnection> Connections)
{
    /// <summary>The first had no summary.</summary>
    public const int Newest = 2;
}

internal sealed record PlannedConnection([property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("hub")] string Hub);

/// <summary>One record of a plan: what is to be done, and what it was when that was decided.</summary>
internal sealed record PlanLine(
    [property: JsonPropertyName("connection")] string Connection,
    [property: JsonPropertyName("object")] string Object,
    [property: JsonPropertyName("key")] string Key,
    [property: JsonPropertyName("action")] string Action,
    [property: JsonPropertyName("recordId")] string? RecordId,
    [property: JsonPropertyName("generation")] long Generation,
    [property: JsonPropertyName("shadow")] string Shadow,
    [property: JsonPropertyName("changes")] IReadOnlyDictionary<string, string?> Changes,
    [property: JsonPropertyName("edges")] IReadOnlyList<PlannedEdge> Edges)
{
    /// <summary>The action of a line that only has associations of a record which is in step itself.</summary>
    public const string Associations = "associate";

    /// <summary>Short, and different where the shadow is.</summary>
    public static string Hash(string? shadow) => shadow is null ? "" : Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(shadow)).AsSpan(0, 8));
}

/// <summary>An association to be made or removed.</summary>
internal sealed record PlannedEdge([property: JsonPropertyName("object")] string Object, [property: JsonPropertyName("key")] string Key, [property: JsonPropertyName("type")] long Type, [property: JsonPropertyName("remove")] bool Remove);

/// <summary>The last line but one: the plan in short, as <c>spoke plan</c> says it.</summary>
internal sealed record PlanAbout([property: JsonPropertyName("summary")] IReadOnlyList<ConnectionPlan> Connections)
{
    public const string Begin = "{\"summary\":";
}

/// <summary>The last line: how many lines there are before it, and the fingerprint of all their bytes.</summary>
internal sealed record PlanTail([property: JsonPropertyName("lines")] long Lines, [property: JsonPropertyName("fingerprint")] string Fingerprint);

[JsonSerializable(typeof(PlanHead))]
[JsonSerializable(typeof(PlanLine))]
[JsonSerializable(typeof(PlanAbout))]
[JsonSerializable(typeof(PlanTail))]
internal sealed partial class PlanJson : JsonSerializerContext;
