using Spoke.Emulator.Tests.Lists;

namespace Spoke.Emulator.Tests.Marketing;

public sealed class EmailTests
{
    private readonly AreaPortal portal = new();

    [Fact]
    public void Publishing_sends_to_a_list_but_not_to_those_who_opted_out()
    {
        var (one, two) = (portal.Create("contacts", """{"email":"one@b.example"}"""), portal.Create("contacts", """{"email":"two@b.example"}"""));
        var list = portal.Send("POST", "/crm/v3/lists", """{"name":"M","objectTypeId":"0-1","processingType":"MANUAL"}""").Text("list.listId");
        portal.Send("PUT", $"/crm/v3/lists/{list}/memberships/add", $"[{one},{two}]").Expect(200);
        portal.Send("POST", "/communication-preferences/v3/unsubscribe", """{"emailAddress":"two@b.example","subscriptionId":"70000001"}""").Expect(200);
        var email = portal.Send("POST", "/marketing/v3/emails", $$$"""{"name":"News","to":{"contactIlsLists":{"include":["{{{list}}}"]} } }""").Expect(201).Text("id");
        portal.Send("POST", $"/marketing/v3/emails/{email}/publish").Expect(400);
        portal.Send("PATCH", $"/marketing/v3/emails/{email}/draft", """{"subject":"News"}""").Expect(200);
        Assert.Equal("", portal.Send("GET", $"/marketing/v3/emails/{email}").Text("subject"));
        portal.Send("POST", $"/marketing/v3/emails/{email}/publish").Expect(204);
        portal.Advance(TimeSpan.FromSeconds(2));
        var stats = portal.Send("GET", $"/marketing/v3/emails/{email}?includeStats=true").Expect(200);
        Assert.Equal(("News", "1", "1"), (stats.Text("subject"), stats.Text("stats.counters.sent"), stats.Text("stats.counters.notsent")));
        var bounced = portal.Send("POST", "/crm/v3/lists", $$"""{"name":"Sent","objectTypeId":"0-1","processingType":"DYNAMIC",{{ListFilters.Root($$"""{"filterType":"EMAIL_EVENT","appId":"1","emailId":"{{email}}","level":"EMAIL","operator":"SENT"}""")[1..]}}""").Expect(200);
        Assert.Equal("1", bounced.Text("list.size"));
        portal.AssertLasts();
    }

    [Fact]
    public void A_scheduled_email_goes_out_on_its_date()
    {
        var contact = portal.Create("contacts", """{"email":"one@b.example"}""");
        var email = portal.Send("POST", "/marketing/v3/emails", $$$"""{"name":"News","subject":"Hello","publishDate":"2026-11-26T08:00:00Z","to":{"contactIds":{"include":["{{{contact}}}"]} } }""").Expect(201).Text("id");
        portal.Send("POST", $"/marketing/v3/emails/{email}/publish").Expect(204);
        Assert.Equal("SCHEDULED", portal.Send("GET", $"/marketing/v3/emails/{email}").Text("state"));
        portal.Advance(TimeSpan.FromDays(3));
        Assert.Equal("2026-11-26T08:00:01.000Z", portal.Send("GET", "/marketing/outbox").Text("messages.0.completedAt"));
        portal.AssertLasts();
    }

    [Theory]
    [InlineData("/marketing/v3/emails")]
    [InlineData("/marketing/emails/2026-03")]
    [InlineData("/marketing/emails/2026-09")]
    public void Documents_are_kept_copied_revised_and_deleted(string root)
    {
        var id = Ok("POST", root, """{"name":"One","subject":"First","content":{"plainTextVersion":"x"},"from":{"fromName":"Shop","replyTo":"shop@b.example"}}""", 201).Text("id");
        portal.Advance(TimeSpan.FromSeconds(1));
        Ok("PATCH", $"{root}/{id}", """{"subject":"Second"}""");
        var revisions = Ok("GET", $"{root}/{id}/revisions");
        Assert.Equal(("2", "Second", "First"), (revisions.Text("total"), revisions.Text("results.0.object.subject"), revisions.Text("results.1.object.subject")));
        var first = revisions.Text("results.1.id");
        Ok("GET", $"{root}/{id}/revisions/{first}");
        Assert.Equal("First", Ok("POST", $"{root}/{id}/revisions/{first}/restore-to-draft").Text("subject"));
        Assert.Equal("First", Ok("GET", $"{root}/{id}/draft").Text("subject"));
        Ok("POST", $"{root}/{id}/draft/reset", status: 204);
        Assert.Equal("Second", Ok("GET", $"{root}/{id}/draft").Text("subject"));
        Ok("POST", $"{root}/{id}/revisions/{first}/restore", status: 204);
        Assert.Equal("First", Ok("GET", $"{root}/{id}").Text("subject"));
        var copy = Ok("POST", $"{root}/clone", $$"""{"id":"{{id}}","cloneName":"Two"}""").Text("id");
        Assert.Equal(copy, Ok("GET", $"{root}?sort=-name&limit=1").Text("results.0.id"));
        var variation = Ok("POST", $"{root}/ab-test/create-variation", $$"""{"contentId":"{{id}}","variationName":"B"}""", 201).Text("id");
        Assert.Equal(variation, Ok("GET", $"{root}/{id}/ab-test/get-variation").Text("id"));
        Ok("POST", $"{root}/{id}/publish", status: 204);
        Ok("POST", $"{root}/{id}/unpublish", status: 204);
        Ok("GET", $"{root}/statistics/list?startTimestamp=2026-01-01T00:00:00Z&endTimestamp=2027-01-01T00:00:00Z&emailIds={id}");
        Assert.Equal("12", Ok("GET", $"{root}/statistics/histogram?startTimestamp=2026-01-01T00:00:00Z&endTimestamp=2027-01-01T00:00:00Z&interval=MONTH").Text("total"));
        Ok("DELETE", $"{root}/{copy}", status: 204);
        portal.Send("GET", $"{root}/{copy}").Expect(404);
        Ok("GET", $"{root}/{copy}?archived=true");
        portal.AssertLasts();
    }

    private Spoke.Emulator.Tests.Crm.Answer Ok(string method, string path, string? body = null, int status = 200) => portal.Send(method, path, body).Expect(status);
}
