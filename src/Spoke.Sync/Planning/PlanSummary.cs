using System.Text.Json.Serialization;

namespace Spoke.Sync.Planning;

/// <summary>What a pass would do; the JSON of <c>spoke plan --json</c>.</summary>
/// <param name="Fingerprint">Of the whole plan: the same fingerprint is the same plan.</param>
public sealed record PlanSummary(
    [property: JsonPropertyName("fingerprint")] string Fingerprint,
    [property: JsonPropertyName("connections")] IReadOnlyList<ConnectionPlan> Connections)
{
    /// <summary>Whether carrying it out writes anything.</summary>
    [JsonPropertyName("hasChanges")]
    public bool HasChanges => Connections.Any(connection => connection.Objects.Any(o => o.Create + o.Update + o.Archive > 0) || connection.Associate + connection.Dissociate > 0);
}

/// <summary>What a pass over one connection would do.</summary>
/// <param name="Hub">The HubSpot account.</param>
/// <param name="Associate">Associations to be made; <paramref name="Dissociate"/>: to be removed.</param>
/// <param name="Calls">About how many API calls that takes, and <paramref name="Minutes"/> at the portal's limit of calls in ten seconds.</param>
/// <param name="MissingScopes">Scopes the token lacks; null: HubSpot does not say, as for OAuth.</param>
/// <param name="MissingProperties">Properties that would be made first.</param>
/// <param name="Pipeline">What is wrong with the order pipeline; null: nothing.</param>
/// <param name="Quarantined">Records that wait for somebody and are no part of the plan.</param>
/// <param name="Notices">What somebody should look at in the store.</param>
public sealed record ConnectionPlan(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("hub")] string Hub,
    [property: JsonPropertyName("read")] ReadCounts Read,
    [property: JsonPropertyName("objects")] IReadOnlyList<ObjectPlan> Objects,
    [property: JsonPropertyName("associate")] int Associate,
    [property: JsonPropertyName("dissociate")] int Dissociate,
    [property: JsonPropertyName("calls")] int Calls,
    [property: JsonPropertyName("limit")] int CallsInTenSeconds,
    [property: JsonPropertyName("minutes")] double Minutes,
    [property: JsonPropertyName("missingScopes")] IReadOnlyList<string>? MissingScopes,
    [property: JsonPropertyName("missingProperties")] IReadOnlyList<string> MissingProperties,
    [property: JsonPropertyName("pipeline")] string? Pipeline,
    [property: JsonPropertyName("quarantined")] int Quarantined,
    [property: JsonPropertyName("notices")] IReadOnlyList<PlanNotice> Notices)
{
    /// <summary>What of the connection's own mapping does not fit the portal.</summary>
    [JsonPropertyName("mappingProblems")]
    public IReadOnlyList<string> MappingProblems { get; init; } = [];

    /// <summary>The store, as it describes itself; null: it did not.</summary>
    [JsonPropertyName("store")]
    public PlannedStore? Store { get; init; }
}

/// <summary>A store that is planned for.</summary>
/// <param name="Version">Of the platform; null: the store does not tell it.</param>
/// <param name="TimeZone">IANA name; null: the store does not tell it.</param>
public sealed record PlannedStore(
    [property: JsonPropertyName("platform")] string Platform,
    [property: JsonPropertyName("version")] string? Version,
    [property: JsonPropertyName("currency")] string Currency,
    [property: JsonPropertyName("timeZone")] string? TimeZone);

/// <summary>Records of one object by what would become of them.</summary>
/// <param name="LookedUp">Of the records to be created, how many were looked for in HubSpot; of these <paramref name="Existing"/> are there already and would be linked, not made.</param>
public sealed record ObjectPlan(
    [property: JsonPropertyName("object")] string Object,
    [property: JsonPropertyName("create")] int Create,
    [property: JsonPropertyName("update")] int Update,
    [property: JsonPropertyName("archive")] int Archive,
    [property: JsonPropertyName("unchanged")] int Unchanged,
    [property: JsonPropertyName("lookedUp")] int LookedUp,
    [property: JsonPropertyName("existing")] int Existing,
    [property: JsonPropertyName("examples")] IReadOnlyList<PlanExample> Examples);

/// <summary>One record of a plan.</summary>
/// <param name="Action">create, update, archive.</param>
public sealed record PlanExample(
    [property: JsonPropertyName("key")] string Key,
    [property: JsonPropertyName("title")] string? Title,
    [property: JsonPropertyName("action")] string Action,
    [property: JsonPropertyName("changes")] IReadOnlyList<ValueChange> Changes);

/// <summary>One value before and after; null or "": none.</summary>
public sealed record ValueChange(
    [property: JsonPropertyName("property")] string Property,
    [property: JsonPropertyName("before")] string? Before,
    [property: JsonPropertyName("after")] string? After);

/// <summary>Orders of one notice, with the text of one of them; or what a store says it lacks.</summary>
public sealed record PlanNotice(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("count")] int Count,
    [property: JsonPropertyName("example")] string Example)
{
    /// <summary>The kind of what is about the store as a whole.</summary>
    public const string Store = "Store";
}
