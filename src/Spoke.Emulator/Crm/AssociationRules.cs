using System.Globalization;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>What stands against an association that both records and the type would allow: limits, and line items that belong to somebody already.</summary>
internal static class AssociationRules
{
    /// <summary>Things a line item is part of. Of each kind it has one at most.</summary>
    private static readonly HashSet<string> LineItemParents = ["deal", "quote", "order", "cart", "invoice", "subscription", "commerce_payment"];

    /// <summary>Null: nothing stands against it. <paramref name="from"/> is null for a record about to be made.</summary>
    public static ErrorBody? Refuse(Portal portal, StoredRecord? from, StoredRecord to, AssociationType type) =>
        RefuseEnd(portal, from, to.Id, type) ?? (type.Inverse == type ? null : RefuseEnd(portal, to, from?.Id ?? 0, type.Inverse));

    public static void Check(Portal portal, StoredRecord? from, StoredRecord to, AssociationType type)
    {
        if (Refuse(portal, from, to, type) is { } error) throw new CrmRefusal(error);
    }

    private static ErrorBody? RefuseEnd(Portal portal, StoredRecord? record, long other, AssociationType type)
    {
        if (record?.Edges is not { } edges || edges.Exists(edge => edge.To == other && edge.Type == type)) return null;
        if (type.From.Singular == "line_item" && LineItemParents.Contains(type.To.Singular) && edges.Find(edge => edge.Type.To == type.To && edge.To != other) is { To: not 0 } parent)
            return Error(record, type, string.Create(CultureInfo.InvariantCulture, $"Line item {record.Id} already belongs to {type.To.Singular} {parent.To}. A line item cannot be shared: make another one."));
        if (portal.Associations.Catalogue.MaxTo(type) is { } most && !type.OnePerRecord && edges.Count(edge => edge.Type == type) >= most)
            return Limit(record, type, most);
        return edges.Count >= portal.Settings.MostAssociations && Targets(edges, type.To) >= portal.Settings.MostAssociations && !edges.Exists(edge => edge.To == other)
            ? Limit(record, type, portal.Settings.MostAssociations)
            : null;
    }

    public static int Targets(List<AssociationEdge> edges, ObjectTypeDefinition to) =>
        edges.Where(edge => edge.Type.To == to).Select(edge => edge.To).Distinct().Count();

    private static ErrorBody Limit(StoredRecord record, AssociationType type, int most) => Error(record, type, string.Create(CultureInfo.InvariantCulture,
        $"{type.From.ErrorName} {record.Id} has reached the limit of {most} associations of type {type.Id} to {type.To.ErrorName}."), "crm.associations.ASSOCIATION_LIMIT_EXCEEDED");

    private static ErrorBody Error(StoredRecord record, AssociationType type, string message, string? subCategory = null) => new(400, "VALIDATION_ERROR", message)
    {
        SubCategory = subCategory,
        Context =
        [
            new("fromObjectId", [record.Id.ToString(CultureInfo.InvariantCulture)]),
            new("associationTypeId", [type.Id.ToString(CultureInfo.InvariantCulture)]),
        ],
    };
}
