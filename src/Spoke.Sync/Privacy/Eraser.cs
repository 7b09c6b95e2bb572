using Dapper;
using Microsoft.Extensions.Logging;
using Spoke.Commerce.Connectors;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Insight;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Privacy;

/// <summary>
/// Carries out erasures: first our own database, then HubSpot's contacts by their ids, then the receipt. Interrupted anywhere it goes on where it was;
/// what is done is not done again. The orders' records are cleared by the next plan.
/// </summary>
/// <param name="reached">Told after each step that has become durable.</param>
internal sealed class Eraser(SyncDatabase database, Connection connection, LedgerFeed feed, TimeProvider time, ILogger logger, Action<int>? reached = null)
{
    private readonly RequestOptions _inTurn = new() { Caller = connection.Name };

    /// <summary>All erasures that are not done. A contact that HubSpot refuses to give up holds up nothing else; it is tried again the next time.</summary>
    /// <exception cref="HubSpotException">The portal cannot be reached.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var open = await database.ReadAsync(db => PrivacyStore.Open(db, connection.Name), cancellationToken).ConfigureAwait(false);
        if (open.Count == 0) return;
        try
        {
            await feed.DrainAsync(connection, cancellationToken).ConfigureAwait(false);   // what waits in the intake may tell of the person
        }
        catch (StoreException)
        {
            // it is judged by the tombstones when the store answers again
        }
        foreach (var request in open) await CarryOutAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private async Task CarryOutAsync(PrivacyRow request, CancellationToken cancellationToken)
    {
        if (request.State == PrivacyState.Asked)
            try
            {
                await LinkUnheardAsync(request, cancellationToken).ConfigureAwait(false);
            }
            catch (HubSpotException refused) when (!refused.IsTransient)
            {
                PrivacyLog.NotAsked(logger, connection.Name, request.Request_Id, refused.Message);
                await database.WriteAsync((db, transaction) => PrivacyStore.Trouble(db, transaction, request.Seq, refused.Message), cancellationToken).ConfigureAwait(false);
                return;
            }
        while (await EraseHereAsync(request.Seq, cancellationToken).ConfigureAwait(false)) reached?.Invoke(PrivacyState.Asked);
        reached?.Invoke(PrivacyState.ErasedHere);
        var now = await database.ReadAsync(db => PrivacyStore.Find(db, null, request.Seq)!, cancellationToken).ConfigureAwait(false);
        var left = new Queue<string>(now.Contacts);
        var receipt = now.Receipt ?? (ErasureReceipt.None(connection.Privacy) with { Contacts = left.Count }).ToText();
        while (left.TryPeek(out var contact))
        {
            try
            {
                await EraseInPortalAsync(contact, cancellationToken).ConfigureAwait(false);
            }
            catch (HubSpotException refused) when (!refused.IsTransient)
            {
                PrivacyLog.Refused(logger, connection.Name, contact, refused.Message);
                await database.WriteAsync((db, transaction) => PrivacyStore.Trouble(db, transaction, request.Seq, refused.Message), cancellationToken).ConfigureAwait(false);
                return;
            }
            left.Dequeue();
            await database.WriteAsync((db, transaction) => PrivacyStore.Left(db, transaction, request.Seq, left), cancellationToken).ConfigureAwait(false);
            reached?.Invoke(PrivacyState.Done);
        }
        await database.WriteAsync((db, transaction) =>
        {
            var at = time.GetUtcNow().ToUnixTimeMilliseconds();
            AuditTrail.Add(db, transaction, at, connection.Name, RecordObjects.Contacts, now.Number is { } number ? Erased.Key(number) : "erased", "erased", detail: receipt);
            PrivacyStore.Done(db, transaction, request.Seq, receipt, at);
        }, cancellationToken).ConfigureAwait(false);
        PrivacyLog.Done(logger, connection.Name, request.Request_Id, receipt);
    }

    /// <summary>Contacts of which we have not heard whether HubSpot has made them: if it has, they are linked now and go with the others.</summary>
    private async Task LinkUnheardAsync(PrivacyRow request, CancellationToken cancellationToken)
    {
        var all = request.Request == PrivacyRequestKind.EraseStore;
        var unheard = await database.ReadAsync(db =>
        {
            var keys = all ? [] : Person.Of(db, null, database.Dialect, connection.Name, request).Keys.ToList();
            var among = all ? "" : " and record_key " + database.Dialect.Among("keys");
            return db.Query<string>("select record_key from record where connection = @Name and object = 'contacts' and record_id is null and sent is not null" + among, new { connection.Name, keys }).AsList();
        }, cancellationToken).ConfigureAwait(false);
        if (unheard.Count == 0) return;
        var found = await connection.Portal.Contacts.BatchReadAsync([.. unheard.Select(key => (RecordId)key)], new ReadOptions { IdProperty = SpokeKey.Property }, _inTurn, cancellationToken).ConfigureAwait(false);
        await database.WriteAsync((db, transaction) =>
        {
            foreach (var (key, outcome) in unheard.Zip(found))
                if (outcome.Record is { } record) db.ExecuteLater("update record set record_id = @id, shadow = null, state = 1, attempts = 0, due_at = 0 where connection = @Name and object = 'contacts' and record_key = @key and record_id is null", new { id = record.Id.Value, connection.Name, key }, transaction);
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>Whether there are more people to erase by the same request.</returns>
    private Task<bool> EraseHereAsync(long seq, CancellationToken cancellationToken) => database.WriteAsync((db, transaction) =>
    {
        if (PrivacyStore.Find(db, transaction, seq) is not { State: PrivacyState.Asked } request) return false;
        var all = request.Request == PrivacyRequestKind.EraseStore;
        var so = ErasureReceipt.Read(request.Receipt) ?? ErasureReceipt.None(connection.Privacy);
        var person = all ? Person.Next(db, transaction, database.Dialect, connection.Name) : Person.Of(db, transaction, database.Dialect, connection.Name, request);
        if (person is null)
        {
            PrivacyStore.ErasedHere(db, transaction, seq, null, request.Contacts, so.ToText(), more: false);
            return false;
        }
        var number = Tombstones.Begin(db, transaction, connection.Name).NextNumber(db, transaction);
        // A contact that another store of the account has as well is not this store's to take away.
        var others = Siblings.Of(db, transaction, connection.Name);
        var shared = others.Count == 0 ? [] : SharedContacts.Of(db, transaction, database.Dialect, others, person.RecordIds);
        var contacts = person.RecordIds.Except(shared).ToList();
        var receipt = new LocalErasure(db, transaction, database.Dialect, connection.Name, person, number).Run(connection.Privacy, time.GetUtcNow().ToUnixTimeMilliseconds());
        PrivacyStore.ErasedHere(db, transaction, seq, number, request.Contacts.Concat(contacts), so.Plus(receipt with { Contacts = contacts.Count, Shared = shared.Count }).ToText(), all);
        return all;
    }, cancellationToken);

    private async Task EraseInPortalAsync(string contact, CancellationToken cancellationToken)
    {
        try
        {
            switch (connection.Privacy)
            {
                case ErasurePolicy.Delete: await connection.Portal.Contacts.EraseAsync(contact, _inTurn, cancellationToken).ConfigureAwait(false); break;
                case ErasurePolicy.Archive: await connection.Portal.Contacts.ArchiveAsync(contact, _inTurn, cancellationToken).ConfigureAwait(false); break;
                default: await connection.Portal.Contacts.UpdateAsync(contact, new Dictionary<string, string?> { [SpokeKey.Property] = "" }, _inTurn, cancellationToken).ConfigureAwait(false); break;
            }
        }
        catch (HubSpotException gone) when (gone.Kind == HubSpotErrorKind.NotFound)
        {
            // somebody was faster
        }
    }
}

internal static partial class PrivacyLog
{
    [LoggerMessage(6001, LogLevel.Information, "{Connection}: the erasure {Request} is done: {Receipt}")]
    public static partial void Done(ILogger logger, string connection, string request, string receipt);

    [LoggerMessage(6002, LogLevel.Error, "{Connection}: HubSpot does not give up contact {Contact} of an erased person: {Problem}")]
    public static partial void Refused(ILogger logger, string connection, string contact, string problem);

    [LoggerMessage(6003, LogLevel.Error, "{Connection}: HubSpot does not say whether it has a contact of the erasure {Request}, which waits: {Problem}")]
    public static partial void NotAsked(ILogger logger, string connection, string request, string problem);
}
