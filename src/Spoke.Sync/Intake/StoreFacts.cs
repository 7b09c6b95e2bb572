using System.Data.Common;
using Microsoft.Extensions.Logging;
using Spoke.Commerce.Connectors;
using Spoke.Sync.Connections;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Intake;

/// <summary>What a store says of itself and what it lacks: told to the operator, and remembered for those who look without asking it.</summary>
internal sealed class StoreFacts(SyncDatabase database, Connection connection, TimeProvider time, ILogger logger)
{
    /// <summary>Its time zone by its IANA name; empty: it does not say.</summary>
    public const string Zone = "store-zone";

    private const string Notices = "store-notices";
    private static readonly TimeSpan Between = TimeSpan.FromHours(1);
    private IReadOnlyList<string> _told = [];
    private DateTimeOffset? _askedAt;

    /// <summary>What it lacked when it was asked last.</summary>
    public static IReadOnlyList<string> Lacks(DbConnection db, string connection) => Cursors.Get(db, connection, Notices) is { Length: > 0 } lines ? lines.Split('\n') : [];

    /// <summary>Logs what the store lacks: once, and what is new when it is asked again an hour later.</summary>
    public async Task TellAsync(CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - _askedAt < Between) return;
        var (info, notices) = await AskAsync(cancellationToken).ConfigureAwait(false);
        foreach (var notice in notices.Except(_told)) StoreLog.Notice(logger, connection.Name, notice);
        // A store that did not answer lacks what it lacked before.
        _told = info is null ? [.. _told.Union(notices)] : notices;
        if (info is not null) _askedAt = time.GetUtcNow();
    }

    /// <summary>One question to the store. That it fails to answer this one ends nothing: what is read of it tells whether it can be.</summary>
    /// <returns>Null where it did not answer, and then the notice says why.</returns>
    public async Task<(StoreInfo? Info, IReadOnlyList<string> Notices)> AskAsync(CancellationToken cancellationToken)
    {
        StoreInfo info;
        try
        {
            info = await connection.Store.DescribeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException failure)
        {
            return (null, [$"What the store lacks is not known: {failure.Message}"]);
        }
        await database.WriteAsync((db, transaction) =>
        {
            Cursors.Put(db, transaction, connection.Name, Notices, string.Join('\n', info.Notices.Select(notice => notice.ReplaceLineEndings(" "))));
            Cursors.Put(db, transaction, connection.Name, Zone, info.TimeZone ?? "");
        }, cancellationToken).ConfigureAwait(false);
        return (info, info.Notices);
    }
}

internal static partial class StoreLog
{
    [LoggerMessage(4005, LogLevel.Warning, "Connection {Connection}: {Notice}")]
    public static partial void Notice(ILogger logger, string connection, string notice);
}
