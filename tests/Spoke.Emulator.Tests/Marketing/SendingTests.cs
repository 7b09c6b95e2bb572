using Spoke.Emulator.Tests.Lists;

namespace Spoke.Emulator.Tests.Marketing;

public sealed class SendingTests
{
    private const string Single = "/marketing/v4/email/single-send";
    private const string Transactional = "/marketing/v3/transactional/single-email/send";
    private readonly AreaPortal portal = new();

    private string Send(string to, string path = Single, string more = "") =>
        portal.Send("POST", path, $$"""{"emailId":4711,"message":{"to":"{{to}}"{{more}} } }""").Expect(200).Text("statusId");

    private string Result(string id) => portal.Send("GET", $"/marketing/v3/email/send-statuses/{id}").Expect(200).Text("sendResult");

    [Fact]
    public void A_send_is_pending_then_done_and_lies_in_the_outbox()
    {
        var email = portal.Send("POST", "/marketing/v3/emails", """{"name":"Receipt","subject":"Your order {{ custom.order }}, {{contact.firstname}}"}""").Expect(201).Text("id");
        var sent = portal.Send("POST", Single, $$$"""{"emailId":{{{email}}},"message":{"to":"Ann@B.example","cc":["c@b.example"]},"contactProperties":{"firstname":"Ann"},"customProperties":{"order":"1001"}}""").Expect(200);
        Assert.Equal("PENDING", sent.Text("status"));
        portal.Advance(TimeSpan.FromSeconds(2));
        var status = portal.Send("GET", $"/marketing/v3/email/send-statuses/{sent.Text("statusId")}").Expect(200);
        Assert.Equal(("COMPLETE", "SENT"), (status.Text("status"), status.Text("sendResult")));
        var outbox = portal.Send("GET", "/marketing/outbox").Expect(200);
        Assert.Equal("Your order 1001, Ann", outbox.Text("messages.0.subject"));
        Assert.Equal("ann@b.example", outbox.Text("messages.0.to"));
        Assert.Equal("Ann", portal.Send("GET", "/crm/v3/objects/contacts/ann@b.example?idProperty=email").Expect(200).Text("properties.firstname"));
        portal.AssertLasts();
    }

    [Fact]
    public void Suppressed_addresses_get_the_result_that_says_why()
    {
        portal.Send("POST", "/communication-preferences/v3/unsubscribe", """{"emailAddress":"one@b.example","subscriptionId":"70000001"}""").Expect(200);
        portal.Send("POST", "/communication-preferences/v4/statuses/all@b.example/unsubscribe-all?channel=EMAIL").Expect(200);
        string[] ids = [Send("one@b.example"), Send("all@b.example"), Send("all@b.example", Transactional), Send("nobody"), Send("x@b.invalid"), Send("y@b.example", more: ",\"sendId\":\"k\""), Send("y@b.example", more: ",\"sendId\":\"k\"")];
        portal.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(["PREVIOUSLY_UNSUBSCRIBED_MESSAGE", "PREVIOUSLY_UNSUBSCRIBED_PORTAL", "SENT", "INVALID_TO_ADDRESS", "SENT", "SENT", "IDEMPOTENT_IGNORE"], ids.Select(Result));
        var again = Send("x@b.invalid");
        portal.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("PREVIOUSLY_BOUNCED", Result(again));
        portal.AssertLasts();
    }

    [Theory]
    [InlineData("""{"message":{"to":"a@b.example"}}""", "some of required attributes are not set [emailId]")]
    [InlineData("""{"emailId":1,"message":{}}""", "some of required attributes are not set [to]")]
    [InlineData("""{"emailId":1,"message":{"to":"a@b.example","cc":["no"]}}""", "cc holds an invalid email address: no")]
    [InlineData("""{"emailId":1,"message":{"to":"a@b.example"},"contactProperties":{"nonsense":"1"}}""", "PROPERTY_DOESNT_EXIST")]
    public void Wrong_requests_are_refused(string body, string message) =>
        Assert.Contains(message, portal.Send("POST", Single, body).Expect(400).Text("message"), StringComparison.Ordinal);

    [Theory]
    [InlineData("/marketing/v4/email/single-send", null)]
    [InlineData("/marketing/email-campaigns/2026-03/single-send", null)]
    [InlineData("/marketing/transactional/2026-09/single-email/send", null)]
    [InlineData("/marketing/v3/transactional/single-email/send", "/marketing/v3/transactional/smtp-tokens")]
    [InlineData("/marketing/transactional/2026-03/single-email/send", "/marketing/transactional/2026-03/smtp-tokens")]
    public void Every_operation_answers_as_published(string send, string? tokens)
    {
        var calls = new PublishedCalls(portal);
        calls.Ok("POST", send, """{"emailId":1,"message":{"to":"a@b.example","cc":[],"bcc":[],"replyTo":[]},"contactProperties":{},"customProperties":{}}""");
        if (tokens is null) return;
        var token = calls.Ok("POST", tokens, """{"campaignName":"Shop","createContact":true}""", 201);
        var id = Uri.EscapeDataString(token.Text("id"));
        Assert.False(calls.Ok("GET", $"{tokens}/{id}").Has("", "password"));
        calls.Ok("GET", $"{tokens}?campaignName=Shop");
        Assert.NotEqual(token.Text("password"), calls.Ok("POST", $"{tokens}/{id}/password-reset").Text("password"));
        calls.Ok("DELETE", $"{tokens}/{id}", status: 204);
        calls.Refused("GET", $"{tokens}/{id}", 404);
        portal.AssertLasts();
    }

    [Fact]
    public async Task Outbox_is_read_over_http()
    {
        await using var emulator = await EmulatorClient.StartAsync();
        var sent = (await emulator.SendAsync("POST", Single, """{"emailId":1,"message":{"to":"a@b.example"}}""")).Expect(200).Json;
        await emulator.ControlAsync("POST", "clock", """{"advanceMs":2000}""");
        var status = (await emulator.SendAsync("GET", "/marketing/v3/email/send-statuses/" + sent.GetProperty("statusId").GetString())).Expect(200).Json;
        Assert.Equal("SENT", status.GetProperty("sendResult").GetString());
        Assert.Equal("a@b.example", (await emulator.ControlAsync("GET", "outbox")).GetProperty("messages")[0].GetProperty("to").GetString());
    }
}
