namespace Spoke.Emulator.Tests.Crm;

public sealed class RecordRuleTests
{
    private const string Contacts = CrmPortal.Contacts;
    private readonly CrmPortal portal = new();

    [Fact]
    public void History_says_when_and_by_whom_each_value_was_set()
    {
        var id = portal.Create("contacts", """{"email":"a@b.example","firstname":"A"}""");
        portal.Now += TimeSpan.FromMinutes(1);
        portal.Send("PATCH", $"{Contacts}/{id}", """{"properties":{"firstname":"B"}}""").Expect(200);
        var read = portal.Send("GET", $"{Contacts}/{id}?propertiesWithHistory=firstname").Expect(200);
        Assert.Equal(["B", "A"], read.At("propertiesWithHistory.firstname").EnumerateArray().Select(one => one.GetProperty("value").GetString()));
        Assert.Equal("INTEGRATION", read.Text("propertiesWithHistory.firstname.0.sourceType"));
        Assert.Equal("77", read.Text("propertiesWithHistory.firstname.0.sourceId"));
        Assert.Equal("88", read.Text("propertiesWithHistory.firstname.0.updatedByUserId"));
        Assert.Equal("2026-11-24T10:01:00.000Z", read.Text("propertiesWithHistory.firstname.0.timestamp"));
        Assert.Equal("2026-11-24T10:00:00.000Z", read.Text("propertiesWithHistory.firstname.1.timestamp"));
    }

    [Fact]
    public void Merge_keeps_what_was_overwritten_in_the_history()
    {
        var (one, two) = (portal.Create("contacts", """{"email":"a@b.example","city":"Bonn"}"""), portal.Create("contacts", """{"email":"b@b.example","city":"Ulm"}"""));
        var merged = portal.Send("POST", Contacts + "/merge", $$"""{"primaryObjectId":"{{one}}","objectIdToMerge":"{{two}}"}""").Expect(200).Text("id");
        var read = portal.Send("GET", $"{Contacts}/{merged}?propertiesWithHistory=city").Expect(200);
        Assert.Equal(["Bonn", "Ulm"], read.At("propertiesWithHistory.city").EnumerateArray().Select(one => one.GetProperty("value").GetString()));
    }

    [Fact]
    public void Merge_keeps_the_primary_id_where_the_account_is_set_so()
    {
        Setting("""{"mergeKeepsPrimaryId":true}""");
        var (one, two) = (portal.Create("contacts", """{"email":"a@b.example"}"""), portal.Create("contacts", """{"email":"b@b.example","city":"Ulm"}"""));
        var company = portal.Create("companies", """{"name":"C"}""");
        portal.Send("PUT", $"/crm/v4/objects/contacts/{two}/associations/default/companies/{company}").Expect(200);
        var merged = portal.Send("POST", Contacts + "/merge", $$"""{"primaryObjectId":"{{one}}","objectIdToMerge":"{{two}}"}""").Expect(200);
        Assert.Equal(one, merged.Text("id"));
        Assert.Equal("Ulm", merged.Text("properties.city"));
        Assert.Equal(two, merged.Text("properties.hs_merged_object_ids"));
        Assert.Equal(one, portal.Send("GET", $"{Contacts}/{two}").Expect(200).Text("id"));
        Assert.Equal(1, portal.Send("GET", $"/crm/v4/objects/contacts/{one}/associations/companies").Count("results"));
        portal.Send("POST", Contacts, """{"properties":{"email":"b@b.example"}}""").Expect(409);
    }

    [Fact]
    public void Further_addresses_are_addresses_are_unique_and_find_the_contact()
    {
        var id = portal.Create("contacts", """{"email":"a@b.example","hs_additional_emails":"Second@B.example;third@b.example"}""");
        Assert.Equal("second@b.example;third@b.example", Property(id, "hs_additional_emails"));
        Assert.Contains("INVALID_EMAIL", portal.Send("PATCH", $"{Contacts}/{id}", """{"properties":{"hs_additional_emails":"nonsense"}}""").Expect(400).Text("message"), StringComparison.Ordinal);
        Assert.Equal(id, portal.Send("GET", $"{Contacts}/third@b.example?idProperty=email").Expect(200).Text("id"));
        Assert.Equal($"Contact already exists. Existing ID: {id}", portal.Send("POST", Contacts, """{"properties":{"email":"second@b.example"}}""").Expect(409).Text("message"));
        portal.Send("PATCH", $"{Contacts}/{id}", """{"properties":{"email":"third@b.example"}}""").Expect(200);
        Assert.Equal("second@b.example;a@b.example", Property(id, "hs_additional_emails"));
    }

    [Fact]
    public void Archived_record_is_kept_90_days_and_can_be_restored_with_its_associations()
    {
        var id = portal.Create("contacts", """{"email":"a@b.example"}""");
        var (stays, goes) = (portal.Create("companies", """{"name":"C"}"""), portal.Create("companies", """{"name":"D"}"""));
        foreach (var company in (string[])[stays, goes]) portal.Send("PUT", $"/crm/v4/objects/contacts/{id}/associations/default/companies/{company}").Expect(200);
        portal.Send("DELETE", $"{Contacts}/{id}").Expect(204);
        Assert.Equal(0, portal.Send("GET", $"/crm/v4/objects/companies/{stays}/associations/contacts").Count("results"));
        portal.Send("DELETE", $"/crm/v3/objects/companies/{goes}").Expect(204);
        portal.Now += TimeSpan.FromDays(89);
        portal.Send("GET", $"{Contacts}/{id}?archived=true").Expect(200);
        portal.Send("POST", "/_emulator/restore", $$"""{"objectType":"contacts","id":"{{id}}"}""").Expect(200);
        portal.Send("GET", $"{Contacts}/{id}").Expect(200);
        Assert.Equal(stays, portal.Send("GET", $"/crm/v4/objects/contacts/{id}/associations/companies").Text("results.0.toObjectId"));
        Assert.Equal(1, portal.Send("GET", $"/crm/v4/objects/contacts/{id}/associations/companies").Count("results"));

        portal.Send("DELETE", $"{Contacts}/{id}").Expect(204);
        portal.Now += TimeSpan.FromDays(91);
        portal.Send("GET", $"{Contacts}/{id}?archived=true").Expect(404);
        Assert.Equal(0, portal.Send("GET", $"{Contacts}?archived=true").Count("results"));
        portal.Send("POST", "/_emulator/restore", $$"""{"objectType":"contacts","id":"{{id}}"}""").Expect(404);
    }

    [Fact]
    public void Restore_is_refused_when_the_address_is_taken_by_then()
    {
        var id = portal.Create("contacts", """{"email":"a@b.example"}""");
        portal.Send("DELETE", $"{Contacts}/{id}").Expect(204);
        var other = portal.Create("contacts", """{"email":"a@b.example"}""");
        Assert.NotEqual(id, other);
        portal.Send("POST", "/_emulator/restore", $$"""{"objectType":"contacts","id":"{{id}}"}""").Expect(409);
    }

    [Fact]
    public void Person_deleted_for_good_is_gone_and_may_come_back_by_the_API_only()
    {
        var id = portal.Create("contacts", """{"email":"a@b.example"}""");
        portal.Send("POST", Contacts + "/gdpr-delete", """{"objectId":"a@b.example","idProperty":"email"}""").Expect(204);
        portal.Send("GET", $"{Contacts}/{id}?archived=true").Expect(404);
        // Nobody has this one; it is blocked for imports all the same.
        portal.Send("POST", Contacts + "/gdpr-delete", """{"objectId":"never@b.example","idProperty":"email"}""").Expect(204);
        Assert.NotEqual(id, portal.Create("contacts", """{"email":"a@b.example"}"""));
        var list = new Spoke.Emulator.Crm.Blocklist();
        list.Add("A@b.example ");
        Assert.True(list.Holds("a@B.example"));
        Assert.DoesNotContain(list.Hashes, hash => hash.Contains('@', StringComparison.Ordinal));
    }

    [Fact]
    public void Associations_and_archiving_do_not_move_the_last_modified_date()
    {
        var (id, company) = (portal.Create("contacts", """{"email":"a@b.example"}"""), portal.Create("companies", """{"name":"C"}"""));
        var before = Property(id, "lastmodifieddate");
        portal.Now += TimeSpan.FromHours(1);
        portal.Send("PUT", $"/crm/v4/objects/contacts/{id}/associations/default/companies/{company}").Expect(200);
        portal.Send("PATCH", $"{Contacts}/{id}", """{"properties":{"email":"A@b.example"}}""").Expect(200);
        Assert.Equal(before, Property(id, "lastmodifieddate"));
        portal.Send("DELETE", $"{Contacts}/{id}").Expect(204);
        Assert.Equal(before, portal.Send("GET", $"{Contacts}/{id}?archived=true").Text("updatedAt"));
    }

    [Fact]
    public void Lifecycle_stage_moves_forward_only_unless_it_is_cleared_first()
    {
        var id = portal.Create("contacts", """{"email":"a@b.example","lifecyclestage":"customer"}""");
        portal.Send("PATCH", $"{Contacts}/{id}", """{"properties":{"lifecyclestage":"lead"}}""").Expect(200);
        Assert.Equal("customer", Property(id, "lifecyclestage"));
        portal.Send("PATCH", $"{Contacts}/{id}", """{"properties":{"lifecyclestage":""}}""").Expect(200);
        portal.Send("PATCH", $"{Contacts}/{id}", """{"properties":{"lifecyclestage":"lead"}}""").Expect(200);
        Assert.Equal("lead", Property(id, "lifecyclestage"));
    }

    [Fact]
    public void Line_item_belongs_to_one_order()
    {
        var (one, two) = (portal.Create("orders", "{}"), portal.Create("orders", "{}"));
        var item = portal.Create("line_items", """{"name":"X"}""");
        portal.Send("PUT", $"/crm/v4/objects/line_items/{item}/associations/default/orders/{one}").Expect(200);
        Assert.Contains("cannot be shared", portal.Send("PUT", $"/crm/v4/objects/orders/{two}/associations/default/line_items/{item}").Expect(400).Text("message"), StringComparison.Ordinal);
        var batch = portal.Send("POST", "/crm/v4/associations/orders/line_items/batch/associate/default", $$$"""{"inputs":[{"from":{"id":"{{{two}}}"},"to":{"id":"{{{item}}}"}}]}""").Expect(207);
        Assert.Equal(1, batch.At("numErrors").GetInt32());
        portal.Send("PUT", $"/crm/v4/objects/line_items/{item}/associations/default/orders/{one}").Expect(200);
        var both = string.Join(',', ((string[])[one, two]).Select(order => $$$"""{"to":{"id":"{{{order}}}"},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":514}]}"""));
        portal.Send("POST", "/crm/v3/objects/line_items", $$$"""{"properties":{"name":"Y"},"associations":[{{{both}}}]}""").Expect(400);
        // The deal behind the order may have it too.
        portal.Send("PUT", $"/crm/v4/objects/line_items/{item}/associations/default/deals/{portal.Create("deals", """{"dealname":"D"}""")}").Expect(200);
    }

    [Fact]
    public void Line_items_go_with_their_quote()
    {
        var quote = portal.Create("quotes", """{"hs_title":"Q","hs_expiration_date":"2026-12-31T00:00:00Z"}""");
        var item = portal.Create("line_items", """{"name":"X"}""");
        portal.Send("PUT", $"/crm/v4/objects/quotes/{quote}/associations/default/line_items/{item}").Expect(200);
        portal.Send("PUT", $"/crm/v4/objects/deals/{portal.Create("deals", """{"dealname":"D"}""")}/associations/default/line_items/{item}").Expect(200);
        portal.Send("DELETE", $"/crm/v3/objects/quotes/{quote}").Expect(204);
        portal.Send("GET", $"/crm/v3/objects/line_items/{item}").Expect(404);
    }

    [Fact]
    public void Company_of_the_address_domain_is_made_once_where_the_account_is_set_so()
    {
        portal.Create("contacts", """{"email":"zero@shop.example"}""");
        Setting("""{"companiesFromDomain":true}""");
        var one = portal.Create("contacts", """{"email":"a@shop.example"}""");
        var two = portal.Create("contacts", """{"email":"b@shop.example"}""");
        portal.Create("contacts", """{"email":"c@gmail.com"}""");
        var companies = portal.Send("GET", "/crm/v3/objects/companies?properties=domain").Expect(200);
        Assert.Equal(1, companies.Count("results"));
        Assert.Equal("shop.example", companies.Text("results.0.properties.domain"));
        foreach (var contact in (string[])[one, two])
            Assert.Equal(companies.Text("results.0.id"), portal.Send("GET", $"/crm/v4/objects/contacts/{contact}/associations/companies").Text("results.0.toObjectId"));
    }

    [Fact]
    public void Limits_of_the_account_are_kept()
    {
        Setting("""{"mostRecords":1,"mostAssociations":1}""");
        var product = portal.Create("products", """{"name":"A"}""");
        Assert.Contains("limit of 1 records", portal.Send("POST", "/crm/v3/objects/products", """{"properties":{"name":"B"}}""").Expect(400).Text("message"), StringComparison.Ordinal);
        portal.Send("DELETE", $"/crm/v3/objects/products/{product}").Expect(204);
        portal.Create("products", """{"name":"B"}""");
        Setting("""{"mostRecords":100}""");
        var (company, one, two) = (portal.Create("companies", """{"name":"C"}"""), portal.Create("contacts", """{"email":"a@b.example"}"""), portal.Create("contacts", """{"email":"b@b.example"}"""));
        portal.Send("PUT", $"/crm/v4/objects/companies/{company}/associations/default/contacts/{one}").Expect(200);
        Assert.Equal("crm.associations.ASSOCIATION_LIMIT_EXCEEDED", portal.Send("PUT", $"/crm/v4/objects/companies/{company}/associations/default/contacts/{two}").Expect(400).Text("subCategory"));
        Assert.Contains("There is no setting nonsense", portal.Send("PUT", "/_emulator/account", """{"nonsense":1}""").Expect(400).Text("message"), StringComparison.Ordinal);
    }

    private void Setting(string settings) => portal.Send("PUT", "/_emulator/account", settings).Expect(200);

    private string Property(string id, string name) => portal.Send("GET", $"{Contacts}/{id}?properties={name}").Expect(200).Text($"properties.{name}");
}
