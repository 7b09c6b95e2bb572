using System.Data.Common;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Privacy;

/// <summary>Takes one person out of our database. One transaction: the person is there as before, or gone from everywhere.</summary>
internal sealed class LocalErasure(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, Person person, long number)
{
    private int _texts;

    public ErasureReceipt Run(ErasurePolicy policy, long at)
    {
        var stones = Tombstones.Begin(db, transaction, connection).Put(db, transaction, person, number, at);
        var orders = person.OrderIds.Count(EraseOrder);
        var carts = person.CartIds.Count(EraseCart);
        Texts(
            "delete from intake where connection = @connection and kind = 2 and platform_id " + dialect.Among("customers"),
            "delete from taken where connection = @connection and record_key " + dialect.Among("keys"),
            "delete from given where connection = @connection and object = 'contacts' and record_key " + dialect.Among("keys"),
            "delete from consent where connection = @connection and contact_key " + dialect.Among("keys"),
            "delete from written where connection = @connection and object = 'contacts' and record_key " + dialect.Among("keys"),
            "delete from audit where connection = @connection and record_key " + dialect.Among("keys"),
            "delete from audit where connection = @connection and object = 'contacts' and record_key in (select contact_key from contact_merge where connection = @connection and into_key " + dialect.Among("keys") + ")",
            "delete from contact_merge where connection = @connection and (contact_key " + dialect.Among("keys") + " or into_key " + dialect.Among("keys") + ")",
            "delete from portal_event where connection = @connection and object = 'contacts' and state = 1 and record_id " + dialect.Among("records"),
            "delete from recent where connection = @connection and object = 'contacts' and record_id " + dialect.Among("records"),
            // Told before HubSpot had given the contact an id.
            "delete from recent where connection = @connection and object = 'contacts' and record_id is null and title in (select title from record where connection = @connection and object = 'contacts' and record_key " + dialect.Among("keys") + ")");
        Scan("recent", "title || ' ' || coalesce(detail, '')");
        Scan("audit", "coalesce(before, '') || ' ' || coalesce(after, '') || ' ' || coalesce(detail, '')");
        Scan("written", "changes", " and object = 'intake'");   // what could not be read and was done without
        EraseUnreadable();
        Execute("delete from edge where connection = @connection and to_object = 'contacts' and to_key " + dialect.Among("keys"));
        Execute("delete from edge where connection = @connection and from_object = 'contacts' and from_key " + dialect.Among("keys"));
        Execute("delete from record where connection = @connection and object = 'contacts' and record_key " + dialect.Among("keys"));
        Execute("delete from aggregates where connection = @connection and contact_key " + dialect.Among("keys"));
        var customers = Execute("delete from ledger where connection = @connection and kind = 2 and platform_id " + dialect.Among("customers"));
        Execute("update ledger set heard = null where connection = @connection and contact_key = @erased");
        ChangeSource.Claim(db, transaction, connection, null);   // no change of the store has made these marks
        return ErasureReceipt.None(policy) with { People = 1, Customers = customers, Orders = orders, Carts = carts, Texts = _texts, Tombstones = stones };
    }

    private bool EraseOrder(string id)
    {
        if (LedgerStore.Find(db, transaction, connection, EntityKind.Order, id) is not { State.Entity: Order order } row) return false;
        var (stripped, key) = (Erased.Strip(order), Erased.Key(number));
        LedgerStore.Put(db, transaction, connection, EntityKind.Order, id, row.State with { Entity = stripped, Hash = LedgerJson.Hash(LedgerJson.Write(stripped)) }, key, null);
        AggregateStore.Move(db, transaction, connection, (row.ContactKey, OrderContribution.Of(order)), (key, OrderContribution.Of(stripped)));
        DirtyMarks.For(db, transaction, dialect, connection, stripped, order, null, null, because: "");
        EraseRecord(RecordObjects.Orders, SpokeKey.Of(connection, EntityKind.Order, id));
        return true;
    }

    // It was the person's and nothing is counted by it: the plan takes it out of HubSpot.
    private bool EraseCart(string id)
    {
        if (LedgerStore.Find(db, transaction, connection, EntityKind.Cart, id) is not { State.Entity: Cart cart }) return false;
        db.Execute("delete from ledger where connection = @connection and kind = 4 and platform_id = @id", new { connection, id }, transaction);
        LineVariants.Forget(db, transaction, connection, cart);
        db.Execute("delete from cart_state where connection = @connection and cart_id = @id", new { connection, id }, transaction);
        DirtyMarks.For(db, transaction, dialect, connection, cart, cart, null, null, because: "");
        EraseRecord(RecordObjects.Carts, SpokeKey.Of(connection, EntityKind.Cart, id));
        return true;
    }

    /// <summary>Forgets what HubSpot was told of it: the plan writes it anew, and what it should not have any more is cleared there.</summary>
    private void EraseRecord(string @object, string key)
    {
        var row = new { connection, @object, key };
        if (db.ExecuteScalar<string?>("select shadow from record where connection = @connection and object = @object and record_key = @key", row, transaction) is { } text)
        {
            var shadow = JsonSerializer.Deserialize(text, LedgerJson.Default.DictionaryStringString)!;
            foreach (var property in shadow.Keys.Where(name => name != SpokeKey.Property).ToList()) shadow[property] = "";
            db.Execute("update record set shadow = @shadow where connection = @connection and object = @object and record_key = @key", new { connection, @object, key, shadow = JsonSerializer.Serialize(shadow, LedgerJson.Default.DictionaryStringString) }, transaction);
        }
        db.Execute("update record set because = '', correlation = null, problem = null, cause = null, fix = null, property = null, value = null where connection = @connection and object = @object and record_key = @key and state <> 3", row, transaction);
        db.Execute("update edge set problem = null where connection = @connection and from_object = @object and from_key = @key", row, transaction);
        _texts += db.Execute("delete from taken where connection = @connection and object = @object and record_key = @key", row, transaction);
        _texts += db.Execute("delete from given where connection = @connection and object = @object and record_key = @key", row, transaction);
        _texts += db.Execute("delete from written where connection = @connection and object = @object and record_key = @key", row, transaction);
        _texts += db.Execute("delete from audit where connection = @connection and object = @object and record_key = @key", row, transaction);
    }

    // What is noted about others may tell of the person too.
    private void Scan(string table, string text, string of = "")
    {
        foreach (var (seq, told) in db.Query<(long, string)>($"select seq, {text} from {table} where connection = @connection{of}", new { connection }, transaction).AsList())
            if (person.Traces.AreIn(told)) _texts += db.Execute($"delete from {table} where seq = @seq", new { seq }, transaction);
    }

    // What could not be read was kept in the store's own bytes.
    private void EraseUnreadable()
    {
        foreach (var (seq, kind, id, payload, problem) in db.Query<(long, long, string, byte[], string?)>("select seq, kind, platform_id, payload, problem from intake where connection = @connection and state = 2", new { connection }, transaction).AsList())
        {
            var text = Encoding.UTF8.GetString(payload);
            var theirs = ((EntityKind)kind == EntityKind.Order && person.OrderIds.Contains(id)) || ((EntityKind)kind == EntityKind.Cart && person.CartIds.Contains(id));
            if (theirs || person.Traces.AreIn(text) || person.Traces.AreIn(Unescaped(text)) || person.Traces.AreIn(problem)) _texts += db.Execute("delete from intake where seq = @seq", new { seq }, transaction);
        }
    }

    // As JSON says a text: ada\u0040example.com, and a line's end right before a word.
    private static string Unescaped(string json) => Regex.Replace(json, @"\\(?:u([0-9a-fA-F]{4})|(.))", match => match.Groups[1] is { Success: true, Value: var code } ? ((char)Convert.ToInt32(code, 16)).ToString() : match.Groups[2].Value is "/" ? "/" : " ");

    private void Texts(params ReadOnlySpan<string> statements)
    {
        foreach (var sql in statements) _texts += Execute(sql);
    }

    private int Execute(string sql) => db.Execute(sql, new { connection, keys = person.Keys.ToList(), customers = person.CustomerIds.ToList(), records = person.RecordIds.ToList(), erased = Erased.Key(number) }, transaction);
}
