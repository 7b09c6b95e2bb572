using System.Data.Common;
using System.Text.Json;
using Dapper;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Connections;

/// <summary>
/// The other connections of the same portal. A person who buys in two shops is one contact with one sum, and a SKU that two shops sell is one product:
/// each connection has its own link to the record, and all know what any of them has written there.
/// </summary>
internal static class Siblings
{
    private sealed record Linked(string Connection, string Record_Key, string? Shadow);

    public static List<string> Of(DbConnection db, DbTransaction? transaction, string connection) => db.Query<string>(
        "select o.connection from progress o join progress m on m.name = 'hub' and m.connection = @connection and o.value = m.value where o.name = 'hub' and o.connection <> @connection order by o.connection", new { connection }, transaction).AsList();

    /// <summary>What other connections have sent to these records and not heard of, by record.</summary>
    public static ILookup<string, string> Sent(DbConnection db, ISqlDialect dialect, string connection, string @object, IReadOnlyList<string> ids)
    {
        var others = Share(@object) ? Of(db, null, connection) : [];
        return (others.Count == 0 ? [] : db.Query<(string Id, string Sent)>($"select record_id, sent from record where connection {dialect.Among("others")} and object = @object and record_id {dialect.Among("ids")} and sent is not null", new { others, @object, ids })).ToLookup(row => row.Id, row => row.Sent);
    }

    /// <summary>Whether connections of one portal may be linked to the same record of an object.</summary>
    public static bool Share(string @object) => @object is RecordObjects.Contacts or RecordObjects.Companies or RecordObjects.Products;

    /// <summary>Whether a key is one that one of these connections gave.</summary>
    public static bool Gave(IReadOnlyList<string> siblings, string? key) => key is not null && siblings.Any(sibling => key.StartsWith(sibling + ":", StringComparison.Ordinal));

    /// <summary>Records that another connection has made or found already are ours too: nothing is made twice, and nobody's key is overwritten.</summary>
    public static async Task<int> LinkAsync(SyncDatabase database, string connection, CancellationToken cancellationToken)
    {
        var others = await database.ReadAsync(db => Of(db, null, connection), cancellationToken).ConfigureAwait(false);
        if (others.Count == 0) return 0;
        return await database.WriteAsync((db, transaction) =>
        {
            var among = database.Dialect.Among("others");
            var found = db.Query<(string Object, string Key, string Id, string? Shadow)>(
                $"""
                select r.object, r.record_key, o.record_id, o.shadow from record r
                join ledger l on l.connection = r.connection and l.contact_key = r.record_key and l.email is not null
                join ledger t on t.connection {among} and t.email = l.email and t.contact_key is not null
                join record o on o.connection = t.connection and o.object = 'contacts' and o.record_key = t.contact_key and o.record_id is not null and o.state <> 3
                where r.connection = @connection and r.object = 'contacts' and r.record_id is null and r.state = 1
                """, new { connection, others }, transaction).Concat(db.Query<(string Object, string Key, string Id, string? Shadow)>(
                $"""
                select r.object, r.record_key, o.record_id, o.shadow from record r
                join ledger l on l.connection = r.connection and l.kind = 1 and l.platform_id = r.source_id and l.sku is not null
                join ledger t on t.connection {among} and +t.kind = 1 and t.sku = l.sku
                join record o on o.connection = t.connection and o.object = 'products' and o.source_id = t.platform_id and o.record_id is not null and o.state <> 3
                where r.connection = @connection and r.object = 'products' and r.record_id is null and r.state = 1
                """, new { connection, others }, transaction)).DistinctBy(row => (row.Object, row.Key)).DistinctBy(row => (row.Object, row.Id)).ToList();
            foreach (var (@object, key, id, shadow) in found)
                db.Execute("update record set record_id = @id, shadow = @shadow where connection = @connection and object = @object and record_key = @key and record_id is null", new { id, shadow, connection, @object, key }, transaction);
            return found.Count;
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tells the other connections what has been written to a record they are linked to as well.</summary>
    /// <returns>Whether one of them knew of another value.</returns>
    public static bool Tell(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, IReadOnlyList<string> others, string @object, string recordId, IReadOnlyDictionary<string, string?> written)
    {
        if (others.Count == 0 || !Share(@object)) return false;
        var isNews = false;
        foreach (var row in db.Query<Linked>($"select connection, record_key, shadow from record where connection {dialect.Among("others")} and object = @object and record_id = @recordId and shadow is not null", new { others, @object, recordId }, transaction).AsList())
        {
            var shadow = JsonSerializer.Deserialize(row.Shadow!, LedgerJson.Default.DictionaryStringString)!;
            foreach (var (name, value) in written)
            {
                isNews |= (shadow.GetValueOrDefault(name) ?? "") != (value ?? "");
                if (string.IsNullOrEmpty(value)) shadow.Remove(name);
                else shadow[name] = value;
            }
            db.Execute("update record set shadow = @shadow where connection = @Connection and object = @object and record_key = @Record_Key", new { shadow = JsonSerializer.Serialize(shadow, LedgerJson.Default.DictionaryStringString), row.Connection, @object, row.Record_Key }, transaction);
        }
        return isNews;
    }
}
