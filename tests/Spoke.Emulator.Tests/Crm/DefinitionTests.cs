namespace Spoke.Emulator.Tests.Crm;

public sealed class DefinitionTests
{
    private readonly CrmPortal portal = new();

    [Fact]
    public void Property_lifecycle_with_its_refusals()
    {
        const string path = "/crm/properties/2026-09/contacts";
        portal.Send("POST", path + "/groups", """{"name":"spoke","label":"Spoke"}""").Expect(201);
        portal.Send("POST", path + "/groups", """{"name":"spoke","label":"Spoke"}""").Expect(409);
        const string body = """{"name":"spoke_segment","label":"Segment","type":"enumeration","fieldType":"select","groupName":"spoke","options":[{"label":"New","value":"new","displayOrder":0,"hidden":false}]}""";
        portal.Send("POST", path, body).Expect(201);
        Assert.Equal("OBJECT_ALREADY_EXISTS", portal.Send("POST", path, body).Expect(409).Text("category"));
        Assert.Equal("PropertyError.PROPERTY_NOT_FOUND", portal.Send("GET", path + "/nothing").Expect(404).Text("subCategory"));
        var other = body.Replace("spoke_segment", "spoke_other");
        foreach (var bad in (string[])[body.Replace("spoke_segment", "hs_mine"), body.Replace("spoke_segment", "Upper"), other.Replace("select", "number"), other.Replace("\"spoke\"", "\"none\"")])
            portal.Send("POST", path, bad).Expect(400);
        portal.Create("contacts", """{"email":"a@b.example","spoke_segment":"new"}""");
        portal.Send("PATCH", path + "/spoke_segment", """{"options":[{"label":"Old","value":"old","displayOrder":0,"hidden":false}]}""").Expect(200);
        portal.Send("POST", CrmPortal.Contacts, """{"properties":{"email":"b@b.example","spoke_segment":"new"}}""").Expect(400);
        portal.Send("DELETE", path + "/groups/spoke").Expect(400);
        portal.Send("DELETE", path + "/spoke_segment").Expect(204);
        portal.Send("GET", path + "/spoke_segment").Expect(404);
        portal.Send("GET", path + "/spoke_segment?archived=true").Expect(200);
        portal.Send("DELETE", path + "/email").Expect(400);
    }

    [Fact]
    public void Eleventh_unique_property_is_refused()
    {
        static string Body(int i) => $$"""{"name":"k{{i}}","label":"K","type":"string","fieldType":"text","groupName":"order_information","hasUniqueValue":true}""";
        for (var i = 0; i < 10; i++) portal.Send("POST", "/crm/v3/properties/orders", Body(i)).Expect(201);
        portal.Send("POST", "/crm/v3/properties/orders", Body(10)).Expect(400);
    }

    [Fact]
    public void Batch_create_and_read_of_properties()
    {
        var made = portal.Send("POST", "/crm/v3/properties/orders/batch/create", """
            {"inputs":[{"name":"spoke_a","label":"A","type":"number","fieldType":"number","groupName":"order_information"},
                       {"name":"hs_no","label":"A","type":"number","fieldType":"number","groupName":"order_information"}]}
            """).Expect(207);
        Assert.Equal(1, made.Count("results"));
        portal.Send("POST", "/crm/v3/properties/orders/batch/read", """{"archived":false,"inputs":[{"name":"spoke_a"},{"name":"hs_total_price"}]}""").Expect(200);
        Assert.Equal("number", portal.Send("GET", "/crm/v3/properties/orders/hs_total_price").Text("type"));
    }

    [Fact]
    public void Pipelines_start_with_HubSpots_own_and_can_be_added()
    {
        var orders = portal.Send("GET", "/crm/pipelines/2026-03/orders").Expect(200);
        Assert.Equal("14a2e10e-5471-408a-906e-c51f3b04369e", orders.Text("results.0.id"));
        Assert.Equal(5, orders.Count("results.0.stages"));
        var made = portal.Send("POST", "/crm/v3/pipelines/orders",
            """{"label":"Shop","displayOrder":1,"stages":[{"label":"Paid","displayOrder":0,"metadata":{}},{"label":"Sent","displayOrder":1,"metadata":{"state":"CLOSED"}}]}""").Expect(201);
        var id = made.Text("id");
        var stage = portal.Send("POST", $"/crm/v3/pipelines/orders/{id}/stages", """{"label":"Back","displayOrder":2,"metadata":{}}""").Expect(201).Text("id");
        portal.Send("POST", $"/crm/v3/pipelines/orders/{id}/stages", """{"label":"Back","displayOrder":2,"metadata":{}}""").Expect(409);
        portal.Send("PATCH", $"/crm/v3/pipelines/orders/{id}/stages/{stage}", """{"label":"Returned"}""").Expect(200);
        portal.Send("POST", "/crm/v3/objects/orders", $$$"""{"properties":{"hs_pipeline":"{{{id}}}","hs_pipeline_stage":"{{{stage}}}"}}""").Expect(201);
        portal.Send("DELETE", $"/crm/v3/pipelines/orders/{id}?validateReferencesBeforeDelete=true").Expect(400);
        portal.Send("DELETE", $"/crm/v3/pipelines/orders/{id}").Expect(204);
        portal.Send("GET", $"/crm/v3/pipelines/orders/{id}").Expect(404);
        portal.Send("POST", "/crm/v3/pipelines/deals", """{"label":"X","displayOrder":1,"stages":[{"label":"A","displayOrder":0,"metadata":{}}]}""").Expect(400);
    }

    [Fact]
    public void Owners_by_id_user_and_email()
    {
        var list = portal.Send("GET", "/crm/v3/owners?limit=2").Expect(200);
        Assert.Equal(2, list.Count("results"));
        Assert.True(list.Has("paging", "next"));
        var id = list.Text("results.0.id");
        Assert.Equal(id, portal.Send("GET", $"/crm/owners/2026-09/{list.Text("results.0.userId")}?idProperty=userId").Expect(200).Text("id"));
        portal.Send("GET", "/crm/v3/owners/1").Expect(404);
    }

    [Fact]
    public void Custom_object_lives_and_dies_by_its_schema()
    {
        const string schemas = "/crm-object-schemas/v3/schemas";
        var made = portal.Send("POST", schemas, """
            {"name":"parcel","labels":{"singular":"Parcel","plural":"Parcels"},"primaryDisplayProperty":"code","requiredProperties":["code"],"searchableProperties":["code"],"secondaryDisplayProperties":[],
             "associatedObjects":["CONTACT","0-123"],"properties":[{"name":"code","label":"Code","type":"string","fieldType":"text","hasUniqueValue":true}]}
            """).Expect(201);
        var type = made.Text("objectTypeId");
        Assert.StartsWith("2-", type);
        Assert.Equal("p1000001_parcel", made.Text("fullyQualifiedName"));
        portal.Send("POST", $"/crm/v3/objects/{type}", """{"properties":{}}""").Expect(400);
        var id = portal.Create("p1000001_parcel", """{"code":"P1"}""");
        Assert.Equal(id, portal.Send("GET", "/crm/objects/2026-03/parcel/P1?idProperty=code").Expect(200).Text("id"));
        var order = portal.Create("orders", """{"hs_order_name":"#1"}""");
        portal.Send("PUT", $"/crm/v4/objects/{type}/{id}/associations/default/orders/{order}").Expect(200);
        portal.Send("DELETE", $"{schemas}/{type}").Expect(400);
        portal.Send("DELETE", $"/crm/v3/objects/{type}/{id}").Expect(204);
        portal.Send("DELETE", $"{schemas}/{type}").Expect(204);
        portal.Send("GET", $"/crm/v3/objects/{type}").Expect(400);
    }

    [Fact]
    public void Account_details()
    {
        Assert.Equal(1000001, portal.Send("GET", "/account-info/2026-09/details").Expect(200).At("portalId").GetInt64());
    }
}
