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
/// Keeps marketing consent in step, ahead of every other write. A denial goes to HubSpot first, then to the store, then come grants;
/// none of them waits for the person's other data.
/// </summary>
internal sealed class ConsentRound(SyncDatabase database, ChangeIntake intake, Connection connection, ConsentRules rules, TimeProvider time, ILogger logger)
{
    private const int Page = 1000;
    private const string OptedOutOfAll = "hs_email_optout";
    private readonly RequestOptions _inTurn = new() { Caller = connection.Name };
    private SubscriptionDefinition? _subscription;

    /// <summary>The contact properties in which HubSpot shows what a person has said.</summary>
    /// <exception cref="HubSpotException">The portal has no such kind of e-mail, or does not let us look.</exception>
    public async Task<IReadOnlyList<string>> PropertiesAsync(CancellationToken cancellationToken) => [OptedOutOfAll, $"{OptedOutOfAll}_{(await SubscriptionAsync(cancellationToken).ConfigureAwait(false)).Id}"];

    /// <summary>Takes note of what contacts that were read say.</summary>
    public async Task SawAsync(IReadOnlyList<CrmRecord> contacts, CancellationToken cancellationToken)
    {
        var subscription = await SubscriptionAsync(cancellationToken).ConfigureAwait(false);
        foreach (var page in contacts.Chunk(Page))
            await database.WriteAsync((db, transaction) =>
            {
                var ids = page.Select(contact => contact.Id.Value).ToList();
                var keys = db.Query<(string Id, string Key)>($"select record_id, record_key from record where connection = @Name and object = 'contacts' and record_id {database.Dialect.Among("ids")}", new { connection.Name, ids }, transaction).ToLookup(row => row.Id, row => row.Key);
                foreach (var contact in page)
                    foreach (var key in keys[contact.Id.Value]) ConsentStore.Saw(db, transaction, connection.Name, key, Said(contact, subscription.Id));
            }, cancellationToken).ConfigureAwait(false);
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
            var due = await database.ReadAsync(db => ConsentStore.Due(db, database.Dialect, connection.Name, now, Page), cancellationToken).ConfigureAwait(false);
            if (due.Count == 0) return carried;
            var known = await WithPortalAsync(due, cancellationToken).ConfigureAwait(false);
            var moves = known.ToLookup(entry => entry.Email.Length == 0 ? ConsentMove.Nothing : ConsentDecision.Of(entry.Sides, rules.AllowResubscribe));
            await TellPortalAsync([.. moves[ConsentMove.DenyInPortal]], SubscriptionState.Unsubscribed, cancellationToken).ConfigureAwait(false);
            await SettleAsync(moves[ConsentMove.Nothing], entry => (entry.Store.State, entry.Sides.Portal), cancellationToken).ConfigureAwait(false);
            await ParkAsync([.. moves[ConsentMove.Park]], cancellationToken).ConfigureAwait(false);
            await TellPortalAsync([.. moves[ConsentMove.GrantInPortal]], SubscriptionState.Subscribed, cancellationToken).ConfigureAwait(false);
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
            var due = await database.ReadAsync(db => ConsentStore.Due(db, database.Dialect, connection.Name, now, Page, after), cancellationToken).ConfigureAwait(false);
            if (due.Count == 0) return carried;
            after = due[^1].Contact_Key;
            var denials = due.Where(entry => entry.Email.Length > 0 && (entry.Store.State is ConsentState.Denied or ConsentState.Redacted || entry.Portal == (int)ConsentState.Denied)).ToList();
            var moves = (await WithPortalAsync(denials, cancellationToken).ConfigureAwait(false)).ToLookup(entry => ConsentDecision.Of(entry.Sides, rules.AllowResubscribe));
            await TellPortalAsync([.. moves[ConsentMove.DenyInPortal]], SubscriptionState.Unsubscribed, cancellationToken).ConfigureAwait(false);
            foreach (var entry in moves[ConsentMove.DenyInStore]) await TellStoreAsync(entry, ConsentState.Denied, cancellationToken).ConfigureAwait(false);
            await SettleAsync(moves[ConsentMove.Nothing], entry => (entry.Store.State, entry.Sides.Portal), cancellationToken).ConfigureAwait(false);
            carried += moves[ConsentMove.DenyInPortal].Count() + moves[ConsentMove.DenyInStore].Count();
        }
    }

    /// <summary>What HubSpot says of people it has not been asked about yet: a call a hundred.</summary>
    private async Task<IReadOnlyList<ConsentEntry>> WithPortalAsync(List<ConsentEntry> due, CancellationToken cancellationToken)
    {
        var unknown = due.Where(entry => entry is { Portal: null, Email.Length: > 0 }).Select(entry => entry.Email).Distinct().ToList();
        if (unknown.Count == 0) return due;
        var subscription = await SubscriptionAsync(cancellationToken).ConfigureAwait(false);
        var read = await connection.Portal.Subscriptions.BatchReadAsync(unknown, _inTurn, cancellationToken).ConfigureAwait(false);
        var said = read.Statuses.Where(status => status.SubscriptionId == subscription.Id).GroupBy(status => status.Email, StringComparer.OrdinalIgnoreCase).ToDictionary(group => group.Key, group => Of(group.First().State), StringComparer.OrdinalIgnoreCase);
        return [.. due.Select(entry => entry.Portal is null ? entry with { Portal = (int)said.GetValueOrDefault(entry.Email) } : entry)];
    }

    private async Task TellPortalAsync(IReadOnlyList<ConsentEntry> entries, SubscriptionState state, CancellationToken cancellationToken)
    {
        if (entries.Count == 0) return;
        var subscription = await SubscriptionAsync(cancellationToken).ConfigureAwait(false);
        var granted = state == SubscriptionState.Subscribed;
        var inputs = entries.DistinctBy(entry => entry.Email).Select(entry => new SubscriptionInput(entry.Email, subscription.Id, state) { LegalBasis = granted ? rules.LegalBasis : null, LegalBasisExplanation = granted ? rules.Explanation : null }).ToList();
        var answer = await connection.Portal.Subscriptions.BatchUpdateAsync(inputs, _inTurn, cancellationToken).ConfigureAwait(false);
        var done = answer.Statuses.Where(status => status.State == state).Select(status => status.Email).ToHashSet(StringComparer.OrdinalIgnoreCase);
        await SettleAsync(entries.Where(entry => done.Contains(entry.Email)), entry => (entry.Store.State, Of(state)), cancellationToken).ConfigureAwait(false);
        foreach (var entry in entries.Where(entry => !done.Contains(entry.Email)))
        {
            var reason = answer.Errors.FirstOrDefault(error => error.Message.Contains(entry.Email, StringComparison.OrdinalIgnoreCase)) ?? answer.Errors.FirstOrDefault();
            ConsentLog.Refused(logger, connection.Name, entry.Contact_Key, "HubSpot", reason?.Category);
            await PutAsync(entry, ConsentRow.Refused, reason?.Message ?? "HubSpot did not say that it holds now.", granted ? "Once a person has opted out, HubSpot lets only the person opt in again: send them the preference page." : "Opt the person out by hand in HubSpot, then: spoke quarantine retry.", cancellationToken, reason?.CorrelationId).ConfigureAwait(false);
        }
    }

    private async Task TellStoreAsync(ConsentEntry entry, ConsentState state, CancellationToken cancellationToken)
    {
        if (connection.Store.Writer is not { } writer || !writer.Takes.Contains(StoreWriteKind.EmailConsent))
        {
            await SettleAsync([entry], e => (e.Store.State, e.Sides.Portal), cancellationToken).ConfigureAwait(false);   // the store has no place for it
            return;
        }
        var at = time.GetUtcNow();
        foreach (var customer in await database.ReadAsync(db => db.Query<string>("select platform_id from ledger where connection = @Name and kind = 2 and contact_key = @Contact_Key and deleted = 0 and guest = 0", new { connection.Name, entry.Contact_Key }).AsList(), cancellationToken).ConfigureAwait(false))
        {
            var outcome = await writer.WriteAsync(new ConsentWrite($"{entry.Contact_Key}/consent/{state}/{at.ToUnixTimeMilliseconds()}", customer, ConsentChannel.Email, new Consent(state, at, "hubspot")), cancellationToken).ConfigureAwait(false);
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

    private Task ParkAsync(IReadOnlyList<ConsentEntry> entries, CancellationToken cancellationToken) => database.WriteAsync((db, transaction) =>
    {
        foreach (var entry in entries)
            ConsentStore.Put(db, transaction, connection.Name, entry.Contact_Key, ConsentRow.Parked, "The person has agreed to marketing again after having denied it.", "Ask the person, then set both sides by hand; or let a later grant lift a denial with allowResubscribe.");
    }, cancellationToken);

    private Task SettleAsync(IEnumerable<ConsentEntry> entries, Func<ConsentEntry, (ConsentState Store, ConsentState Portal)> now, CancellationToken cancellationToken) => database.WriteAsync((db, transaction) =>
    {
        foreach (var entry in entries)
        {
            var (store, portal) = now(entry);
            if ((store, portal) != (entry.Store.State, entry.Sides.Portal))
                AuditTrail.Add(db, transaction, time.GetUtcNow().ToUnixTimeMilliseconds(), connection.Name, RecordObjects.Contacts, entry.Contact_Key, "consent", before: $"store {entry.Store.State}, HubSpot {entry.Sides.Portal}", after: $"store {store}, HubSpot {portal}");
            ConsentStore.Settle(db, transaction, connection.Name, entry.Contact_Key, store, portal);
        }
    }, cancellationToken);

    private Task PutAsync(ConsentEntry entry, int state, string problem, string fix, CancellationToken cancellationToken, string? correlation = null) =>
        database.WriteAsync((db, transaction) => ConsentStore.Put(db, transaction, connection.Name, entry.Contact_Key, state, problem, fix, correlation), cancellationToken);

    private async Task<SubscriptionDefinition> SubscriptionAsync(CancellationToken cancellationToken)
    {
        if (_subscription is { } known) return known;
        var all = await connection.Portal.Subscriptions.ListDefinitionsAsync(_inTurn, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        return _subscription = all.FirstOrDefault(s => s.Id == rules.Subscription) ?? all.FirstOrDefault(s => string.Equals(s.Name, rules.Subscription, StringComparison.OrdinalIgnoreCase))
            ?? throw new HubSpotException(HubSpotErrorKind.NotFound, $"The portal has no kind of e-mail '{rules.Subscription}'. It has: {string.Join(", ", all.Select(s => s.Name))}. Correct consent.subscription of connection {connection.Name}.");
    }

    private static ConsentState Said(CrmRecord contact, string subscription) =>
        contact[OptedOutOfAll] == "true" || contact[$"{OptedOutOfAll}_{subscription}"] == "true" ? ConsentState.Denied
        : contact[$"{OptedOutOfAll}_{subscription}"] == "false" ? ConsentState.Granted : ConsentState.None;

    private static ConsentState Of(SubscriptionState state) => state == SubscriptionState.Unsubscribed ? ConsentState.Denied : state == SubscriptionState.Subscribed ? ConsentState.Granted : ConsentState.None;
}

internal static partial class ConsentLog
{
    [LoggerMessage(5101, LogLevel.Warning, "{Connection}: {Side} did not take the consent of {Key} ({Category}); it is in quarantine")]
    public static partial void Refused(ILogger logger, string connection, string key, string side, string? category);
}
