using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Intake;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pushing;

/// <summary>What a portal has and lacks.</summary>
/// <param name="Missing">OBJECT.PROPERTY.</param>
internal sealed record PortalLook(string Hub, StageMap Stages, IReadOnlyList<string> Missing, IReadOnlyList<string>? MissingScopes, string? Pipeline)
{
    /// <summary>What of the connection's own mapping the portal has no place for.</summary>
    public IReadOnlyList<string> Mapping { get; init; } = [];

    /// <summary>What the token lacks for companies; null: HubSpot says nothing of this kind of token.</summary>
    public IReadOnlyList<string>? MissingCompanyScopes { get; init; }

    /// <summary>The properties of each object that could be read.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, CrmProperty>> Properties { get; init; }

    /// <summary>What the preparation of a pass takes: the account, the properties of each object, the pipelines; for an object that lacks some, the groups, the making and the proof.</summary>
    public int Calls => 2 + RecordObjects.InOrder.Count - 1 + (4 * Missing.Select(property => property.Split('.')[0]).Distinct().Count());
}

/// <summary>Sees to it that the portal is the right one and has the properties we write, and reads its order pipeline.</summary>
internal sealed class PortalPreparation(SyncDatabase database, Connection connection)
{
    private const string Group = "spoke";

    private static readonly Dictionary<string, CrmProperty[]> Needed = new()
    {
        [RecordObjects.Contacts] =
        [
            Key, Number("spoke_orders_count", "Orders"), Text("spoke_currency", "Currency of order figures"), Number("spoke_total_spent", "Total spent (payments minus refunds)"),
            Number("spoke_net_spent", "Net spent (goods, before tax, after refunds)"), Number("spoke_average_order_value", "Average order value"), Moment("spoke_first_order_at", "First order"),
            Moment("spoke_last_order_at", "Last order"), Text("spoke_email_raw", "E-mail as typed in the store"), Text("spoke_consent", "Marketing consent in the store"), Number("spoke_abandoned_cart_value", "Total of the abandoned cart"),
            Text("spoke_abandoned_cart_url", "Where to take up the abandoned cart"),
        ],
        [RecordObjects.Products] = [Key, Text("spoke_status", "Status in the store")],
        [RecordObjects.Orders] = [Key, Number("spoke_net_revenue", "Net revenue"), Number("spoke_refunded_total", "Refunded in all"), Moment("spoke_last_refund_at", "Last refund"), Text("spoke_status", "Status in the store")],
        [RecordObjects.Carts] = [Key],
        [RecordObjects.LineItems] = [Key],
    };

    private readonly Dictionary<string, IReadOnlyDictionary<string, CrmProperty>> _there = new(StringComparer.Ordinal);

    private static CrmProperty Key => new() { Name = "spoke_key", Label = "Spoke key", Type = "string", FieldType = "text", GroupName = Group, HasUniqueValue = true, Description = "Connection, entity and the store's id. Do not change." };

    /// <summary>What has been read of the portal's properties, by object.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, CrmProperty>> Properties => _there;

    /// <exception cref="HubSpotException">A scope is missing; the exception names it. Or the portal is another one, lacks what we need, or cannot be reached.</exception>
    public async Task<StageMap> PrepareAsync(CancellationToken cancellationToken)
    {
        // Also teaches the budget its limits and the account's day.
        var account = await connection.Portal.Account.GetDetailsAsync(null, cancellationToken).ConfigureAwait(false);
        await SamePortalAsync(account.PortalId.ToString(System.Globalization.CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false);
        foreach (var (@object, properties) in Needed) await PropertiesAsync(@object, properties, cancellationToken).ConfigureAwait(false);
        if (MappingProblems() is { Count: > 0 } problems) throw new HubSpotException(HubSpotErrorKind.Conflict, $"The mapping of connection {connection.Name} does not fit the portal, and nothing was written. {string.Join(". ", problems)}.");
        var stages = new StageMap(await connection.Portal.Pipelines.ListAsync(ObjectType.Orders, null, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false));
        await database.WriteAsync((db, transaction) => Cursors.Put(db, transaction, connection.Name, StageMap.Name, stages.ToText()), cancellationToken).ConfigureAwait(false);
        return stages;
    }

    /// <summary>The same, only looking: nothing is made, and the connection is not bound to the portal yet.</summary>
    /// <exception cref="HubSpotException">The portal is another one, or cannot be reached. A missing scope is told, not thrown.</exception>
    public async Task<PortalLook> LookAsync(CancellationToken cancellationToken)
    {
        var account = await connection.Portal.Account.GetDetailsAsync(null, cancellationToken).ConfigureAwait(false);
        var hub = account.PortalId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await SamePortalAsync(hub, cancellationToken, keep: false).ConfigureAwait(false);
        var granted = await ScopesAsync(cancellationToken).ConfigureAwait(false);
        var scopes = SyncScopes.Missing(SyncScopes.Needed, granted);
        var missing = new List<string>();
        foreach (var (@object, properties) in Needed)
        {
            var there = await UnlessRefusedAsync(connection.Portal.Properties.ListAsync(@object, null, cancellationToken).ToDictionaryAsync(p => p.Name, cancellationToken: cancellationToken)).ConfigureAwait(false);
            if (there is not null) _there[@object] = there;
            missing.AddRange(properties.Where(p => there?.ContainsKey(p.Name) == false).Select(p => $"{@object}.{p.Name}"));
        }
        var pipelines = await UnlessRefusedAsync(connection.Portal.Pipelines.ListAsync(ObjectType.Orders, null, cancellationToken).ToListAsync(cancellationToken)).ConfigureAwait(false);
        var known = await database.ReadAsync(db => Cursors.Get(db, connection.Name, StageMap.Name), cancellationToken).ConfigureAwait(false);
        var stages = pipelines is null ? StageMap.FromText(known) : new StageMap(pipelines);
        return new PortalLook(hub, stages, missing, scopes, pipelines is null ? "The token may not read the order pipeline." : stages.Problem) { MissingCompanyScopes = SyncScopes.Missing(SyncScopes.Companies, granted), Mapping = MappingProblems(), Properties = _there };
    }

    /// <summary>The same for companies, which most stores do not have and some tokens may not touch.</summary>
    /// <param name="prepare">Make what is missing; else only look.</param>
    /// <exception cref="HubSpotException">A scope is missing, or the portal cannot be reached.</exception>
    public async Task CompaniesAsync(bool prepare, CancellationToken cancellationToken)
    {
        if (prepare) await PropertiesAsync(RecordObjects.Companies, [Key], cancellationToken).ConfigureAwait(false);
        else _there[RecordObjects.Companies] = await connection.Portal.Properties.ListAsync(RecordObjects.Companies, null, cancellationToken).ToDictionaryAsync(p => p.Name, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    private List<string> MappingProblems() => [.. _there.SelectMany(o => MappingCheck.Against(connection.Mapping, o.Key, o.Value))];

    /// <returns>Scopes that the token has; null: HubSpot says nothing of this kind of token.</returns>
    private async Task<IReadOnlySet<string>?> ScopesAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await connection.Portal.Account.GetTokenInformationAsync(null, null, cancellationToken).ConfigureAwait(false)).Scopes.ToHashSet(StringComparer.Ordinal);
        }
        catch (HubSpotException unsaid) when (unsaid.Kind is HubSpotErrorKind.Validation or HubSpotErrorKind.TokenInvalid or HubSpotErrorKind.NotFound or HubSpotErrorKind.Forbidden)
        {
            return null;
        }
    }

    private static async Task<T?> UnlessRefusedAsync<T>(ValueTask<T> reading) where T : class
    {
        try
        {
            return await reading.ConfigureAwait(false);
        }
        catch (HubSpotException refused) when (refused.Kind == HubSpotErrorKind.ScopeMissing)
        {
            return null;
        }
    }

    /// <summary>Links and shadows are of one portal; with another one every record would look as if somebody had archived it.</summary>
    private async Task SamePortalAsync(string hub, CancellationToken cancellationToken, bool keep = true)
    {
        var known = await database.ReadAsync(db => Cursors.Get(db, connection.Name, Cursors.Hub), cancellationToken).ConfigureAwait(false);
        if (known == hub) return;
        if (known is not null)
            throw new HubSpotException(HubSpotErrorKind.Forbidden, $"Connection {connection.Name} belongs to HubSpot account {known}, and its token is now one of account {hub}. Give it a token of account {known}, or begin a connection of another name for account {hub}.");
        if (keep) await database.WriteAsync((db, transaction) => Cursors.Put(db, transaction, connection.Name, Cursors.Hub, hub), cancellationToken).ConfigureAwait(false);
    }

    private async Task PropertiesAsync(string @object, CrmProperty[] properties, CancellationToken cancellationToken)
    {
        var portal = connection.Portal;
        var there = await portal.Properties.ListAsync(@object, null, cancellationToken).ToDictionaryAsync(p => p.Name, cancellationToken: cancellationToken).ConfigureAwait(false);
        _there[@object] = there;
        if (there.GetValueOrDefault("spoke_key") is { HasUniqueValue: false })
            throw new HubSpotException(HubSpotErrorKind.Conflict, $"The portal has a property spoke_key on {@object} that does not demand unique values. Archive it in HubSpot's settings; the next pass makes a new one.");
        var missing = properties.Where(p => !there.ContainsKey(p.Name)).ToList();
        if (missing.Count == 0) return;
        // Another connection of this portal may be quicker at either step; what is there in the end decides.
        if (!await portal.Properties.ListGroupsAsync(@object, null, cancellationToken).AnyAsync(group => group.Name == Group, cancellationToken).ConfigureAwait(false))
            await UnlessThereAsync(portal.Properties.CreateGroupAsync(@object, Group, "Spoke", null, cancellationToken)).ConfigureAwait(false);
        await UnlessThereAsync(portal.Properties.BatchCreateAsync(@object, missing, null, cancellationToken)).ConfigureAwait(false);
        // A batch may be carried out in part; a property that is not there would refuse every record later.
        var made = await portal.Properties.ListAsync(@object, null, cancellationToken).Select(p => p.Name).ToHashSetAsync(StringComparer.Ordinal, cancellationToken).ConfigureAwait(false);
        var lacking = missing.Where(p => !made.Contains(p.Name)).Select(p => p.Name).ToList();
        if (lacking.Count > 0)
            throw new HubSpotException(HubSpotErrorKind.Conflict, $"HubSpot did not make the properties {string.Join(", ", lacking)} on {@object}. If they were archived there, restore them in the property settings; the next pass goes on.");
    }

    private static async Task UnlessThereAsync(Task making)
    {
        try
        {
            await making.ConfigureAwait(false);
        }
        catch (HubSpotException exists) when (exists.Kind == HubSpotErrorKind.Conflict)
        {
            // made meanwhile by somebody else
        }
    }

    private static CrmProperty Text(string name, string label) => new() { Name = name, Label = label, Type = "string", FieldType = "text", GroupName = Group };

    private static CrmProperty Number(string name, string label) => new() { Name = name, Label = label, Type = "number", FieldType = "number", GroupName = Group };

    private static CrmProperty Moment(string name, string label) => new() { Name = name, Label = label, Type = "datetime", FieldType = "date", GroupName = Group };
}
