using System.Data;
using System.Data.Common;
using System.Globalization;
using Dapper;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Intake;

/// <summary>States of an intake row.</summary>
internal static class IntakeState
{
    public const int Waiting = 0;

    /// <summary>In the ledger. Only deliveries are kept, without their bytes, so that a repeat is known.</summary>
    public const int Entered = 1;

    /// <summary>Could not be read; keeps its bytes for whoever looks into it.</summary>
    public const int Quarantined = 2;
}

/// <summary>A change that waits in the intake.</summary>
internal sealed record WaitingChange(long Seq, long Kind, string Platform_Id, long Version, long Deleted, string? Delivery_Id, byte[] Payload, long Received_At = 0)
{
    public StoreChange Change => new((EntityKind)Kind, Platform_Id, Version, Payload, Deleted != 0, Delivery_Id);
}

/// <summary>What one delivery, or one page of a reading, has told.</summary>
internal sealed record Arrival(string Connection, IReadOnlyList<StoreChange> Changes, long At);

/// <summary>The intake's rows.</summary>
internal static class IntakeStore
{
    private const int RowsAtOnce = 100;
    private const long Newest = long.MaxValue;
    private static readonly string?[] s_inserts = new string?[RowsAtOnce + 1];

    /// <returns>How many changes of each arrival are new; a delivery that was here before is not.</returns>
    public static IReadOnlyList<int> Insert(DbConnection db, DbTransaction transaction, IReadOnlyList<Arrival> arrivals)
    {
        var added = new int[arrivals.Count];
        foreach (var rows in arrivals.SelectMany((arrival, index) => arrival.Changes.Select(change => (Arrival: arrival, Index: index, Change: change))).Chunk(RowsAtOnce))
        {
            using var command = db.CreateCommand();
            (command.Transaction, command.CommandText) = (transaction, s_inserts[rows.Length] ??= InsertOf(rows.Length));
            for (var i = 0; i < rows.Length; i++)
            {
                var (arrival, _, change) = rows[i];
                Give(command, "connection", i, arrival.Connection);
                Give(command, "kind", i, (long)change.Kind);
                Give(command, "id", i, change.PlatformId);
                Give(command, "version", i, change.Version);
                Give(command, "deleted", i, change.Deleted ? 1L : 0L);
                Give(command, "delivery", i, change.DeliveryId);
                Give(command, "payload", i, change.Payload.ToArray());
                Give(command, "at", i, arrival.At);
            }
            var kept = new HashSet<(string, string)>();
            using (var reader = command.ExecuteReader())
                while (reader.Read())
                    if (!reader.IsDBNull(1)) kept.Add((reader.GetString(0), reader.GetString(1)));
            foreach (var (arrival, index, change) in rows)
                if (change.DeliveryId is not { } delivery || kept.Remove((arrival.Connection, delivery))) added[index]++;
        }
        return added;
    }

    private static string InsertOf(int rows) =>
        $"""
        insert into intake (connection, kind, platform_id, version, deleted, delivery_id, payload, received_at, state)
        values {string.Join(", ", Enumerable.Range(0, rows).Select(i => $"(@connection{i}, @kind{i}, @id{i}, @version{i}, @deleted{i}, @delivery{i}, @payload{i}, @at{i}, 0)"))} on conflict do nothing returning connection, delivery_id
        """;

    private static void Give(DbCommand command, string name, int row, object? value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name + row.ToString(CultureInfo.InvariantCulture), value ?? DBNull.Value);
        if (value is null) parameter.DbType = DbType.String;
        command.Parameters.Add(parameter);
    }

    /// <summary>In the order of arrival.</summary>
    /// <param name="after">The place of the last one that is known.</param>
    public static List<WaitingChange> Waiting(DbConnection db, string connection, long after, int limit) => db.Query<WaitingChange>(
        "select seq, kind, platform_id, version, deleted, delivery_id, payload, received_at from intake where connection = @connection and state = 0 and seq > @after order by seq limit @limit", new { connection, after, limit }).AsList();

    /// <summary>What the store would not answer for waits again: it may answer now.</summary>
    public static void RetryNamed(DbConnection db, DbTransaction transaction, string connection) =>
        db.ExecuteLater("update intake set state = 0, problem = null where connection = @connection and state = 2 and deleted = 0 and payload = @empty", new { connection, empty = Array.Empty<byte>() }, transaction);

    /// <summary>They are in the ledger, and so is whatever of the same entity could not be read before: a newer reading takes its place.</summary>
    public static void Entered(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, IReadOnlyList<WaitingChange> changes)
    {
        if (changes.Count == 0) return;
        var bySender = changes.ToLookup(change => change.Delivery_Id is not null, change => change.Seq);
        db.ExecuteLater($"delete from intake where seq {dialect.Among("seqs")}", new { seqs = bySender[false].ToList() }, transaction);
        db.ExecuteLater($"update intake set state = 1, payload = @empty where seq {dialect.Among("seqs")}", new { seqs = bySender[true].ToList(), empty = Array.Empty<byte>() }, transaction);
        db.ExecuteLater(dialect, transaction, "of bigint, id text, newest bigint, place bigint", [.. changes.Select(change => new object?[] { change.Kind, change.Platform_Id, change.Version, change.Seq })], rows =>
            $"delete from intake where seq in (select i.seq from {rows} join intake i on i.connection = @connection and i.kind = v.of and i.platform_id = v.id and i.state = 2 and i.version <= v.newest and i.seq < v.place)", ("connection", connection));
    }

    /// <summary>
    /// It could not be read. One row an entity, the newest the store has told: a poll that finds it unreadable again says nothing new, and a push that comes late says less.
    /// What is only named is as new as the store itself.
    /// </summary>
    public static void Quarantine(DbConnection db, DbTransaction transaction, string connection, WaitingChange change, string problem)
    {
        const string Same = "connection = @connection and kind = @Kind and platform_id = @Platform_Id and state = 2 and seq < @Seq and case when length(payload) = 0 then @newest else version end";
        var row = new { connection, change.Seq, change.Kind, change.Platform_Id, version = change.Change.IsOnlyNamed ? Newest : change.Version, newest = Newest, problem, empty = Array.Empty<byte>() };
        db.ExecuteLater($"delete from intake where {Same} <= @version", row, transaction);
        // A delivery stays known, for its sender repeats it.
        db.ExecuteLater((change.Delivery_Id is null ? "delete from intake" : "update intake set state = 1, payload = @empty") + $" where seq = @Seq and exists (select 1 from intake where {Same} > @version)", row, transaction);
        db.ExecuteLater("update intake set state = 2, problem = @problem where seq = @Seq and state = 0", row, transaction);
    }

    /// <summary>Forgets deliveries that no sender repeats any more.</summary>
    public static void Sweep(DbConnection db, DbTransaction transaction, string connection, long before) =>
        db.Execute("delete from intake where connection = @connection and state = 1 and received_at < @before", new { connection, before }, transaction);
}
