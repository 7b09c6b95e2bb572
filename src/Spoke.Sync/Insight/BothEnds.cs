using System.Data.Common;
using System.Text.Json;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Intake;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Insight;

/// <summary>
/// Counts the records of a connection on both ends: in the ledger, and by HubSpot itself, whose answer no mistake of ours can colour. One search an object.
/// </summary>
internal sealed class BothEnds(SyncDatabase database, Connection connection, TimeProvider time)
{
    private const string Name = "counted";
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private readonly RequestOptions _inTurn = new() { Caller = connection.Name };
    private readonly RequestOptions _atOnce = new() { Caller = connection.Name, NoRepeat = true };   // in the middle of work nobody waits for a count
    private DateTimeOffset _at = DateTimeOffset.MinValue;
    private bool _doubted;

    /// <summary>What was counted last; empty: nothing yet.</summary>
    public IReadOnlyList<CountedRecords> Last { get; private set; } = [];

    /// <summary>Counts now.</summary>
    /// <returns>The objects there are any records of. Where HubSpot does not answer, its side is left open: what is counted holds nothing up.</returns>
    public Task<IReadOnlyList<CountedRecords>> CountAsync(CancellationToken cancellationToken) => CountAsync(_inTurn, cancellationToken);

    private async Task<IReadOnlyList<CountedRecords>> CountAsync(RequestOptions options, CancellationToken cancellationToken)
    {
        var ours = await database.ReadAsync(Ours, cancellationToken).ConfigureAwait(false);
        var counts = new List<CountedRecords>(ours.Count);
        var silent = false;
        foreach (var own in ours)
        {
            long? there = null;
            try
            {
                if (!silent) there = await connection.Portal.Objects(own.Object).CountAsync(SearchQuery.Where(new SearchFilter(SpokeKey.Property, SearchOperator.HasProperty)), options, cancellationToken).ConfigureAwait(false);
            }
            catch (HubSpotException)
            {
                silent = true;   // whatever keeps it from answering keeps it from being written to as well, and is told there
            }
            counts.Add(own with { InHubSpot = there });
        }
        _at = time.GetUtcNow();
        _doubted = counts.Any(count => count.InHubSpot is null || count.Missing > 0);
        await database.WriteAsync((db, transaction) => Cursors.Put(db, transaction, connection.Name, Name, JsonSerializer.Serialize(new RememberedCount(_at, counts), CountJson.Default.RememberedCount)), cancellationToken).ConfigureAwait(false);
        return Last = counts;
    }

    /// <summary>Counts, unless it was done less than a minute ago.</summary>
    public async Task<IReadOnlyList<CountedRecords>> NowAndThenAsync(CancellationToken cancellationToken) =>
        time.GetUtcNow() - _at < Shortest ? Last : await CountAsync(_atOnce, cancellationToken).ConfigureAwait(false);

    /// <summary>Counts beside work that is under way, which waits for no count.</summary>
    public sealed class Aside(BothEnds ends) : IAsyncDisposable
    {
        private Task _underWay = Task.CompletedTask;

        /// <summary>What was counted last. Counting begins if that was more than a minute ago.</summary>
        public IReadOnlyList<CountedRecords> Now(CancellationToken cancellationToken)
        {
            if (_underWay.IsCompleted) _underWay = Task.Run(() => ends.NowAndThenAsync(cancellationToken), cancellationToken);   // SQLite reads on the thread that asks
            return ends.Last;
        }

        public async ValueTask DisposeAsync() => await _underWay.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>After a live round: counts if records came or went, and again while HubSpot says that some are missing.</summary>
    public async Task AfterAsync(bool cameOrWent, CancellationToken cancellationToken)
    {
        _doubted |= cameOrWent;
        if (_doubted) await NowAndThenAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What was counted last, by whichever process did; null: nothing yet.</summary>
    public static RememberedCount? Read(DbConnection db, string connection) =>
        Cursors.Get(db, connection, Name) is { } text ? JsonSerializer.Deserialize(text, CountJson.Default.RememberedCount) : null;

    private List<CountedRecords> Ours(DbConnection db)
    {
        List<string> stores = [connection.Name, .. Siblings.Of(db, null, connection.Name)];
        var counts = new List<CountedRecords>();
        foreach (var @object in RecordObjects.InOrder)
        {
            var should = stores.Sum(store => Should(db, store, @object));
            var rows = stores.Sum(store => db.ExecuteScalar<long>("select count(*) from record where connection = @store and object = @object and record_id is not null", new { store, @object }));
            if (@object == RecordObjects.Companies && rows == 0) continue;   // none are made, or the token may not
            // A record that two stores have is there once.
            var records = stores.Count == 1 ? rows : db.ExecuteScalar<long>($"select count(distinct record_id) from record where connection {database.Dialect.Among("stores")} and object = @object and record_id is not null", new { stores, @object });
            if (should > 0 || rows > 0) counts.Add(new CountedRecords(@object, should - (rows - records), records, null));
        }
        return counts;
    }

    /// <summary>How many records of an object a store should have in HubSpot. Several customers can be one contact, and nobody can be told about an anonymous cart.</summary>
    public static long Should(DbConnection db, string connection, string @object) => @object switch
    {
        RecordObjects.Products => InLedger(db, connection, EntityKind.Variant),
        RecordObjects.Orders => InLedger(db, connection, EntityKind.Order),
        _ => db.ExecuteScalar<long>("select count(*) from record where connection = @connection and object = @object", new { connection, @object }),
    };

    private static long InLedger(DbConnection db, string connection, EntityKind kind) =>
        db.ExecuteScalar<long>("select count(*) from ledger where connection = @connection and kind = @kind and body <> '' and (deleted = 0 or kind = 3)", new { connection, kind = (int)kind });
}
