using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Ledger;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Planning;

/// <summary>Reads dirty records with what the ledger says of them, and says what is to be done.</summary>
internal sealed class Planner(SyncDatabase database, string connection, DesiredState desired, TimeProvider time)
{
    private sealed record Row(string Record_Key, string Source_Id, string? Record_Id, string? Shadow, long Generation, long Attempts);

    private sealed record Body(string Platform_Id, string? Contact_Key, string Json);

    /// <summary>The next records of one object that are due, planned.</summary>
    public Task<IReadOnlyList<PlanItem>> NextAsync(string @object, int limit, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return database.ReadAsync<IReadOnlyList<PlanItem>>(db =>
        {
            var rows = db.Query<Row>(
                "select record_key, source_id, record_id, shadow, generation, attempts from record where connection = @connection and object = @object and state = 1 and due_at <= @now order by due_at, record_key limit @limit",
                new { connection, @object, now, limit }).AsList();
            if (rows.Count == 0) return [];
            var wanted = Desire(db, @object, rows);
            return [.. rows.Select(row => Plan(@object, row, wanted.GetValueOrDefault(row.Record_Key)))];
        }, cancellationToken);
    }

    private static PlanItem Plan(string @object, Row row, DesiredRecord? wanted)
    {
        var item = new PlanItem(@object, row.Record_Key, row.Generation, PlanAction.Unchanged) { RecordId = row.Record_Id, Desired = wanted, Attempts = (int)row.Attempts };
        if (wanted is null) return item with { Action = row.Record_Id is null ? PlanAction.Forget : PlanAction.Archive };
        var shadow = row.Shadow is null ? [] : JsonSerializer.Deserialize(row.Shadow, LedgerJson.Default.DictionaryStringString)!;
        var changes = Difference.Between(wanted.Properties, shadow);
        if (row.Record_Id is not null && changes.Count == 0) return item;
        return item with { Action = row.Record_Id is null ? PlanAction.Create : PlanAction.Update, Changes = changes };
    }

    private Dictionary<string, DesiredRecord> Desire(DbConnection db, string @object, List<Row> rows) => @object switch
    {
        RecordObjects.Products => Products(db, rows),
        RecordObjects.Contacts => Contacts(db, rows),
        RecordObjects.Orders => Orders(db, rows),
        RecordObjects.Carts => Carts(db, rows),
        RecordObjects.LineItems => Lines(db, rows),
        _ => throw new ArgumentOutOfRangeException(nameof(@object), @object, null),
    };

    private Dictionary<string, DesiredRecord> Products(DbConnection db, List<Row> rows)
    {
        var owners = SkuOwners(db);
        return Load<Variant>(db, EntityKind.Variant, rows.Select(row => row.Source_Id)).Where(v => !v.Entity.Deleted)
            .ToDictionary(v => SpokeKey.Of(connection, EntityKind.Variant, v.Entity.PlatformId),
                v => desired.Product(v.Entity, v.Entity.Sku is { Length: > 0 } sku && owners.GetValueOrDefault(sku) == v.Entity.PlatformId));
    }

    // A SKU that a store uses twice belongs to the first variant; HubSpot allows it once.
    private Dictionary<string, string> SkuOwners(DbConnection db)
    {
        var owners = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var rows = db.Query<(string Id, string? Sku)>("select platform_id, json_extract(body, '$.Sku') from ledger where connection = @connection and kind = @kind and deleted = 0", new { connection, kind = (int)EntityKind.Variant });
        foreach (var (id, sku) in rows.OrderBy(r => r.Id.Length).ThenBy(r => r.Id, StringComparer.Ordinal))
            if (sku is { Length: > 0 }) owners.TryAdd(sku, id);
        return owners;
    }

    private Dictionary<string, DesiredRecord> Contacts(DbConnection db, List<Row> rows)
    {
        var keys = rows.Select(row => row.Record_Key).ToList();
        var bodies = db.Query<Body>("select platform_id, contact_key, body as json from ledger where connection = @connection and contact_key in @keys and kind in (2, 3)", new { connection, keys }).ToLookup(b => b.Contact_Key, b => LedgerJson.Read(b.Json));
        var carts = db.Query<string>("select distinct contact_key from ledger where connection = @connection and contact_key in @keys and kind = 4", new { connection, keys }).ToHashSet();
        // A customer the store has deleted keeps the contact: only an erasure takes it away.
        return keys.Where(key => bodies.Contains(key) || carts.Contains(key))
            .ToDictionary(key => key, key => desired.Contact(key, [.. bodies[key].OfType<Customer>()], [.. bodies[key].OfType<Order>()]));
    }

    private Dictionary<string, DesiredRecord> Orders(DbConnection db, List<Row> rows)
    {
        var pushedCarts = db.Query<string>("select source_id from record where connection = @connection and object = 'carts'", new { connection }).ToHashSet();
        return Load<Order>(db, EntityKind.Order, rows.Select(row => row.Source_Id))
            .ToDictionary(o => SpokeKey.Of(connection, EntityKind.Order, o.Entity.PlatformId), o => desired.Order(o.Entity, o.ContactKey, o.Entity.CartId is { } cart && pushedCarts.Contains(cart)));
    }

    private Dictionary<string, DesiredRecord> Carts(DbConnection db, List<Row> rows)
    {
        var ids = rows.Select(row => row.Source_Id).ToList();
        var ordered = db.Query<string>("select cart_id from ledger where connection = @connection and cart_id in @ids", new { connection, ids }).ToHashSet();
        return Load<Cart>(db, EntityKind.Cart, ids).Where(c => c.Entity.Identifiable)
            .ToDictionary(c => SpokeKey.Of(connection, EntityKind.Cart, c.Entity.PlatformId), c => desired.Cart(c.Entity, c.ContactKey, ordered.Contains(c.Entity.PlatformId)));
    }

    private Dictionary<string, DesiredRecord> Lines(DbConnection db, List<Row> rows)
    {
        var result = new Dictionary<string, DesiredRecord>(StringComparer.Ordinal);
        var parts = rows.Select(row => (Row: row, Parts: row.Source_Id.Split('/', 2))).Select(r => (r.Row, Kind: (EntityKind)int.Parse(r.Parts[0], CultureInfo.InvariantCulture), Path: r.Parts[1])).ToList();
        foreach (var kind in parts.GroupBy(p => p.Kind))
        {
            var parents = kind.Select(p => p.Path[..p.Path.LastIndexOf('/')]).Distinct();
            foreach (var (entity, _) in kind.Key == EntityKind.Order ? Load<Order>(db, EntityKind.Order, parents).Select(o => ((LedgerEntity)o.Entity, o.ContactKey)) : Load<Cart>(db, EntityKind.Cart, parents).Select(c => ((LedgerEntity)c.Entity, c.ContactKey)))
                foreach (var line in (entity as Order)?.Lines ?? ((Cart)entity).Lines)
                {
                    var key = SpokeKey.OfLine(connection, kind.Key, entity.PlatformId, line.Id);
                    result[key] = desired.Line(key, line);
                }
        }
        return result;
    }

    private List<(T Entity, string? ContactKey)> Load<T>(DbConnection db, EntityKind kind, IEnumerable<string> ids) where T : LedgerEntity =>
        [.. db.Query<Body>("select platform_id, contact_key, body as json from ledger where connection = @connection and kind = @kind and platform_id in @ids", new { connection, kind = (int)kind, ids = ids.ToList() })
            .Select(body => ((T)LedgerJson.Read(body.Json), body.Contact_Key))];
}
