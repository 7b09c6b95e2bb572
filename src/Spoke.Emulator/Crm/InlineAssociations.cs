using System.Text.Json;

namespace Spoke.Emulator.Crm;

/// <summary>The <c>associations</c> of a create input: checked before the record exists, attached after.</summary>
internal static class InlineAssociations
{
    public static List<(StoredRecord To, AssociationType Type)> Read(Portal portal, ObjectTypeDefinition from, JsonElement input)
    {
        var found = new List<(StoredRecord, AssociationType)>();
        foreach (var item in input.Items("associations"))
        {
            if (!item.TryGetProperty("to", out var to)) throw CrmErrors.MissingField("PublicAssociationsForObject", "to");
            var id = to.RequiredText("PublicObjectId", "id");
            var specs = item.Items("types");
            if (specs.Count == 0) throw CrmErrors.MissingField("PublicAssociationsForObject", "types");
            foreach (var spec in specs)
            {
                var typeId = spec.Int("associationTypeId") ?? throw CrmErrors.MissingField("AssociationSpec", "associationTypeId");
                var category = spec.RequiredText("AssociationSpec", "associationCategory");
                var type = portal.Associations.Catalogue.FindFrom(from, typeId, category)
                    ?? throw CrmErrors.Bad($"Invalid association type {typeId} ({category}) from {from.Id}", "associationTypeId", $"{typeId}");
                var record = RecordLookup.Find(type.To, id, null)
                    ?? throw CrmErrors.Bad($"No {type.To.ErrorName} with ID {id} exists. Check that ids are valid.", "id", id);
                AssociationRules.Check(portal, null, record, type);
                found.Add((record, type));
            }
        }
        if (from.Singular == "line_item" && found.Select(one => one.Item1.Id).Distinct().Count() > 1 && found.GroupBy(one => one.Item2.To).Any(group => group.Select(one => one.Item1.Id).Distinct().Count() > 1))
            throw CrmErrors.Bad("A line item cannot be shared: it can belong to one record of a kind", "associations", [.. found.Select(one => one.Item1.Id.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        return found;
    }

    public static void Attach(Portal portal, StoredRecord record, List<(StoredRecord To, AssociationType Type)> associations)
    {
        foreach (var (to, type) in associations) portal.Associations.Attach(record, to, type);
    }
}
