using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Planning;

/// <summary>What a record should look like in HubSpot.</summary>
/// <param name="IdProperty">The unique property it is found by as long as it is not linked.</param>
/// <param name="Title">What a person would call it.</param>
internal sealed record DesiredRecord(string IdProperty, string IdValue, string Title, IReadOnlyDictionary<string, string> Properties)
{
    /// <summary>What an order comes to in the ledger, whichever meaning its total has in HubSpot.</summary>
    public Money? Total { get; init; }

    public IReadOnlyList<DesiredEdge> Edges { get; init; } = [];

    /// <summary>Properties whose template failed for this record, and why; they stay as they are.</summary>
    public IReadOnlyDictionary<string, string> Unrendered { get; init; } = System.Collections.Frozen.FrozenDictionary<string, string>.Empty;
}

/// <summary>An association the record should have.</summary>
internal sealed record DesiredEdge(string ToObject, string ToKey, int TypeId);

/// <summary>HubSpot's association type ids for what we associate.</summary>
internal static class AssociationIds
{
    public const int ContactToCompany = 279;
    public const int OrderToCompany = 934;
    public const int OrderToContact = 507;
    public const int OrderToLineItem = 513;
    public const int OrderToCart = 593;
    public const int CartToContact = 586;
    public const int CartToLineItem = 590;
}
