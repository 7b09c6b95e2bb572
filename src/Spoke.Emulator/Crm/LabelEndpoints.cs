using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Labels between two object types: list, create, rename, delete.</summary>
internal static class LabelEndpoints
{
    public static EmulatorReply? Handle(CrmCall call, ObjectTypeDefinition from, ObjectTypeDefinition to) => (call.Method, call.Rest.Count) switch
    {
        ("GET", 3) => JsonReply.Results(call.Portal.Associations.Catalogue.Between(from, to), static (json, type) => type.Write(json)),
        ("POST", 3) => Create(call, from, to),
        ("PUT", 3) => Rename(call, from, to),
        ("DELETE", 4) => Delete(call, from, to),
        _ => null,
    };

    private static EmulatorReply Create(CrmCall call, ObjectTypeDefinition from, ObjectTypeDefinition to)
    {
        var label = call.BodyObject.RequiredText("PublicAssociationDefinitionCreateRequest", "label");
        var name = call.Body.RequiredText("PublicAssociationDefinitionCreateRequest", "name");
        var inverse = call.Body.Text("inverseLabel");
        var catalogue = call.Portal.Associations.Catalogue;
        if (catalogue.Default(from, to) is null) throw CrmErrors.Bad($"No association type is defined between {from.Id} and {to.Id}");
        if (catalogue.Between(from, to).Any(type => type.Label == label || type.Name == name)) throw AssociationErrors.LabelTaken(label);
        if (catalogue.Between(from, to).Count(type => type.Category == AssociationType.UserDefined && !type.Unlabelled) >= call.Portal.Settings.MostLabels)
            throw CrmErrors.Bad($"The account has reached its limit of {call.Portal.Settings.MostLabels} labels between {from.Id} and {to.Id}", "label", label);
        var id = catalogue.NextUserId++;
        // One label for both directions of a type with itself is its own inverse.
        var inverseId = from == to && inverse is null ? id : catalogue.NextUserId++;
        var made = catalogue.AddPair(from, to, id, inverseId, AssociationType.UserDefined, label, inverse, name: name);
        AssociationType[] both = made.Inverse == made ? [made] : [made, made.Inverse];
        return JsonReply.Results(both, static (json, type) => type.Write(json), changed: true);
    }

    private static EmulatorReply Rename(CrmCall call, ObjectTypeDefinition from, ObjectTypeDefinition to)
    {
        var id = call.BodyObject.Int("associationTypeId") ?? throw CrmErrors.MissingField("PublicAssociationDefinitionUpdateRequest", "associationTypeId");
        var label = call.Body.RequiredText("PublicAssociationDefinitionUpdateRequest", "label");
        var type = RequireCustom(call, from, to, id.ToString(CultureInfo.InvariantCulture));
        if (call.Portal.Associations.Catalogue.Between(from, to).Any(other => other != type && other.Label == label)) throw AssociationErrors.LabelTaken(label);
        type.Label = label;
        if (type.Inverse != type) type.Inverse.Label = call.Body.Text("inverseLabel") ?? type.Inverse.Label;
        return JsonReply.Empty(changed: true);
    }

    private static EmulatorReply Delete(CrmCall call, ObjectTypeDefinition from, ObjectTypeDefinition to)
    {
        var type = RequireCustom(call, from, to, call.Rest[3]);
        foreach (var record in from.Records.All)
            foreach (var edge in record.Edges?.Where(edge => edge.Type == type).ToArray() ?? [])
                if (to.Records.Find(edge.To) is { } target) call.Portal.Associations.Remove(record, target, type);
        call.Portal.Associations.Catalogue.Remove(type);
        return JsonReply.Empty(changed: true);
    }

    private static AssociationType RequireCustom(CrmCall call, ObjectTypeDefinition from, ObjectTypeDefinition to, string idText)
    {
        var found = int.TryParse(idText, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? call.Portal.Associations.Catalogue.Between(from, to).FirstOrDefault(type => type.Id == id)
            : null;
        if (found is null) throw AssociationErrors.TypeNotFound(idText);
        return found.Category == AssociationType.UserDefined && !found.Unlabelled
            ? found
            : throw CrmErrors.Bad($"Association type {idText} is defined by HubSpot and cannot be changed", "associationTypeId", idText);
    }
}
