using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Definitions of custom objects.</summary>
internal static class SchemaEndpoints
{
    public static EmulatorReply? Handle(CrmCall call) => (call.Method, call.Rest.Count) switch
    {
        ("GET", 0) => JsonReply.Results((call.Flag("archived") ? call.Portal.Types.Archived : call.Portal.Types.All.Where(type => type.Schema is not null)).Select(type => (call.Portal, type)),
            static (json, item) => SchemaJson.Write(json, item.Portal, item.type)),
        ("POST", 0) => Create(call),
        ("GET", 1) => One(200, call, Require(call), changed: false),
        ("PATCH", 1) => Update(call, Require(call)),
        ("DELETE", 1) => call.Flag("archived") ? Purge(call) : Delete(call, Require(call)),
        ("POST", 2) when call.Rest is ["batch", "read"] => Read(call),
        ("POST", 2) when call.Rest[1] == "associations" => Associate(call, Require(call)),
        ("DELETE", 3) when call.Rest[1] == "associations" => Dissociate(call, Require(call), call.Rest[2]),
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
        if (portal.Types.All.Count(type => type.Schema is not null) >= portal.Settings.MostCustomObjects)
            throw CrmErrors.Bad($"The account has reached its limit of {portal.Settings.MostCustomObjects} custom object types", "name", name);
        if (portal.Types.Archived.Exists(type => string.Equals(type.Singular, name, StringComparison.OrdinalIgnoreCase)))
            throw CrmErrors.Bad($"An object type named '{name}' was deleted; its name is free once the deleted type is purged (DELETE with archived=true)", "name", name);
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
        Note(call, "CREATE", type);
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
        Note(call, "UPDATE", type);
        return One(200, call, type, changed: true);
    }

    private static EmulatorReply Delete(CrmCall call, ObjectTypeDefinition type)
    {
        if (type.Records.HasLive) throw CrmErrors.Bad($"Object type {type.Id} still has records and cannot be deleted", "objectTypeId", type.Id);
        call.Portal.Associations.Catalogue.RemoveAllOf(type);
        call.Portal.Types.Archive(type);
        type.Schema!.ArchivedMs = call.AtMs;
        Note(call, "DELETE", type);
        return JsonReply.Empty(changed: true);
    }

    /// <summary>For good: only what was deleted before can be purged, and then its name is free.</summary>
    private static EmulatorReply Purge(CrmCall call)
    {
        var type = call.Portal.Types.Archived.Find(type => type.Id == call.Rest[0] || type.Plural == call.Rest[0] || string.Equals(type.Singular, call.Rest[0], StringComparison.OrdinalIgnoreCase));
        if (type is null) throw call.Portal.Types.TryFind(call.Rest[0], out var live) && live.Schema is not null
            ? CrmErrors.Bad($"Object type {live.Id} must be deleted before it can be purged", "objectTypeId", live.Id) : Unknown(call.Rest[0]);
        call.Portal.Types.Archived.Remove(type);
        Note(call, "PURGE", type);
        return JsonReply.Empty(changed: true);
    }

    private static EmulatorReply Read(CrmCall call)
    {
        var types = call.BodyObject.Texts("inputs").Select(name => call.Portal.Types.TryFind(name, out var type) && type.Schema is not null ? type : throw Unknown(name)).Distinct();
        return JsonReply.Results(types.Select(type => (call.Portal, type, properties: call.Body.Bool("includePropertyDefinitions") ?? true, associations: call.Body.Bool("includeAssociationDefinitions") ?? true)),
            static (json, one) => SchemaJson.Write(json, one.Portal, one.type, one.properties, one.associations));
    }

    private static EmulatorReply Dissociate(CrmCall call, ObjectTypeDefinition type, string identifier)
    {
        var found = call.Portal.Associations.Catalogue.All.FirstOrDefault(one => (one.From == type || one.To == type) && ($"{one.Id}" == identifier || one.Name == identifier)) ?? throw AssociationErrors.TypeNotFound(identifier);
        if (found.Category != AssociationType.UserDefined) throw CrmErrors.Bad($"Association type {identifier} is defined by HubSpot and cannot be changed", "associationIdentifier", identifier);
        foreach (var one in call.Portal.Associations.Catalogue.Between(found.From, found.To).Where(one => one == found || found.Unlabelled).ToArray())
        {
            foreach (var record in one.From.Records.All)
                foreach (var edge in record.Edges?.Where(edge => edge.Type == one).ToArray() ?? [])
                    if (one.To.Records.Find(edge.To) is { } target) call.Portal.Associations.Remove(record, target, one);
            call.Portal.Associations.Catalogue.Remove(one);
        }
        Note(call, "UPDATE", type);
        return JsonReply.Empty(changed: true);
    }

    private static void Note(CrmCall call, string action, ObjectTypeDefinition type) => call.Portal.Audit.Add("CRM_SETTINGS", "OBJECT_TYPE", action, type.Id);

    private static CrmRefusal Unknown(string name) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"Unable to infer object type from: {name}"));

    private static EmulatorReply Associate(CrmCall call, ObjectTypeDefinition type)
    {
        var other = call.Portal.Types.Find(call.BodyObject.RequiredText("AssociationDefinitionEgg", "toObjectTypeId"));
        var made = call.Portal.Associations.Catalogue.Default(type, other) ?? AddAssociation(call.Portal, type, other);
        return JsonReply.Write(201, made, static (json, made) => SchemaJson.WriteAssociation(json, made), changed: true);
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
            : throw Unknown(call.Rest[0]);

    private static EmulatorReply One(int status, CrmCall call, ObjectTypeDefinition type, bool changed) =>
        JsonReply.Write(status, (call.Portal, type), static (json, state) => SchemaJson.Write(json, state.Portal, state.type), changed);
}
