namespace Spoke.Emulator.Tests.Crm;

public sealed class DefinitionRuleTests
{
    private readonly CrmPortal portal = new();

    [Theory]
    [InlineData("zip", "ALPHANUMERIC", """["NUMERIC_ONLY"]""", "12345", "12a")]
    [InlineData("zip", "MIN_LENGTH", """["3"]""", "123", "12")]
    [InlineData("zip", "MAX_LENGTH", """["3"]""", "123", "1234")]
    [InlineData("zip", "REGEX", """["[A-Z]{2}\\d+"]""", "AB12", "xAB12")]
    [InlineData("zip", "WHITESPACE", "[]", "ab", "a b")]
    [InlineData("zip", "SPECIAL_CHARACTERS", "[]", "a b", "a#b")]
    [InlineData("email", "EMAIL_ALLOWED_DOMAINS", """["shop.example"]""", "a@eu.shop.example", "a@other.example")]
    [InlineData("email", "EMAIL_BLOCKED_DOMAINS", """["shop.example"]""", "a@other.example", "a@shop.example")]
    [InlineData("website", "URL", "[]", "https://a.example/x", "nonsense")]
    [InlineData("website", "URL_BLOCKED_DOMAINS", """["bad.example"]""", "https://a.example", "https://www.bad.example")]
    [InlineData("company", "DOMAIN", "[]", "a.example", "a example")]
    [InlineData("phone", "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE", "[]", "+49 30 1234567", "030 1234567")]
    [InlineData("points", "MIN_NUMBER", """["1"]""", "1", "0")]
    [InlineData("points", "MAX_NUMBER", """["9"]""", "9", "9.5")]
    [InlineData("points", "DECIMAL", """["1"]""", "9.5", "9.55")]
    [InlineData("closedate", "END_DATETIME", """["2026-12-31T00:00:00Z"]""", "2026-12-30T10:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("closedate", "AFTER_DATETIME_DURATION", """["P1D"]""", "2026-11-26T10:00:00Z", "2026-11-24T12:00:00Z")]
    [InlineData("closedate", "DAYS_OF_WEEK", """["MONDAY","TUESDAY"]""", "2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z")]
    public void Rule_holds_on_every_way_in(string property, string kind, string arguments, string good, string bad)
    {
        portal.Send("POST", "/crm/v3/properties/contacts", """{"name":"points","label":"Points","type":"number","fieldType":"number","groupName":"contactinformation"}""").Expect(201);
        portal.Send("PUT", $"/crm/v3/property-validations/0-1/{property}/rule-type/{kind}", $$"""{"ruleArguments":{{arguments}}}""").Expect(204);
        portal.Send("POST", CrmPortal.Contacts, Body(good)).Expect(201);
        var id = portal.Create("contacts", """{"email":"z@shop.example.shop.example","lastname":"Z"}""".Replace("z@shop.example.shop.example", property == "email" ? good.Replace("a@", "z@", StringComparison.Ordinal) : "z@z.example", StringComparison.Ordinal));
        Assert.Contains($"{kind}_VALIDATION_RULE", portal.Send("POST", CrmPortal.Contacts, Body(bad)).Expect(400).Text("message"), StringComparison.Ordinal);
        portal.Send("PATCH", $"{CrmPortal.Contacts}/{id}", Body(bad)).Expect(400);
        portal.Send("POST", CrmPortal.Contacts + "/batch/create", $$"""{"inputs":[{{Body(bad)}}]}""").Expect(400);
        portal.Send("POST", CrmPortal.Contacts + "/batch/update", $$"""{"inputs":[{"id":"{{id}}",{{Body(bad)[1..]}}]}""").Expect(400);
        // Clearing a value is always possible.
        if (property != "email") portal.Send("PATCH", $"{CrmPortal.Contacts}/{id}", Body("")).Expect(200);

        string Body(string value) => $$$"""{"properties":{"firstname":"A","{{{property}}}":"{{{value}}}"}}""";
    }

    [Theory]
    [InlineData("NONSENSE", """["1"]""")]
    [InlineData("MIN_LENGTH", """["long"]""")]
    [InlineData("MIN_NUMBER", """["1"]""")]
    [InlineData("REGEX", """["("]""")]
    public void Rule_that_cannot_be_is_refused(string kind, string arguments) =>
        portal.Send("PUT", $"/crm/v3/property-validations/0-1/zip/rule-type/{kind}", $$"""{"ruleArguments":{{arguments}}}""").Expect(400);

    [Fact]
    public void Limit_on_an_association_type_is_kept()
    {
        portal.Send("POST", "/crm/associations/v4/definitions/configurations/deals/contacts/batch/create", """{"inputs":[{"category":"HUBSPOT_DEFINED","typeId":3,"maxToObjectIds":1}]}""").Expect(201);
        var deal = portal.Create("deals", """{"dealname":"D"}""");
        var (one, two) = (portal.Create("contacts", """{"email":"a@b.example"}"""), portal.Create("contacts", """{"email":"b@b.example"}"""));
        portal.Send("PUT", $"/crm/v4/objects/deals/{deal}/associations/default/contacts/{one}").Expect(200);
        portal.Send("PUT", $"/crm/v4/objects/deals/{deal}/associations/default/contacts/{one}").Expect(200);
        // The other side is held to it too.
        portal.Send("PUT", $"/crm/v4/objects/contacts/{two}/associations/default/deals/{deal}").Expect(400);
        var batch = portal.Send("POST", "/crm/v4/associations/contacts/deals/batch/create",
            $$$"""{"inputs":[{"from":{"id":"{{{two}}}"},"to":{"id":"{{{deal}}}"},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":4}]}]}""").Expect(207);
        Assert.Equal("crm.associations.ASSOCIATION_LIMIT_EXCEEDED", batch.Text("errors.0.subCategory"));
        portal.Send("POST", CrmPortal.Contacts, $$$"""{"properties":{"email":"c@b.example"},"associations":[{"to":{"id":"{{{deal}}}"},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":4}]}]}""").Expect(400);
    }

    [Fact]
    public void Label_limit_stays_within_the_limit_of_its_objects()
    {
        const string configurations = "/crm/associations/2026-09/definitions/configurations/contacts/companies/batch/";
        portal.Send("POST", configurations + "create", """{"inputs":[{"category":"HUBSPOT_DEFINED","typeId":279,"maxToObjectIds":10}]}""").Expect(201);
        Assert.Contains("between 1 and 10", portal.Send("POST", configurations + "create", """{"inputs":[{"category":"HUBSPOT_DEFINED","typeId":931,"maxToObjectIds":11}]}""").Expect(207).Text("errors.0.message"), StringComparison.Ordinal);
        portal.Send("POST", configurations + "create", """{"inputs":[{"category":"HUBSPOT_DEFINED","typeId":931,"maxToObjectIds":9}]}""").Expect(201);
        portal.Send("POST", configurations + "update", """{"inputs":[{"category":"HUBSPOT_DEFINED","typeId":279,"maxToObjectIds":8}]}""").Expect(207);
    }

    [Fact]
    public void Definitions_are_limited()
    {
        portal.Send("PUT", "/_emulator/account", """{"mostCustomProperties":1,"mostLabels":1,"mostPipelines":1,"mostCustomObjects":0}""").Expect(200);
        const string property = """{"name":"one","label":"One","type":"string","fieldType":"text","groupName":"contactinformation"}""";
        portal.Send("POST", "/crm/v3/properties/contacts", property).Expect(201);
        portal.Send("POST", "/crm/v3/properties/contacts", property.Replace("one", "two", StringComparison.Ordinal)).Expect(400);
        portal.Send("POST", "/crm/v4/associations/orders/contacts/labels", """{"label":"Gift","name":"gift"}""").Expect(200);
        portal.Send("POST", "/crm/v4/associations/orders/contacts/labels", """{"label":"Loan","name":"loan"}""").Expect(400);
        portal.Send("POST", "/crm/v3/pipelines/orders", """{"label":"Shop","displayOrder":1,"stages":[]}""").Expect(400);
        portal.Send("POST", "/crm-object-schemas/v3/schemas", """{"name":"parcel","labels":{},"associatedObjects":[],"properties":[],"requiredProperties":[]}""").Expect(400);
    }

    [Fact]
    public void Name_of_an_archived_property_is_free_after_90_days_and_its_values_are_gone()
    {
        const string property = """{"name":"one","label":"One","type":"string","fieldType":"text","groupName":"contactinformation"}""";
        portal.Send("POST", "/crm/v3/properties/contacts", property).Expect(201);
        var id = portal.Create("contacts", """{"email":"a@b.example","one":"x"}""");
        portal.Send("DELETE", "/crm/v3/properties/contacts/one").Expect(204);
        portal.Send("POST", "/crm/v3/properties/contacts", property).Expect(400);
        portal.Now += TimeSpan.FromDays(91);
        portal.Send("POST", "/crm/v3/properties/contacts", property).Expect(201);
        Assert.Equal("", portal.Send("GET", $"{CrmPortal.Contacts}/{id}?properties=one").Text("properties.one"));
    }

    [Fact]
    public void Shares_of_a_deal_add_up_to_one()
    {
        var deal = portal.Create("deals", """{"dealname":"D","amount":"200"}""");
        foreach (var path in (string[])["/crm/objects/v3/deals/splits/batch", "/deal-splits/2026-03/batch", "/deal-splits/2026-09/batch"])
        {
            var done = portal.Send("POST", path + "/upsert", $$$"""{"inputs":[{"id":{{{deal}}},"splits":[{"ownerId":76000001,"percentage":0.25},{"ownerId":76000002,"percentage":0.75}]}]}""").Expect(200);
            Assert.Equal("50", done.Text("results.0.splits.0.properties.hs_deal_split_amount"));
            Assert.Equal(2, portal.Send("POST", path + "/read", $$$"""{"inputs":[{"id":"{{{deal}}}"}]}""").Expect(200).Count("results.0.splits"));
            portal.Send("POST", path + "/upsert", $$$"""{"inputs":[{"id":{{{deal}}},"splits":[{"ownerId":76000001,"percentage":0.5}]}]}""").Expect(207);
            portal.Send("POST", path + "/upsert", $$$"""{"inputs":[{"id":{{{deal}}},"splits":[{"ownerId":1,"percentage":1}]}]}""").Expect(207);
            portal.Send("POST", path + "/read", """{"inputs":[{"id":"9"}]}""").Expect(207);
        }
    }

    [Fact]
    public void Subscription_is_paused_resumed_and_cancelled()
    {
        var id = portal.Create("subscriptions", """{"hs_name":"S","hs_status":"active"}""");
        const string root = "/payments-subscriptions/v1/subscriptions/crm";
        portal.Send("POST", $"{root}/{id}/unpause").Expect(400);
        portal.Send("POST", $"{root}/{id}/pause").Expect(204);
        portal.Send("POST", $"{root}/{id}/unpause").Expect(204);
        portal.Send("POST", $"{root}/{id}/cancel").Expect(204);
        Assert.Equal("canceled", portal.Send("GET", $"/crm/v3/objects/subscriptions/{id}?properties=hs_status").Text("properties.hs_status"));
        portal.Send("POST", $"{root}/{id}/pause").Expect(400);
        portal.Send("POST", $"{root}/9/cancel").Expect(404);
    }

    [Theory]
    [InlineData("/forecast-settings/v3/forecast-types")]
    [InlineData("/forecast-settings/2026-09/forecast-types")]
    public void Forecast_type(string path)
    {
        Assert.Equal("amount", portal.Send("GET", path).Expect(200).Text("amountProperty"));
        portal.Send("GET", path + "/1").Expect(200);
        portal.Send("GET", path + "/2").Expect(404);
    }
}
