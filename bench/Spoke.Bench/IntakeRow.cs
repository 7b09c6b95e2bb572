using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Intake;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Sqlite;

namespace Spoke.Bench;

/// <summary>Changes taken in by 512 callers, each waiting for the disk, against bare prepared inserts of the same rows in transactions of 512 on the same disk.</summary>
internal static class IntakeRow
{
    private const int Callers = 512;
    private const int Pairs = 5;
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(1.5);
    private static readonly byte[] s_payload = Encoding.UTF8.GetBytes("{\"order\":\"" + new string('x', 580) + "\"}");

    public static async Task<Figure> MeasureAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("spoke-bench-");
        try
        {
            await using var database = await SyncDatabase.OpenAsync(new SqliteDialect(Path.Combine(folder.FullName, "intake.db")), cancellationToken);
            var intake = new ChangeIntake(database, TimeProvider.System);
            await using var bare = Open(Path.Combine(folder.FullName, "bare.db"));
            long number = 0;
            Task Take(CancellationToken stop)
            {
                var id = Interlocked.Increment(ref number).ToString(CultureInfo.InvariantCulture);
                return intake.AppendAsync("bench", [new StoreChange(EntityKind.Order, id, 1, s_payload, DeliveryId: id)], null, stop);
            }

            await Rounds.PerSecondAsync(Callers, s_round, Take, cancellationToken);
            InsertFor(bare, s_round, ref number);
            var (takes, inserts) = (new List<double>(), new List<double>());
            for (var i = 0; i < Pairs; i++)
            {
                inserts.Add(InsertFor(bare, s_round, ref number));
                takes.Add(await Rounds.PerSecondAsync(Callers, s_round, Take, cancellationToken));
            }
            var ratio = Rounds.Median(inserts.Zip(takes, (insert, take) => take / insert));
            return new Figure(ratio.ToString("0.00x", CultureInfo.InvariantCulture), "(none set)", true, string.Create(CultureInfo.InvariantCulture, $"{Rounds.Median(takes):N0} / {Rounds.Median(inserts):N0} a second, median of {Pairs} pairs"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Execute(connection, "pragma journal_mode = wal");
        Execute(connection, "pragma synchronous = full");
        Execute(connection, "create table intake (seq integer primary key autoincrement, connection text not null, kind integer not null, platform_id text not null, version bigint not null, delivery_id text, payload blob not null, received_at bigint not null, state integer not null)");
        Execute(connection, "create unique index intake_delivery on intake (connection, delivery_id)");
        Execute(connection, "create index intake_waiting on intake (connection, seq) where state = 0");
        return connection;
    }

    private static double InsertFor(SqliteConnection connection, TimeSpan length, ref long number)
    {
        var started = TimeProvider.System.GetTimestamp();
        var count = 0;
        using var command = connection.CreateCommand();
        command.CommandText = "insert into intake (connection, kind, platform_id, version, delivery_id, payload, received_at, state) values ('bench', 1, $id, 1, $id, $payload, 1, 0)";
        var id = command.Parameters.Add("$id", SqliteType.Text);
        command.Parameters.AddWithValue("$payload", s_payload);
        while (TimeProvider.System.GetElapsedTime(started) < length)
        {
            using var transaction = connection.BeginTransaction();
            command.Transaction = transaction;
            for (var i = 0; i < Callers; i++, count++)
            {
                id.Value = (++number).ToString(CultureInfo.InvariantCulture);
                command.ExecuteNonQuery();
            }
            transaction.Commit();
        }
        return count / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
