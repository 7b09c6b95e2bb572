using Spoke.Commerce.Ledger;
using Spoke.HubSpot;

namespace Spoke.Sync.Consents;

/// <summary>Where HubSpot keeps what people have said about one channel: a kind of e-mail they can subscribe to, or a property of the contact.</summary>
internal interface IPortalConsent
{
    /// <summary>The contact properties in which HubSpot shows what a person has said.</summary>
    /// <exception cref="HubSpotException">The portal has no such place, or does not let us look.</exception>
    Task<IReadOnlyList<string>> PropertiesAsync(CancellationToken cancellationToken);

    /// <summary>What a contact says that was read with these properties.</summary>
    Task<ConsentState> SaidAsync(CrmRecord contact, CancellationToken cancellationToken);

    /// <summary>What HubSpot says of people, by contact key; those who are missing have said nothing.</summary>
    Task<IReadOnlyDictionary<string, ConsentState>> ReadAsync(IReadOnlyList<ConsentEntry> entries, CancellationToken cancellationToken);

    /// <returns>Those who are granted or denied now, by contact key, and why the others are not.</returns>
    Task<PortalAnswer> TellAsync(IReadOnlyList<ConsentEntry> entries, bool granted, CancellationToken cancellationToken);
}

/// <param name="Done">Contact keys.</param>
/// <param name="Refused">Problem, category, fix and HubSpot's id of the refusal by contact key.</param>
internal sealed record PortalAnswer(IReadOnlySet<string> Done, IReadOnlyDictionary<string, (string Problem, string? Category, string Fix, string? CorrelationId)> Refused);
