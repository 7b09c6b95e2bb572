using System.Text.Json;

namespace Spoke.Emulator.Tests.Crm;

/// <summary>Answers hold every member HubSpot's published descriptions call required, where those files are at hand.</summary>
public sealed class PublishedShapeTests
{
    private readonly CrmPortal portal = new();

    [Fact]
    public void Record_answers_have_the_required_members()
    {
        var schemas = Schemas("objects.json");
        var id = portal.Create("orders", """{"hs_order_name":"#1"}""");
        portal.Create("orders", """{"hs_order_name":"#2"}""");
        Check(schemas, "SimplePublicObjectWithAssociations", portal.Send("GET", $"/crm/objects/2026-09/orders/{id}"));
        Check(schemas, "CollectionResponseSimplePublicObjectWithAssociationsForwardPaging", portal.Send("GET", "/crm/objects/2026-09/orders?limit=1"));
        Check(schemas, "CollectionResponseWithTotalSimplePublicObject", portal.Send("POST", "/crm/objects/2026-09/orders/search", "{}"));
        Check(schemas, "BatchResponseSimplePublicObject",
            portal.Send("POST", "/crm/objects/2026-09/orders/batch/read", $$"""{"inputs":[{"id":"{{id}}"},{"id":"9"}],"properties":[],"propertiesWithHistory":[]}""").Expect(207));
        Check(schemas, "Error", portal.Send("GET", "/crm/objects/2026-09/orders/9").Expect(404));
    }

    [Fact]
    public void Definition_answers_have_the_required_members()
    {
        Check(Schemas("properties.json"), "CollectionResponsePropertyNoPaging", portal.Send("GET", "/crm/properties/2026-09/orders"));
        Check(Schemas("properties.json"), "CollectionResponsePropertyGroupNoPaging", portal.Send("GET", "/crm/properties/2026-09/orders/groups"));
        Check(Schemas("pipelines.json"), "CollectionResponsePipelineNoPaging", portal.Send("GET", "/crm/pipelines/2026-09/orders"));
        Check(Schemas("crm-owners.json"), "CollectionResponsePublicOwnerForwardPaging", portal.Send("GET", "/crm/owners/2026-09?limit=1"));
        Check(Schemas("account-info.json"), "PortalInformationResponse", portal.Send("GET", "/account-info/2026-09/details"));
        Check(Schemas("schemas.json"), "ObjectSchema", portal.Send("POST", "/crm-object-schemas/2026-09/schemas",
            """{"name":"parcel","labels":{"singular":"Parcel"},"associatedObjects":["contacts"],"properties":[],"requiredProperties":[]}""").Expect(201));
    }

    [Fact]
    public void Association_answers_have_the_required_members()
    {
        var schemas = Schemas("associations.json");
        var order = portal.Create("orders", """{"hs_order_name":"#1"}""");
        var contact = portal.Create("contacts", """{"email":"a@b.example"}""");
        Check(schemas, "BatchResponsePublicDefaultAssociation", portal.Send("PUT", $"/crm/objects/2026-09/orders/{order}/associations/default/contacts/{contact}").Expect(200));
        Check(schemas, "LabelsBetweenObjectPair", portal.Send("PUT", $"/crm/objects/2026-09/orders/{order}/associations/contacts/{contact}",
            """[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":507}]""").Expect(201));
        Check(schemas, "BatchResponsePublicAssociationMultiWithLabel",
            portal.Send("POST", "/crm/associations/2026-09/orders/contacts/batch/read", $$"""{"inputs":[{"id":"{{order}}"}]}""").Expect(200));
    }

    private static JsonElement Schemas(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "..", "shared", "hubspot", "openapi", "2026-09", file);
            if (File.Exists(path)) return JsonDocument.Parse(File.ReadAllBytes(path)).RootElement.GetProperty("components").GetProperty("schemas");
        }
        Assert.Skip("HubSpot's published descriptions are not beside the repository");
        return default;
    }

    private static void Check(JsonElement schemas, string schema, Answer answer) => Check(schemas, schemas.GetProperty(schema), answer.Json, schema);

    private static void Check(JsonElement schemas, JsonElement schema, JsonElement value, string where)
    {
        if (schema.TryGetProperty("$ref", out var reference)) schema = schemas.GetProperty(reference.GetString()!.Split('/')[^1]);
        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
            foreach (var item in value.EnumerateArray()) Check(schemas, items, item, where + "[]");
        if (value.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("properties", out var members)) return;
        if (schema.TryGetProperty("required", out var required))
            foreach (var name in required.EnumerateArray())
                Assert.True(value.TryGetProperty(name.GetString()!, out _), $"{where} lacks {name}: {value}");
        foreach (var member in value.EnumerateObject())
            if (members.TryGetProperty(member.Name, out var inner)) Check(schemas, inner, member.Value, $"{where}.{member.Name}");
    }
}
