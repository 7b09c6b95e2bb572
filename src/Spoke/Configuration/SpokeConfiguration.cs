using Spoke.Sync.Companies;
using Spoke.Sync.Connections;
using Spoke.Sync.Consents;
using Spoke.Sync.Privacy;
using Spoke.Sync.Reconcile;

namespace Spoke.Configuration;

/// <summary>What <c>spoke.json</c> says, checked.</summary>
internal sealed record SpokeConfiguration(DatabaseSettings Database, IReadOnlyDictionary<string, PortalSettings> Portals, IReadOnlyDictionary<string, StoreSettings> Stores, IReadOnlyDictionary<string, ConnectionSettings> Connections)
{
    /// <summary>Under which stores reach <c>spoke serve</c>; null: nobody looks after their subscriptions.</summary>
    public Uri? PublicUrl { get; init; }
}

/// <param name="ClientSecrets">The current one first.</param>
internal sealed record PortalSettings(SecretReference Token, Uri BaseUrl, IReadOnlyList<SecretReference> ClientSecrets);

internal sealed record StoreSettings(string Platform, Uri Url, IReadOnlyDictionary<string, SecretReference> Secrets)
{
    /// <summary>What of the platform's own keys is no secret.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
}

internal sealed record ConnectionSettings(string Store, string Portal, FieldPolicies Policies, ConsentRules? Consent, PropertyMap Mapping, bool Canary, ErasurePolicy Privacy)
{
    /// <summary>What of HubSpot becomes tags and notes in the store.</summary>
    public WayBack WayBack { get; init; } = WayBack.Nothing;

    /// <summary>When <c>spoke serve</c> compares both sides; null: never.</summary>
    public ReconcileSchedule? Reconcile { get; init; }

    /// <summary>Which companies are made in HubSpot.</summary>
    public CompanyRules Companies { get; init; } = CompanyRules.Default;

    /// <summary>How long after the last activity a cart counts as left behind.</summary>
    public TimeSpan AbandonedAfter { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>Order totals are without what was given back, as HubSpot's own Shopify app writes them.</summary>
    public bool NativeTotals { get; init; }

    /// <summary>Orders that nobody has paid count too.</summary>
    public bool CountUnpaid { get; init; }
}
