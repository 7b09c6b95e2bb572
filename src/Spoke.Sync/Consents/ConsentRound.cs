using Dapper;
using Microsoft.Extensions.Logging;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Insight;
using Spoke.Sync.Intake;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Consents;

/// <summary>
/// Keeps consent to marketing by one channel in step, ahead of every other write. A denial goes to HubSpot first, then to the store, then come grants;
/// none of them waits for the person's other data.
/// </summary>
internal sealed class ConsentRound(SyncDatabase database, ChangeIntake intake, Connection connection, ConsentRules rules, ConsentChannel channel, TimeProvider time, ILogger logger)
{
    private const int Page = 1000;
    private static readonly TimeSpan s_untilTakenIn = TimeSpan.FromSeconds(1);
    private readonly IPortalConsent _portal = channel == ConsentChannel.Email ? new EmailSubscription(connection, rules) : new ConsentProperty(connection, rules.Sms!);
    private readonly ConsentStore _store = channel == ConsentChannel.Email ? ConsentStore.Email : ConsentStore.Sms;

    /// <summary>One for each channel that is kept in step; the e-mail's first.</summary>
    public static IReadOnlyList<ConsentRound> Of(SyncDatabase database, ChangeIntake intake, Connection connection, TimeProvider time, ILogger logger) => connection.Consent is not { } rules ? [] :
    [
        new ConsentRound(database, intake, connection, rules, ConsentChannel.Email, time, logger),
        .. rules.Sms is null ? (ConsentRound[])[] : [new ConsentRound(database, intake, connection, rules, ConsentChannel.Sms, time, logger)],
    ];

    /// <inheritdoc cref="IPortalConsent.PropertiesAsync"/>
    public Task<IReadOnlyList<string>> PropertiesAsync(CancellationToken cancellationToken) => _portal.PropertiesAsync(cancellationToken);

    /// <summary>Takes note of what contacts that were read say.</summary>
    public async Task SawAsync(IReadOnlyList<CrmRecord> contacts, CancellationToken cancellationToken)
    {
        foreach (var page in contacts.Chunk(Page))
        {
            var said = new Dictionary<string, ConsentState>(StringComparer.Ordinal);
            foreach (var contact in page) said[contact.Id.Value] = await _portal.SaidAsync(contact, cancellationToken).ConfigureAwait(false);
            await database.WriteAsync((db, transaction) =>
            {
                var ids = said.Keys.ToList();
                var keys = db.Query<(string Id, string Key)>($"select record_id, record_key from record where connection = @Name and object = 'contacts' and record_id {database.Dialect.Among("ids")}", new { connection.Name, ids }, transaction);
                foreach (var (id, key) in keys) _store.Saw(db, transaction, connection.Name, key, said[id]);
            }, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>How many people's consent was carried over.</returns>
    /// <exception cref="HubSpotException">The portal refuses us as a whole. What was not carried over waits.</exception>
    /// <exception cref="StoreException">The store refuses us as a whole.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var carried = 0;
        while (true)
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            var due = await database.ReadAsync(db => _store.Due(db, database.Dialect, connection.Name, now, Page), cancellationToken).ConfigureAwait(false);
            if (due.Count == 0) return carried;
            var known = await ConfirmedAsync(await WithPortalAsync(due, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            var moves = known.ToLookup(MoveOf);
            await TellPortalAsync([.. moves[ConsentMove.DenyInPortal]], granted: false, cancellationToken).ConfigureAwait(false);
            await SettleAsync(moves[ConsentMove.Nothing], entry => (entry.Store.State, entry.Sides.Portal), cancellationToken).ConfigureAwait(false);
            await ParkAsync([.. moves[ConsentMove.Park]], cancellationToken).ConfigureAwait(false);
            await GrantInPortalAsync([.. moves[ConsentMove.GrantInPortal]], cancellationToken).ConfigureAwait(false);
            foreach (var entry in moves[ConsentMove.DenyInStore]) await TellStoreAsync(entry, ConsentState.Denied, cancellationToken).ConfigureAwait(false);
            foreach (var entry in moves[ConsentMove.GrantInStore]) await TellStoreAsync(entry, ConsentState.Granted, cancellationToken).ConfigureAwait(false);
            carried += known.Count - moves[ConsentMove.Nothing].Count() - moves[ConsentMove.Park].Count();
        }
    }

    /// <summary>Carries denials over and nothing else: a person who has said no is not written to, whatever else waits.</summary>
    /// <returns>How many denials were carried over.</returns>
    /// <exception cref="HubSpotException">The portal refuses us as a whole. What was not carried over waits.</exception>
    /// <exception cref="StoreException">The store refuses us as a whole.</exception>
    public async Task<int> DenyAsync(CancellationToken cancellationToken)
    {
        var carried = 0;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        for (var after = ""; ;)
        {
            var due = await database.ReadAsync(db => _store.Due(db, database.Dialect, connection.Name, now, Page, after), cancellationToken).ConfigureAwait(false);
            if (due.Count == 0) return carried;
            after = due[^1].Contact_Key;
            var denials = due.Where(entry => (channel == ConsentChannel.Sms || entry.Email.Length > 0) && (entry.Store.State is ConsentState.Denied or ConsentState.Redacted || entry.Portal == (int)ConsentState.Denied)).ToList();
            var moves = (await WithPortalAsync(denials, cancellationToken).ConfigureAwait(false)).ToLookup(MoveOf);
            await TellPortalAsync([.. moves[ConsentMove.DenyInPortal]], granted: false, cancellationToken).ConfigureAwait(false);
            foreach (var entry in moves[ConsentMove.DenyInStore]) await TellStoreAsync(entry, ConsentState.Denied, cancellationToken).ConfigureAwait(false);
            await SettleAsync(moves[ConsentMove.Nothing], entry => (entry.Store.State, entry.Sides.Portal), cancellationToken).ConfigureAwait(false);
            carried += moves[ConsentMove.DenyInPortal].Count() + moves[ConsentMove.DenyInStore].Count();
        }
    }

    /// <summary>What HubSpot says of people it has not been asked about yet: a call a hundred at most.</summary>
    private Task<IReadOnlyList<ConsentEntry>> WithPortalAsync(IReadOnlyList<ConsentEntry> due, CancellationToken cancellationToken) =>
        AskedAsync(due, entry => entry.Portal is null && (channel == ConsentChannel.Sms || entry.Email.Length > 0), cancellationToken);

    /// <summary>A grant goes by the person's own address: one that a contact says after a merge may have been given to another. So HubSpot is asked before the store hears of it.</summary>
    private Task<IReadOnlyList<ConsentEntry>> ConfirmedAsync(IReadOnlyList<ConsentEntry> known, CancellationToken cancellationToken) =>
        AskedAsync(known, entry => MoveOf(entry) == ConsentMove.GrantInStore, cancellationToken);

    private async Task<IReadOnlyList<ConsentEntry>> AskedAsync(IReadOnlyList<ConsentEntry> entries, Func<ConsentEntry, bool> isAsked, CancellationToken cancellationToken)
    {
        var asked = entries.Where(isAsked).ToList();
        if (asked.Count == 0) return entries;
        var said = await _portal.ReadAsync(asked, cancellationToken).ConfigureAwait(false);
        return [.. entries.Select(entry => isAsked(entry) ? entry with { Portal = (int)said.GetValueOrDefault(entry.Contact_Key) } : entry)];
    }

    private ConsentMove MoveOf(ConsentEntry entry) => channel == ConsentChannel.Email && entry.Email.Length == 0 ? ConsentMove.Nothing : ConsentDecision.Of(entry.Sides, rules.AllowResubscribe);

    // HubSpot takes no grant on condition: it is asked just before, so that a denial there that we have not heard of is not lifted.
    private async Task GrantInPortalAsync(IReadOnlyList<ConsentEntry> entries, CancellationToken cancellationToken)
    {
        var asked = entries.Where(entry => entry.Sides.Portal != ConsentState.Denied).ToList();
        var said = asked.Count == 0 ? new Dictionary<string, ConsentState>() : await _portal.ReadAsync(asked, cancellationToken).ConfigureAwait(false);
        var denied = asked.Where(entry => said.GetValueOrDefault(entry.Contact_Key) == ConsentState.Denied).ToList();
        if (denied.Count > 0)
            await database.WriteAsync((db, transaction) =>
            {
                foreach (var entry in denied) _store.Saw(db, transaction, connection.Name, entry.Contact_Key, ConsentState.Denied);
            }, cancellationToken).ConfigureAwait(false);
        await TellPortalAsync([.. entries.Except(denied)], granted: true, cancellationToken).ConfigureAwait(false);
    }

    private async Task TellPortalAsync(IReadOnlyList<ConsentEntry> entries, bool granted, CancellationToken cancellationToken)
    {
        if (entries.Count == 0) return;
        var answer = await _portal.TellAsync(entries, granted, cancellationToken).ConfigureAwait(false);
        await SettleAsync(entries.Where(entry => answer.Done.Contains(entry.Contact_Key)), entry => (entry.Store.State, granted ? ConsentState.Granted : ConsentState.Denied), cancellationToken).ConfigureAwait(false);
        foreach (var entry in entries.Where(entry => !answer.Done.Contains(entry.Contact_Key)))
        {
            var (problem, category, fix, correlation) = answer.Refused[entry.Contact_Key];
            ConsentLog.Refused(logger, connection.Name, entry.Contact_Key, "HubSpot", category);
            await PutAsync(entry, ConsentRow.Refused, problem, fix, cancellationToken, correlation).ConfigureAwait(false);
        }
    }

    private async Task TellStoreAsync(ConsentEntry entry, ConsentState state, CancellationToken cancellationToken)
    {
        if (connection.Store.Writer is not { } writer || !writer.Takes.Contains(channel == ConsentChannel.Email ? StoreWriteKind.EmailConsent : StoreWriteKind.SmsConsent))
        {
            await SettleAsync([entry], e => (e.Store.State, e.Sides.Portal), cancellationToken).ConfigureAwait(false);   // the store has no place for it
            return;
        }
        var at = time.GetUtcNow();
        foreach (var customer in await database.ReadAsync(db => db.Query<string>("select platform_id from ledger where connection = @Name and kind = 2 and contact_key = @Contact_Key and deleted = 0 and guest = 0", new { connection.Name, entry.Contact_Key }).AsList(), cancellationToken).ConfigureAwait(false))
        {
            if (state == ConsentState.Granted && await DeniedAsync(customer, cancellationToken).ConfigureAwait(false) is { } news)
            {
                await intake.AppendAsync(connection.Name, [news], null, cancellationToken).ConfigureAwait(false);
                await database.WriteAsync((db, transaction) => _store.Later(db, transaction, connection.Name, entry, "The store has a denial that is to be taken in first.", (at + s_untilTakenIn).ToUnixTimeMilliseconds()), cancellationToken).ConfigureAwait(false);
                return;
            }
            var outcome = await writer.WriteAsync(new ConsentWrite($"{entry.Contact_Key}/consent{(channel == ConsentChannel.Sms ? "/sms" : "")}/{state}/{at.ToUnixTimeMilliseconds()}", customer, channel, new Consent(state, at, "hubspot")), cancellationToken).ConfigureAwait(false);
            if (outcome.Result == StoreWriteResult.Refused)
            {
                ConsentLog.Refused(logger, connection.Name, entry.Contact_Key, "the store", null);
                await PutAsync(entry, ConsentRow.Refused, outcome.Problem ?? "The store refused it.", outcome.Fix ?? "Set it in the store by hand, then: spoke quarantine retry.", cancellationToken).ConfigureAwait(false);
                return;
            }
            if (outcome.Now is { } now) await intake.AppendAsync(connection.Name, [now], null, cancellationToken).ConfigureAwait(false);
        }
        await SettleAsync([entry], e => (state, e.Sides.Portal), cancellationToken).ConfigureAwait(false);
    }

    // No store takes a grant on condition either.
    private async Task<StoreChange?> DeniedAsync(string customer, CancellationToken cancellationToken) =>
        await connection.Store.ReadOneAsync(EntityKind.Customer, customer, cancellationToken).ConfigureAwait(false) is { } present
            && connection.Store.Normalise(present).OfType<Customer>().Any(c => _store.Of(c)?.State is ConsentState.Denied or ConsentState.Redacted) ? present : null;

    private Task ParkAsync(IReadOnlyList<ConsentEntry> entries, CancellationToken cancellationToken) => database.WriteAsync((db, transaction) =>
    {
        foreach (var entry in entries)
            _store.Put(db, transaction, connection.Name, entry, ConsentRow.Parked, "The person has agreed to marketing again after having denied it.", "Ask the person, then set both sides by hand; or let a later grant lift a denial with allowResubscribe.");
    }, cancellationToken);

    private Task SettleAsync(IEnumerable<ConsentEntry> entries, Func<ConsentEntry, (ConsentState Store, ConsentState Portal)> now, CancellationToken cancellationToken) => database.WriteAsync((db, transaction) =>
    {
        foreach (var entry in entries)
        {
            var (store, portal) = now(entry);
            if ((store, portal) != (entry.Store.State, entry.Sides.Portal))
                AuditTrail.Add(db, transaction, time.GetUtcNow().ToUnixTimeMilliseconds(), connection.Name, RecordObjects.Contacts, entry.Contact_Key, channel == ConsentChannel.Email ? AuditTrail.Consent : AuditTrail.SmsConsent, before: $"store {entry.Store.State}, HubSpot {entry.Sides.Portal}", after: $"store {store}, HubSpot {portal}");
            _store.Settle(db, transaction, connection.Name, entry, store, portal);
        }
    }, cancellationToken);

    private Task PutAsync(ConsentEntry entry, int state, string problem, string fix, CancellationToken cancellationToken, string? correlation = null) =>
        database.WriteAsync((db, transaction) => _store.Put(db, transaction, connection.Name, entry, state, problem, fix, correlation), cancellationToken);
}

internal static partial class ConsentLog
{
    [LoggerMessage(5101, LogLevel.Warning, "{Connection}: {Side} did not take the consent of {Key} ({Category}); it is in quarantine")]
    public static partial void Refused(ILogger logger, string connection, string key, string side, string? category);
}
