using Spoke.Commerce.Ledger;
using Spoke.Sync.Companies;

namespace Spoke.Sync.Connections;

/// <summary>The scopes a portal's token needs for a sync: records of five kinds, their properties, and the order pipeline.</summary>
public static class SyncScopes
{
    /// <summary>Of each group any one will do. HubSpot publishes no scope of its own for the properties of products and line items: <c>e-commerce</c> opens them.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Needed { get; } =
    [
        ["crm.objects.contacts.read"], ["crm.objects.contacts.write"], ["crm.schemas.contacts.write"],
        ["crm.objects.orders.read"], ["crm.objects.orders.write"], ["crm.schemas.orders.write"],
        ["crm.objects.carts.read"], ["crm.objects.carts.write"], ["crm.schemas.carts.write"],
        ["crm.objects.products.read", "e-commerce"], ["crm.objects.products.write", "e-commerce"],
        ["crm.objects.line_items.read", "e-commerce"], ["crm.objects.line_items.write", "e-commerce"],
        ["e-commerce"],
    ];

    /// <summary>What companies need besides. A token without them leaves companies out and nothing else.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Companies { get; } = [["crm.objects.companies.read"], ["crm.objects.companies.write"], ["crm.schemas.companies.write"]];

    /// <summary>What the connections of one portal need: those for companies where any may come to make one.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> For(IEnumerable<Connection> connections) => connections.Any(connection => MakeCompanies(connection.Companies.Source, connection.Store.Kinds.Contains(EntityKind.Company))) ? [.. Needed, .. Companies] : Needed;

    /// <param name="hasCompanies">The platform keeps companies itself.</param>
    public static bool MakeCompanies(CompanySource source, bool hasCompanies) => source == CompanySource.Domain || (source == CompanySource.Store && hasCompanies);

    /// <param name="granted">Null: not known.</param>
    internal static IReadOnlyList<string>? Missing(IReadOnlyList<IReadOnlyList<string>> needed, IReadOnlySet<string>? granted) =>
        granted is null ? null : [.. needed.Where(any => !any.Any(granted.Contains)).Select(any => string.Join(" or ", any))];
}
