using System.Data.Common;
using Dapper;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pulling;

/// <summary>
/// The rows of values taken over from HubSpot. A row lives until the store says the same, or something newer.
/// Where a statement says <c>state in (0, 2)</c> beside a narrower condition, the partial index on that is meant: SQLite takes it only for its own words.
/// </summary>
internal static class TakenStore
{
    private const string Columns = "record_key, property, value, base, at, state, attempts, version, ours";
    private const string This = " where connection = @connection and object = @object and record_key = @key and property = @property";

    public static void Put(DbConnection db, DbTransaction transaction, string connection, string @object, TakenValue taken) => db.Execute(
        """
        insert into taken (connection, object, record_key, property, value, base, at, state, attempts, due_at, version) values (@connection, @object, @Record_Key, @Property, @Value, @Base, @At, @State, 0, 0, @Version)
        on conflict (connection, object, record_key, property) do update set value = excluded.value, base = excluded.base, at = excluded.at, state = excluded.state, attempts = 0, due_at = 0, problem = null, fix = null, version = excluded.version,
            ours = case when taken.state in (0, 1) and taken.value <> excluded.value then taken.value else taken.ours end
        """, new { connection, @object, taken.Record_Key, taken.Property, taken.Value, taken.Base, taken.At, taken.State, taken.Version }, transaction);

    public static void Remove(DbConnection db, DbTransaction transaction, string connection, string @object, string key, string property) =>
        db.Execute("delete from taken" + This, new { connection, @object, key, property }, transaction);

    public static ILookup<string, TakenValue> Of(DbConnection db, ISqlDialect dialect, string connection, string @object, IReadOnlyList<string> keys) =>
        db.Query<TakenValue>($"select {Columns} from taken where connection = @connection and object = @object and record_key {dialect.Among("keys")}", new { connection, @object, keys }).ToLookup(t => t.Record_Key, StringComparer.Ordinal);

    /// <summary>Which values of these records are HubSpot's own word: whoever else is linked to them has to find that there himself.</summary>
    public static HashSet<(string Object, string Key, string Property)> Among(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, IEnumerable<PlanItem> items) =>
        [.. items.GroupBy(item => item.Object).SelectMany(group => db.Query<(string Key, string Property)>($"select record_key, property from taken where connection = @connection and object = @Key and record_key {dialect.Among("keys")}", new { connection, group.Key, keys = group.Select(item => item.Key).ToList() }, transaction).Select(row => (group.Key, row.Key, row.Property)))];

    /// <summary>Those of records that have been touched since: something about them may have been settled. One that is stopped does not say whether it was, and its values go to the store all the same.</summary>
    public static List<TakenValue> OfTouched(DbConnection db, string connection, string @object) => db.Query<TakenValue>(
        $"""
        select {Columns} from taken t where t.connection = @connection and t.object = @object
            and exists (select 1 from record r where r.connection = t.connection and r.object = t.object and r.record_key = t.record_key and r.state in (1, 3))
        """, new { connection, @object }).AsList();

    /// <summary>What is to be written to the store and due, by record: of each record all of it.</summary>
    public static List<IGrouping<string, TakenValue>> Due(DbConnection db, string connection, string @object, long now, int limit) =>
        [.. db.Query<TakenValue>(
            $"""
            select {Columns} from taken where connection = @connection and object = @object and state in (0, 2) and state = 0 and record_key in
                (select record_key from taken where connection = @connection and object = @object and state in (0, 2) and state = 0 and due_at <= @now group by record_key order by min(due_at), record_key limit @limit)
            """, new { connection, @object, now, limit }).GroupBy(t => t.Record_Key)];

    /// <param name="version">The store's version in which it took them; null: it does not say.</param>
    public static void Written(DbConnection db, DbTransaction transaction, string connection, string @object, string key, string property, long? version) => db.Execute(
        $"update taken set state = {TakenState.Written}, attempts = 0, problem = null, fix = null, version = @version" + This, new { connection, @object, key, property, version }, transaction);

    public static void Became(DbConnection db, DbTransaction transaction, string connection, string @object, string key, string property, int state, string? problem, string? fix) => db.Execute(
        "update taken set state = @state, attempts = 0, problem = @problem, fix = @fix" + This, new { connection, @object, key, property, state, problem, fix }, transaction);

    public static void Later(DbConnection db, DbTransaction transaction, string connection, string @object, string key, string problem, long due) => db.Execute(
        "update taken set attempts = attempts + 1, due_at = @due, problem = @problem where connection = @connection and object = @object and record_key = @key and state = 0", new { connection, @object, key, problem, due }, transaction);

    /// <summary>What the store refused is tried again.</summary>
    public static void RetryAll(DbConnection db, DbTransaction transaction, string connection) =>
        db.Execute("update taken set state = 0, attempts = 0, due_at = 0 where connection = @connection and state in (0, 2) and state = 2", new { connection }, transaction);

    public static long? DueAt(DbConnection db, string connection) => db.ExecuteScalar<long?>("select min(due_at) from taken where connection = @connection and state in (0, 2) and state = 0", new { connection });

    public static int CountRefused(DbConnection db, string connection) => db.ExecuteScalar<int>("select count(*) from taken where connection = @connection and state in (0, 2) and state = 2", new { connection });
}
