using System.Text.Json;

namespace Spoke.Emulator.Tests.Crm;

/// <summary>What HubSpot is known to do that an integration trips over, one case each.</summary>
public sealed class EngineTests
{
    private readonly CrmPortal portal = new();

    public static TheoryData<string, string> Types => new()
    {
        { "contacts", """{"email":"a@b.example"}""" }, { "companies", """{"name":"X"}""" }, { "products", """{"name":"X"}""" }, { "orders", """{"hs_order_name":"X"}""" },
        { "line_items", """{"name":"X"}""" }, { "carts", """{"hs_cart_name":"X"}""" }, { "deals", """{"dealname":"X"}""" }, { "tickets", """{"subject":"X","hs_pipeline_stage":"1"}""" },
        { "notes", """{"hs_timestamp":"2026-11-25T00:00:00Z"}""" }, { "tasks", """{"hs_timestamp":"1764028800000"}""" }, { "discounts", """{"hs_label":"X"}""" }, { "parcels", """{"code":"X"}""" },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Life_of_a_record_of_every_type(string type, string properties)
    {
        if (type == "parcels") type = Parcels();
        var group = portal.Send("GET", $"/crm/v3/properties/{type}/groups").Text("results.0.name");
        portal.Send("POST", $"/crm/v3/properties/{type}", $$"""{"name":"spoke_key","label":"Key","type":"string","fieldType":"text","groupName":"{{group}}","hasUniqueValue":true}""").Expect(201);
        var path = $"/crm/objects/2026-09/{type}";
        var id = portal.Send("POST", path, $$"""{"properties":{{properties}}}""").Expect(201).Text("id");
        portal.Send("PATCH", $"{path}/{id}", """{"properties":{"spoke_key":"k1"}}""").Expect(200);
        Assert.Equal(id, portal.Send("GET", $"{path}/k1?idProperty=spoke_key&properties=spoke_key").Expect(200).Text("id"));
        var another = properties.Replace("a@b", "c@b", StringComparison.Ordinal);
        var upsert = portal.Send("POST", $"{path}/batch/upsert", $$$"""{"inputs":[{"id":"k1","idProperty":"spoke_key","properties":{}},{"id":"k2","idProperty":"spoke_key","properties":{{{another}}}}]}""").Expect(200);
        Assert.Equal([false, true], upsert.At("results").EnumerateArray().Select(result => result.GetProperty("new").GetBoolean()));
        var other = upsert.Text("results.1.id");
        Assert.Equal(1, portal.Send("POST", $"{path}/search", """{"filters":[{"propertyName":"spoke_key","operator":"EQ","value":"k2"}]}""").Expect(200).At("total").GetInt32());
        var merged = portal.Send("POST", $"{path}/merge", $$"""{"primaryObjectId":"{{id}}","objectIdToMerge":"{{other}}"}""").Expect(200);
        Assert.Equal("k1", merged.Text("properties.spoke_key"));
        portal.Send("DELETE", $"{path}/{merged.Text("id")}").Expect(204);
        portal.Send("GET", $"{path}/k1?idProperty=spoke_key").Expect(404);
        Assert.Equal(merged.Text("id"), portal.Send("GET", $"{path}?archived=true").Text("results.0.id"));
    }

    [Fact]
    public void Type_that_is_published_but_not_kept_is_not_done_and_an_unknown_one_is_wrong()
    {
        Assert.Throws<InvalidOperationException>(() => portal.Send("GET", "/crm/v3/objects/marketing_events"));
        Assert.Equal("Unable to infer object type from: wombats", portal.Send("GET", "/crm/v3/objects/wombats").Expect(400).Text("message"));
    }

    [Theory]
    [InlineData("products", "price", "dear", "INVALID_LONG")]
    [InlineData("contacts", "email", "a@b", "INVALID_EMAIL")]
    [InlineData("contacts", "lifecyclestage", "king", "INVALID_OPTION")]
    [InlineData("contacts", "hs_object_id", "1", "READ_ONLY_VALUE")]
    [InlineData("contacts", "nonsense", "1", "PROPERTY_DOESNT_EXIST")]
    [InlineData("deals", "closedate", "soon", "INVALID_DATE")]
    [InlineData("orders", "hs_exchange_rate", "1", "READ_ONLY_VALUE")]
    public void Value_that_cannot_be_stored(string type, string property, string value, string code)
    {
        var answer = portal.Send("POST", $"/crm/v3/objects/{type}", $$$"""{"properties":{"name":"X","dealname":"X","{{{property}}}":"{{{value}}}"}}""").Expect(400);
        const string prefix = "Property values were not valid: ";
        Assert.StartsWith(prefix, answer.Text("message"));
        var inside = JsonDocument.Parse(answer.Text("message")[prefix.Length..]).RootElement.EnumerateArray().Single(fault => fault.GetProperty("name").GetString() == property);
        Assert.Equal(["isValid", "message", "error", "name", "localizedErrorMessage", "portalId"], inside.EnumerateObject().Select(member => member.Name));
        Assert.Equal(code, inside.GetProperty("error").GetString());
    }

    [Fact]
    public void Empty_text_clears_multiple_choices_append_and_numbers_are_text()
    {
        var id = portal.Create("tickets", """{"subject":"X","hs_pipeline_stage":"1","hs_ticket_category":"BILLING_ISSUE"}""");
        var path = $"/crm/v3/objects/tickets/{id}?properties=hs_ticket_category,subject";
        portal.Send("PATCH", path, """{"properties":{"hs_ticket_category":";PRODUCT_ISSUE"}}""").Expect(200);
        Assert.Equal("BILLING_ISSUE;PRODUCT_ISSUE", portal.Send("GET", path).Text("properties.hs_ticket_category"));
        portal.Send("PATCH", path, """{"properties":{"hs_ticket_category":""}}""").Expect(200);
        Assert.Equal(JsonValueKind.Null, portal.Send("GET", path).At("properties.hs_ticket_category").ValueKind);
        var product = portal.Send("POST", "/crm/v3/objects/products", """{"properties":{"name":"X","price":12.5}}""").Expect(201);
        Assert.Equal(JsonValueKind.String, product.At("properties.price").ValueKind);
    }

    [Fact]
    public void Archived_email_is_free_again_and_the_old_record_stays_in_the_bin()
    {
        var old = portal.Create("contacts", """{"email":"a@b.example"}""");
        portal.Send("DELETE", $"{CrmPortal.Contacts}/{old}").Expect(204);
        var fresh = portal.Create("contacts", """{"email":"a@b.example"}""");
        Assert.NotEqual(old, fresh);
        portal.Send("GET", $"{CrmPortal.Contacts}/{old}?archived=true").Expect(200);
        Assert.Equal(fresh, portal.Send("GET", $"{CrmPortal.Contacts}/a@b.example?idProperty=email").Text("id"));
    }

    [Fact]
    public void Two_upserts_of_one_record_refuse_the_batch()
    {
        var answer = portal.Send("POST", $"{CrmPortal.Contacts}/batch/upsert",
            """{"inputs":[{"objectWriteTraceId":"1","id":"a@b.example","idProperty":"email","properties":{}},{"objectWriteTraceId":"2","id":"A@b.example","idProperty":"email","properties":{}}]}""").Expect(400);
        Assert.StartsWith("Duplicate IDs found in batch input: [", answer.Text("message"));
    }

    [Fact]
    public void Lists_with_history_are_shorter_and_batches_of_history_too()
    {
        portal.Send("GET", CrmPortal.Contacts + "?limit=51&propertiesWithHistory=email").Expect(400);
        var ids = string.Join(',', Enumerable.Range(1, 51).Select(i => $$"""{"id":"{{i}}"}"""));
        Assert.Equal("The maximum number of inputs supported in a batch request for property histories is 50",
            portal.Send("POST", $"{CrmPortal.Contacts}/batch/read", $$"""{"propertiesWithHistory":["email"],"inputs":[{{ids}}]}""").Expect(400).Text("message"));
    }

    [Theory]
    [InlineData("orders", "contacts", 507, 508)]
    [InlineData("orders", "companies", 934, 935)]
    [InlineData("orders", "deals", 512, 511)]
    [InlineData("orders", "line_items", 513, 514)]
    [InlineData("orders", "carts", 593, 592)]
    [InlineData("orders", "discounts", 519, 520)]
    [InlineData("orders", "tickets", 525, 526)]
    [InlineData("orders", "notes", 764, 765)]
    [InlineData("orders", "tasks", 726, 727)]
    [InlineData("carts", "contacts", 586, 587)]
    [InlineData("carts", "line_items", 590, 591)]
    [InlineData("carts", "discounts", 588, 589)]
    [InlineData("carts", "deals", 1347, 1346)]
    [InlineData("carts", "tickets", 594, 595)]
    [InlineData("carts", "tasks", 728, 729)]
    [InlineData("contacts", "companies", 279, 280)]
    [InlineData("contacts", "deals", 4, 3)]
    [InlineData("contacts", "tickets", 15, 16)]
    [InlineData("companies", "deals", 342, 341)]
    [InlineData("companies", "tickets", 340, 339)]
    [InlineData("deals", "tickets", 27, 28)]
    [InlineData("deals", "line_items", 19, 20)]
    [InlineData("notes", "contacts", 202, 201)]
    [InlineData("tasks", "companies", 192, 191)]
    [InlineData("contacts", "contacts", 449, 449)]
    public void Default_association_ids(string from, string to, int there, int back)
    {
        Assert.Contains(there, Ids(from, to));
        Assert.Contains(back, Ids(to, from));

        IEnumerable<int> Ids(string one, string other) =>
            portal.Send("GET", $"/crm/v4/associations/{one}/{other}/labels").Expect(200).At("results").EnumerateArray().Select(type => type.GetProperty("typeId").GetInt32());
    }

    private string Parcels() => portal.Send("POST", "/crm-object-schemas/v3/schemas",
        """{"name":"parcel","labels":{"singular":"Parcel","plural":"Parcels"},"primaryDisplayProperty":"code","requiredProperties":["code"],"associatedObjects":["contacts"],"properties":[{"name":"code","label":"Code","type":"string","fieldType":"text"}]}""").Expect(201).Text("objectTypeId");
}
