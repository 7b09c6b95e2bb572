using System.Text;
using System.Text.Json;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Tests.Crm;

public sealed class StateTests
{
    private static string Saved(CrmApi api)
    {
        using var stream = new MemoryStream();
        api.Save(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static CrmPortal Filled()
    {
        var portal = new CrmPortal();
        portal.Send("POST", "/crm/v3/properties/contacts", """{"name":"spoke_key","label":"Key","type":"string","fieldType":"text","groupName":"contactinformation","hasUniqueValue":true}""").Expect(201);
        portal.Send("PATCH", "/crm/v3/properties/contacts/phone", """{"label":"Telephone"}""").Expect(200);
        portal.Send("POST", "/crm-object-schemas/v3/schemas", """
            {"name":"parcel","labels":{"singular":"Parcel","plural":"Parcels"},"requiredProperties":[],"searchableProperties":[],"secondaryDisplayProperties":[],"associatedObjects":["contacts"],"properties":[]}
            """).Expect(201);
        portal.Send("POST", "/crm/v4/associations/orders/contacts/labels", """{"label":"Gift","name":"gift"}""").Expect(200);
        portal.Send("POST", "/crm/v3/pipelines/orders", """{"label":"Shop","displayOrder":1,"stages":[{"label":"Paid","displayOrder":0,"metadata":{}}]}""").Expect(201);
        var one = portal.Create("contacts", """{"email":"a@b.example","spoke_key":"1"}""");
        var two = portal.Create("contacts", """{"email":"b@b.example","spoke_key":"2"}""");
        var company = portal.Create("companies", """{"name":"C"}""");
        portal.Send("PUT", $"/crm/v4/objects/contacts/{one}/associations/default/companies/{company}").Expect(200);
        portal.Now += TimeSpan.FromMinutes(1);
        portal.Send("PATCH", $"{CrmPortal.Contacts}/{one}", """{"properties":{"firstname":"A"}}""").Expect(200);
        portal.Send("PATCH", $"{CrmPortal.Contacts}/{one}", """{"properties":{"firstname":"B"}}""").Expect(200);
        portal.Send("POST", CrmPortal.Contacts + "/merge", $$"""{"primaryObjectId":"{{one}}","objectIdToMerge":"{{two}}"}""").Expect(200);
        var gone = portal.Create("products", """{"name":"Gone","hs_sku":"S"}""");
        portal.Send("DELETE", $"/crm/v3/objects/products/{gone}").Expect(204);
        portal.Send("DELETE", $"/crm/v3/objects/companies/{company}").Expect(204);
        portal.Send("POST", CrmPortal.Contacts + "/gdpr-delete", """{"objectId":"gone@b.example","idProperty":"email"}""").Expect(204);
        portal.Send("PUT", "/_emulator/account", """{"mostLabels":7,"companiesFromDomain":true}""").Expect(200);
        portal.Create("contacts", """{"email":"d@domain.example"}""");
        portal.Send("POST", "/settings/v3/currencies/exchange-rates", """{"fromCurrencyCode":"USD","conversionRate":0.5}""").Expect(200);
        portal.Send("POST", "/settings/users/v3", """{"email":"new@portal.example"}""").Expect(201);
        portal.Send("DELETE", "/settings/v3/users/61000002").Expect(204);
        portal.Send("PUT", "/crm/v3/property-validations/0-1/zip/rule-type/MIN_LENGTH", """{"ruleArguments":["3"]}""").Expect(204);
        portal.Send("POST", "/crm/associations/v4/definitions/configurations/deals/contacts/batch/create", """{"inputs":[{"category":"HUBSPOT_DEFINED","typeId":3,"maxToObjectIds":2}]}""").Expect(201);
        portal.Send("POST", "/crm-object-schemas/v3/schemas", """{"name":"box","labels":{},"associatedObjects":[],"properties":[],"requiredProperties":[]}""").Expect(201);
        portal.Send("DELETE", "/crm-object-schemas/v3/schemas/box").Expect(204);
        var deal = portal.Create("deals", """{"dealname":"D"}""");
        portal.Send("POST", "/deal-splits/2026-09/batch/upsert", $$$"""{"inputs":[{"id":{{{deal}}},"splits":[{"ownerId":76000001,"percentage":1}]}]}""").Expect(200);
        return portal;
    }

    [Fact]
    public void Load_gives_back_what_Save_wrote_and_goes_on_the_same_way()
    {
        var original = Filled();
        var text = Saved(original.Api);
        using var copy = new CrmApi(1000001);
        copy.Load(JsonDocument.Parse(text).RootElement);
        Assert.Equal(text, Saved(copy));
        CrmPortal.Send(copy, "POST", CrmPortal.Contacts, """{"properties":{"email":"b@b.example"}}""", original.Now).Expect(409);
        var here = original.Send("POST", CrmPortal.Contacts, """{"properties":{"email":"n@b.example"}}""").Expect(201);
        var there = CrmPortal.Send(copy, "POST", CrmPortal.Contacts, """{"properties":{"email":"n@b.example"}}""", original.Now).Expect(201);
        Assert.Equal(here.Json.ToString(), there.Json.ToString());
    }

    [Fact]
    public void Same_calls_give_the_same_state() => Assert.Equal(Saved(Filled().Api), Saved(Filled().Api));

    [Fact]
    public void Loading_an_empty_object_is_a_fresh_portal()
    {
        using var api = new CrmApi(1000001);
        var fresh = Saved(api);
        api.Load(JsonDocument.Parse("{}").RootElement);
        Assert.Equal(fresh, Saved(api));
    }

    [Fact]
    public async Task Reads_and_writes_from_many_threads_do_not_disturb_each_other()
    {
        var portal = new CrmPortal();
        await Parallel.ForAsync(0, 400, TestContext.Current.CancellationToken, (i, _) =>
        {
            portal.Send("POST", CrmPortal.Contacts, $$$"""{"properties":{"email":"c{{{i % 200}}}@b.example"}}""");
            portal.Send("GET", CrmPortal.Contacts + "?limit=100").Expect(200);
            return ValueTask.CompletedTask;
        });
        Assert.Equal(200, portal.Api.CountRecords()["contacts"]);
    }
}
