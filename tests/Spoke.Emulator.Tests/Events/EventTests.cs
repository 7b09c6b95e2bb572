using Spoke.Emulator.Tests.Lists;

namespace Spoke.Emulator.Tests.Events;

public sealed class EventTests
{
    private const string Definition = """
        {"label":"Cart left","name":"cart_left","primaryObject":"CONTACT","includeDefaultProperties":false,"propertyDefinitions":[
         {"label":"Total","name":"total","type":"number"},{"label":"Size","name":"size","type":"enumeration","options":[{"label":"S","value":"s","displayOrder":0,"hidden":false}]}]}
        """;

    private readonly AreaPortal portal = new();

    private string Define() => portal.Send("POST", "/events/v3/event-definitions", Definition).Expect(201).Text("fullyQualifiedName");

    [Fact]
    public void A_completion_is_taken_at_once_and_happens_a_little_later()
    {
        var name = Define();
        var contact = portal.Create("contacts", """{"email":"a@b.example"}""");
        var type = portal.Send("GET", $"/events/v3/event-definitions/{name}").Text("objectTypeId");
        var list = portal.Send("POST", "/crm/v3/lists", $$"""{"name":"L","objectTypeId":"0-1","processingType":"DYNAMIC",{{ListFilters.Root("", $$"""{"filterBranchType":"UNIFIED_EVENTS","eventTypeId":"{{type}}","operator":"HAS_COMPLETED","filterBranches":[],"filters":[{"filterType":"PROPERTY","property":"total","operation":{"operationType":"NUMBER","operator":"IS_GREATER_THAN","value":50} }]}""")[1..]}}""").Expect(200).Text("list.listId");
        portal.Send("POST", "/events/v3/send", $$$"""{"eventName":"{{{name}}}","email":"A@b.example","properties":{"total":"60","size":"xxl","nonsense":"1"}}""").Expect(204);
        var path = $"/events/v3/events?objectType=contact&objectId={contact}";
        Assert.Equal(0, portal.Send("GET", path).Expect(200).Count("results"));
        portal.Advance(TimeSpan.FromSeconds(2));
        var seen = portal.Send("GET", path).Expect(200);
        Assert.Equal("""{"total":"60"}""", seen.At("results.0.properties").GetRawText().Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(1, portal.Send("GET", $"/crm/v3/lists/{list}/memberships").Count("results"));
        Assert.Equal(0, portal.Send("GET", $"/events/v3/events?eventType={name}&property.total=61").Count("results"));
        Assert.Equal(1, portal.Send("GET", $"/events/v3/events?objectType=contact&objectProperty.email=a%40b.example").Count("results"));
        portal.AssertLasts();
    }

    [Fact]
    public void Targets_are_ids_addresses_and_browsers_and_a_uuid_counts_once()
    {
        var name = Define();
        var form = portal.Send("POST", "/marketing/v3/forms", """{"name":"F","formType":"hubspot","fieldGroups":[{"fields":[{"name":"email","fieldType":"email","objectTypeId":"0-1","required":true}]}]}""").Expect(201).Text("id");
        const string cookie = "0123456789abcdef0123456789abcdef";
        portal.Send("POST", $"/submissions/v3/integration/submit/1000001/{form}", $$"""{"fields":[{"name":"email","value":"visitor@b.example"}],"context":{"hutk":"{{cookie}}"} }""").Expect(200);
        var contact = portal.Create("contacts", """{"email":"a@b.example"}""");
        portal.Send("POST", "/events/2026-03/send/batch", $$"""
            {"inputs":[{"eventName":"{{name}}","objectId":"{{contact}}","properties":{},"uuid":"u1"},{"eventName":"{{name}}","objectId":"{{contact}}","properties":{},"uuid":"u1"},
             {"eventName":"{{name}}","email":"new@b.example","properties":{} },{"eventName":"{{name}}","utk":"{{cookie}}","properties":{} },{"eventName":"{{name}}","objectId":"9","properties":{} }]}
            """).Expect(204);
        portal.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(3, portal.Send("GET", "/events/v3/events").Count("results"));
        portal.Send("GET", "/crm/v3/objects/contacts/new@b.example?idProperty=email").Expect(200);
        portal.AssertLasts();
    }

    [Theory]
    [InlineData("""{"email":"a@b.example","properties":{}}""", "some of required attributes are not set [eventName]")]
    [InlineData("""{"eventName":"pe1_none","email":"a@b.example","properties":{}}""", "Event definition pe1_none does not exist")]
    [InlineData("""{"eventName":"cart_left","properties":{}}""", "One of email, objectId or utk is required")]
    public void Wrong_completions_are_refused(string body, string message)
    {
        Define();
        Assert.Contains(message, portal.Send("POST", "/events/v3/send", body).Expect(400).Text("message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/events/v3", "/events/v3/events")]
    [InlineData("/events/2026-03", "/events/event-occurrences/2026-03")]
    [InlineData("/events/custom/2026-09", "/events/event-occurrences/2026-09")]
    public void Every_operation_answers_as_published(string root, string occurrences)
    {
        var calls = new PublishedCalls(portal);
        var path = root + "/event-definitions";
        var name = calls.Ok("POST", path, Definition.Replace("false,\"propertyDefinitions", "true,\"propertyDefinitions", StringComparison.Ordinal)).Text("fullyQualifiedName");
        portal.Send("POST", path, Definition).Expect(409);
        calls.Ok("GET", path + "?includeProperties=true&searchString=cart&sortOrder=desc");
        calls.Ok("GET", $"{path}/{name}");
        calls.Ok("PATCH", $"{path}/{name}", """{"label":"Cart abandoned","propertyOrder":[]}""");
        calls.Ok("POST", $"{path}/{name}/property", """{"label":"When","name":"at","type":"datetime"}""");
        calls.Ok("PATCH", $"{path}/{name}/property/at", """{"label":"Moment"}""");
        calls.Ok("DELETE", $"{path}/{name}/property/at", status: 204);
        calls.Refused("PATCH", $"{path}/{name}/property/at", 404, "{}");
        calls.Ok("POST", $"{root}/send", $$$"""{"eventName":"{{{name}}}","email":"a@b.example","properties":{"total":"1"}}""", 204);
        calls.Ok("POST", $"{root}/send/batch", $$"""{"inputs":[{"eventName":"{{name}}","email":"a@b.example","properties":{} }]}""", 204);
        portal.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, calls.Ok("GET", occurrences).Count("results"));
        calls.Ok("GET", occurrences + "/event-types");
        calls.Ok("DELETE", $"{path}/{name}", status: 204);
        calls.Refused("GET", $"{path}/{name}", 404);
        portal.AssertLasts();
    }
}
