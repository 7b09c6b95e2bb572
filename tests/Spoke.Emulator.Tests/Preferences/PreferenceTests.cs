using Spoke.Emulator.Tests.Lists;

namespace Spoke.Emulator.Tests.Preferences;

public sealed class PreferenceTests
{
    private const string Root = "/communication-preferences";
    private const string Address = "a@b.example";
    private const string Marketing = "70000001";
    private readonly AreaPortal portal = new();

    private string State(string subscription = Marketing) => portal.Send("GET", $"{Root}/v4/statuses/{Address}?channel=EMAIL").Expect(200).At("results").EnumerateArray()
        .Single(status => status.GetProperty("subscriptionId").GetRawText() == subscription).GetProperty("status").GetString()!;

    private string Property(string contact, string name) => portal.Send("GET", $"/crm/v3/objects/contacts/{contact}?properties={name}").Text($"properties.{name}");

    [Fact]
    public void Subscribing_and_unsubscribing_shows_in_statuses_on_the_contact_and_in_lists()
    {
        var contact = portal.Create("contacts", $$"""{"email":"{{Address}}"}""");
        var list = portal.Send("POST", "/crm/v3/lists", $$"""{"name":"L","objectTypeId":"0-1","processingType":"DYNAMIC",{{ListFilters.Root($$"""{"filterType":"EMAIL_SUBSCRIPTION","subscriptionIds":["{{Marketing}}"],"acceptedStatuses":["OPT_IN"]}""")[1..]}}""").Expect(200).Text("list.listId");
        Assert.Equal("NOT_SPECIFIED", State());
        portal.Send("POST", $"{Root}/v3/subscribe", $$"""{"emailAddress":"{{Address}}","subscriptionId":"{{Marketing}}","legalBasis":"CONSENT_WITH_NOTICE","legalBasisExplanation":"asked"}""").Expect(200);
        Assert.Equal("SUBSCRIBED", State());
        Assert.Equal(1, portal.Send("GET", $"/crm/v3/lists/{list}/memberships").Count("results"));
        portal.Send("POST", $"{Root}/v3/subscribe", $$"""{"emailAddress":"{{Address}}","subscriptionId":"{{Marketing}}"}""").Expect(400);
        portal.Send("POST", $"{Root}/v3/unsubscribe", $$"""{"emailAddress":"{{Address}}","subscriptionId":"{{Marketing}}"}""").Expect(200);
        Assert.Equal("true", Property(contact, $"hs_email_optout_{Marketing}"));
        Assert.Equal(0, portal.Send("GET", $"/crm/v3/lists/{list}/memberships").Count("results"));
        Assert.Equal("You cannot subscribe an unsubscribed address.", portal.Send("POST", $"{Root}/v3/subscribe", $$"""{"emailAddress":"{{Address}}","subscriptionId":"{{Marketing}}"}""").Expect(400).Text("message"));
        // What an app undid an app may do again, by the newer calls.
        Assert.Equal("RESUBSCRIBE_OCCURRED", portal.Send("POST", $"{Root}/v4/statuses/{Address}", $$"""{"channel":"EMAIL","statusState":"SUBSCRIBED","subscriptionId":{{Marketing}}}""").Expect(200).Text("results.0.setStatusSuccessReason"));
        portal.AssertLasts();
    }

    [Fact]
    public void A_persons_own_opt_out_is_final_for_apps()
    {
        var contact = portal.Create("contacts", $$"""{"email":"{{Address}}"}""");
        var links = portal.Send("POST", $"{Root}/v4/links/generate?channel=EMAIL", $$"""{"subscriberIdString":"{{Address}}","subscriptionId":{{Marketing}}}""").Expect(200);
        var page = portal.Raw("GET", new Uri(links.Text("unsubscribeSingleUrl")).AbsolutePath);
        Assert.Equal(200, page.Status);
        Assert.Equal("UNSUBSCRIBED", State());
        portal.Send("POST", $"{Root}/v4/statuses/{Address}", $$"""{"channel":"EMAIL","statusState":"SUBSCRIBED","subscriptionId":{{Marketing}}}""").Expect(400);
        portal.Send("POST", $"{Root}/2026-09/resubscribe", $$"""{"emailAddress":"{{Address}}","subscriptionId":"{{Marketing}}"}""").Expect(400);
        portal.Raw("GET", new Uri(links.Text("unsubscribeAllUrl")).AbsolutePath);
        Assert.Equal("UNSUBSCRIBED", State("70000002"));
        Assert.Equal("true", Property(contact, "hs_email_optout"));
        portal.AssertLasts();
    }

    [Fact]
    public void What_an_address_has_said_shows_on_whichever_contact_has_it()
    {
        portal.Send("POST", $"{Root}/v3/unsubscribe", $$"""{"emailAddress":"{{Address}}","subscriptionId":"{{Marketing}}"}""").Expect(200);
        var contact = portal.Create("contacts", """{"email":"A@B.example"}""");
        Assert.Equal("true", Property(contact, $"hs_email_optout_{Marketing}"));
        portal.Send("PATCH", $"/crm/v3/objects/contacts/{contact}", """{"properties":{"email":"c@b.example"}}""").Expect(200);
        Assert.Equal("", Property(contact, $"hs_email_optout_{Marketing}"));
        portal.Send("PATCH", $"/crm/v3/objects/contacts/{contact}", $$$"""{"properties":{"email":"{{{Address}}}","firstname":"Ada"}}""").Expect(200);
        Assert.Equal("true", Property(contact, $"hs_email_optout_{Marketing}"));
        portal.AssertLasts();
    }

    [Theory]
    [InlineData("/v3/subscribe", """{"emailAddress":"a@b.example"}""", 400, "some of required attributes are not set [subscriptionId]")]
    [InlineData("/v3/subscribe", """{"emailAddress":"nobody","subscriptionId":"70000001"}""", 400, "Email address nobody is invalid")]
    [InlineData("/v3/subscribe", """{"emailAddress":"a@b.example","subscriptionId":"5"}""", 404, "Subscription 5 does not exist")]
    [InlineData("/v3/subscribe", """{"emailAddress":"a@b.example","subscriptionId":"70000001","legalBasis":"BECAUSE"}""", 400, "legalBasis must be one of")]
    [InlineData("/v4/statuses/a%40b.example", """{"channel":"SMS","statusState":"SUBSCRIBED","subscriptionId":70000001}""", 400, "channel must be one of [EMAIL]")]
    [InlineData("/v4/statuses/batch/read", """{"inputs":[]}""", 400, "Required query parameter is missing: channel")]
    public void Wrong_input_is_refused(string path, string body, int status, string message) =>
        Assert.Contains(message, portal.Send("POST", Root + path, body).Expect(status).Text("message"), StringComparison.Ordinal);

    [Theory]
    [InlineData("v4")]
    [InlineData("2026-03")]
    [InlineData("2026-09")]
    public void Every_operation_answers_as_published(string version)
    {
        var calls = new PublishedCalls(portal);
        var root = $"{Root}/{version}";
        const string query = "?channel=EMAIL";
        calls.Ok("GET", $"{root}/definitions?includeTranslations=true");
        calls.Ok("POST", $"{root}/links/generate{query}", $$"""{"subscriberIdString":"{{Address}}","subscriptionId":{{Marketing}}}""");
        calls.Ok("POST", $"{root}/statuses/{Address}", $$"""{"channel":"EMAIL","statusState":"SUBSCRIBED","subscriptionId":{{Marketing}},"legalBasis":"NON_GDPR","legalBasisExplanation":"x"}""");
        calls.Ok("GET", $"{root}/statuses/{Address}{query}");
        calls.Ok("POST", $"{root}/statuses/batch/write", $$"""{"inputs":[{"subscriberIdString":"c@b.example","channel":"EMAIL","statusState":"UNSUBSCRIBED","subscriptionId":{{Marketing}}},{"subscriberIdString":"no","channel":"EMAIL","statusState":"UNSUBSCRIBED","subscriptionId":{{Marketing}}}]}""");
        calls.Ok("POST", $"{root}/statuses/batch/read{query}", $$"""{"inputs":["{{Address}}"]}""");
        calls.Ok("POST", $"{root}/statuses/batch/read{query}", $$"""{"inputs":["{{Address}}","no"]}""", version == "2026-09" ? 200 : 207);
        calls.Ok("POST", $"{root}/statuses/batch/unsubscribe-all{query}&verbose=true", $$"""{"inputs":["{{Address}}"]}""");
        calls.Ok("POST", $"{root}/statuses/batch/unsubscribe-all/read{query}", $$"""{"inputs":["{{Address}}"]}""");
        calls.Ok("POST", $"{root}/statuses/d@b.example/unsubscribe-all{query}&verbose=true");
        Assert.Equal("PORTAL_WIDE", calls.Ok("GET", $"{root}/statuses/d@b.example/unsubscribe-all{query}").Text("results.0.wideStatusType"));
        if (version == "v4") return;
        if (version == "2026-03") root = $"{Root}/v3";
        calls.Ok("GET", $"{root}/status/email/{Address}");
        calls.Ok("POST", $"{root}/subscribe", $$"""{"emailAddress":"e@b.example","subscriptionId":"{{Marketing}}"}""");
        calls.Ok("POST", $"{root}/unsubscribe", $$"""{"emailAddress":"e@b.example","subscriptionId":"{{Marketing}}"}""");
        if (version == "2026-09") calls.Ok("POST", $"{root}/resubscribe", $$"""{"emailAddress":"e@b.example","subscriptionId":"{{Marketing}}"}""");
        else calls.Ok("GET", $"{root}/definitions");
        portal.AssertLasts();
    }
}
