using Spoke.Commerce.Connectors;
using Spoke.HubSpot;
using Spoke.Sync.Companies;
using Spoke.Sync.Consents;
using Spoke.Sync.Privacy;
using Spoke.Sync.Reconcile;

namespace Spoke.Sync.Connections;

/// <summary>One store and one portal. The name is part of every key we write, so it does not change later.</summary>
/// <param name="PortalPage">Address under which a person can look at a record: <c>{page}/{type}/{id}</c>.</param>
public sealed record Connection(string Name, IStoreConnector Store, HubSpotClient Portal, string StoreUrl, string PortalPage)
{
    /// <summary>The portal's name in the configuration.</summary>
    public string PortalName { get; init; } = "";

    /// <summary>Client secrets that HubSpot's deliveries may be signed with: the current one, and the previous one while it is being rotated.</summary>
    public IReadOnlyList<string> PortalSecrets { get; init; } = [];

    /// <summary>Where the store is to push to, as it reaches us from outside; null: nobody looks after its subscriptions.</summary>
    public Uri? PushesTo { get; init; }

    /// <summary>Which side's value stands, field by field.</summary>
    public FieldPolicies Policies { get; init; } = FieldPolicies.Default;

    /// <summary>The first fifty records are written, then nothing until somebody has looked at them and said so.</summary>
    public bool Canary { get; init; }

    /// <summary>What of HubSpot becomes tags and notes in the store.</summary>
    public WayBack WayBack { get; init; } = WayBack.Nothing;

    /// <summary>Which companies are made in HubSpot.</summary>
    public CompanyRules Companies { get; init; } = CompanyRules.Default;

    /// <summary>How long after the last activity a cart counts as left behind. 10 minutes to 7 days; default 60 minutes.</summary>
    public TimeSpan AbandonedAfter { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>An order's total in HubSpot is without the lines that were given back, as HubSpot's own Shopify app writes it; else it is before refunds.</summary>
    public bool NativeTotals { get; init; }

    /// <summary>Orders that nobody has paid count too, for shops that never mark what is paid; cancelled ones do not.</summary>
    public bool CountUnpaid { get; init; }

    /// <summary>What is mapped otherwise than by default.</summary>
    public PropertyMap Mapping { get; init; } = PropertyMap.BuiltIn;

    /// <summary>How marketing consent is kept in step; null: it is not.</summary>
    public ConsentRules? Consent { get; init; }

    /// <summary>When ledger and portal are compared while the program runs on; null: not by itself.</summary>
    public ReconcileSchedule? Reconcile { get; init; }

    /// <summary>What becomes of the HubSpot contact of a person who is erased.</summary>
    public ErasurePolicy Privacy { get; init; }

    /// <summary>People edit it in HubSpot as well, and what they say there may stand.</summary>
    internal bool IsEdited(string @object, string property) => Policies.Of(@object, property).IsEdited || WayBack.Has(@object, property);
}
