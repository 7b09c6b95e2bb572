using Spoke.Emulator.Tests.Lists;

namespace Spoke.Emulator.Tests.Forms;

public sealed class FormTests
{
    private const string Newsletter = """
        {"name":"Newsletter","formType":"hubspot","createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z","archived":false,
         "configuration":{"lifecycleStages":[{"objectTypeId":"0-1","value":"lead"}],"postSubmitAction":{"type":"redirect_url","value":"https://shop.example/thanks"}},
         "fieldGroups":[{"groupType":"default_group","richTextType":"text","fields":[
          {"name":"email","fieldType":"email","objectTypeId":"0-1","label":"E-mail","required":true,"hidden":false,"validation":{"blockedEmailDomains":["blocked.example"],"useDefaultBlockList":false}},
          {"name":"firstname","fieldType":"single_line_text","objectTypeId":"0-1","label":"Name","required":false,"hidden":false},
          {"name":"name","fieldType":"single_line_text","objectTypeId":"0-2","label":"Company","required":false,"hidden":false}]}]}
        """;

    private readonly AreaPortal portal = new();

    private string Form() => portal.Send("POST", "/marketing/v3/forms", Newsletter).Expect(201).Text("id");

    private static string Path(string form, string secure = "") => $"/submissions/v3/integration/{secure}submit/1000001/{form}";

    [Fact]
    public void A_submission_makes_a_contact_its_company_and_its_consent_and_can_be_read()
    {
        var form = Form();
        var list = portal.Send("POST", "/crm/v3/lists", $$"""{"name":"L","objectTypeId":"0-1","processingType":"DYNAMIC",{{ListFilters.Root($$"""{"filterType":"FORM_SUBMISSION","formId":"{{form}}","operator":"FILLED_OUT"}""")[1..]}}""").Expect(200).Text("list.listId");
        var answer = portal.Send("POST", Path(form), """
            {"fields":[{"objectTypeId":"0-1","name":"email","value":"Ann@b.example"},{"name":"firstname","value":"Ann"},{"objectTypeId":"0-2","name":"name","value":"Shop"}],
             "context":{"pageUri":"https://shop.example","pageName":"Shop"},
             "legalConsentOptions":{"consent":{"consentToProcess":true,"text":"yes","communications":[{"value":true,"subscriptionTypeId":70000001,"text":"yes"}]}}}
            """).Expect(200);
        Assert.Equal("https://shop.example/thanks", answer.Text("redirectUri"));
        var contact = portal.Send("GET", "/crm/v3/objects/contacts/ann@b.example?idProperty=email&properties=firstname,lifecyclestage&associations=companies").Expect(200);
        Assert.Equal(("Ann", "lead", 2), (contact.Text("properties.firstname"), contact.Text("properties.lifecyclestage"), contact.Count("associations.companies.results")));
        Assert.Equal("SUBSCRIBED", portal.Send("GET", "/communication-preferences/v4/statuses/ann@b.example?channel=EMAIL").Text("results.0.status"));
        Assert.Equal(1, portal.Send("GET", $"/crm/v3/lists/{list}/memberships").Count("results"));
        portal.Send("POST", Path(form), """{"fields":[{"name":"email","value":"ann@b.example"},{"name":"firstname","value":"Anna"}]}""").Expect(200);
        var read = portal.Send("GET", $"/form-integrations/v1/submissions/forms/{form}?limit=1").Expect(200);
        Assert.Equal("Anna", read.Text("results.0.values.1.value"));
        Assert.Equal("Ann", portal.Send("GET", $"/form-integrations/v1/submissions/forms/{form}?limit=1&after={read.Text("paging.next.after")}").Text("results.0.values.1.value"));
        portal.AssertLasts();
    }

    [Theory]
    [InlineData("""{"fields":[{"name":"firstname","value":"A"}]}""", "Error in 'fields.email'. Required field 'email' is missing", "REQUIRED_FIELD")]
    [InlineData("""{"fields":[{"name":"email","value":"nobody"}]}""", "Error in 'fields.email'. 'nobody' is not a valid email address", "INVALID_EMAIL")]
    [InlineData("""{"fields":[{"name":"email","value":"a@blocked.example"}]}""", "Error in 'fields.email'. The email address 'a@blocked.example' is blocked", "BLOCKED_EMAIL")]
    [InlineData("""{"fields":[{"name":"email","value":"a@b.example"},{"name":"city","value":"X"}]}""", "Error in 'fields.city'. Field 'city' isn't in form definition", "FIELD_NOT_IN_FORM_DEFINITION")]
    [InlineData("""{"fields":[{"name":"email","value":"a@b.example"}],"context":{"hutk":"37184"}}""", "Error in 'context.hutk'. '37184' is not a valid Hutk", "INVALID_HUTK")]
    public void Wrong_submissions_say_what_and_where(string body, string message, string type)
    {
        var answer = portal.Send("POST", Path(Form()), body).Expect(400);
        Assert.Equal(("The request is not valid", message, type), (answer.Text("message"), answer.Text("errors.0.message"), answer.Text("errors.0.errorType")));
    }

    [Fact]
    public async Task Open_submissions_need_no_token_secure_ones_do_and_may_bring_other_fields()
    {
        await using var emulator = await EmulatorClient.StartAsync();
        var form = (await emulator.SendAsync("POST", "/marketing/v3/forms", Newsletter)).Expect(201).Json.GetProperty("id").GetString()!;
        const string body = """{"fields":[{"name":"email","value":"a@b.example"},{"name":"city","value":"X"}]}""";
        (await emulator.SendAsync("POST", Path(form), """{"fields":[{"name":"email","value":"a@b.example"}]}""", authorization: null)).Expect(200);
        (await emulator.SendAsync("POST", Path(form, "secure/"), body, authorization: null)).Expect(401);
        (await emulator.SendAsync("POST", Path(form, "secure/"), body)).Expect(200);
        (await emulator.SendAsync("POST", $"/submissions/v3/integration/submit/5/{form}", body, authorization: null)).Expect(404);
        var contact = (await emulator.SendAsync("GET", "/crm/v3/objects/contacts/a@b.example?idProperty=email&properties=city")).Expect(200).Json;
        Assert.Equal("X", contact.GetProperty("properties").GetProperty("city").GetString());
    }

    [Fact]
    public void Every_operation_answers_as_published()
    {
        var calls = new PublishedCalls(portal);
        const string root = "/marketing/v3/forms";
        var form = calls.Ok("POST", root, Newsletter);
        var id = form.Text("id");
        calls.Ok("GET", root + "?formTypes=hubspot&limit=5");
        calls.Ok("GET", $"{root}/{id}");
        calls.Ok("PATCH", $"{root}/{id}", """{"name":"News"}""");
        Assert.Equal("Letters", calls.Ok("PUT", $"{root}/{id}", Newsletter.Replace("Newsletter", "Letters", StringComparison.Ordinal)).Text("name"));
        calls.Refused("POST", root, 400, """{"name":"X","formType":"hubspot","fieldGroups":[{"fields":[{"name":"nonsense","fieldType":"email"}]}]}""");
        calls.Ok("DELETE", $"{root}/{id}", status: 204);
        calls.Refused("GET", $"{root}/{id}", 404);
        calls.Ok("GET", $"{root}/{id}?archived=true");
        portal.Send("POST", Path(id), """{"fields":[]}""").Expect(404);
        portal.AssertLasts();
    }
}
