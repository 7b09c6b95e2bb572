using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>How many records of the other type one record may be associated with by a type.</summary>
/// <param name="TypeId">HubSpot's number of the association type.</param>
/// <param name="Most">How many, from 1 up to one below the account's own limit.</param>
/// <param name="Category"><c>HUBSPOT_DEFINED</c> or <c>USER_DEFINED</c>.</param>
/// <param name="Label">What people see; null for an unlabelled type. Not needed when writing.</param>
public sealed record AssociationLimit(int TypeId, int Most, string Category = "HUBSPOT_DEFINED", string? Label = null)
{
    internal static AssociationLimit Read(JsonElement item) => new(CrmJson.Int(item, "typeId"), CrmJson.Int(item, "userEnforcedMaxToObjectIds"), CrmJson.Text(item, "category") ?? "", CrmJson.Text(item, "label"));

    internal void Write(Utf8JsonWriter json)
    {
        WriteType(json);
        json.WriteNumber("maxToObjectIds", Most);
    }

    internal void WriteType(Utf8JsonWriter json)
    {
        json.WriteString("category", Category);
        json.WriteNumber("typeId", TypeId);
    }
}

/// <summary>What came of setting limits.</summary>
/// <param name="Limits">Those that hold now.</param>
/// <param name="Errors">What was refused.</param>
public sealed record AssociationLimitBatch(IReadOnlyList<AssociationLimit> Limits, IReadOnlyList<HubSpotException> Errors);

/// <summary>
/// Limits of the account's own on associations, such as one company for a contact. Scopes: the <c>.read</c> or <c>.write</c> scope of an object type.
/// All members throw <see cref="HubSpotException"/> when HubSpot refuses or cannot be reached.
/// </summary>
public sealed class AssociationLimits
{
    private const int MostInputs = 100;
    private readonly Answers _answers;

    internal AssociationLimits(HubSpotClient client) => _answers = new Answers(client);

    /// <summary>All limits that were set; one call. HubSpot does not say between which object types each is.</summary>
    public IAsyncEnumerable<AssociationLimit> ListAsync(RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.ItemsAsync(new HubSpotRequest("GET", Root + "/all"), AssociationLimit.Read, options, cancellationToken);

    /// <summary>The limits that were set between two object types, in this direction; one call.</summary>
    public IAsyncEnumerable<AssociationLimit> ListAsync(ObjectType from, ObjectType to, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.ItemsAsync(new HubSpotRequest("GET", Of(from, to)), AssociationLimit.Read, options, cancellationToken);

    /// <summary>Sets limits where none are, 100 a call. Sent once only.</summary>
    /// <returns>What was set; in <see cref="AssociationLimitBatch.Errors"/> types that have a limit, and limits that are too high or too low.</returns>
    /// <exception cref="HubSpotException">A type does not exist; nothing of that call was set.</exception>
    public Task<AssociationLimitBatch> BatchCreateAsync(ObjectType from, ObjectType to, IReadOnlyList<AssociationLimit> limits, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        BatchAsync(Of(from, to) + "/batch/create", limits, options, cancellationToken);

    /// <summary>Sets other limits in place of those that are, 100 a call. Harmless to repeat.</summary>
    /// <returns>What was set; in <see cref="AssociationLimitBatch.Errors"/> types without a limit, and limits that are too high or too low.</returns>
    /// <exception cref="HubSpotException">A type does not exist; nothing of that call was set.</exception>
    public Task<AssociationLimitBatch> BatchUpdateAsync(ObjectType from, ObjectType to, IReadOnlyList<AssociationLimit> limits, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        BatchAsync(Of(from, to) + "/batch/update", limits, options, cancellationToken);

    /// <summary>Takes limits away, 100 a call: the account's own hold again. Harmless to repeat.</summary>
    public Task BatchDeleteAsync(ObjectType from, ObjectType to, IReadOnlyList<AssociationType> types, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.BatchAsync(Of(from, to) + "/batch/purge", types, MostInputs, static (json, type) => new AssociationLimit(type.TypeId, 0, type.Category).WriteType(json), AssociationLimit.Read, options, cancellationToken, repeatable: true);

    /// <summary>Has HubSpot mail a user which records are near a limit; one call, sent once only. <see cref="AccountUsage"/> answers such questions at once.</summary>
    /// <param name="userId">The user, as in <see cref="CrmOwner.UserId"/>.</param>
    /// <returns>The address it goes to.</returns>
    /// <exception cref="HubSpotException"><see cref="HubSpotErrorKind.NotFound"/>: there is no such user.</exception>
    public Task<string> RequestReportAsync(string userId, RequestOptions? options = null, CancellationToken cancellationToken = default) =>
        _answers.OneAsync(new HubSpotRequest("POST", $"{CrmPaths.AssociationReport(_answers.Version)}/{CrmPaths.Escape(userId)}"), root => CrmJson.Text(root, "userEmail") ?? "", options, cancellationToken);

    private string Root => CrmPaths.AssociationLimits(_answers.Version);

    private string Of(ObjectType from, ObjectType to) => $"{Root}/{CrmPaths.Escape(from.Name)}/{CrmPaths.Escape(to.Name)}";

    private async Task<AssociationLimitBatch> BatchAsync(string path, IReadOnlyList<AssociationLimit> limits, RequestOptions? options, CancellationToken cancellationToken)
    {
        var (set, errors) = await _answers.BatchAsync(path, limits, MostInputs, static (json, limit) => limit.Write(json), AssociationLimit.Read, options, cancellationToken).ConfigureAwait(false);
        return new AssociationLimitBatch(set, errors);
    }
}
