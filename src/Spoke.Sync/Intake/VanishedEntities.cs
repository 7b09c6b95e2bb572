using Dapper;
using Microsoft.Extensions.Logging;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Connections;
using Spoke.Sync.Insight;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Intake;

/// <summary>
/// What the ledger has and a full read of the store did not bring: the push that told of its end was lost. Each is asked for once more by its id before it counts as deleted.
/// A store that answers with nothing, or with much less than before, is not believed.
/// </summary>
internal sealed class VanishedEntities(SyncDatabase database, ChangeIntake intake, Connection connection, TimeProvider time, ILogger logger)
{
    /// <summary>More than these, and more than a hundredth of a kind, do not go by themselves.</summary>
    private const int Few = 10;

    private const int Most = 1000;

    /// <param name="began">When the full read began: what has been heard of since is there.</param>
    /// <exception cref="StoreException">The store could not be asked; the full read is not over then.</exception>
    public async Task RunAsync(DateTimeOffset began, CancellationToken cancellationToken)
    {
        foreach (var kind in connection.Store.ReadWhole.Intersect(connection.Store.Kinds)) await RunAsync(kind, began.ToUnixTimeMilliseconds(), cancellationToken).ConfigureAwait(false);
    }

    private async Task RunAsync(EntityKind kind, long began, CancellationToken cancellationToken)
    {
        var (missing, all) = await database.ReadAsync(db =>
        {
            var of = new { connection.Name, kind = (int)kind, began, limit = Most + 1 };
            // A guest is known from orders alone; no list of customers has them.
            const string Live = "from ledger where connection = @Name and kind = @kind and deleted = 0 and guest = 0 and body <> ''";
            var rows = db.Query<(string Id, long Version)>($"select platform_id, version {Live} and seen_at < @began order by platform_id limit @limit", of).AsList();
            return (rows, rows.Count == 0 ? 0 : db.ExecuteScalar<long>($"select count(*) {Live}", of));
        }, cancellationToken).ConfigureAwait(false);
        if (missing.Count == 0) return;
        if (missing.Count > Most || missing.Count == all || (missing.Count > Few && missing.Count * 100L > all))
        {
            VanishedLog.TooMany(logger, connection.Name, missing.Count > Most ? $"more than {Most}" : missing.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), all, kind);
            var detail = $"A full read of the store did not bring {missing.Count} of {all}; nothing of it was taken for deleted. Is the store whole, and may the credential see all of it?";
            await database.WriteAsync((db, transaction) => AuditTrail.Add(db, transaction, time.GetUtcNow().ToUnixTimeMilliseconds(), connection.Name, kind.Word(), "", "vanished", detail: detail), cancellationToken).ConfigureAwait(false);
            return;
        }
        foreach (var (id, version) in missing)
        {
            var there = await connection.Store.ReadOneAsync(kind, id, cancellationToken).ConfigureAwait(false);
            if (there is null) VanishedLog.Gone(logger, connection.Name, kind, id);
            await intake.AppendAsync(connection.Name, [there ?? new StoreChange(kind, id, version, ReadOnlyMemory<byte>.Empty, Deleted: true)], null, cancellationToken).ConfigureAwait(false);
        }
    }
}

internal static partial class VanishedLog
{
    [LoggerMessage(2101, LogLevel.Information, "{Connection}: the store has no {Kind} {Id} any more; it counts as deleted")]
    public static partial void Gone(ILogger logger, string connection, EntityKind kind, string id);

    [LoggerMessage(2102, LogLevel.Warning, "{Connection}: a full read of the store did not bring {Count} of {All} {Kind} entities, too many to take for deleted; nothing was")]
    public static partial void TooMany(ILogger logger, string connection, string count, long all, EntityKind kind);
}
