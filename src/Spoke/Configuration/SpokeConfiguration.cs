using Spoke.Sync.Companies;
using Spoke.Sync.Connections;
using Spoke.Sync.Consents;
using Spoke.Sync.Privacy;

namespace Spoke.Configuration;

/// <summary>What <c>spoke.json</c> says, checked.</summary>
internal sealed record SpokeConfiguration(DatabaseSettings Database, IReadOnlyDictionary<string, PortalSettings> Portals, IReadOnlyDictionary<string, StoreSettings> Stores, IReadOnlyDictionary<string, ConnectionSettings> Connections);

/// <param name="ClientSecrets">The current one first.</param>
internal sealed record PortalSettings(SecretReference Token, Uri BaseUrl, IReadOnlyList<SecretReference> ClientSecrets);

internal sealed record StoreSettings(string Platform, Uri Url, IReadOnlyDictionary<string, SecretReference> Secrets)
{
    /// <summary>What of the platform's own keys is no secret.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
}

internal sealed record ConnectionSettings(string Store, string Portal, FieldPolicies Policies, ConsentRules? Consent, PropertyMap Mapping, bool Canary, ErasurePolicy Privacy, CompanyRules Companies, TimeSpan AbandonedAfter, bool NativeTotals);
