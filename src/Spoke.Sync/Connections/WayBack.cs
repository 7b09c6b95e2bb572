using Spoke.Commerce.Connectors;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Connections;

/// <summary>Which properties of HubSpot are the source of tags and notes in the store; null: none is. Nothing flows back without it.</summary>
/// <param name="CustomerTags">A property of contacts: its values become tags of the customer.</param>
/// <param name="CustomerNote">A property of contacts: its text becomes a note at the customer.</param>
/// <param name="OrderTags">A property of orders; it may be <c>hs_tags</c>, which holds the store's tags too.</param>
/// <param name="OrderNote">A property of orders: its text becomes a note at the order.</param>
public sealed record WayBack(string? CustomerTags = null, string? CustomerNote = null, string? OrderTags = null, string? OrderNote = null)
{
    public static WayBack Nothing { get; } = new();

    /// <summary>The properties of an object, and what becomes of each in the store.</summary>
    public IReadOnlyList<(StoreWriteKind Kind, string Property)> Of(string @object) => [.. All.Where(way => way.Object == @object).Select(way => (way.Kind, way.Property!))];

    /// <summary>What a store has to take.</summary>
    public IReadOnlyList<StoreWriteKind> Kinds => [.. All.Select(way => way.Kind)];

    /// <summary>Why a property cannot be a source; null: it can. What we write ourselves would come back as if people had said it.</summary>
    public static string? Problem(string @object, bool orderTags, string property, PropertyMap mapping) =>
        mapping.Entries(@object).Any(entry => entry.Property == property && entry.Template is not null) ? $"is made by a template of mapping; name a property that people fill in"
        : mapping.Of(@object).Contains(property) && !(orderTags && property == OrderTagsOfHubSpot) ? $"is written from the store; name a property that people fill in{(orderTags ? $", or {OrderTagsOfHubSpot}" : "")}"
        : null;

    /// <summary>Where HubSpot keeps an order's tags; the store's are written there.</summary>
    internal const string OrderTagsOfHubSpot = "hs_tags";

    internal bool Has(string @object, string property) => All.Any(way => way.Object == @object && way.Property == property);

    private IEnumerable<(string Object, StoreWriteKind Kind, string? Property)> All => new (string, StoreWriteKind, string? Property)[]
    {
        (RecordObjects.Contacts, StoreWriteKind.CustomerTags, CustomerTags), (RecordObjects.Contacts, StoreWriteKind.CustomerNote, CustomerNote),
        (RecordObjects.Orders, StoreWriteKind.OrderTags, OrderTags), (RecordObjects.Orders, StoreWriteKind.OrderNote, OrderNote),
    }.Where(way => way.Property is not null);
}
