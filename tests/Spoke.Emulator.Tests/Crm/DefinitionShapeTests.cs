namespace Spoke.Emulator.Tests.Crm;

/// <summary>What goes round the records: limits on associations, validation rules, usage, schemas and pipelines, in every published version.</summary>
public sealed class DefinitionShapeTests
{
    private readonly CrmPortal portal = new();
    private readonly PublishedOperations published = PublishedOperations.Load();

    [Theory]
    [InlineData("/crm/associations/v4")]
    [InlineData("/crm/associations/2026-03")]
    [InlineData("/crm/associations/2026-09")]
    public void Association_limits(string root)
    {
        var pair = $"{root}/definitions/configurations/deals/contacts";
        var v4 = root.EndsWith("v4", StringComparison.Ordinal);
        const string three = """{"inputs":[{"category":"HUBSPOT_DEFINED","typeId":3,"maxToObjectIds":2}]}""";
        Ok("POST", pair + "/batch/create", three);
        Ok("POST", pair + "/batch/create", three, 207);
        Ok("POST", pair + "/batch/update", three.Replace("Ids\":2", "Ids\":1", StringComparison.Ordinal));
        Ok("POST", pair + "/batch/update", three.Replace("Ids\":2", "Ids\":0", StringComparison.Ordinal), 207);
        Assert.Equal(1, Ok("GET", pair).At("results.0.userEnforcedMaxToObjectIds").GetInt32());
        Assert.Equal(1, Ok("GET", $"{root}/definitions/configurations/all").Count("results"));
        Ok("POST", pair + "/batch/purge", """{"inputs":[{"category":"HUBSPOT_DEFINED","typeId":3}]}""", v4 ? 204 : 200);
        Assert.Equal(0, Ok("GET", pair).Count("results"));
        var usage = v4 ? "/crm/v4/associations" : root;
        Ok("POST", usage + "/usage/high-usage-report/61000001");
        published.Check("POST", usage + "/usage/high-usage-report/1", portal.Send("POST", usage + "/usage/high-usage-report/1").Expect(404));
    }

    [Theory]
    [InlineData("/crm/v3/property-validations")]
    [InlineData("/crm/property-validations/2026-03")]
    [InlineData("/crm/property-validations/2026-09")]
    public void Validation_rules(string root)
    {
        Ok("PUT", $"{root}/0-1/zip/rule-type/ALPHANUMERIC", """{"ruleArguments":["NUMERIC_ONLY"]}""", 204);
        Ok("GET", $"{root}/0-1");
        Ok("GET", $"{root}/0-1/zip");
        Assert.Equal("NUMERIC_ONLY", Ok("GET", $"{root}/0-1/zip/rule-type/ALPHANUMERIC").Text("ruleArguments.0"));
        published.Check("GET", $"{root}/0-1/zip/rule-type/REGEX", portal.Send("GET", $"{root}/0-1/zip/rule-type/REGEX").Expect(404));
    }

    [Theory]
    [InlineData("/crm/v3/limits", "/crm/v3/object-library")]
    [InlineData("/crm/limits/2026-03", "/crm/object-library/2026-03")]
    [InlineData("/crm/limits/2026-09", "/crm/object-library/2026-09")]
    public void Usage_and_object_library(string limits, string library)
    {
        portal.Send("PUT", "/_emulator/account", """{"mostAssociations":2}""").Expect(200);
        portal.Send("POST", "/crm-object-schemas/v3/schemas", """{"name":"parcel","labels":{"singular":"Parcel","plural":"Parcels"},"associatedObjects":["contacts"],"properties":[],"requiredProperties":[]}""").Expect(201);
        portal.Send("POST", "/crm/v4/associations/orders/contacts/labels", """{"label":"Gift","name":"gift"}""").Expect(200);
        var order = portal.Create("orders", "{}");
        foreach (var email in (string[])["a", "b"])
            portal.Send("PUT", $"/crm/v4/objects/orders/{order}/associations/default/contacts/{portal.Create("contacts", $$"""{"email":"{{email}}@b.example"}""")}").Expect(200);
        Assert.Equal("2", Ok("GET", limits + "/records").At("hubspotDefinedObjectTypes").EnumerateArray().Single(one => one.GetProperty("objectTypeId").GetString() == "0-1").GetProperty("usage").ToString());
        Ok("GET", limits + "/pipelines");
        Ok("GET", limits + "/custom-properties");
        Ok("GET", limits + "/calculated-properties");
        Assert.Equal(1, Ok("GET", limits + "/custom-object-types").At("usage").GetInt32());
        Assert.Equal("Gift", Ok("GET", limits + "/associations/labels?fromObjectTypeId=0-123").Text("results.0.allLabels.0"));
        Assert.Equal("0-123", Ok("GET", limits + "/associations/records/from").Text("results.0.objectTypeId"));
        Assert.True(Ok("GET", limits + "/associations/records/0-123/to").At("results.0.hasRecordsAtLimit").GetBoolean());
        Assert.Equal(order, Ok("GET", limits + "/associations/records/0-123/0-1").Text("atLimitFromRecordSamples.0.objectId"));
        Ok("GET", library + "/enablement");
        Assert.True(Ok("GET", library + "/enablement/0-421").At("enablement").GetBoolean());
    }

    [Theory]
    [InlineData("/crm-object-schemas/v3/schemas")]
    [InlineData("/crm-object-schemas/2026-03/schemas")]
    [InlineData("/crm-object-schemas/2026-09/schemas")]
    public void Schemas_read_in_batches_lose_associations_and_are_purged(string path)
    {
        const string parcel = """{"name":"parcel","labels":{"singular":"Parcel","plural":"Parcels"},"associatedObjects":["contacts"],"properties":[],"requiredProperties":[]}""";
        var type = Ok("POST", path, parcel, 201).Text("objectTypeId");
        Ok("POST", path + "/batch/read", $$"""{"inputs":["{{type}}"],"includeAssociationDefinitions":true,"includeAuditMetadata":false,"includePropertyDefinitions":false}""");
        var association = Ok("GET", $"{path}/{type}").Text("associations.0.id");
        Ok("DELETE", $"{path}/{type}/associations/{association}", status: 204);
        Assert.Equal(0, Ok("GET", $"{path}/{type}").Count("associations"));
        portal.Send("DELETE", $"{path}/{type}?archived=true").Expect(400);
        Ok("DELETE", $"{path}/{type}", status: 204);
        Assert.Equal(1, Ok("GET", path + "?archived=true").Count("results"));
        portal.Send("POST", path, parcel).Expect(400);
        Ok("DELETE", $"{path}/{type}?archived=true", status: 204);
        Ok("POST", path, parcel, 201);
    }

    [Theory]
    [InlineData("/crm/v3/pipelines")]
    [InlineData("/crm/pipelines/2026-03")]
    [InlineData("/crm/pipelines/2026-09")]
    public void Pipelines_and_stages_have_an_audit(string root)
    {
        var id = Ok("POST", root + "/orders", """{"label":"Shop","displayOrder":1,"stages":[{"label":"Paid","displayOrder":0,"metadata":{}}]}""").Text("id");
        Ok("PATCH", $"{root}/orders/{id}", """{"label":"Store"}""");
        Assert.Equal(["UPDATE", "CREATE"], Ok("GET", $"{root}/orders/{id}/audit").At("results").EnumerateArray().Select(one => one.GetProperty("action").GetString()));
        var stage = Ok("POST", $"{root}/orders/{id}/stages", """{"label":"Sent","displayOrder":1,"metadata":{}}""").Text("id");
        Assert.Equal(1, Ok("GET", $"{root}/orders/{id}/stages/{stage}/audit").Count("results"));
        // From 2026-09 on a stage in use stays unless the caller insists.
        portal.Create("orders", $$"""{"hs_pipeline":"{{id}}","hs_pipeline_stage":"{{stage}}"}""");
        var used = root.EndsWith("2026-09", StringComparison.Ordinal);
        if (used) portal.Send("DELETE", $"{root}/orders/{id}/stages/{stage}").Expect(400);
        Ok("DELETE", $"{root}/orders/{id}/stages/{stage}" + (used ? "?validateReferencesBeforeDelete=false" : ""), status: 204);
    }

    private Answer Ok(string method, string path, string? body = null, int? status = null) => published.Ok(portal, method, path, body, status);
}
