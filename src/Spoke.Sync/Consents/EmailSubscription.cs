using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Connections;

namespace Spoke.Sync.Consents;

/// <summary>A kind of HubSpot's e-mail, which goes by the address.</summary>
internal sealed class EmailSubscription(Connection connection, ConsentRules rules) : IPortalConsent
{
    private const string OptedOutOfAll = "hs_email_optout";
    private readonly RequestOptions _inTurn = new() { Caller = connection.Name };
    private SubscriptionDefinition? _subscription;

    public async Task<IReadOnlyList<string>> PropertiesAsync(CancellationToken cancellationToken) => [OptedOutOfAll, $"{OptedOutOfAll}_{(await SubscriptionAsync(cancellationToken).ConfigureAwait(false)).Id}"];

    public async Task<ConsentState> SaidAsync(CrmRecord contact, CancellationToken cancellationToken)
    {
        var own = contact[$"{OptedOutOfAll}_{(await SubscriptionAsync(cancellationToken).ConfigureAwait(false)).Id}"];
        return contact[OptedOutOfAll] == "true" || own == "true" ? ConsentState.Denied : own == "false" ? ConsentState.Granted : ConsentState.None;
    }

    public async Task<IReadOnlyDictionary<string, ConsentState>> ReadAsync(IReadOnlyList<ConsentEntry> entries, CancellationToken cancellationToken)
    {
        var subscription = await SubscriptionAsync(cancellationToken).ConfigureAwait(false);
        var read = await connection.Portal.Subscriptions.BatchReadAsync([.. entries.Select(entry => entry.Email).Distinct()], _inTurn, cancellationToken).ConfigureAwait(false);
        var said = read.Statuses.Where(status => status.SubscriptionId == subscription.Id).GroupBy(status => status.Email, StringComparer.OrdinalIgnoreCase).ToDictionary(group => group.Key, group => Of(group.First().State), StringComparer.OrdinalIgnoreCase);
        return entries.Where(entry => said.ContainsKey(entry.Email)).ToDictionary(entry => entry.Contact_Key, entry => said[entry.Email], StringComparer.Ordinal);
    }

    public async Task<PortalAnswer> TellAsync(IReadOnlyList<ConsentEntry> entries, bool granted, CancellationToken cancellationToken)
    {
        var (subscription, state) = (await SubscriptionAsync(cancellationToken).ConfigureAwait(false), granted ? SubscriptionState.Subscribed : SubscriptionState.Unsubscribed);
        var inputs = entries.DistinctBy(entry => entry.Email).Select(entry => new SubscriptionInput(entry.Email, subscription.Id, state) { LegalBasis = granted ? rules.LegalBasis : null, LegalBasisExplanation = granted ? rules.Explanation : null }).ToList();
        var answer = await connection.Portal.Subscriptions.BatchUpdateAsync(inputs, _inTurn, cancellationToken).ConfigureAwait(false);
        var done = answer.Statuses.Where(status => status.State == state).Select(status => status.Email).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new PortalAnswer(
            entries.Where(entry => done.Contains(entry.Email)).Select(entry => entry.Contact_Key).ToHashSet(StringComparer.Ordinal),
            entries.Where(entry => !done.Contains(entry.Email)).ToDictionary(entry => entry.Contact_Key, entry =>
            {
                var reason = answer.Errors.FirstOrDefault(error => error.Message.Contains(entry.Email, StringComparison.OrdinalIgnoreCase)) ?? answer.Errors.FirstOrDefault();
                return (reason?.Message ?? "HubSpot did not say that it holds now.", reason?.Category, granted ? "Once a person has opted out, HubSpot lets only the person opt in again: send them the preference page." : "Opt the person out by hand in HubSpot, then: spoke quarantine retry.", reason?.CorrelationId);
            }, StringComparer.Ordinal));
    }

    private async Task<SubscriptionDefinition> SubscriptionAsync(CancellationToken cancellationToken)
    {
        if (_subscription is { } known) return known;
        var all = await connection.Portal.Subscriptions.ListDefinitionsAsync(_inTurn, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        return _subscription = all.FirstOrDefault(s => s.Id == rules.Subscription) ?? all.FirstOrDefault(s => string.Equals(s.Name, rules.Subscription, StringComparison.OrdinalIgnoreCase))
            ?? throw new HubSpotException(HubSpotErrorKind.NotFound, $"The portal has no kind of e-mail '{rules.Subscription}'. It has: {string.Join(", ", all.Select(s => s.Name))}. Correct consent.subscription of connection {connection.Name}.");
    }

    private static ConsentState Of(SubscriptionState state) => state == SubscriptionState.Unsubscribed ? ConsentState.Denied : state == SubscriptionState.Subscribed ? ConsentState.Granted : ConsentState.None;
}
