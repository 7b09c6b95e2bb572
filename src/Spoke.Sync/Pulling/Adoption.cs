using System.Data.Common;
using System.Text.Json;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Insight;
using Spoke.Sync.Intake;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pulling;

/// <summary>
/// Before a connection makes its first record, it takes over those that are there already: made by people, by HubSpot's own app for the platform, by an earlier database of ours.
/// Records are read by list pages, never looked for one by one, and matched by our key or by the natural key of their kind. Interrupted, it begins again and links what is left.
/// </summary>
internal sealed class Adoption(SyncDatabase database, Connection connection, DesiredReader reader, TimeProvider time)
{
    private static readonly string[] Objects = [RecordObjects.Products, RecordObjects.Contacts, RecordObjects.Orders, RecordObjects.Carts, RecordObjects.LineItems];
    private bool _done;   // once so, it stays so, and every round asks
    private readonly RequestOptions _inTurn = new() { Caller = connection.Name };

    private sealed record Unlinked(string Record_Key, string Source_Id);

    /// <summary>Whether all of the portal has been looked through.</summary>
    public async Task<bool> IsDoneAsync(CancellationToken cancellationToken) => _done = _done || await database.ReadAsync(db => Cursors.Get(db, connection.Name, Cursors.Adopted), cancellationToken).ConfigureAwait(false) is not null;

    /// <inheritdoc cref="RunAsync(IProgress{SyncProgress}?, CancellationToken)"/>
    public Task<int> RunAsync(CancellationToken cancellationToken) => RunAsync(null, cancellationToken);

    /// <returns>How many records were taken over.</returns>
    /// <exception cref="HubSpotException">The portal refuses us or cannot be reached. What was linked stays so.</exception>
    public async Task<int> RunAsync(IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        if (await IsDoneAsync(cancellationToken).ConfigureAwait(false)) return 0;
        var (adopted, looked) = (0, 0);
        progress?.Report(new SyncProgress(connection.Name, SyncProgress.TakingOver, 0, 0, 0, 0, TimeSpan.Zero));
        foreach (var @object in Objects)
        {
            var properties = await AskedAsync(@object, cancellationToken).ConfigureAwait(false);
            if (properties.Count == 0) continue;   // nothing of this kind waits to be made
            await foreach (var page in connection.Portal.Objects(@object).ListAsync(new ReadOptions { Properties = properties }, _inTurn, cancellationToken).Chunk(100).WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                adopted += await TakeOverAsync(@object, page, cancellationToken).ConfigureAwait(false);
                progress?.Report(new SyncProgress(connection.Name, SyncProgress.TakingOver, looked += page.Length, 0, 0, 0, TimeSpan.Zero));
            }
        }
        await database.WriteAsync((db, transaction) => Cursors.Put(db, transaction, connection.Name, Cursors.Adopted, time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
        return adopted;
    }

    /// <summary>All we would write to a record of the kind, by the example of a few that wait; empty when none waits.</summary>
    internal Task<IReadOnlyList<string>> AskedAsync(string @object, CancellationToken cancellationToken) => database.ReadAsync<IReadOnlyList<string>>(db =>
    {
        var rows = db.Query<DirtyRecord>($"select {DirtyRecord.Columns} from record where connection = @Name and object = @object and record_id is null limit 500", new { connection.Name, @object }).AsList();
        if (rows.Count == 0) return [];
        string[] natural = @object == RecordObjects.Contacts ? ["email", "hs_additional_emails"] : [];
        return [.. reader.FromLedger(db, @object, rows).Values.SelectMany(record => record.Properties.Keys).Concat(connection.Policies.Watched(@object)).Concat(natural).Append("spoke_key").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }, cancellationToken);

    /// <summary>Links our rows without a record to those of these records that are theirs.</summary>
    internal async Task<int> TakeOverAsync(string @object, CrmRecord[] page, CancellationToken cancellationToken)
    {
        var (matches, wanted) = await database.ReadAsync(db =>
        {
            var found = Match(db, @object, page);
            var rows = found.Values.Select(row => new DirtyRecord(row.Record_Key, row.Source_Id, null, null, null, 0, 0)).ToList();
            return (found, rows.Count == 0 ? [] : reader.FromLedger(db, @object, rows));
        }, cancellationToken).ConfigureAwait(false);
        if (matches.Count == 0) return 0;
        var times = await TimesAsync(@object, [.. page.Where(record => matches.ContainsKey(record.Id.Value))], matches, wanted, cancellationToken).ConfigureAwait(false);
        return await database.WriteAsync((db, transaction) => page.Count(record =>
            matches.TryGetValue(record.Id.Value, out var row) && wanted.TryGetValue(row.Record_Key, out var desired) && Link(db, transaction, @object, row.Record_Key, desired, record, times)), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Our rows without a record, by the id of the record in HubSpot that is theirs.</summary>
    private Dictionary<string, Unlinked> Match(DbConnection db, string @object, CrmRecord[] page)
    {
        var candidates = page.SelectMany(record => Keys(db, @object, record).Select(key => (Id: record.Id.Value, Key: key))).ToList();
        if (candidates.Count == 0) return [];
        var keys = candidates.Select(c => c.Key).Distinct(StringComparer.Ordinal).ToList();
        var unlinked = db.Query<Unlinked>($"select record_key, source_id from record where connection = @Name and object = @object and record_id is null and record_key {database.Dialect.Among("keys")}", new { connection.Name, @object, keys }).ToDictionary(row => row.Record_Key, StringComparer.Ordinal);
        var matches = new Dictionary<string, Unlinked>(StringComparer.Ordinal);
        // The first record of a key takes it, the first key of a record too: neither is linked twice.
        foreach (var (id, key) in candidates)
            if (!matches.ContainsKey(id) && unlinked.Remove(key, out var row)) matches[id] = row;
        return matches;
    }

    /// <summary>Which of our keys a record may be: the one it carries, else by the natural key of its kind.</summary>
    private IEnumerable<string> Keys(DbConnection db, string @object, CrmRecord record)
    {
        if (record["spoke_key"] is { Length: > 0 } own) yield return own;
        var natural = @object switch
        {
            RecordObjects.Contacts => ByAddress(db, record),
            RecordObjects.Companies => ByDomain(db, record["domain"]),
            RecordObjects.Products => BySku(db, record["hs_sku"]),
            RecordObjects.Orders => record["hs_source_store"] == connection.StoreUrl ? ByNumber(db, record["hs_external_order_id"]?.TrimStart('#')) : [],
            RecordObjects.Carts => record["hs_source_store"] == connection.StoreUrl && record["hs_external_cart_id"] is { Length: > 0 } id ? [SpokeKey.Of(connection.Name, EntityKind.Cart, id)] : [],
            _ => [],
        };
        foreach (var key in natural) yield return key;
    }

    /// <summary>All addresses of a contact, normalised.</summary>
    internal static List<string> Addresses(CrmRecord record) => [.. (record["hs_additional_emails"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Prepend(record["email"]).Select(EmailAddress.Normalise).OfType<string>().Distinct()];

    private List<string> ByAddress(DbConnection db, CrmRecord record)
    {
        var addresses = Addresses(record);
        return addresses.Count == 0 ? [] : db.Query<string>($"select distinct contact_key from ledger where connection = @Name and contact_key is not null and email {database.Dialect.Among("addresses")}", new { connection.Name, addresses }).AsList();
    }

    private IEnumerable<string> ByDomain(DbConnection db, string? domain) => string.IsNullOrWhiteSpace(domain) ? [] :
        db.Query<string>("select record_key from company_domain where connection = @Name and domain = @domain", new { connection.Name, domain = domain.Trim().ToLowerInvariant() });

    private IEnumerable<string> BySku(DbConnection db, string? sku) => string.IsNullOrWhiteSpace(sku) ? [] :
        db.Query<string>("select platform_id from ledger where connection = @Name and +kind = 1 and deleted = 0 and sku = @sku", new { connection.Name, sku = sku.Trim().ToUpperInvariant() })
            .OrderBy(id => id.Length).ThenBy(id => id, StringComparer.Ordinal).Take(1).Select(id => SpokeKey.Of(connection.Name, EntityKind.Variant, id));

    // Some tools keep the store's id there, some the number people see.
    private List<string> ByNumber(DbConnection db, string? number) => string.IsNullOrWhiteSpace(number) ? [] :
        [.. db.Query<string>("select platform_id from ledger where connection = @Name and kind = 3 and (number = @number or platform_id = @number)", new { connection.Name, number = number.Trim() }).Select(id => SpokeKey.Of(connection.Name, EntityKind.Order, id))];

    private async Task<Dictionary<(string, string), DateTimeOffset>> TimesAsync(string @object, CrmRecord[] records, Dictionary<string, Unlinked> matches, Dictionary<string, DesiredRecord> wanted, CancellationToken cancellationToken)
    {
        var watched = connection.Policies.Watched(@object);
        var contested = records.Where(record => wanted.TryGetValue(matches[record.Id.Value].Record_Key, out var desired) && watched.Any(property => Differ(record[property], desired.Properties.GetValueOrDefault(property)))).Select(record => record.Id).ToList();
        return await PropertyTimes.ReadAsync(connection.Portal, @object, contested, watched, _inTurn, cancellationToken).ConfigureAwait(false);
    }

    private bool Link(DbConnection db, DbTransaction transaction, string @object, string key, DesiredRecord desired, CrmRecord record, Dictionary<(string, string), DateTimeOffset> times)
    {
        var watched = connection.Policies.Watched(@object);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var shadow = desired.Properties.Keys.Where(name => !string.IsNullOrEmpty(record[name])).ToDictionary(name => name, name => CanonicalValue.Same(record[name], desired.Properties[name]) ? desired.Properties[name] : record[name]!, StringComparer.Ordinal);
        foreach (var property in watched)
        {
            var (portal, store) = (record[property]?.Trim() ?? "", desired.Properties.GetValueOrDefault(property));
            if (portal.Length == 0 || CanonicalValue.Same(portal, store)) continue;
            shadow[property] = portal;
            // A first meeting writes nothing into the store: where HubSpot's value stands, it stands there alone until either side changes it.
            var stands = store is null || Stands(@object, property, times.TryGetValue((record.Id.Value, property), out var at) ? at : null, key, db);
            if (store is not null) AuditTrail.Add(db, transaction, now, connection.Name, @object, key, AuditTrail.Conflict, property, store, portal, Decision.Note(connection.Policies.Of(@object, property), stands ? FieldMove.Keep : FieldMove.Overrule, portal));
            if (stands)
                TakenStore.Put(db, transaction, connection.Name, @object, new TakenValue(key, property, portal, CanonicalValue.Of(store), record.UpdatedAt.ToUnixTimeMilliseconds(), TakenState.Kept, 0));
        }
        var linked = db.Execute("update record set record_id = @id, shadow = @shadow where connection = @Name and object = @object and record_key = @key and record_id is null",
            new { id = record.Id.Value, shadow = JsonSerializer.Serialize(shadow, LedgerJson.Default.DictionaryStringString), connection.Name, @object, key }, transaction) > 0;
        if (linked) AuditTrail.Add(db, transaction, now, connection.Name, @object, key, AuditTrail.Adopted, after: record.Id.Value, detail: record[SpokeKey.Property] == key ? "its spoke_key" : Natural(@object));
        return linked;
    }

    private static string Natural(string @object) => @object switch
    {
        RecordObjects.Contacts => "its e-mail address",
        RecordObjects.Products => "its SKU",
        RecordObjects.Orders => "its order number",
        _ => "the store's id",
    };

    private bool Stands(string @object, string property, DateTimeOffset? portalAt, string key, DbConnection db) => connection.Policies.Of(@object, property).Policy switch
    {
        FieldPolicy.HubSpot or FieldPolicy.FillBlank => true,
        FieldPolicy.Newest => StoreTime.Of(db.ExecuteScalar<long?>("select max(version) from ledger where connection = @Name and kind = 2 and contact_key = @key", new { connection.Name, key }) ?? -1, time.GetUtcNow()) is not { } storeAt
            || (portalAt is { } at && at - storeAt > ThreeWay.Indistinct),
        _ => false,
    };

    private static bool Differ(string? portal, string? store) => !string.IsNullOrWhiteSpace(portal) && store is not null && !CanonicalValue.Same(portal, store);
}
