using System.Globalization;
using Dapper;
using Spoke.HubSpot;
using Spoke.Sync.Companies;
using Spoke.Sync.Connections;
using Spoke.Sync.Consents;
using Spoke.Sync.Intake;
using Spoke.Sync.Planning;
using Spoke.Sync.Privacy;
using Spoke.Sync.Quarantine;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pulling;

/// <summary>
/// Brings in what happened in HubSpot: what it told us by webhook, what its records say has changed since the last look, and once a day what was archived.
/// Only records we are linked to are looked at; what is made there by hand is nothing of ours.
/// </summary>
internal sealed class Puller(SyncDatabase database, Connection connection, DesiredReader reader, IReadOnlyList<ConsentRound> consents, SyncOptions options, TimeProvider time)
{
    private const int Page = 500;
    private const string ArchivedLook = "pull-archived";
    private static readonly TimeSpan ArchivedEvery = TimeSpan.FromDays(1);
    private readonly PortalComparison _comparison = new(database, connection.Portal, connection.Name, connection.Policies, reader, time);
    private readonly GivenLook _given = new(database, connection);
    private readonly PortalMerges _merges = new(database, connection.Name, time);
    private readonly StoppedRecords _stopped = new(database, connection.Portal, connection.Name, time);
    private readonly RequestOptions _inTurn = new() { Caller = connection.Name };
    private Dictionary<string, DateTimeOffset> _changedAt = [];
    private bool _begun;

    /// <summary>From when on HubSpot is to be asked for the records of an object that have changed; null: never was, and nothing was made there.</summary>
    public static DateTimeOffset? LookedAt(System.Data.Common.DbConnection db, string connection, string @object) =>
        Cursors.GetMoment(db, connection, Cursor(@object));

    /// <param name="poll">Ask HubSpot too, besides looking at what it told us.</param>
    /// <returns>How many fields and records were found changed in HubSpot.</returns>
    /// <exception cref="HubSpotException">The portal refuses us, or cannot be reached. What was told us waits.</exception>
    public async Task<int> PullAsync(bool poll, CancellationToken cancellationToken)
    {
        var changed = await HearAsync(cancellationToken).ConfigureAwait(false);
        if (!poll)
        {
            await BeginAsync(cancellationToken).ConfigureAwait(false);
            return changed;
        }
        foreach (var @object in Watched.Where(IsPolled))
            changed += await LookAsync(@object, cancellationToken).ConfigureAwait(false);
        return changed + await LookForArchivedAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes off HubSpot's values where the store says the same now, or something newer.</summary>
    /// <exception cref="HubSpotException">The history of a contested value could not be read.</exception>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        foreach (var @object in Watched) await TakenOverlay.SettleAsync(database, connection, @object, reader, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether people edit it in HubSpot too.</summary>
    public bool IsEdited(string @object, string property) => connection.IsEdited(@object, property);

    /// <summary>Whether the plan would write a field that may have been edited in HubSpot since we last looked.</summary>
    public bool IsContested(PlanItem item) => item is { Action: PlanAction.Update, RecordId: not null } && item.Changes.Keys.Any(property => IsEdited(item.Object, property));

    /// <summary>Looks at records by their ids, as before a write of fields that people edit on both sides.</summary>
    public async Task<int> LookAsync(string @object, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0 || !IsWatched(@object)) return 0;
        var read = await connection.Portal.Objects(@object).BatchReadAsync([.. ids.Select(id => (RecordId)id)], new ReadOptions { Properties = await AskedAsync(@object, cancellationToken).ConfigureAwait(false) }, _inTurn, cancellationToken).ConfigureAwait(false);
        _changedAt = ids.Zip(read).Where(pair => pair.Second.Record is not null).DistinctBy(pair => pair.First).ToDictionary(pair => pair.First, pair => pair.Second.Record!.UpdatedAt, StringComparer.Ordinal);
        // Of what was merged, the old id and the new one lead to the same record.
        return await TakeInAsync(@object, [.. read.Select(outcome => outcome.Record).OfType<CrmRecord>().DistinctBy(record => record.Id)], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks for what our writes have met of fields that people edit too.</summary>
    /// <param name="written">Updates of one object that HubSpot has carried out and whose outcome is not kept yet.</param>
    /// <exception cref="HubSpotException">The history could not be read.</exception>
    public Task<int> LookBehindAsync(IReadOnlyList<PlanItem> written, CancellationToken cancellationToken)
    {
        var @object = written[0].Object;
        return new LookBehind(connection.Portal, connection.Name, _comparison, _given, id => _changedAt.TryGetValue(id, out var at) ? at : null).LookAsync(@object, written, property => IsEdited(@object, property), cancellationToken);
    }

    private async Task<int> HearAsync(CancellationToken cancellationToken)
    {
        var changed = 0;
        while (await database.ReadAsync(db => PortalEventStore.Waiting(db, connection.Name, Page), cancellationToken).ConfigureAwait(false) is { Count: > 0 } waiting)
        {
            foreach (var merge in waiting.Where(e => (PortalEventKind)e.Kind == PortalEventKind.Merged)) changed += await MergedAsync(merge.Object, merge.Record_Id, merge.Other_Id!, cancellationToken).ConfigureAwait(false);
            foreach (var group in waiting.Where(e => (PortalEventKind)e.Kind == PortalEventKind.Changed).GroupBy(e => e.Object))
                changed += await LookAsync(group.Key, [.. group.Select(e => e.Record_Id).Distinct()], cancellationToken).ConfigureAwait(false);
            foreach (var group in waiting.Where(e => (PortalEventKind)e.Kind == PortalEventKind.Archived).GroupBy(e => e.Object))
                changed += await _stopped.StopAsync(group.Key, [.. group.Select(e => e.Record_Id).Distinct()], cancellationToken).ConfigureAwait(false);
            if (waiting.Any(e => (PortalEventKind)e.Kind == PortalEventKind.Restored)) await _stopped.LookAgainAsync(cancellationToken).ConfigureAwait(false);
            await database.WriteAsync((db, transaction) =>
            {
                foreach (var edge in waiting.Where(e => (PortalEventKind)e.Kind == PortalEventKind.Associated)) changed += Doubt(db, transaction, edge);
                foreach (var restored in waiting.Where(e => (PortalEventKind)e.Kind == PortalEventKind.Restored)) StoppedRecords.Restored(db, transaction, connection.Name, restored.Object, restored.Record_Id);
                foreach (var erased in waiting.Where(e => (PortalEventKind)e.Kind == PortalEventKind.Erased && e.Object == RecordObjects.Contacts)) PrivacyStore.ErasedInPortal(db, transaction, connection.Name, erased.Record_Id, erased.At, time.GetUtcNow());
                PortalEventStore.Done(db, transaction, connection.Name, waiting[^1].Seq);
            }, cancellationToken).ConfigureAwait(false);
        }
        return changed;
    }

    // What is made from now on may be edited or archived before HubSpot is asked for the first time.
    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        if (_begun) return;
        var now = time.GetUtcNow();
        await database.WriteAsync((db, transaction) =>
        {
            foreach (var name in Watched.Where(IsPolled).Select(Cursor).Append(ArchivedLook))
                if (Cursors.Get(db, connection.Name, name) is null) Cursors.Put(db, transaction, connection.Name, name, now);
        }, cancellationToken).ConfigureAwait(false);
        _begun = true;
    }

    private async Task<int> LookAsync(string @object, CancellationToken cancellationToken)
    {
        var name = Cursor(@object);
        var began = time.GetUtcNow();
        var since = await database.ReadAsync(db => Cursors.Get(db, connection.Name, name), cancellationToken).ConfigureAwait(false);
        var changed = 0;
        if (since is not null)
        {
            var from = (Cursors.Moment(since) - options.Overlap).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
            var query = SearchQuery.Where(new SearchFilter(@object == RecordObjects.Contacts ? "lastmodifieddate" : "hs_lastmodifieddate", SearchOperator.Gte, from)) with { Properties = ["hs_object_id"] };
            // The search runs behind: it says which records have changed, and what they say now only they themselves do.
            await foreach (var ids in connection.Portal.Objects(@object).SearchAsync(query, _inTurn, cancellationToken).Select(record => record.Id.Value).Chunk(Page).WithCancellation(cancellationToken).ConfigureAwait(false))
                changed += await LookAsync(@object, ids, cancellationToken).ConfigureAwait(false);
        }
        await KeepAsync(name, began, cancellationToken).ConfigureAwait(false);
        return changed;
    }

    private async Task<int> TakeInAsync(string @object, IReadOnlyList<CrmRecord> seen, CancellationToken cancellationToken)
    {
        var merged = await FollowAsync(@object, seen, cancellationToken).ConfigureAwait(false);
        if (@object == RecordObjects.Contacts)
            foreach (var channel in consents) await channel.SawAsync(seen, cancellationToken).ConfigureAwait(false);
        return merged + await _comparison.CompareAsync(@object, seen, cancellationToken).ConfigureAwait(false) + await _given.SawAsync(@object, seen, cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> FollowAsync(string @object, IReadOnlyList<CrmRecord> seen, CancellationToken cancellationToken)
    {
        var merged = 0;
        foreach (var record in seen)
            if (PortalMerges.InTo(record) is { Count: > 0 } gone && await _merges.FollowAsync(@object, record, gone, cancellationToken).ConfigureAwait(false)) merged++;
        return merged;
    }

    private async Task<int> MergedAsync(string @object, string gone, string into, CancellationToken cancellationToken)
    {
        var records = connection.Portal.Objects(@object);
        if (await records.GetAsync(into, new ReadOptions { Properties = await AskedAsync(@object, cancellationToken).ConfigureAwait(false) }, _inTurn, cancellationToken).ConfigureAwait(false) is { } stayed)
        {
            if (!await _merges.FollowAsync(@object, stayed, [gone], cancellationToken).ConfigureAwait(false)) return 0;
            return 1 + await _comparison.CompareAsync(@object, [stayed], cancellationToken).ConfigureAwait(false);
        }
        // Archived since: those that went into it are one all the same, and their links would lead nowhere.
        if (await records.GetAsync(into, new ReadOptions { Archived = true, Properties = [PortalMerges.MergedIds] }, _inTurn, cancellationToken).ConfigureAwait(false) is not { } archived) return 0;
        var followed = await _merges.FollowAsync(@object, archived, [.. PortalMerges.InTo(archived), gone], cancellationToken).ConfigureAwait(false) ? 1 : 0;
        return followed + await _stopped.StopAsync(@object, [archived.Id.Value], cancellationToken).ConfigureAwait(false);
    }

    // Archiving moves no record's date and the search does not know archived ones: the list of them does.
    private async Task<int> LookForArchivedAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var last = await database.ReadAsync(db => Cursors.Get(db, connection.Name, ArchivedLook), cancellationToken).ConfigureAwait(false);
        if (last is not null && now - Cursors.Moment(last) < ArchivedEvery) return 0;
        var companies = await database.ReadAsync(db => CompanyKeys.Any(db, connection.Name), cancellationToken).ConfigureAwait(false);
        var stopped = 0;
        foreach (var @object in last is null ? [] : RecordObjects.InOrder.Where(o => o != RecordObjects.Companies || companies))   // at the first look there is nothing of ours yet
            await foreach (var archived in connection.Portal.Objects(@object).ListAsync(new ReadOptions { Archived = true, Properties = [PortalMerges.MergedIds] }, _inTurn, cancellationToken).Chunk(Page).WithCancellation(cancellationToken).ConfigureAwait(false))
                stopped += await FollowAsync(@object, archived, cancellationToken).ConfigureAwait(false) + await _stopped.StopAsync(@object, [.. archived.Select(record => record.Id.Value)], cancellationToken).ConfigureAwait(false);
        await KeepAsync(ArchivedLook, now, cancellationToken).ConfigureAwait(false);
        return stopped;
    }

    /// <summary>An association of ours that somebody touched is made again: it is a fact of the store.</summary>
    private int Doubt(System.Data.Common.DbConnection db, System.Data.Common.DbTransaction transaction, WaitingEvent told) => db.Execute(
        """
        update edge set state = 0, attempts = 0, due_at = 0 where connection = @connection and state = 1 and exists (
            select 1 from record f, record t
            where f.connection = edge.connection and f.object = edge.from_object and f.record_key = edge.from_key and t.connection = edge.connection and t.object = edge.to_object and t.record_key = edge.to_key
                and ((f.record_id = @Record_Id and t.record_id = @Other_Id) or (f.record_id = @Other_Id and t.record_id = @Record_Id)))
        """, new { connection = connection.Name, told.Record_Id, told.Other_Id }, transaction);

    // What only stands in HubSpot is looked at before it would be written over; nothing is to be done about it sooner.
    private bool IsPolled(string @object) => @object != RecordObjects.Companies || _comparison.Watched(@object).Any(property => connection.Policies.Of(@object, property) is { TwoWay: true } or { Enforce: true });

    private IEnumerable<string> Watched => RecordObjects.InOrder.Where(IsWatched);

    private static string Cursor(string @object) => "pull-" + @object;

    private bool IsWatched(string @object) => _comparison.Watched(@object).Count > 0 || _given.Properties(@object).Any() || (@object == RecordObjects.Contacts && consents.Count > 0);

    private async Task<IReadOnlyList<string>> AskedAsync(string @object, CancellationToken cancellationToken)
    {
        List<string> asked = [.. _comparison.Watched(@object), .. _given.Properties(@object), PortalMerges.MergedIds];
        if (@object == RecordObjects.Contacts)
            foreach (var channel in consents) asked.AddRange(await channel.PropertiesAsync(cancellationToken).ConfigureAwait(false));
        return [.. asked.Distinct(StringComparer.Ordinal)];
    }

    private Task KeepAsync(string name, DateTimeOffset at, CancellationToken cancellationToken) =>
        database.WriteAsync((db, transaction) => Cursors.Put(db, transaction, connection.Name, name, at), cancellationToken);
}
