using System.Data.Common;
using System.Text.Json;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Connections;
using Spoke.Sync.Consents;
using Spoke.Sync.Insight;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Privacy;
using Spoke.Sync.Pulling;
using Spoke.Sync.Quarantine;
using Spoke.Sync.Scheduling;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pushing;

/// <summary>Keeps what became of pushed records: link, shadow and state of a record change together or not at all.</summary>
/// <param name="isEdited">Whether people edit a property of an object in HubSpot too; null: none.</param>
internal sealed class OutcomeStore(SyncDatabase database, string connection, TimeProvider time, Func<string, string, bool>? isEdited = null)
{
    private const int RecentKept = 500;
    private const string This = " where connection = @connection and object = @object and record_key = @key";

    public async Task KeepAsync(IReadOnlyList<PushOutcome> heard, CancellationToken cancellationToken)
    {
        if (heard.Count == 0) return;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await database.WriteAsync((db, transaction) =>
        {
            var late = new List<PushOutcome>();
            var outcomes = Turns.Kept(db, transaction, database.Dialect, connection, heard, late.Add);
            var siblings = heard.Any(outcome => Siblings.Share(outcome.Item.Object)) ? Siblings.Of(db, transaction, connection) : [];
            var kept = new List<PlanItem>(outcomes.Count);
            var meanwhile = ToldMeanwhile.Read(db, transaction, database.Dialect, connection, siblings, outcomes);
            var rows = new OutcomeRows(database.Dialect, connection, now, meanwhile);
            foreach (var outcome in late.Where(outcome => outcome.Result is PushResult.Written or PushResult.Archived)) rows.Written(outcome, Word(outcome));
            var taken = siblings.Count == 0 ? [] : TakenStore.Among(db, transaction, database.Dialect, connection, outcomes.Select(outcome => outcome.Item));
            foreach (var outcome in outcomes)
            {
                Keep(db, transaction, outcome, kept, rows, now);
                if (outcome is { Result: PushResult.Written, RecordId: { } id }
                    && Siblings.Tell(db, transaction, database.Dialect, connection, siblings, outcome.Item.Object, id, outcome.Item.Changes.Where(change => outcome.Held.All(held => held.Property != change.Key) && !taken.Contains((outcome.Item.Object, outcome.Item.Key, change.Key))).ToDictionary(change => change.Key, change => change.Value))
                    && outcome.Item.Action == PlanAction.Create) meanwhile.Behind(outcome.Item);
            }
            rows.Write(db, transaction);
            var inStep = kept.Select(item => (item.Object, item.Key)).ToHashSet();
            Turns.GiveBack(db, transaction, connection, outcomes.Select(outcome => outcome.Item).Where(item => !inStep.Contains((item.Object, item.Key))));
            LateContacts.Keep(db, transaction, database.Dialect, connection, siblings, outcomes, now);
            meanwhile.MarkAgain(db, transaction, connection, outcomes);
            EdgeStore.KeepWanted(db, transaction, database.Dialect, connection, kept);
            // What HubSpot said of a contact until now, it said of its old address.
            ConsentStore.Moved(db, transaction, database.Dialect, connection, [.. kept.Where(item => item.Object == RecordObjects.Contacts && item.Changes.ContainsKey("email")).Select(item => item.Key)]);
            db.ExecuteLater("delete from recent where seq <= (select max(seq) from recent) - @RecentKept", new { RecentKept }, transaction);
        }, cancellationToken).ConfigureAwait(false);
        foreach (var (@object, count) in heard.CountBy(outcome => outcome.Item.Object)) await database.GrewAsync(Growth.Pushed, @object, count, cancellationToken).ConfigureAwait(false);
        await database.GrewAsync(Growth.Linked, "", heard.Sum(outcome => outcome.Item.Desired?.Edges.Count ?? 0), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes the turn of records of one object and notes what is about to be sent. From then on HubSpot may have it, whether or not an answer comes.</summary>
    /// <returns>Those that may be sent; the others are being sent by somebody else, or have been since they were planned.</returns>
    public Task<List<PlanItem>> SendingAsync(IReadOnlyList<PlanItem> items, CancellationToken cancellationToken) => database.WriteAsync((db, transaction) =>
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var until = Turns.Until(items, now);
        var ours = Turns.Choose(db, transaction, database.Dialect, connection, items, now);
        foreach (var alike in ours.GroupBy(item => (item.Object, Sent: Sent(item)), item => item.Key))
            db.ExecuteLater($"update record set sent = coalesce(@Sent, sent), {Turns.Begun} where connection = @connection and object = @Object and record_key {database.Dialect.Among("keys")}", new { alike.Key.Sent, until, connection, alike.Key.Object, keys = alike.ToList() }, transaction);
        return ours;
    }, cancellationToken);

    /// <summary>Leaves records to whoever sends them next: no outcome of them will come.</summary>
    public async Task LeaveAsync(IReadOnlyList<PlanItem> items)
    {
        try
        {
            await database.WriteAsync((db, transaction) => Turns.GiveBack(db, transaction, connection, items), CancellationToken.None).ConfigureAwait(false);
        }
        catch (StorageException)
        {
            // their turn ends by time
        }
    }

    // Of what is yet to be made nobody can have edited anything. Null: nothing of it leaves.
    private string? Sent(PlanItem item) => item.Action switch
    {
        PlanAction.Forget => null,
        PlanAction.Create or PlanAction.Update when item.Changes.Count == 0 => null,
        PlanAction.Archive => SentProperties.Removal,
        PlanAction.Update => SentProperties.Write(item, property => isEdited?.Invoke(item.Object, property) == true),
        _ => SentProperties.Write(item.Changes.Keys),
    };

    /// <summary>Ids of the records among these that others of ours are linked to.</summary>
    public Task<IReadOnlyList<string>> LinkedToOthersAsync(IReadOnlyList<PushOutcome> outcomes, CancellationToken cancellationToken)
    {
        if (outcomes.Count == 0) return Task.FromResult<IReadOnlyList<string>>([]);
        var keys = outcomes.ToLookup(outcome => outcome.RecordId!, outcome => outcome.Item.Key);
        var ids = keys.Select(group => group.Key).ToList();
        return database.ReadAsync<IReadOnlyList<string>>(db => [.. db.Query<(string Id, string Key)>($"select record_id, record_key from record where connection = @connection and object = 'contacts' and record_id {database.Dialect.Among("ids")}", new { connection, ids })
            .Where(row => !keys[row.Id].Contains(row.Key)).Select(row => row.Id).Distinct()], cancellationToken);
    }

    /// <param name="kept">Takes the records that are in HubSpot as they were planned.</param>
    private void Keep(DbConnection db, DbTransaction transaction, PushOutcome outcome, List<PlanItem> kept, OutcomeRows rows, long now)
    {
        var item = outcome.Item;
        var takesOver = outcome.Result is PushResult.Unchanged or PushResult.Written && item.Action == PlanAction.Create && !outcome.Created;
        if (takesOver || item.Action == PlanAction.Forget || outcome.Result is not (PushResult.Unchanged or PushResult.Written)) rows.Write(db, transaction);   // it goes by what is there
        var key = new { connection, @object = item.Object, key = item.Key, generation = item.Generation, recordId = outcome.RecordId };
        switch (outcome.Result)
        {
            case PushResult.Unchanged when item.Action == PlanAction.Forget:
            case PushResult.Archived:
                if (outcome.Result == PushResult.Archived) rows.Written(outcome, Word(outcome));
                EdgeStore.Forget(db, transaction, connection, item.Object, item.Key);
                db.ExecuteLater("delete from record" + This + " and generation = @generation", key, transaction);
                // Marked again while it was being archived: what comes next begins without a link.
                db.ExecuteLater("update record set record_id = null, shadow = null, sent = null" + This, key, transaction);
                if (outcome.Result == PushResult.Archived) rows.Remember(outcome, Word(outcome), null);
                break;
            case PushResult.Unchanged:
            case PushResult.Written:
                if (takesOver && TookOver(db, transaction, outcome, now)) break;
                rows.InStep(outcome);
                if (item is { Action: PlanAction.Update, RecordId: { } old } && outcome.RecordId != old)
                {
                    rows.Write(db, transaction);
                    WentInto(db, transaction, outcome, now);
                }
                if (outcome.Result == PushResult.Written) rows.Written(outcome, Word(outcome));
                kept.Add(item);
                if (outcome.Held.Count > 0) rows.Remember(outcome, "quarantined", outcome.Held[0].Fix);
                else if (outcome.Result == PushResult.Written) rows.Remember(outcome, Word(outcome), null);
                break;
            case PushResult.RetryLater:
                var wait = Math.Max(Backoff.OfRecord(item.Attempts), (long)(outcome.Error!.RetryAfter?.TotalMilliseconds ?? 0));
                db.ExecuteLater("update record set attempts = attempts + 1, due_at = @due, problem = @problem" + This, new { due = now + wait, problem = outcome.Error.Message, connection, @object = item.Object, key = item.Key }, transaction);
                break;
            case PushResult.Quarantined:
                KeepProblem(db, transaction, outcome);
                rows.Remember(outcome, "quarantined", outcome.Held.Count > 0 ? outcome.Held[0].Fix : outcome.Error!.Fix ?? outcome.Error.Message);
                break;
            case PushResult.Relinked:
                db.ExecuteLater("update record set record_id = @recordId, shadow = null, state = 1, attempts = 0, due_at = 0" + This, key, transaction);
                EdgeStore.WantAgain(db, transaction, connection, item.Object, item.Key);
                break;
            case PushResult.Stopped:
                StoppedRecords.Stop(db, transaction, connection, item.Object, item.Key, now);
                rows.Remember(outcome, "stopped", "Archived in HubSpot; restore it there to go on.");
                break;
        }
    }

    private static string Word(PushOutcome outcome) => outcome.Result == PushResult.Archived ? "archived" : outcome.Created ? "created" : "updated";

    // Found by an address or a SKU that another of our records has not given up yet, and written over: that one is written anew and this one tries again.
    // Where nobody of the store stands behind the other any more, the record goes over. Where HubSpot has both addresses for one person, nothing is ever given up: they are one.
    private bool TookOver(DbConnection db, DbTransaction transaction, PushOutcome outcome, long now)
    {
        var item = outcome.Item;
        var row = new { connection, @object = item.Object, key = item.Key, recordId = outcome.RecordId, due = now + Backoff.OfRecord(Math.Max(0, item.Attempts - 4)) };
        var given = true;
        foreach (var other in db.Query<string>("select record_key from record where connection = @connection and object = @object and record_id = @recordId and record_key <> @key", row, transaction).AsList())
        {
            var holder = new { connection, @object = item.Object, key = other, sent = SentProperties.Write(item) };
            var left = item.Object == RecordObjects.Contacts && db.ExecuteScalar<long>("select count(*) from ledger where connection = @connection and contact_key = @key", holder, transaction) == 0;
            db.ExecuteLater((left ? "update record set record_id = null, shadow = null" : "update record set sent = @sent") + ", state = 1, generation = generation + 1, attempts = 0, due_at = 0" + This, holder, transaction);
            given &= left;
            if (left || !IsOnePerson(db, transaction, outcome, other)) continue;
            ContactUnion.Make(db, transaction, connection, item.Key, other, now, "HubSpot has both addresses in one contact");
            return true;
        }
        if (!given) db.ExecuteLater("update record set attempts = attempts + 1, due_at = @due, problem = 'Another record has not given up the same value yet.'" + This, row, transaction);
        return !given;
    }

    private bool IsOnePerson(DbConnection db, DbTransaction transaction, PushOutcome outcome, string other) => outcome is { Addresses: { } there, Item.Desired: { IdProperty: "email", IdValue: var address } }
        && db.Query<string>("select distinct email from ledger where connection = @connection and contact_key = @other and email is not null", new { connection, other }, transaction)
            .Any(theirs => theirs != EmailAddress.Normalise(address) && there.Contains(theirs));

    // Written by its old id, the record that it went into took it: what that one has of all else is not known.
    private void WentInto(DbConnection db, DbTransaction transaction, PushOutcome outcome, long now)
    {
        var item = outcome.Item;
        db.ExecuteLater("update record set sent = @sent, state = 1, generation = generation + 1, attempts = 0, due_at = 0" + This,
            new { sent = SentProperties.Write(item.Desired!.Properties.Keys), connection, @object = item.Object, key = item.Key }, transaction);
        EdgeStore.WantAgain(db, transaction, connection, item.Object, item.Key);
        AuditTrail.Add(db, transaction, now, connection, item.Object, item.Key, AuditTrail.Merge, before: item.RecordId, after: outcome.RecordId, detail: "merged in HubSpot");
    }

    private void KeepProblem(DbConnection db, DbTransaction transaction, PushOutcome outcome)
    {
        var item = outcome.Item;
        var first = outcome.Held.Count > 0 ? outcome.Held[0] : null;
        db.ExecuteLater(
            """
            update record set state = case when generation = @generation then 2 else 1 end, title = @title, problem = @problem, cause = @cause, fix = @fix, property = @property, value = @value, correlation = @correlation
            """ + This,
            new
            {
                title = item.Desired?.Title,
                problem = outcome.Problem,
                cause = first?.Cause ?? outcome.Error!.Cause ?? outcome.Error.Category,
                fix = first?.Fix ?? outcome.Error!.Fix,
                property = first?.Property,
                value = first?.Value,
                correlation = first?.CorrelationId ?? outcome.Error?.CorrelationId ?? outcome.CorrelationId,
                connection,
                @object = item.Object,
                key = item.Key,
                generation = item.Generation,
            }, transaction);
    }
}
