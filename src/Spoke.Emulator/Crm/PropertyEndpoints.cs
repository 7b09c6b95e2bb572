using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Property definitions of an object type, single and in batches.</summary>
internal static class PropertyEndpoints
{
    private const int MostInBatch = 100;

    public static EmulatorReply? Handle(CrmCall call)
    {
        var rest = call.Rest;
        if (rest.Count == 0) return null;
        var type = call.Portal.Types.Find(rest[0]);
        if (rest.Count > 1 && rest[1] == "groups") return PropertyGroupEndpoints.Handle(call, type);
        return (call.Method, rest.Count) switch
        {
            ("GET", 1) => JsonReply.Results(Listed(type, call.Flag("archived")), static (json, property) => property.Write(json)),
            ("POST", 1) => Create(call, type),
            ("POST", 3) when rest[1] == "batch" => Batch(call, type, rest[2]),
            ("GET", 2) => One(200, Require(type, rest[1], call.Flag("archived")), changed: false),
            ("PATCH", 2) => Update(call, type, rest[1]),
            ("DELETE", 2) => Archive(call, type, rest[1]),
            _ => null,
        };
    }

    private static IEnumerable<PropertyDefinition> Listed(ObjectTypeDefinition type, bool archived) =>
        type.Properties.All.Where(property => property.Archived == archived && type.Properties.FindEvenArchived(property.Name) == property);

    private static EmulatorReply Create(CrmCall call, ObjectTypeDefinition type)
    {
        var property = PropertyWriter.Check(call, type, call.BodyObject);
        type.Properties.Add(property);
        if (property.CalculationFormula is not null) FormulaValues.Fill(call, type);
        Note(call, type, "CREATE", property.Name);
        return One(201, property, changed: true);
    }

    private static EmulatorReply Update(CrmCall call, ObjectTypeDefinition type, string name)
    {
        var property = Require(type, name, archived: false);
        PropertyWriter.Update(call, type, property, call.BodyObject);
        if (property.CalculationFormula is not null) FormulaValues.Fill(call, type);
        Note(call, type, "UPDATE", name);
        return One(200, property, changed: true);
    }

    private static EmulatorReply Archive(CrmCall call, ObjectTypeDefinition type, string name)
    {
        var property = Require(type, name, archived: false);
        if (property.HubSpotDefined) throw PropertyErrors.HubSpotDefined(name);
        PropertyWriter.Archive(type, property, call.AtMs);
        Note(call, type, "DELETE", name);
        return JsonReply.Empty(changed: true);
    }

    private static EmulatorReply? Batch(CrmCall call, ObjectTypeDefinition type, string verb)
    {
        var inputs = call.BodyObject.Items("inputs");
        if (inputs.Count > MostInBatch) throw CrmErrors.BatchTooLarge(MostInBatch);
        switch (verb)
        {
            case "create": return BatchCreate(call, type, inputs);
            case "read": return BatchRead(call, type, inputs);
            case "archive":
                var changed = false;
                foreach (var input in inputs)
                {
                    var name = input.RequiredText("PropertyName", "name");
                    if (type.Properties.Find(name) is not { HubSpotDefined: false } property) continue;
                    PropertyWriter.Archive(type, property, call.AtMs);
                    Note(call, type, "DELETE", name);
                    changed = true;
                }
                return JsonReply.Empty(changed);
            default: return null;
        }
    }

    // One bad definition does not stop the others: the answer is 207 then.
    private static EmulatorReply BatchCreate(CrmCall call, ObjectTypeDefinition type, IReadOnlyList<JsonElement> inputs)
    {
        var made = new List<PropertyDefinition>();
        var errors = new List<ErrorBody>();
        foreach (var input in inputs)
        {
            try
            {
                var property = PropertyWriter.Check(call, type, input);
                type.Properties.Add(property);
                if (property.CalculationFormula is not null) FormulaValues.Fill(call, type);
                Note(call, type, "CREATE", property.Name);
                made.Add(property);
            }
            catch (CrmRefusal refusal)
            {
                errors.Add(refusal.Body);
            }
        }
        return Many(errors.Count == 0 ? 201 : 207, made, errors, call, changed: made.Count > 0);
    }

    private static EmulatorReply BatchRead(CrmCall call, ObjectTypeDefinition type, IReadOnlyList<JsonElement> inputs)
    {
        var archived = call.Body.Bool("archived") ?? false;
        var found = new List<PropertyDefinition>();
        var errors = new List<ErrorBody>();
        foreach (var name in inputs.Select(input => input.RequiredText("PropertyName", "name")).Distinct())
        {
            if (type.Properties.FindEvenArchived(name) is { } property && property.Archived == archived) found.Add(property);
            else errors.Add(PropertyErrors.NotFound(name).Body);
        }
        return Many(errors.Count == 0 ? 200 : 207, found, errors, call, changed: false);
    }

    private static void Note(CrmCall call, ObjectTypeDefinition type, string action, string name) => call.Portal.Audit.Add("PROPERTY", "PROPERTY_DEFINITION", action, $"{type.Id}/{name}");

    private static PropertyDefinition Require(ObjectTypeDefinition type, string name, bool archived) =>
        type.Properties.FindEvenArchived(name) is { } property && property.Archived == archived ? property : throw PropertyErrors.NotFound(name);

    private static EmulatorReply One(int status, PropertyDefinition property, bool changed) =>
        JsonReply.Write(status, property, static (json, property) => property.Write(json), changed);

    private static EmulatorReply Many(int status, List<PropertyDefinition> properties, List<ErrorBody> errors, CrmCall call, bool changed) =>
        JsonReply.Write(status, (properties, errors, call.AtMs), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("status", "COMPLETE");
            json.WriteStartArray("results");
            foreach (var property in state.properties) property.Write(json);
            json.WriteEndArray();
            json.WriteBatchEnd(state.errors, state.AtMs);
        }, changed);
}
