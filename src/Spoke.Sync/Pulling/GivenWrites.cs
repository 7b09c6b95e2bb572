using Dapper;
using Microsoft.Extensions.Logging;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Connections;
using Spoke.Sync.Intake;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Scheduling;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pulling;

/// <summary>Writes tags and notes into the store. A note is written once for each text; of tags only those are taken away that we have put there.</summary>
internal sealed class GivenWrites(SyncDatabase database, ChangeIntake intake, Connection connection, TimeProvider time, ILogger logger)
{
    private const int Page = 500;

    /// <returns>How many values the store has taken.</returns>
    /// <exception cref="StoreException">The store refuses us as a whole. What was not written waits.</exception>
    public async Task<int> WriteAsync(CancellationToken cancellationToken)
    {
        var taken = 0;
        while (true)
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            var due = await database.ReadAsync(db => GivenStore.Due(db, connection.Name, now, Page), cancellationToken).ConfigureAwait(false);
            if (due.Count == 0) return taken;
            foreach (var value in due)
                if (await WriteAsync(value, cancellationToken).ConfigureAwait(false)) taken++;
        }
    }

    /// <summary>When something is to be written next; null: nothing waits.</summary>
    public async Task<TimeSpan?> DueInAsync(CancellationToken cancellationToken) => DueTime.Until(await database.ReadAsync(db => GivenStore.DueAt(db, connection.Name), cancellationToken).ConfigureAwait(false), time);

    private async Task<bool> WriteAsync(GivenValue value, CancellationToken cancellationToken)
    {
        var targets = await database.ReadAsync(db => Targets(db, value), cancellationToken).ConfigureAwait(false);
        if (targets.Count == 0 || connection.Store.Writer is not { } writer || !writer.Takes.Contains(value.Way))
        {
            // There is nobody in the store to whom it could be written: it stays in HubSpot.
            await BecameAsync(value, TakenState.Kept, null, null, cancellationToken).ConfigureAwait(false);
            return false;
        }
        var ours = value.IsTags ? await OwnAsync(value, targets, cancellationToken).ConfigureAwait(false) : "";
        foreach (var target in targets)
        {
            StoreWriteOutcome outcome;
            try
            {
                outcome = await writer.WriteAsync(Write(value, target), cancellationToken).ConfigureAwait(false);
            }
            catch (StoreException trouble) when (trouble.IsTransient)
            {
                var due = time.GetUtcNow().ToUnixTimeMilliseconds() + Backoff.OfRecord(value.Attempts);
                await database.WriteAsync((db, transaction) => GivenStore.Later(db, transaction, connection.Name, value, trouble.Message, due), cancellationToken).ConfigureAwait(false);
                throw;
            }
            if (outcome.Result is StoreWriteResult.Refused or StoreWriteResult.Gone)
            {
                PullLog.Refused(logger, connection.Name, value.Record_Key, outcome.Problem ?? outcome.Result.ToString());
                await BecameAsync(value, TakenState.Refused, outcome.Problem ?? $"The store has no such {target.Kind.Word()} any more.", outcome.Fix ?? "Read the store again; if it is gone there, drop the change.", cancellationToken).ConfigureAwait(false);
                return false;
            }
            if (outcome.Now is { } now) await intake.AppendAsync(connection.Name, [now], null, cancellationToken).ConfigureAwait(false);
        }
        await database.WriteAsync((db, transaction) =>
        {
            GivenStore.Own(db, transaction, connection.Name, value, ours);
            GivenStore.Became(db, transaction, connection.Name, value, TakenState.Written);
        }, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private List<LedgerEntity> Targets(System.Data.Common.DbConnection db, GivenValue value) =>
    [
        .. db.Query<string>(value.Object == RecordObjects.Contacts
            ? "select body from ledger where connection = @Name and kind = 2 and contact_key = @Record_Key and deleted = 0 and guest = 0 and body <> ''"
            : "select l.body from ledger l, record r where r.connection = @Name and r.object = 'orders' and r.record_key = @Record_Key and l.connection = r.connection and l.kind = 3 and l.platform_id = r.source_id and l.deleted = 0 and l.body <> ''",
            new { connection.Name, value.Record_Key }).Select(LedgerJson.Read).OrderBy(entity => entity.PlatformId, StringComparer.Ordinal),   // sorted by SQLite it would walk all customers
    ];

    /// <returns>The tags that are ours once it is written. Those that are to go are ours until then.</returns>
    private async Task<string> OwnAsync(GivenValue value, List<LedgerEntity> targets, CancellationToken cancellationToken)
    {
        var kept = TagSet.Without(TagSet.Read(value.Ours), value.Remove);
        var ours = TagSet.Write(kept.Concat(TagSet.Without(value.Add, targets.SelectMany(Tags))));
        await database.WriteAsync((db, transaction) => GivenStore.Own(db, transaction, connection.Name, value, TagSet.Write(TagSet.Read(ours).Concat(value.Remove))), cancellationToken).ConfigureAwait(false);
        return ours;
    }

    /// <summary>The same key for the same change; of a note, for the same text.</summary>
    private static StoreWrite Write(GivenValue value, LedgerEntity target) => value.IsTags
        ? new TagsWrite($"{value.Record_Key}/{value.Way}/{value.Version}", target.Kind, target.PlatformId, [.. TagSet.Without(value.Add, Tags(target))], value.Remove)
        : new NoteWrite($"{value.Record_Key}/{value.Way}/{LedgerJson.Hash(value.Seen)}", target.Kind, target.PlatformId, value.Seen);

    private static IReadOnlyList<string> Tags(LedgerEntity entity) => entity is Order order ? order.Tags : ((Customer)entity).Tags ?? [];

    private Task BecameAsync(GivenValue value, int state, string? problem, string? fix, CancellationToken cancellationToken) =>
        database.WriteAsync((db, transaction) => GivenStore.Became(db, transaction, connection.Name, value, state, problem, fix), cancellationToken);
}
