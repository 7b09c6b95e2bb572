using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Definitions of custom objects.</summary>
internal static class SchemaEndpoints
{
    public static EmulatorReply? Handle(CrmCall call) => (call.Method, call.Rest.Count) switch
    {
        ("GET", 0) => JsonReply.Results(call.Flag("archived") ? [] : call.Portal.Types.All.Where(type => type.Schema is not null).Select(type => (call.Portal, type)),
            static (json, item) => Write(json, item.Portal, item.type)),
        ("POST", 0) => Create(call),
        ("GET", 1) => One(200, call, Require(call), changed: false),
        ("PATCH", 1) => Update(call, Require(call)),
        ("DELETE", 1) => Delete(call, Require(call)),
        ("POST", 2) when call.Rest[1] == "associations" => Associate(call, Require(call)),
        _ => null,
    };

    private static EmulatorReply Create(CrmCall call)
    {
        const string egg = "ObjectSchemaEgg";
        var (portal, body) = (call.Portal, call.BodyObject);
        var name = body.RequiredText(egg, "name");
        if (!body.TryGetProperty("labels", out var labels)) throw CrmErrors.MissingField(egg, "labels");
        if (!char.IsAsciiLetter(name[0]) || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
            throw CrmErrors.Bad($"Object name '{name}' is not valid: it must start with a letter and hold only letters, digits and underscores", "name", name);
        if (portal.Types.TryFind(name, out _))
            throw new CrmRefusal(new ErrorBody(409, "OBJECT_ALREADY_EXISTS", $"An object type named '{name}' already exists.") { Context = [new("name", [name])] });
        var associated = body.Texts("associatedObjects").Select(other => portal.Types.TryFind(other, out var type) || portal.Types.TryFind($"{other}s", out type)
            ? type : throw CrmErrors.UnknownType(other)).ToArray();

        var type = NewType(call, name, labels);
        foreach (var input in body.Items("properties")) type.Properties.Add(PropertyWriter.Check(call, type, input, type.Properties.Groups.First().Name));
        type.Needs = Known(type, body.Texts("requiredProperties"));
        type.QueryProperties = type.Schema!.SearchableProperties = Known(type, body.Texts("searchableProperties"));
        type.Schema.SecondaryDisplayProperties = Known(type, body.Texts("secondaryDisplayProperties"));
        type.Schema.PrimaryDisplayProperty = body.Text("primaryDisplayProperty") is { } display ? Known(type, [display])[0] : null;
        type.Schema.Description = body.Text("description");
        portal.LastSchemaNumber++;
        portal.Types.Add(type);
        foreach (var other in associated) AddAssociation(portal, type, other);
        return One(201, call, type, changed: true);
    }

    private static ObjectTypeDefinition NewType(CrmCall call, string name, JsonElement labels)
    {
        var qualified = string.Create(CultureInfo.InvariantCulture, $"p{call.Portal.HubId}_{name}");
        var type = new ObjectTypeDefinition
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"2-{call.Portal.LastSchemaNumber + 1}"),
            Singular = name,
            Plural = qualified,
            Schema = new CustomSchema
            {
                Name = name,
                FullyQualifiedName = qualified,
                SingularLabel = labels.Text("singular"),
                PluralLabel = labels.Text("plural"),
                CreatedMs = call.AtMs,
                UpdatedMs = call.AtMs,
            },
        };
        DefaultProperties.AddTo(type);
        return type;
    }

    private static EmulatorReply Update(CrmCall call, ObjectTypeDefinition type)
    {
        var (schema, body) = (type.Schema!, call.BodyObject);
        var needs = body.TryGetProperty("requiredProperties", out _) ? Known(type, body.Texts("requiredProperties")) : type.Needs;
        var searchable = body.TryGetProperty("searchableProperties", out _) ? Known(type, body.Texts("searchableProperties")) : schema.SearchableProperties;
        var secondary = body.TryGetProperty("secondaryDisplayProperties", out _) ? Known(type, body.Texts("secondaryDisplayProperties")) : schema.SecondaryDisplayProperties;
        schema.PrimaryDisplayProperty = body.Text("primaryDisplayProperty") is { } display ? Known(type, [display])[0] : schema.PrimaryDisplayProperty;
        if (body.TryGetProperty("labels", out var labels))
        {
            schema.SingularLabel = labels.Text("singular") ?? schema.SingularLabel;
            schema.PluralLabel = labels.Text("plural") ?? schema.PluralLabel;
        }
        schema.Description = body.Bool("clearDescription") == true ? null : body.Text("description") ?? schema.Description;
        (type.Needs, type.QueryProperties, schema.SearchableProperties, schema.SecondaryDisplayProperties) = (needs, searchable, searchable, secondary);
        schema.UpdatedMs = call.AtMs;
        return One(200, call, type, changed: true);
    }

    private static EmulatorReply Delete(CrmCall call, ObjectTypeDefinition type)
    {
        if (type.Records.HasLive) throw CrmErrors.Bad($"Object type {type.Id} still has records and cannot be deleted", "objectTypeId", type.Id);
        call.Portal.Associations.Catalogue.RemoveAllOf(type);
        call.Portal.Types.Remove(type);
        return JsonReply.Empty(changed: true);
    }

    private static EmulatorReply Associate(CrmCall call, ObjectTypeDefinition type)
    {
        var other = call.Portal.Types.Find(call.BodyObject.RequiredText("AssociationDefinitionEgg", "toObjectTypeId"));
        var made = call.Portal.Associations.Catalogue.Default(type, other) ?? AddAssociation(call.Portal, type, other);
        return JsonReply.Write(201, made, static (json, made) => WriteAssociation(json, made), changed: true);
    }

    private static AssociationType AddAssociation(Portal portal, ObjectTypeDefinition from, ObjectTypeDefinition to)
    {
        var catalogue = portal.Associations.Catalogue;
        var id = catalogue.NextUserId++;
        return catalogue.AddPair(from, to, id, from == to ? id : catalogue.NextUserId++, AssociationType.UserDefined, null, null, unlabelled: true);
    }

    private static IReadOnlyList<string> Known(ObjectTypeDefinition type, IReadOnlyList<string> names)
    {
        foreach (var name in names)
            if (type.Properties.Find(name) is null) throw PropertyErrors.Invalid(name, $"Property {name} is not defined on the object");
        return names;
    }

    private static ObjectTypeDefinition Require(CrmCall call) =>
        call.Portal.Types.TryFind(call.Rest[0], out var type) && type.Schema is not null
            ? type
            : throw new CrmRefusal(new ErrorBody(404, "OBJECT_NOT_FOUND", $"Unable to infer object type from: {call.Rest[0]}"));

    private static EmulatorReply One(int status, CrmCall call, ObjectTypeDefinition type, bool changed) =>
        JsonReply.Write(status, (call.Portal, type), static (json, state) => Write(json, state.Portal, state.type), changed);

    private static void Write(Utf8JsonWriter json, Portal portal, ObjectTypeDefinition type)
    {
        var schema = type.Schema!;
        json.WriteStartObject();
        json.WriteStartObject("labels");
        json.WriteString("singular", schema.SingularLabel);
        json.WriteString("plural", schema.PluralLabel);
        json.WriteEndObject();
        WriteNames(json, "requiredProperties", type.Needs);
        WriteNames(json, "searchableProperties", schema.SearchableProperties);
        if (schema.PrimaryDisplayProperty is not null) json.WriteString("primaryDisplayProperty", schema.PrimaryDisplayProperty);
        WriteNames(json, "secondaryDisplayProperties", schema.SecondaryDisplayProperties);
        if (schema.Description is not null) json.WriteString("description", schema.Description);
        json.WriteBoolean("archived", false);
        json.WriteBoolean("allowsSensitiveProperties", false);
        json.WriteString("id", type.Id[2..]);
        json.WriteString("fullyQualifiedName", schema.FullyQualifiedName);
        json.WriteString("name", schema.Name);
        json.WriteString("objectTypeId", type.Id);
        json.WriteTime("createdAt", schema.CreatedMs);
        json.WriteTime("updatedAt", schema.UpdatedMs);
        json.WriteStartArray("properties");
        foreach (var property in type.Properties.All)
            if (!property.Archived) property.Write(json);
        json.WriteEndArray();
        json.WriteStartArray("associations");
        foreach (var association in portal.Associations.Catalogue.All)
            if (association.From == type || association.To == type) WriteAssociation(json, association);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, string member, IReadOnlyList<string> names)
    {
        json.WriteStartArray(member);
        foreach (var name in names) json.WriteStringValue(name);
        json.WriteEndArray();
    }

    private static void WriteAssociation(Utf8JsonWriter json, AssociationType association)
    {
        json.WriteStartObject();
        json.WriteString("fromObjectTypeId", association.From.Id);
        json.WriteString("toObjectTypeId", association.To.Id);
        json.WriteString("name", association.Name);
        json.WriteId("id", association.Id);
        json.WriteEndObject();
    }
}
