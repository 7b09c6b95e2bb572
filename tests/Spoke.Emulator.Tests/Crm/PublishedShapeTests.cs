namespace Spoke.Emulator.Tests.Crm;

/// <summary>Every operation that is carried out, in every version it is published in, answers as published.</summary>
public sealed class PublishedShapeTests
{
    private readonly CrmPortal portal = new();
    private readonly PublishedOperations published = PublishedOperations.Load();

    public static TheoryData<string> ObjectPaths => ["/crm/v3/objects", "/crm/objects/2026-03", "/crm/objects/2026-09"];

    public static TheoryData<string, string> TypesInVersions
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var path in (string[])["/crm/v3/objects", "/crm/objects/2026-03", "/crm/objects/2026-09"])
                foreach (var type in (string[])["contacts", "companies", "0-3", "tickets", "products", "orders", "line_items", "carts", "discounts", "notes", "tasks",
                    "quotes", "invoices", "subscriptions", "commerce_payments", "fees", "taxes", "calls", "emails", "meetings", "communications", "postal_mail",
                    "leads", "0-162", "0-410", "0-420", "appointments", "projects", "goal_targets", "users"]) data.Add(path, type);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(TypesInVersions))]
    public void Records(string root, string type)
    {
        const string all = """
            {"name":"X","dealname":"X","subject":"X","hs_pipeline_stage":"1","email":"a@b.example","hs_timestamp":"2026-11-25T00:00:00Z","hs_label":"X","hs_title":"X",
            "hs_expiration_date":"2026-12-25T00:00:00Z","hs_currency":"EUR","hs_initial_amount":"9.90","hs_initiated_date":"2026-11-25T00:00:00Z","hs_lead_name":"X","hs_name":"X","hs_course_name":"X","hs_appointment_start":"2026-11-25T00:00:00Z"}
            """;
        var definitions = portal.Send("GET", $"/crm/v3/properties/{type}").At("results").EnumerateArray().Select(property => property.GetProperty("name").GetString()).ToHashSet();
        var members = System.Text.Json.JsonDocument.Parse(all).RootElement.EnumerateObject()
            .Where(member => definitions.Contains(member.Name) && (member.Name != "hs_pipeline_stage" || type == "tickets"));
        var properties = "{" + string.Join(',', members.Select(member => $"\"{member.Name}\":{member.Value.GetRawText()}")) + "}";
        var path = $"{root}/{type}";
        var id = Ok("POST", path, $$"""{"properties":{{properties}},"associations":[]}""").Text("id");
        Ok("GET", $"{path}/{id}");
        Ok("GET", $"{path}/{id}?propertiesWithHistory=hs_object_id");
        Ok("PATCH", $"{path}/{id}", """{"properties":{}}""");
        Refused("GET", $"{path}/9", 404);
        Refused("POST", path, 400, """{"properties":{"nonsense":"1"}}""");
        var again = properties.Replace("a@b", "c@b", StringComparison.Ordinal);
        Ok("POST", $"{path}/batch/create", $$"""{"inputs":[{"properties":{{again}},"associations":[]}]}""");
        Ok("POST", $"{path}/batch/create", $$"""{"inputs":[{"objectWriteTraceId":"1","properties":{"nonsense":"1"},"associations":[]}]}""", 207);
        Ok("POST", $"{path}/batch/read", $$"""{"inputs":[{"id":"{{id}}"},{"id":"9"}],"properties":[],"propertiesWithHistory":[]}""", 207);
        Ok("POST", $"{path}/batch/update", $$$"""{"inputs":[{"id":"{{{id}}}","properties":{}}]}""");
        portal.Send("POST", $"/crm/v3/properties/{type}", $$"""{"name":"key","label":"Key","type":"string","fieldType":"text","hasUniqueValue":true,"groupName":"{{portal.Send("GET", $"/crm/v3/properties/{type}/groups").Text("results.0.name")}}"}""").Expect(201);
        Ok("POST", $"{path}/batch/upsert", $$"""{"inputs":[{"id":"k","idProperty":"key","properties":{{properties.Replace("a@b", "d@b", StringComparison.Ordinal)}}}]}""");
        Ok("GET", $"{path}?limit=1");
        Ok("POST", $"{path}/search", """{"filterGroups":[],"limit":1,"after":"0","sorts":[],"properties":[]}""");
        Ok("POST", $"{path}/batch/archive", $$"""{"inputs":[{"id":"{{id}}"}]}""", 204);
        Ok("DELETE", $"{path}/{id}", status: 204);
    }

    [Theory]
    [MemberData(nameof(ObjectPaths))]
    public void Merge_and_privacy_deletion(string root)
    {
        var (one, two) = (portal.Create("contacts", """{"email":"a@b.example"}"""), portal.Create("contacts", """{"email":"b@b.example"}"""));
        var merged = Ok("POST", root + "/contacts/merge", $$"""{"primaryObjectId":"{{one}}","objectIdToMerge":"{{two}}"}""").Text("id");
        Ok("POST", root + "/contacts/gdpr-delete", $$"""{"objectId":"{{merged}}"}""", 204);
    }

    [Theory]
    [InlineData("/crm/v3/properties")]
    [InlineData("/crm/properties/2026-03")]
    [InlineData("/crm/properties/2026-09")]
    public void Properties_and_groups(string root)
    {
        var path = root + "/orders";
        Ok("POST", path + "/groups", """{"name":"spoke","label":"Spoke","displayOrder":1}""");
        Ok("GET", path + "/groups");
        Ok("GET", path + "/groups/spoke");
        Ok("PATCH", path + "/groups/spoke", """{"label":"Shop"}""");
        Ok("POST", path, """{"name":"one","label":"One","type":"enumeration","fieldType":"select","groupName":"spoke","options":[{"label":"A","value":"a","displayOrder":0,"hidden":false}]}""");
        Ok("GET", path);
        Ok("GET", path + "/one");
        Ok("PATCH", path + "/one", """{"label":"First"}""");
        Ok("POST", path + "/batch/create", """{"inputs":[{"name":"two","label":"Two","type":"number","fieldType":"number","groupName":"spoke"}]}""");
        Ok("POST", path + "/batch/read", """{"archived":false,"inputs":[{"name":"one"}]}""");
        Refused("GET", path + "/nothing", 404);
        Ok("POST", path + "/batch/archive", """{"inputs":[{"name":"two"}]}""", 204);
        Ok("DELETE", path + "/one", status: 204);
        Ok("DELETE", path + "/groups/spoke", status: 204);
    }

    [Theory]
    [InlineData("/crm/v3/pipelines")]
    [InlineData("/crm/pipelines/2026-03")]
    [InlineData("/crm/pipelines/2026-09")]
    public void Pipelines_and_stages(string root)
    {
        var path = root + "/orders";
        var id = Ok("POST", path, """{"label":"Shop","displayOrder":1,"stages":[{"label":"Paid","displayOrder":0,"metadata":{}}]}""").Text("id");
        Ok("GET", path);
        Ok("GET", $"{path}/{id}");
        Ok("PATCH", $"{path}/{id}", """{"label":"Store"}""");
        Ok("PUT", $"{path}/{id}", """{"label":"Store","displayOrder":2,"stages":[{"label":"Paid","displayOrder":0,"metadata":{}}]}""");
        var stage = Ok("POST", $"{path}/{id}/stages", """{"label":"Sent","displayOrder":1,"metadata":{"state":"CLOSED"}}""").Text("id");
        Ok("GET", $"{path}/{id}/stages");
        Ok("GET", $"{path}/{id}/stages/{stage}");
        Ok("PATCH", $"{path}/{id}/stages/{stage}", """{"label":"Shipped"}""");
        Ok("PUT", $"{path}/{id}/stages/{stage}", """{"label":"Shipped","displayOrder":1,"metadata":{}}""");
        Refused("GET", $"{path}/nothing", 404);
        Ok("DELETE", $"{path}/{id}/stages/{stage}", status: 204);
        Ok("DELETE", $"{path}/{id}", status: 204);
    }

    [Theory]
    [InlineData("/crm/v4/objects", "/crm/v4/associations")]
    [InlineData("/crm/objects/2026-03", "/crm/associations/2026-03")]
    [InlineData("/crm/objects/2026-09", "/crm/associations/2026-09")]
    public void Associations(string objects, string associations)
    {
        var (order, contact) = (portal.Create("orders", "{}"), portal.Create("contacts", """{"email":"a@b.example"}"""));
        var pair = $"{objects}/orders/{order}/associations";
        Ok("PUT", $"{pair}/default/contacts/{contact}");
        Ok("PUT", $"{pair}/contacts/{contact}", """[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":507}]""", 201);
        if (associations.Contains("v4", StringComparison.Ordinal)) Ok("GET", $"{pair}/contacts");
        var ends = $$$"""{"from":{"id":"{{{order}}}"},"to":{"id":"{{{contact}}}"}}""";
        var typed = $$$"""{"from":{"id":"{{{order}}}"},"to":{"id":"{{{contact}}}"},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":507}]}""";
        var batch = associations + "/orders/contacts/batch";
        Ok("POST", batch + "/create", $$"""{"inputs":[{{typed}}]}""", 201);
        Ok("POST", batch + "/associate/default", $$"""{"inputs":[{{ends}}]}""");
        Ok("POST", batch + "/read", $$"""{"inputs":[{"id":"{{order}}"}]}""");
        Ok("POST", batch + "/read", $$"""{"inputs":[{"id":"{{order}}"},{"id":"9"}]}""", 207);
        var removed = associations.Contains("v4", StringComparison.Ordinal) ? 204 : 200;
        Ok("POST", batch + "/labels/archive", $$"""{"inputs":[{{typed}}]}""", removed);
        Ok("POST", batch + "/archive", $$$"""{"inputs":[{"from":{"id":"{{{order}}}"},"to":[{"id":"{{{contact}}}"}]}]}""", removed);
        Ok("DELETE", $"{pair}/contacts/{contact}", status: 204);
    }

    [Theory]
    [InlineData("/crm-object-schemas/v3/schemas")]
    [InlineData("/crm-object-schemas/2026-03/schemas")]
    [InlineData("/crm-object-schemas/2026-09/schemas")]
    public void Schemas(string path)
    {
        var type = Ok("POST", path, """{"name":"parcel","labels":{"singular":"Parcel","plural":"Parcels"},"associatedObjects":["contacts"],"properties":[],"requiredProperties":[]}""", 201).Text("objectTypeId");
        Ok("GET", path);
        Ok("GET", $"{path}/{type}");
        Ok("PATCH", $"{path}/{type}", """{"labels":{"singular":"Box"}}""");
        Ok("POST", $"{path}/{type}/associations", """{"fromObjectTypeId":"x","toObjectTypeId":"0-2","name":"parcel_to_company"}""", 201);
        Ok("DELETE", $"{path}/{type}", status: 204);
    }

    [Theory]
    [InlineData("/crm/v3/owners", "/account-info/v3/details")]
    [InlineData("/crm/owners/2026-03", "/account-info/2026-03/details")]
    [InlineData("/crm/owners/2026-09", "/account-info/2026-09/details")]
    public void Owners_and_account(string owners, string account)
    {
        var id = Ok("GET", owners + "?limit=1").Text("results.0.id");
        Ok("GET", $"{owners}/{id}");
        Refused("GET", $"{owners}/1", 404);
        Ok("GET", account);
    }

    private Answer Ok(string method, string path, string? body = null, int? status = null) => published.Ok(portal, method, path, body, status);

    private void Refused(string method, string path, int status, string? body = null) => published.Check(method, path, portal.Send(method, path, body).Expect(status));
}
