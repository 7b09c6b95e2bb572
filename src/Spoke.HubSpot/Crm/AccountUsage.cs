using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>Calls of the day.</summary>
/// <param name="Name">Which count it is.</param>
/// <param name="Used">Calls made so far today.</param>
/// <param name="Limit">Calls a day.</param>
/// <param name="ResetsAt">When the day begins anew.</param>
/// <param name="CollectedAt">When HubSpot counted, which may be some minutes ago.</param>
public sealed record DailyUsage(string Name, long Used, long Limit, DateTimeOffset? ResetsAt, DateTimeOffset? CollectedAt);

/// <summary>What of a limit is used.</summary>
/// <param name="Used">How many there are.</param>
/// <param name="Limit">How many there may be.</param>
public sealed record LimitUsage(long Used, long Limit);

/// <summary>What of a limit one object type uses.</summary>
/// <param name="ObjectTypeId">Such as <c>0-1</c>.</param>
/// <param name="Label">What people call several.</param>
/// <param name="Used">How many there are.</param>
/// <param name="Limit">How many there may be; null where HubSpot names no limit for one type.</param>
public sealed record TypeUsage(string ObjectTypeId, string? Label, long Used, long? Limit);

/// <summary>What of the account's limits is used. All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached.</summary>
public sealed class AccountUsage
{
    private readonly Answers _answers;

    internal AccountUsage(HubSpotClient client) => _answers = new Answers(client);

    /// <summary>Calls of all private apps today; one call, scope <c>oauth</c>, which every token has.</summary>
    public async IAsyncEnumerable<DailyUsage> ListDailyCallsAsync(RequestOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new HubSpotRequest("GET", CrmPaths.Account(_answers.Version, "api-usage/daily/private-apps"));
        var counts = await _answers.OneAsync(request, root => CrmJson.Items(root, "results").Select(item =>
            new DailyUsage(CrmJson.Text(item, "name") ?? "", Number(item, "currentUsage"), Number(item, "usageLimit"), CrmJson.Moment(item, "resetsAt"), CrmJson.Moment(item, "collectedAt"))).ToList(), options, cancellationToken).ConfigureAwait(false);
        foreach (var count in counts) yield return count;
    }

    /// <summary>Custom objects the account has and may have; one call. Scope: <c>crm.schemas.custom.read</c>.</summary>
    public Task<LimitUsage> GetCustomObjectsAsync(RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.OneAsync(new HubSpotRequest("GET", Root + "/custom-object-types"), root => new LimitUsage(Number(root, "usage"), Number(root, "limit")), options, cancellationToken);

    /// <summary>Properties of the account's own, by object type; one call. Needs a read scope of any object type.</summary>
    public IAsyncEnumerable<TypeUsage> ListCustomPropertiesAsync(RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        ListAsync("/custom-properties", root => CrmJson.Items(root, "byObjectType"), options, cancellationToken);

    /// <summary>Records by object type, HubSpot's types and custom ones; one call. Needs a read scope of any object type.</summary>
    public IAsyncEnumerable<TypeUsage> ListRecordsAsync(RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        ListAsync("/records", ByOrigin, options, cancellationToken);

    /// <summary>Pipelines by object type; one call. Needs a read scope of any object type.</summary>
    public IAsyncEnumerable<TypeUsage> ListPipelinesAsync(RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        ListAsync("/pipelines", ByOrigin, options, cancellationToken);

    private string Root => CrmPaths.Limits(_answers.Version);

    private async IAsyncEnumerable<TypeUsage> ListAsync(string what, Func<JsonElement, IEnumerable<JsonElement>> items, RequestOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var types = await _answers.OneAsync(new HubSpotRequest("GET", Root + what), root => items(root).Select(Read).ToList(), options, cancellationToken).ConfigureAwait(false);
        foreach (var type in types) yield return type;
    }

    private static IEnumerable<JsonElement> ByOrigin(JsonElement root) => CrmJson.Items(root, "hubspotDefinedObjectTypes")
        .Concat(root.TryGetProperty("customObjectTypes", out var custom) && custom.ValueKind == JsonValueKind.Object ? CrmJson.Items(custom, "byObjectType") : []);

    private static TypeUsage Read(JsonElement item) => new(CrmJson.Text(item, "objectTypeId") ?? "", CrmJson.Text(item, "pluralLabel"), Number(item, "usage"), item.TryGetProperty("limit", out _) ? Number(item, "limit") : null);

    private static long Number(JsonElement item, string name) => item.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : 0;
}
