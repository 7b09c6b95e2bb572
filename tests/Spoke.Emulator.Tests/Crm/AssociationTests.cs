namespace Spoke.Emulator.Tests.Crm;

public sealed class AssociationTests
{
    private readonly CrmPortal portal = new();

    private int[] TypeIds(string path) =>
        [.. portal.Send("GET", path).Expect(200).At("results.0.associationTypes").EnumerateArray().Select(type => type.GetProperty("typeId").GetInt32()).Order()];

    [Fact]
    public void Create_with_inline_associations_joins_both_sides()
    {
        var contact = portal.Create("contacts", """{"email":"a@b.example"}""");
        var order = portal.Send("POST", "/crm/objects/2026-09/orders",
            $$"""{"properties":{"hs_order_name":"#1"},"associations":[{"to":{"id":"{{contact}}"},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":507}]}]}""").Expect(201).Text("id");
        Assert.Equal([507], TypeIds($"/crm/v4/objects/orders/{order}/associations/contacts"));
        Assert.Equal([508], TypeIds($"/crm/objects/2026-09/0-1/{contact}/associations/0-123"));
        var inline = portal.Send("GET", $"/crm/v3/objects/orders/{order}?associations=contacts").Expect(200);
        Assert.Equal("order_to_contact", inline.Text("associations.contacts.results.0.type"));
    }

    [Fact]
    public void Wrong_type_for_the_pair_refuses_the_create()
    {
        var contact = portal.Create("contacts", """{"email":"a@b.example"}""");
        portal.Send("POST", "/crm/v3/objects/orders",
            $$"""{"properties":{},"associations":[{"to":{"id":"{{contact}}"},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":279}]}]}""").Expect(400);
        Assert.Equal(0, portal.Send("GET", "/crm/v3/objects/orders").Count("results"));
    }

    [Fact]
    public void First_company_is_primary_and_setting_another_moves_it()
    {
        var contact = portal.Create("contacts", """{"email":"a@b.example"}""");
        var one = portal.Create("companies", """{"name":"One"}""");
        var two = portal.Create("companies", """{"name":"Two"}""");
        portal.Send("PUT", $"/crm/v4/objects/contacts/{contact}/associations/default/companies/{one}").Expect(200);
        portal.Send("PUT", $"/crm/v4/objects/contacts/{contact}/associations/default/companies/{two}").Expect(200);
        Assert.Equal([1, 279], TypeIds($"/crm/v4/objects/contacts/{contact}/associations/companies"));
        var put = portal.Send("PUT", $"/crm/v4/objects/contacts/{contact}/associations/companies/{two}",
            """[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":1}]""").Expect(201);
        Assert.Equal("Primary", put.Text("labels.0"));
        Assert.Equal([279], TypeIds($"/crm/v4/objects/contacts/{contact}/associations/companies"));
        Assert.Equal([2, 280], TypeIds($"/crm/v4/objects/companies/{two}/associations/contacts"));
    }

    [Fact]
    public void Labels_can_be_made_used_renamed_and_deleted()
    {
        var made = portal.Send("POST", "/crm/v4/associations/orders/contacts/labels", """{"label":"Gift for","name":"gift","inverseLabel":"Receives"}""").Expect(200);
        var id = made.At("results.0.typeId").GetInt32();
        var contact = portal.Create("contacts", """{"email":"a@b.example"}""");
        var order = portal.Create("orders", """{"hs_order_name":"#1"}""");
        portal.Send("POST", "/crm/associations/2026-03/orders/contacts/batch/create",
            $$"""{"inputs":[{"from":{"id":"{{order}}"},"to":{"id":"{{contact}}"},"types":[{"associationCategory":"USER_DEFINED","associationTypeId":{{id}}}]}]}""").Expect(201);
        Assert.Equal([id, 507], TypeIds($"/crm/v4/objects/orders/{order}/associations/contacts"));
        portal.Send("PUT", "/crm/v4/associations/orders/contacts/labels", $$"""{"associationTypeId":{{id}},"label":"Present for"}""").Expect(204);
        Assert.Contains("Present for", portal.Send("GET", "/crm/v4/associations/orders/contacts/labels").Json.ToString());
        portal.Send("POST", "/crm/v4/associations/orders/contacts/batch/labels/archive",
            $$"""{"inputs":[{"from":{"id":"{{order}}"},"to":{"id":"{{contact}}"},"types":[{"associationCategory":"USER_DEFINED","associationTypeId":{{id}}}]}]}""").Expect(204);
        Assert.Equal([507], TypeIds($"/crm/v4/objects/orders/{order}/associations/contacts"));
        portal.Send("DELETE", $"/crm/v4/associations/orders/contacts/labels/{id}").Expect(204);
        portal.Send("DELETE", "/crm/v4/associations/orders/contacts/labels/507").Expect(400);
    }

    [Fact]
    public void Batch_default_read_and_archive()
    {
        var order = portal.Create("orders", """{"hs_order_name":"#1"}""");
        string[] lines = [.. Enumerable.Range(0, 3).Select(i => portal.Create("line_items", $$"""{"name":"L{{i}}"}"""))];
        var pairs = string.Join(',', lines.Append("77").Select(line => $$$"""{"from":{"id":"{{{order}}}"},"to":{"id":"{{{line}}}"}}"""));
        var made = portal.Send("POST", "/crm/v4/associations/order/line_item/batch/associate/default", $$"""{"inputs":[{{pairs}}]}""").Expect(207);
        Assert.Equal(6, made.Count("results"));
        Assert.Equal(513, made.At("results.0.associationSpec.associationTypeId").GetInt32());
        var read = portal.Send("POST", "/crm/v4/associations/orders/line_items/batch/read", $$"""{"inputs":[{"id":"{{order}}"},{"id":"8"}]}""").Expect(207);
        Assert.Equal(3, read.Count("results.0.to"));
        Assert.Equal("crm.associations.NO_ASSOCIATIONS_FOUND", read.Text("errors.0.subCategory"));
        var page = portal.Send("GET", $"/crm/v4/objects/orders/{order}/associations/line_items?limit=2").Expect(200);
        Assert.Equal(lines[1], page.Text("paging.next.after"));
        Assert.Equal(1, portal.Send("GET", $"/crm/v4/objects/orders/{order}/associations/line_items?limit=2&after={lines[1]}").Count("results"));
        portal.Send("POST", "/crm/v4/associations/orders/line_items/batch/archive", $$$"""{"inputs":[{"from":{"id":"{{{order}}}"},"to":[{"id":"{{{lines[0]}}}"}]}]}""").Expect(204);
        portal.Send("DELETE", $"/crm/v3/objects/line_items/{lines[1]}").Expect(204);
        Assert.Equal(1, portal.Send("GET", $"/crm/v4/objects/orders/{order}/associations/line_items").Count("results"));
    }

    [Fact]
    public void V3_batches_use_type_names()
    {
        var deal = portal.Create("deals", """{"dealname":"D"}""");
        var contact = portal.Create("contacts", """{"email":"a@b.example"}""");
        portal.Send("POST", "/crm/v3/associations/deals/contacts/batch/create",
            $$$"""{"inputs":[{"from":{"id":"{{{deal}}}"},"to":{"id":"{{{contact}}}"},"type":"deal_to_contact"}]}""").Expect(201);
        var read = portal.Send("POST", "/crm/v3/associations/deals/contacts/batch/read", $$"""{"inputs":[{"id":"{{deal}}"}]}""").Expect(200);
        Assert.Equal(contact, read.Text("results.0.to.0.id"));
    }
}
