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

/// <summary>Labels between two object types.</summary>
/// <param name="FromTypeId">Type they lead from, such as <c>0-1</c>.</param>
/// <param name="ToTypeId">Type they lead to.</param>
/// <param name="Labels">All labels, the account's own.</param>
/// <param name="Limit">How many there may be.</param>
public sealed record LabelUsage(string FromTypeId, string ToTypeId, IReadOnlyList<string> Labels, long Limit);

/// <summary>An object type that has records with nearly as many associations as they may have.</summary>
/// <param name="ObjectTypeId">Such as <c>0-1</c>.</param>
/// <param name="Label">What people call several.</param>
/// <param name="AtLimit">Some records have all they may have.</param>
/// <param name="NearLimit">Some have nearly as many.</param>
public sealed record CrowdedType(string ObjectTypeId, string? Label, bool AtLimit, bool NearLimit);

/// <summary>Records that have nearly as many associations as they may have.</summary>
/// <param name="Limit">How many a record may have.</param>
/// <param name="AtLimitCount">Records that have all they may have.</param>
/// <param name="NearLimitCount">Records that have nearly as many.</param>
/// <param name="Samples">Some of either, with what they have; HubSpot names ten of each at most.</param>
public sealed record CrowdedRecords(long Limit, long AtLimitCount, long NearLimitCount, IReadOnlyList<CrowdedRecord> Samples);

/// <summary>A record that has nearly as many associations as it may have.</summary>
/// <param name="Id">The record.</param>
/// <param name="Label">What people see of it.</param>
/// <param name="Used">How many it has; null where HubSpot does not say, as of records at their limit.</param>
/// <param name="AtLimit">It has all it may have.</param>
public sealed record CrowdedRecord(RecordId Id, string? Label, long? Used, bool AtLimit);

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

    /// <summary>Calculated properties by object type; one call. Needs a read scope of any object type.</summary>
    public IAsyncEnumerable<TypeUsage> ListCalculatedPropertiesAsync(RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        ListAsync("/calculated-properties", root => CrmJson.Items(root, "byObjectType"), options, cancellationToken);

    /// <summary>Association labels of the account's own, by pair of object types; one call. Needs a read scope of any object type.</summary>
    public IAsyncEnumerable<LabelUsage> ListAssociationLabelsAsync(RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.ItemsAsync(new HubSpotRequest("GET", Root + "/associations/labels"),
            item => new LabelUsage(TypeId(item, "fromObjectType"), TypeId(item, "toObjectType"), CrmJson.Strings(item, "allLabels"), Number(item, "limit")), options, cancellationToken);

    /// <summary>Object types with records near their limit of associations; one call. Needs a read scope of any object type.</summary>
    /// <param name="from">The types that records of this type have nearly too many of; null: the types of such records.</param>
    public IAsyncEnumerable<CrowdedType> ListCrowdedTypesAsync(ObjectType? from = null, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.ItemsAsync(new HubSpotRequest("GET", Root + (from is { } type ? $"/associations/records/{CrmPaths.Escape(type.Id)}/to" : "/associations/records/from")),
            item => new CrowdedType(CrmJson.Text(item, "objectTypeId") ?? "", CrmJson.Text(item, "pluralLabel"), CrmJson.Bool(item, "hasRecordsAtLimit"), CrmJson.Bool(item, "hasRecordsNearLimit")), options, cancellationToken);

    /// <summary>Records of one type near their limit of associations with another; one call. Needs a read scope of any object type.</summary>
    public Task<CrowdedRecords> GetCrowdedRecordsAsync(ObjectType from, ObjectType to, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.OneAsync(new HubSpotRequest("GET", $"{Root}/associations/records/{CrmPaths.Escape(from.Id)}/{CrmPaths.Escape(to.Id)}"), root => new CrowdedRecords(
            Number(root, "limit"), Number(root, "totalRecordsAtLimit"), Number(root, "totalRecordsNearLimit"),
            [.. Samples(root, "atLimitFromRecordSamples", true), .. Samples(root, "nearLimitFromRecordSamples", false)]), options, cancellationToken);

    private string Root => CrmPaths.Limits(_answers.Version);

    private async IAsyncEnumerable<TypeUsage> ListAsync(string what, Func<JsonElement, IEnumerable<JsonElement>> items, RequestOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var types = await _answers.OneAsync(new HubSpotRequest("GET", Root + what), root => items(root).Select(Read).ToList(), options, cancellationToken).ConfigureAwait(false);
        foreach (var type in types) yield return type;
    }

    private static IEnumerable<JsonElement> ByOrigin(JsonElement root) => CrmJson.Items(root, "hubspotDefinedObjectTypes")
        .Concat(root.TryGetProperty("customObjectTypes", out var custom) && custom.ValueKind == JsonValueKind.Object ? CrmJson.Items(custom, "byObjectType") : []);

    private static TypeUsage Read(JsonElement item) => new(CrmJson.Text(item, "objectTypeId") ?? "", CrmJson.Text(item, "pluralLabel"), Number(item, "usage"), item.TryGetProperty("limit", out _) ? Number(item, "limit") : null);

    private static IEnumerable<CrowdedRecord> Samples(JsonElement root, string name, bool atLimit) => CrmJson.Items(root, name).Select(item =>
        new CrowdedRecord(CrmJson.Text(item, "objectId") ?? "", CrmJson.Text(item, "label"), item.TryGetProperty("usage", out _) ? Number(item, "usage") : null, atLimit));

    private static string TypeId(JsonElement item, string name) => item.TryGetProperty(name, out var type) && type.ValueKind == JsonValueKind.Object ? CrmJson.Text(type, "objectTypeId") ?? "" : "";

    private static long Number(JsonElement item, string name) => item.TryGetProperty(name, out var value) && value.TryGetInt64(out var number) ? number : 0;
}
