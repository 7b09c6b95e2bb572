using System.Data.Common;
using System.Text.Json;
using Dapper;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pushing;

/// <summary>One write to HubSpot as it is remembered.</summary>
/// <param name="What">created, updated, archived, dropped.</param>
internal sealed record WrittenRow(long Seq, string? Record_Id, long At, string What, string Changes, string? Because, string? Request, string? Correlation, long Swept)
{
    public const string Columns = "seq, record_id, at, what, changes, because, request, correlation, swept";

    /// <summary>By property: the value, or the value before and the value.</summary>
    public Dictionary<string, string?[]> Values => JsonSerializer.Deserialize(Changes, ExplainJson.Default.DictionaryStringStringArray)!;
}

/// <summary>
/// What we wrote to HubSpot, in the transaction that keeps its outcome. The newest write of each property is kept for good, older ones for 90 days.
/// </summary>
internal static class WrittenStore
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);
    private const int Page = 500;

    private const string Insert = "insert into written (connection, object, record_key, record_id, at, what, changes, because, request, correlation) ";

    /// <summary>Of rows v of an object and a key. Whose record went while it was written, because the person was erased, is not remembered anew.</summary>
    public const string StillThere = " where v.what = 'archived' or exists (select 1 from record r where r.connection = @connection and r.object = v.of and r.record_key = v.key)";

    public static void Add(DbConnection db, DbTransaction transaction, string connection, string @object, string key, string? recordId, string what, Dictionary<string, string?[]> changes, long now) =>
        db.ExecuteLater(Insert + "values (@connection, @object, @key, @recordId, @now, @what, @json, null, null, null)", new { connection, @object, key, recordId, now, what, json = ToText(changes) }, transaction);

    /// <param name="rows">Made by <see cref="Row"/>.</param>
    public static void AddAll(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, IReadOnlyList<object?[]> rows) => db.ExecuteLater(
        dialect, transaction, "of text, key text, record_id text, at bigint, what text, changes text, because text, request text, correlation text", rows,
        table => Insert + "select @connection, of, key, record_id, at, what, changes, because, request, correlation from " + table + StillThere, ("connection", connection));

    public static object?[] Row(PushOutcome outcome, string what, long now) =>
    [
        outcome.Item.Object, outcome.Item.Key, outcome.RecordId ?? outcome.Item.RecordId, now, what,
        ToText(outcome.Item.Changes.ToDictionary(c => c.Key, c => outcome.Item.Shadow.TryGetValue(c.Key, out var before) ? new[] { before, c.Value } : [c.Value], StringComparer.Ordinal)),
        outcome.Item.Because, outcome.Request, outcome.CorrelationId,
    ];

    /// <summary>All that was written to one record, newest first.</summary>
    public static List<WrittenRow> Of(DbConnection db, string connection, string @object, string key, DbTransaction? transaction = null) => db.Query<WrittenRow>(
        $"select {WrittenRow.Columns} from written where connection = @connection and object = @object and record_key = @key order by seq desc", new { connection, @object, key }, transaction).AsList();

    /// <summary>Forgets what is older than 90 days and has been written over since. A few hundred records a transaction.</summary>
    public static async Task SweepAsync(SyncDatabase database, string connection, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = (now - Kept).ToUnixTimeMilliseconds();
        int swept;
        do
        {
            swept = await database.WriteAsync((db, transaction) =>
            {
                var records = db.Query<(string Object, string Key)>("select object, record_key from written where connection = @connection and swept = 0 and at < @before order by at limit @Page", new { connection, before, Page }, transaction).Distinct().ToList();
                foreach (var (@object, key) in records) Sweep(db, transaction, connection, @object, key, before);
                return records.Count;
            }, cancellationToken).ConfigureAwait(false);
        }
        while (swept > 0);
    }

    private static void Sweep(DbConnection db, DbTransaction transaction, string connection, string @object, string key, long before)
    {
        var newer = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in Of(db, connection, @object, key, transaction))
        {
            var values = row.Values;
            var left = values.Where(value => row.At >= before || !newer.Contains(value.Key)).ToDictionary(value => value.Key, value => value.Value, StringComparer.Ordinal);
            newer.UnionWith(values.Keys);
            if (row.At >= before) continue;
            if (left.Count == 0) db.ExecuteLater("delete from written where seq = @Seq", row, transaction);
            else db.ExecuteLater("update written set swept = 1, changes = @changes where seq = @Seq", new { row.Seq, changes = ToText(left) }, transaction);
        }
    }

    private static string ToText(Dictionary<string, string?[]> changes) => JsonSerializer.Serialize(changes, ExplainJson.Default.DictionaryStringStringArray);
}
