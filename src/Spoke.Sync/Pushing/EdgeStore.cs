using System.Data.Common;
using Dapper;
using Spoke.HubSpot;
using Spoke.Sync.Planning;
using Spoke.Sync.Scheduling;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pushing;

/// <summary>An association that can be made or removed now: both ends have a record.</summary>
internal sealed record WaitingEdge(string From_Object, string From_Key, string To_Object, string To_Key, long Type_Id, long State, long Attempts, string From_Id, string To_Id);

/// <summary>The associations' rows.</summary>
internal static class EdgeStore
{
    private const string Waits = "select e.from_object, e.from_key, e.to_object, e.to_key, e.type_id, e.state, e.attempts, f.record_id as from_id, t.record_id as to_id ";

    private const string Joined =
        """
        from edge e
        join record f on f.connection = e.connection and f.object = e.from_object and f.record_key = e.from_key and f.record_id is not null and f.state <> 3
        join record t on t.connection = e.connection and t.object = e.to_object and t.record_key = e.to_key and t.record_id is not null and t.state <> 3
        where e.connection = @connection
        """;

    private const string Pushable = Joined + " and e.state <> 1 and e.state in (0, 2)";

    // With a plus the state is no way into an index: all that waits would be walked to find what hangs on a few records.
    private const string PushableOfSome = Joined + " and +e.state in (0, 2)";

    private const string AsTold = " and (@companies or e.to_object <> 'companies')";

    private const string Between = "\n";   // in no key
    private const string This = " where connection = @connection and from_object = @From_Object and from_key = @From_Key and to_object = @To_Object and to_key = @To_Key";

    /// <summary>Some that are due, in whatever order the index gives them: sorting all of a large import for each page would take longer than sending it.</summary>
    /// <param name="companies">Those to companies too.</param>
    public static List<WaitingEdge> Waiting(DbConnection db, string connection, long now, int limit, bool companies) => db.Query<WaitingEdge>(
        $"{Waits}{Pushable}{AsTold} and e.due_at <= @now limit @limit",
        new { connection, now, limit, companies }).AsList();

    /// <summary>Those of some records, due or not.</summary>
    public static List<WaitingEdge> WaitingOf(DbConnection db, ISqlDialect dialect, string connection, string @object, IReadOnlyList<string> keys) => db.Query<WaitingEdge>(
        $"{Waits}{PushableOfSome} and e.from_object = @object and e.from_key {dialect.Among("keys")} order by e.to_object, e.state, e.from_key",
        new { connection, @object, keys }).AsList();

    /// <summary>Those of some records at either end that are due.</summary>
    /// <param name="companies">Those to companies too.</param>
    public static List<WaitingEdge> WaitingAt(DbConnection db, ISqlDialect dialect, string connection, string @object, IReadOnlyList<string> keys, long now, bool companies) => db.Query<WaitingEdge>(
        string.Join(" union all ", new[] { "e.from", "e.to" }.Select(end => $"{Waits}{PushableOfSome}{AsTold} and +e.due_at <= @now and {end}_object = @object and {end}_key {dialect.Among("keys")}")),
        new { connection, @object, keys, now, companies }).AsList();

    public static int Count(DbConnection db, string connection, bool companies = true) => db.ExecuteScalar<int>($"select count(*) {Pushable}{AsTold}", new { connection, companies });

    /// <summary>When the next one that failed is due.</summary>
    public static long? DueAt(DbConnection db, string connection, bool companies) => db.ExecuteScalar<long?>($"select min(e.due_at) {Pushable}{AsTold} and e.attempts > 0", new { connection, companies });

    /// <summary>Associations that should be there are wanted, those that should not are unwanted; what was refused before is tried again.</summary>
    public static void KeepWanted(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, IEnumerable<PlanItem> items)
    {
        foreach (var alike in items.Where(item => item.Object is RecordObjects.Contacts or RecordObjects.Orders or RecordObjects.Carts).GroupBy(item => item.Object))
            foreach (var some in alike.Chunk(500))
            {
                // Asked once for all: a question for each would send the statements before it off each time.
                var known = db.Query<(string From, string Object, string Key, long State)>($"select from_key, to_object, to_key, state from edge where connection = @connection and from_object = @Key and from_key {dialect.Among("keys")}", new { connection, alike.Key, keys = some.Select(item => item.Key).ToList() }, transaction).ToLookup(edge => edge.From);
                var wanted = new List<object?[]>();
                foreach (var item in some) KeepWanted(db, transaction, connection, item, known[item.Key].ToDictionary(edge => (edge.Object, edge.Key), edge => edge.State), wanted);
                db.ExecuteLater(dialect, transaction, "from_key text, to_object text, to_key text, type_id bigint", wanted, rows =>
                    $"""
                    insert into edge (connection, from_object, from_key, to_object, to_key, type_id, state) select @connection, @from, from_key, to_object, to_key, type_id, 0 from {rows} where true
                    on conflict (connection, from_object, from_key, to_object, to_key) do update set state = 0, attempts = 0, due_at = 0
                    """, ("connection", connection), ("from", alike.Key));
            }
    }

    /// <param name="wanted">Takes what is not there yet.</param>
    private static void KeepWanted(DbConnection db, DbTransaction transaction, string connection, PlanItem item, Dictionary<(string Object, string Key), long> known, List<object?[]> wanted)
    {
        if (known.ContainsValue(EdgeState.Refused)) db.ExecuteLater("update edge set state = 0, attempts = 0, due_at = 0 where connection = @connection and from_object = @Object and from_key = @Key and state = 3", new { connection, item.Object, item.Key }, transaction);
        foreach (var edge in item.Desired!.Edges.DistinctBy(edge => (edge.ToObject, edge.ToKey)))
            if (!known.Remove((edge.ToObject, edge.ToKey), out var state) || state is EdgeState.Unwanted or EdgeState.Removed)
                wanted.Add([item.Key, edge.ToObject, edge.ToKey, edge.TypeId]);
        foreach (var ((toObject, toKey), state) in known)
            if (state is not (EdgeState.Unwanted or EdgeState.Removed))   // also one only wanted so far: it may have been made without our hearing of it
                db.ExecuteLater("update edge set state = 2, attempts = 0, due_at = 0 where connection = @connection and from_object = @object and from_key = @key and to_object = @toObject and to_key = @toKey", new { connection, @object = item.Object, key = item.Key, toObject, toKey }, transaction);
    }

    /// <summary>The record has lost its associations with its old id.</summary>
    public static void WantAgain(DbConnection db, DbTransaction transaction, string connection, string @object, string key) =>
        EachEnd(db, transaction, new { connection, @object, key }, end => $"update edge set state = 0, attempts = 0, due_at = 0 where connection = @connection and {end}_object = @object and {end}_key = @key and state not in (2, 5)");

    /// <summary>The record was restored: perhaps without associations it had, and perhaps with some that were removed while it was in the recycling bin.</summary>
    public static void CameBack(DbConnection db, DbTransaction transaction, string connection, string @object, string key) =>
        EachEnd(db, transaction, new { connection, @object, key }, end => $"update edge set state = case state when 5 then 2 else 0 end, attempts = 0, due_at = 0 where connection = @connection and {end}_object = @object and {end}_key = @key and state <> 2");

    /// <summary>The record is no more.</summary>
    public static void Forget(DbConnection db, DbTransaction transaction, string connection, string @object, string key) =>
        EachEnd(db, transaction, new { connection, @object, key }, end => $"delete from edge where connection = @connection and {end}_object = @object and {end}_key = @key");

    /// <summary>Made, or removed, as wanted, unless the opposite is wanted by now. In one statement: a first import has more of these than of anything else.</summary>
    /// <param name="edges">From one object to another, and in one state.</param>
    public static void Done(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, IReadOnlyList<WaitingEdge> edges)
    {
        if (edges.Count == 0) return;
        var (from, to, state) = (edges[0].From_Object, edges[0].To_Object, edges[0].State);
        var these = $"where connection = @connection and from_object = @from and to_object = @to and from_key {dialect.Among("keys")} and from_key || '{Between}' || to_key {dialect.Among("pairs")} and state = @state";
        db.ExecuteLater("update edge set state = @became, attempts = 0, due_at = 0, problem = null " + these,
            new { became = state == EdgeState.Unwanted ? EdgeState.Removed : EdgeState.There, connection, from, to, state, keys = edges.Select(edge => edge.From_Key).Distinct().ToList(), pairs = edges.Select(edge => edge.From_Key + Between + edge.To_Key).ToList() }, transaction);
    }

    public static void Later(DbConnection db, DbTransaction transaction, string connection, WaitingEdge edge, string problem, long now) => db.ExecuteLater(
        "update edge set attempts = attempts + 1, due_at = @due, problem = @problem" + This,
        new { connection, edge.From_Object, edge.From_Key, edge.To_Object, edge.To_Key, problem, due = now + Backoff.OfRecord(edge.Attempts) }, transaction);

    /// <summary>Looks at both ends anew: an update of a record that is gone says so.</summary>
    public static void Doubt(DbConnection db, DbTransaction transaction, string connection, WaitingEdge edge) =>
        EachEnd(db, transaction, Key(connection, edge), end => $"update record set state = 1, sent = '{SentProperties.All}', generation = generation + 1, attempts = 0, due_at = 0 where connection = @connection and object = @{end}_Object and record_key = @{end}_Key and state in (0, 1)");

    /// <summary>Told on the record at whose side a person would look for it.</summary>
    public static void Refuse(DbConnection db, DbTransaction transaction, string connection, WaitingEdge edge, HubSpotException error)
    {
        var row = new { connection, edge.From_Object, edge.From_Key, edge.To_Object, edge.To_Key, problem = $"The association with {edge.To_Object} {edge.To_Key} was refused: {error.Message}", cause = error.Cause ?? error.Category, fix = error.Fix ?? "Look at both records in HubSpot; the next pass tries again.", error.CorrelationId };
        db.ExecuteLater("update edge set state = 3, problem = @problem" + This, row, transaction);
        db.ExecuteLater("update record set state = 2, problem = @problem, cause = @cause, fix = @fix, correlation = @CorrelationId where connection = @connection and object = @From_Object and record_key = @From_Key and state = 0", row, transaction);
    }

    private static void EachEnd(DbConnection db, DbTransaction transaction, object row, Func<string, string> statement)
    {
        foreach (var end in (string[])["From", "To"]) db.ExecuteLater(statement(end), row, transaction);
    }

    private static object Key(string connection, WaitingEdge edge) => new { connection, edge.From_Object, edge.From_Key, edge.To_Object, edge.To_Key };
}
