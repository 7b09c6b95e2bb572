namespace Spoke.Emulator.Tests.Crm;

public sealed class FurtherTypeTests
{
    private readonly CrmPortal portal = new();

    [Theory]
    [InlineData("leads", """{"hs_lead_name":"A"}""", "lead-pipeline-id", "new-stage-id")]
    [InlineData("services", """{"hs_name":"A"}""", "ba9cdbd6-e220-45b2-a5a2-d67ebdcbade6", "8e2b21d0-7a90-4968-8f8c-a8525cc49c70")]
    public void Record_without_a_stage_starts_in_the_first_one(string type, string properties, string pipeline, string stage)
    {
        var id = portal.Create(type, properties);
        var read = portal.Send("GET", $"/crm/v3/objects/{type}/{id}?properties=hs_pipeline,hs_pipeline_stage").Expect(200);
        Assert.Equal(pipeline, read.Text("properties.hs_pipeline"));
        Assert.Equal(stage, read.Text("properties.hs_pipeline_stage"));
    }

    [Fact]
    public void Type_is_found_by_id_singular_plural_and_alias()
    {
        var id = portal.Create("commerce_payments", """{"hs_initial_amount":"9.90","hs_initiated_date":"2026-11-25T00:00:00Z"}""");
        foreach (var name in (string[])["0-101", "commerce_payment", "payments", "payment"]) portal.Send("GET", $"/crm/v3/objects/{name}/{id}").Expect(200);
    }

    [Fact]
    public void Required_properties_of_a_type_are_asked_for()
    {
        Assert.Contains("hs_initial_amount", portal.Send("POST", "/crm/v3/objects/commerce_payments", """{"properties":{}}""").Expect(400).Json.ToString(), StringComparison.Ordinal);
        Assert.Contains("hs_timestamp", portal.Send("POST", "/crm/v3/objects/calls", """{"properties":{"hs_call_title":"A"}}""").Expect(400).Json.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Lead_has_one_primary_contact_and_the_first_one_is_it()
    {
        var lead = portal.Create("leads", """{"hs_lead_name":"A"}""");
        var (first, second) = (portal.Create("contacts", """{"email":"a@b.example"}"""), portal.Create("contacts", """{"email":"b@b.example"}"""));
        portal.Send("PUT", $"/crm/v4/objects/leads/{lead}/associations/default/contacts/{first}").Expect(200);
        Assert.Equal([first], Primary(lead));
        portal.Send("PUT", $"/crm/v4/objects/leads/{lead}/associations/contacts/{second}", """[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":578}]""").Expect(201);
        Assert.Equal([second], Primary(lead));
        // A contact may be the primary one of many leads.
        var other = portal.Create("leads", """{"hs_lead_name":"B"}""");
        portal.Send("PUT", $"/crm/v4/objects/leads/{other}/associations/default/contacts/{second}").Expect(200);
        Assert.Equal([second], Primary(lead));
        Assert.Equal([second], Primary(other));
    }

    [Fact]
    public void Association_ids_are_the_published_ones_and_used_once()
    {
        var types = portal.Send("GET", "/crm/v4/associations/invoices/line_items/labels").Expect(200);
        Assert.Equal("409", types.Text("results.0.typeId"));
        var ids = Spoke.Emulator.Crm.AssociationTable.Rows.SelectMany(row => row.From == row.To ? row.Ids.Distinct() : row.Ids).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    private string[] Primary(string lead) =>
        [.. portal.Send("GET", $"/crm/v4/objects/leads/{lead}/associations/contacts").Expect(200).At("results").EnumerateArray()
            .Where(one => one.GetProperty("associationTypes").EnumerateArray().Any(type => type.GetProperty("typeId").GetInt32() == 578))
            .Select(one => one.GetProperty("toObjectId").ToString())];
}
