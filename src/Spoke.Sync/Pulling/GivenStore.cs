using System.Data.Common;
using Dapper;
using Spoke.Commerce.Connectors;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pulling;

/// <summary>What HubSpot gives the store beside fields: tags of a customer or an order, or a note at one.</summary>
/// <param name="Seen">What HubSpot's property said last.</param>
/// <param name="Base">What it said when the store had all of it.</param>
/// <param name="Ours">The tags that we have put there: the only ones we take away again.</param>
/// <param name="Version">Rises with every change, so that a write which is repeated is known and one that is made again is not.</param>
internal sealed record GivenValue(string Object, string Record_Key, long Kind, string Seen, string Base, string Ours, long Version, long State, long Attempts)
{
    public StoreWriteKind Way => (StoreWriteKind)Kind;
    public bool IsTags => Way is StoreWriteKind.CustomerTags or StoreWriteKind.OrderTags;
    public IReadOnlyList<string> Add => [.. TagSet.Without(TagSet.Read(Seen), TagSet.Read(Base))];
    public IReadOnlyList<string> Remove => [.. TagSet.Without(TagSet.Read(Ours), TagSet.Read(Seen))];
}

/// <summary>The rows of what HubSpot gives the store: one a record and kind. States are those of <see cref="TakenState"/>.</summary>
internal static class GivenStore
{
    private const string Columns = "object, record_key, kind, seen, base, ours, version, state, attempts";
    private const string This = " where connection = @connection and object = @Object and record_key = @Record_Key and kind = @Kind";

    public static GivenValue? Find(DbConnection db, DbTransaction transaction, string connection, string @object, string key, StoreWriteKind kind) => db.QueryFirstOrDefault<GivenValue>(
        $"select {Columns} from given where connection = @connection and object = @object and record_key = @key and kind = @kind", new { connection, @object, key, kind = (long)kind }, transaction);

    public static void Put(DbConnection db, DbTransaction transaction, string connection, GivenValue value) => db.Execute(
        """
        insert into given (connection, object, record_key, kind, seen, base, ours, version, state, attempts, due_at) values (@connection, @Object, @Record_Key, @Kind, @Seen, @Base, @Ours, @Version, @State, 0, 0)
        on conflict (connection, object, record_key, kind) do update set seen = excluded.seen, base = excluded.base, ours = excluded.ours, version = excluded.version, state = excluded.state, attempts = 0, due_at = 0, problem = null, fix = null
        """, new { connection, value.Object, value.Record_Key, value.Kind, value.Seen, value.Base, value.Ours, value.Version, value.State }, transaction);

    /// <summary>The tags of records that wait to be written to the store.</summary>
    public static Dictionary<string, GivenValue> WaitingTags(DbConnection db, ISqlDialect dialect, string connection, string @object, IReadOnlyList<string> keys) => keys.Count == 0 ? [] : db.Query<GivenValue>(
        $"select {Columns} from given where connection = @connection and object = @object and state in (0, 2) and kind in (@customers, @orders) and record_key {dialect.Among("keys")}",
        new { connection, @object, keys, customers = (long)StoreWriteKind.CustomerTags, orders = (long)StoreWriteKind.OrderTags }).ToDictionary(value => value.Record_Key, StringComparer.Ordinal);

    public static List<GivenValue> Due(DbConnection db, string connection, long now, int limit) => db.Query<GivenValue>(
        $"select {Columns} from given where connection = @connection and state in (0, 2) and state = 0 and due_at <= @now order by due_at, object, record_key, kind limit @limit", new { connection, now, limit }).AsList();

    public static long? DueAt(DbConnection db, string connection) => db.ExecuteScalar<long?>("select min(due_at) from given where connection = @connection and state in (0, 2) and state = 0", new { connection });

    /// <summary>Of the version that was written, and of no later one.</summary>
    public static void Became(DbConnection db, DbTransaction transaction, string connection, GivenValue value, int state, string? problem = null, string? fix = null) => db.Execute(
        "update given set state = @state, attempts = 0, due_at = 0, problem = @problem, fix = @fix" + This + " and version = @Version", new { connection, value.Object, value.Record_Key, value.Kind, value.Version, state, problem, fix }, transaction);

    /// <summary>Before tags are put into the store it is remembered that they are ours: a lost answer must not make them the store's.</summary>
    public static void Own(DbConnection db, DbTransaction transaction, string connection, GivenValue value, string ours) =>
        db.Execute("update given set ours = @ours" + This, new { connection, value.Object, value.Record_Key, value.Kind, ours }, transaction);

    public static void Later(DbConnection db, DbTransaction transaction, string connection, GivenValue value, string problem, long due) => db.Execute(
        "update given set attempts = attempts + 1, due_at = @due, problem = @problem" + This, new { connection, value.Object, value.Record_Key, value.Kind, problem, due }, transaction);

    /// <summary>What the store refused is tried again.</summary>
    public static void RetryAll(DbConnection db, DbTransaction transaction, string connection) =>
        db.Execute("update given set state = 0, attempts = 0, due_at = 0 where connection = @connection and state in (0, 2) and state = 2", new { connection }, transaction);
}
