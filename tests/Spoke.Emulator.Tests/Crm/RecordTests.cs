namespace Spoke.Emulator.Tests.Crm;

public sealed class RecordTests
{
    private readonly CrmPortal portal = new();

    [Theory]
    [InlineData("/crm/v3/objects/contacts")]
    [InlineData("/crm/v3/objects/contact")]
    [InlineData("/crm/v3/objects/0-1")]
    [InlineData("/crm/objects/2026-03/contacts")]
    [InlineData("/crm/objects/2026-09/0-1")]
    public void Create_and_get_work_in_every_path_shape(string path)
    {
        var made = portal.Send("POST", path, """{"properties":{"email":" Ada@Example.COM ","firstname":"Ada"}}""").Expect(201);
        Assert.True(made.Changed);
        Assert.Equal("ada@example.com", made.Text("properties.email"));
        Assert.Equal("77", made.Text("properties.hs_object_source_id"));
        var read = portal.Send("GET", $"{path}/{made.Text("id")}?properties=email,phone,nonsense").Expect(200);
        Assert.False(read.Changed);
        Assert.Equal("ada@example.com", read.Text("properties.email"));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, read.At("properties.phone").ValueKind);
        Assert.False(read.Has("properties", "nonsense"));
        Assert.Equal("2026-11-24T10:00:00.000Z", read.Text("createdAt"));
        Assert.Equal(made.Text("id"), portal.Send("GET", $"{path}/ADA@example.com?idProperty=email").Expect(200).Text("id"));
    }

    [Fact]
    public void Unknown_object_type_is_named()
    {
        var answer = portal.Send("GET", "/crm/v3/objects/wombats").Expect(400);
        Assert.Equal("Unable to infer object type from: wombats", answer.Text("message"));
    }

    [Fact]
    public void Missing_record_is_404_with_its_id()
    {
        var answer = portal.Send("GET", CrmPortal.Contacts + "/123").Expect(404);
        Assert.Equal("OBJECT_NOT_FOUND", answer.Text("category"));
        Assert.Equal("123", answer.Text("context.id.0"));
        Assert.Equal("Object not found. objectId is usually positive.", portal.Send("GET", CrmPortal.Contacts + "/0").Expect(404).Text("message"));
    }

    [Fact]
    public void Same_email_conflicts_and_names_the_holder()
    {
        var id = portal.Create("contacts", """{"email":"a@b.example"}""");
        var answer = portal.Send("POST", CrmPortal.Contacts, """{"properties":{"email":"A@b.example"}}""").Expect(409);
        Assert.Equal($"Contact already exists. Existing ID: {id}", answer.Text("message"));
        Assert.Equal("CONFLICT", answer.Text("category"));
        Assert.False(answer.Changed);
    }

    [Fact]
    public void All_bad_values_are_reported_inside_the_message()
    {
        var answer = portal.Send("POST", CrmPortal.Contacts,
            """{"properties":{"email":"nope","lifecyclestage":"king","hs_object_id":"4","blah":"1"}}""").Expect(400);
        Assert.StartsWith("Property values were not valid: [{\"isValid\":false,\"message\":\"Email address nope is invalid\",\"error\":\"INVALID_EMAIL\",\"name\":\"email\"", answer.Text("message"));
        Assert.Equal(["INVALID_EMAIL", "INVALID_OPTION", "READ_ONLY_VALUE", "PROPERTY_DOESNT_EXIST"],
            answer.At("errors").EnumerateArray().Select(error => error.GetProperty("code").GetString()));
        Assert.Equal("blah", answer.Text("errors.3.context.propertyName.0"));
    }

    [Fact]
    public void Required_properties_are_asked_for()
    {
        var answer = portal.Send("POST", "/crm/v3/objects/products", """{"properties":{"price":"1"}}""").Expect(400);
        Assert.Equal("Error creating PRODUCT. Some required properties were not set.", answer.Text("message"));
        Assert.Equal("name", answer.Text("errors.0.context.properties.0"));
        portal.Send("POST", CrmPortal.Contacts, """{"properties":{"phone":"1"}}""").Expect(400);
    }

    [Fact]
    public void Invalid_json_says_where()
    {
        Assert.StartsWith("Invalid input JSON on line 1, column", portal.Send("POST", CrmPortal.Contacts, "{\"properties\":").Expect(400).Text("message"));
        Assert.StartsWith("Invalid input JSON on line -1, column -1", portal.Send("POST", CrmPortal.Contacts).Expect(400).Text("message"));
    }

    [Fact]
    public void Values_are_kept_as_HubSpot_keeps_them()
    {
        portal.Send("POST", "/crm/v3/properties/companies", """{"name":"day","label":"Day","type":"date","fieldType":"date","groupName":"companyinformation"}""").Expect(201);
        var id = portal.Create("companies", """{"name":"X","domain":"https://WWW.Shop.example/path","day":"1732406400000","closedate":"1732406400000"}""");
        var read = portal.Send("GET", $"/crm/v3/objects/companies/{id}?properties=domain,day,closedate").Expect(200);
        Assert.Equal("shop.example", read.Text("properties.domain"));
        Assert.Equal("2024-11-24", read.Text("properties.day"));
        Assert.Equal("2024-11-24T00:00:00.000Z", read.Text("properties.closedate"));
        var late = portal.Send("PATCH", $"/crm/v3/objects/companies/{id}", """{"properties":{"day":"1732406400001"}}""").Expect(400);
        Assert.Contains("UTC, not midnight!", late.Text("message"));
        portal.Send("PATCH", $"/crm/v3/objects/companies/{id}", """{"properties":{"domain":""}}""").Expect(200);
        Assert.Equal("", portal.Send("GET", $"/crm/v3/objects/companies/{id}").Text("properties.domain"));
    }

    [Fact]
    public void Lifecycle_stage_moves_forward_only_until_cleared()
    {
        var id = portal.Create("contacts", """{"email":"a@b.example","lifecyclestage":"customer"}""");
        string Stage() => portal.Send("GET", $"{CrmPortal.Contacts}/{id}?properties=lifecyclestage").Text("properties.lifecyclestage");
        portal.Send("PATCH", $"{CrmPortal.Contacts}/{id}", """{"properties":{"lifecyclestage":"lead"}}""").Expect(200);
        Assert.Equal("customer", Stage());
        portal.Send("PATCH", $"{CrmPortal.Contacts}/{id}", """{"properties":{"lifecyclestage":""}}""").Expect(200);
        portal.Send("PATCH", $"{CrmPortal.Contacts}/{id}", """{"properties":{"lifecyclestage":"lead"}}""").Expect(200);
        Assert.Equal("lead", Stage());
    }

    [Fact]
    public void Line_item_amount_is_calculated_and_product_fields_are_copied()
    {
        var product = portal.Create("products", """{"name":"Mug","price":"12.50","hs_sku":"M-1"}""");
        var line = portal.Send("POST", "/crm/v3/objects/line_items", $$$"""{"properties":{"hs_product_id":"{{{product}}}","quantity":"3","discount":"0.5"}}""").Expect(201);
        Assert.Equal("Mug", line.Text("properties.name"));
        Assert.Equal("36", line.Text("properties.amount"));
        Assert.Contains("READ_ONLY_VALUE", portal.Send("PATCH", $"/crm/v3/objects/line_items/{line.Text("id")}", """{"properties":{"amount":"1"}}""").Expect(400).Text("message"));
    }

    [Fact]
    public void Order_gets_the_default_pipeline_and_refuses_a_foreign_stage()
    {
        var order = portal.Send("POST", "/crm/v3/objects/orders", """{"properties":{"hs_order_name":"#1"}}""").Expect(201);
        Assert.Equal("14a2e10e-5471-408a-906e-c51f3b04369e", order.Text("properties.hs_pipeline"));
        Assert.Equal("4b27b500-f031-4927-9811-68a0b525cbae", order.Text("properties.hs_pipeline_stage"));
        var closed = portal.Send("PATCH", $"/crm/v3/objects/orders/{order.Text("id")}", """{"properties":{"hs_pipeline_stage":"3725360f-519b-4b18-a593-494d60a29c9f"}}""").Expect(200);
        Assert.Equal("2026-11-24T10:00:00.000Z", closed.Text("properties.hs_closed_date"));
        Assert.Contains("INVALID_OPTION", portal.Send("PATCH", $"/crm/v3/objects/orders/{order.Text("id")}", """{"properties":{"hs_pipeline_stage":"closedwon"}}""").Expect(400).Text("message"));
    }

    [Fact]
    public void List_pages_by_next_id_and_archived_records_are_apart()
    {
        string[] ids = [.. Enumerable.Range(0, 5).Select(i => portal.Create("contacts", $$"""{"email":"c{{i}}@b.example"}"""))];
        portal.Send("DELETE", $"{CrmPortal.Contacts}/{ids[1]}").Expect(204);
        portal.Send("DELETE", $"{CrmPortal.Contacts}/{ids[1]}").Expect(204);
        var first = portal.Send("GET", CrmPortal.Contacts + "?limit=2").Expect(200);
        Assert.Equal(ids[3], first.Text("paging.next.after"));
        Assert.Equal($"https://api.hubapi.com{CrmPortal.Contacts}?limit=2&after={ids[3]}", first.Text("paging.next.link"));
        var second = portal.Send("GET", $"{CrmPortal.Contacts}?limit=2&after={ids[3]}").Expect(200);
        Assert.Equal(2, second.Count("results"));
        Assert.False(second.Has("", "paging"));
        Assert.Equal(ids[1], portal.Send("GET", CrmPortal.Contacts + "?archived=true").Text("results.0.id"));
        portal.Send("GET", $"{CrmPortal.Contacts}/{ids[1]}").Expect(404);
        Assert.True(portal.Send("GET", $"{CrmPortal.Contacts}/{ids[1]}?archived=true").Expect(200).At("archived").GetBoolean());
        Assert.NotEqual(ids[1], portal.Create("contacts", """{"email":"c1@b.example"}"""));
        portal.Send("GET", CrmPortal.Contacts + "?limit=101").Expect(400);
    }

    [Fact]
    public void Merge_makes_a_new_record_that_answers_for_the_old_ids()
    {
        var company = portal.Create("companies", """{"name":"Shop"}""");
        var one = portal.Create("contacts", """{"email":"one@b.example","firstname":"One"}""");
        var two = portal.Create("contacts", """{"email":"two@b.example","phone":"5"}""");
        portal.Send("PUT", $"/crm/v4/objects/contacts/{two}/associations/default/companies/{company}").Expect(200);
        var merged = portal.Send("POST", CrmPortal.Contacts + "/merge", $$"""{"primaryObjectId":"{{one}}","objectIdToMerge":"{{two}}"}""").Expect(200);
        var id = merged.Text("id");
        Assert.DoesNotContain(id, new[] { one, two });
        Assert.Equal($"{one};{two}", merged.Text("properties.hs_merged_object_ids"));
        Assert.Equal("5", merged.Text("properties.phone"));
        Assert.Equal("two@b.example", merged.Text("properties.hs_additional_emails"));
        Assert.Equal(id, portal.Send("GET", $"{CrmPortal.Contacts}/{two}").Expect(200).Text("id"));
        Assert.Equal(1, portal.Send("GET", CrmPortal.Contacts).Count("results"));
        Assert.Equal(company, portal.Send("GET", $"/crm/v4/objects/contacts/{id}/associations/companies").Text("results.0.toObjectId"));
        Assert.Contains(id, portal.Send("POST", CrmPortal.Contacts, """{"properties":{"email":"two@b.example"}}""").Expect(409).Text("message"));
        portal.Send("POST", CrmPortal.Contacts + "/merge", $$"""{"primaryObjectId":"{{id}}","objectIdToMerge":"{{id}}"}""").Expect(400);
    }

    [Fact]
    public void History_lists_newest_first()
    {
        var id = portal.Create("contacts", """{"email":"a@b.example","firstname":"A"}""");
        portal.Now += TimeSpan.FromSeconds(5);
        portal.Send("PATCH", $"{CrmPortal.Contacts}/{id}", """{"properties":{"firstname":"B"}}""").Expect(200);
        var read = portal.Send("GET", $"{CrmPortal.Contacts}/{id}?propertiesWithHistory=firstname").Expect(200);
        Assert.Equal("B", read.Text("propertiesWithHistory.firstname.0.value"));
        Assert.Equal("A", read.Text("propertiesWithHistory.firstname.1.value"));
        Assert.Equal("2026-11-24T10:00:00.000Z", read.Text("propertiesWithHistory.firstname.1.timestamp"));
        Assert.Equal("2026-11-24T10:00:05.000Z", read.Text("updatedAt"));
    }
}
