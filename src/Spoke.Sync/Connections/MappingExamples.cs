using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Connections;

/// <summary>A record of the ledger as the mapping would have it.</summary>
internal sealed record MappingExample(DirtyRecord Row, DesiredRecord Desired);

/// <summary>Tries a mapping on records of the ledger. Writes nothing.</summary>
internal sealed class MappingExamples(SyncDatabase database, Connection connection, DesiredReader desired, IReadOnlyDictionary<string, IReadOnlyDictionary<string, CrmProperty>> properties)
{
    private const int Tried = 20;
    private bool _done;

    /// <summary>Before anything is written with it: a template none of whose values fits its property is a mistake in the template. Single values that do not fit are HubSpot's to refuse.</summary>
    /// <exception cref="HubSpotException">There is such a template.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (_done) return;
        _done = true;
        var problems = await ProblemsAsync(always: true, cancellationToken).ConfigureAwait(false);
        if (problems.Count > 0) throw new HubSpotException(HubSpotErrorKind.Conflict, $"The mapping of connection {connection.Name} does not fit the portal, and nothing was written. {string.Join(". ", problems)}.");
    }

    /// <param name="always">Only of templates that fit with no record.</param>
    public async Task<IReadOnlyList<string>> ProblemsAsync(bool always, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        foreach (var @object in connection.Mapping.Objects)
        {
            var examples = await ReadAsync(@object, Tried, newest: false, cancellationToken).ConfigureAwait(false);
            foreach (var (property, template) in connection.Mapping.Entries(@object).Where(entry => entry.Template is not null))
            {
                var tried = examples.Where(example => !example.Desired.Unrendered.ContainsKey(property) && example.Desired.Properties.ContainsKey(property)).ToList();
                var misfits = tried.Select(example => (example.Row.Record_Key, Wants: Misfit(@object, property, example.Desired.Properties[property]))).Where(misfit => misfit.Wants is not null).ToList();
                if (misfits.Count == 0 || (always && misfits.Count < tried.Count)) continue;
                problems.Add($"{@object}.{property}: the property takes {misfits[0].Wants}, and what the template makes of {misfits.Count} of {tried.Count} records, such as {misfits[0].Record_Key}, is none");
            }
        }
        return problems;
    }

    /// <summary>What the property would have to be given instead; null: it fits, or the portal was not asked.</summary>
    public string? Misfit(string @object, string property, string value) =>
        properties.GetValueOrDefault(@object)?.GetValueOrDefault(property) is { } known ? MappingCheck.Misfit(known, value) : null;

    /// <param name="newest">Those that changed last in the store, in that order; else any.</param>
    public Task<IReadOnlyList<MappingExample>> ReadAsync(string @object, int count, bool newest, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<MappingExample>>(db =>
    {
        var keys = newest ? Newest(db, @object, count) : db.Query<string>("select record_key from record where connection = @Name and object = @object order by record_key desc limit @count", new { connection.Name, @object, count }).AsList();
        if (keys.Count == 0) return [];
        var rows = db.Query<DirtyRecord>($"select {DirtyRecord.Columns} from record where connection = @Name and object = @object and record_key {database.Dialect.Among("keys")}", new { connection.Name, @object, keys }).AsList();
        var wanted = desired.Read(db, @object, rows);
        return [.. rows.Where(row => wanted.ContainsKey(row.Record_Key)).OrderBy(row => keys.IndexOf(row.Record_Key)).Select(row => new MappingExample(row, wanted[row.Record_Key]))];
    }, cancellationToken);

    private List<string> Newest(DbConnection db, string @object, int count)
    {
        if (@object == RecordObjects.Contacts)
            return db.Query<(string Key, long Version)>("select contact_key, max(version) as newest from ledger where connection = @Name and contact_key is not null and body <> '' group by contact_key order by newest desc, contact_key limit @count", new { connection.Name, count }).Select(row => row.Key).ToList();
        var kind = @object switch { RecordObjects.Products => EntityKind.Variant, RecordObjects.Carts => EntityKind.Cart, RecordObjects.Companies => EntityKind.Company, _ => EntityKind.Order };
        var entities = db.Query<(string Id, string Body)>("select platform_id, body from ledger where connection = @Name and kind = @kind and body <> '' order by version desc, platform_id limit @count", new { connection.Name, kind = (int)kind, count }).AsList();
        return @object != RecordObjects.LineItems
            ? entities.ConvertAll(entity => SpokeKey.Of(connection.Name, kind, entity.Id))
            : [.. entities.SelectMany(entity => ((Order)LedgerJson.Read(entity.Body)).Lines.Select(line => SpokeKey.OfLine(connection.Name, kind, entity.Id, line.Id))).Take(count)];
    }
}
