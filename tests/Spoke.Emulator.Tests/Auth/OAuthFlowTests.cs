using System.Text.Json;

namespace Spoke.Emulator.Tests.Auth;

/// <summary>From the install link to the end of the installation.</summary>
public sealed class OAuthFlowTests : IAsyncLifetime
{
    private EmulatorClient _emulator = null!;
    private OAuthDrive _app = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await EmulatorClient.StartAsync();
        _app = new OAuthDrive(_emulator);
    }

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public async Task Page_lists_what_is_asked_for_and_where_it_may_go()
    {
        var page = (await _emulator.SendAsync("GET", _app.Link(optional: "tickets"), null, null)).Expect(200);
        Assert.Equal("text/html", page.ContentHeaders.ContentType!.MediaType);
        Assert.Contains("<li><code>crm.objects.contacts.read</code></li>", page.Text);
        Assert.Contains("name=\"optional\" value=\"tickets\" checked", page.Text);
        Assert.Contains("value=\"1000001\" required checked", page.Text);
        Assert.Contains("value=\"1000002\"", page.Text);
        Assert.DoesNotContain("1000001", (await _emulator.SendAsync("GET", _app.Link(hub: "1000002"), null, null)).Expect(200).Text);
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v3")]
    [InlineData("2026-03")]
    [InlineData("2026-09")]
    public async Task Code_token_call_refresh(string version)
    {
        var told = OAuthDrive.Told(await _app.FormAsync(_app.Link(optional: "tickets"), ("decision", "approve"), ("portal", "1000002"), ("optional", "tickets")));
        Assert.Equal("s/1", told["state"]);
        Assert.Matches("^na1(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", told["code"]);
        var tokens = (await _app.ExchangeAsync(told["code"], version)).Expect(200).Json;
        var access = tokens.GetProperty("access_token").GetString()!;
        Assert.StartsWith("C", access);
        Assert.Equal((1800, "bearer", "access_token", 1000002), (tokens.GetProperty("expires_in").GetInt32(), tokens.GetProperty("token_type").GetString(), tokens.GetProperty("token_use").GetString(), tokens.GetProperty("hub_id").GetInt32()));
        Assert.Equal("""["crm.objects.contacts.read","oauth","tickets"]""", tokens.GetProperty("scopes").GetRawText());
        (await _app.ContactsAsync(access)).Expect(200);
        Assert.Equal(1000002, (await _emulator.SendAsync("GET", "/account-info/v3/details", null, "Bearer " + access)).Expect(200).Json.GetProperty("portalId").GetInt32());
        (await _emulator.SendAsync("GET", "/crm/v3/objects/deals", null, "Bearer " + access)).Expect(403);

        await _emulator.ControlAsync("POST", "clock", """{"advance":"PT30M"}""");
        Assert.Equal("EXPIRED_AUTHENTICATION", (await _app.ContactsAsync(access)).Expect(401).Category);
        var refreshed = (await _app.RefreshAsync(tokens.GetProperty("refresh_token").GetString()!, version)).Expect(200).Json;
        Assert.Equal(tokens.GetProperty("refresh_token").GetString(), refreshed.GetProperty("refresh_token").GetString());
        (await _app.ContactsAsync(refreshed.GetProperty("access_token").GetString()!)).Expect(200);
    }

    [Fact]
    public async Task Installing_and_uninstalling_stand_in_the_webhooks_journal()
    {
        const string scopes = "developer.webhooks_journal.read developer.webhooks_journal.subscriptions.write";
        var own = (await _app.FormAsync("/oauth/2026-03/token", ("grant_type", "client_credentials"), ("client_id", _app.ClientId), ("client_secret", _app.ClientSecret), ("scope", scopes))).Expect(200).Json.GetProperty("access_token").GetString()!;
        foreach (var type in (string[])["4-1909196", "4-1916193"])
            (await _emulator.SendAsync("POST", "/webhooks-journal/subscriptions/2026-03", $$"""{"subscriptionType":"APP_LIFECYCLE_EVENT","eventTypeId":"{{type}}","properties":[]}""", "Bearer " + own)).Expect(200);
        var (access, _) = await _app.InstallAsync();
        Assert.Equal("APP_INSTALL", await ActionAsync());
        (await _emulator.SendAsync("DELETE", "/appinstalls/2026-03/external-install", null, "Bearer " + access)).Expect(204);
        Assert.Equal("APP_UNINSTALL", await ActionAsync());

        async Task<string?> ActionAsync()
        {
            var latest = (await _emulator.SendAsync("GET", "/webhooks-journal/journal/2026-03/latest", null, "Bearer " + own)).Expect(200).Json.GetProperty("url").GetString()!;
            using var file = await _emulator.Http.GetAsync(latest, TestContext.Current.CancellationToken);
            using var read = JsonDocument.Parse(await file.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            return read.RootElement.GetProperty("journalEvents")[0].GetProperty("action").GetString();
        }
    }

    [Fact]
    public async Task Cancel_tells_the_app_so()
    {
        var told = OAuthDrive.Told(await _app.FormAsync(_app.Link(), ("decision", "cancel")));
        Assert.Equal(("access_denied", "s/1"), (told["error"], told["state"]));
        Assert.NotEmpty(told["error_description"]);
        Assert.False(told.ContainsKey("code"));
    }

    [Fact]
    public async Task Optional_scope_that_is_unticked_or_not_in_the_account_is_not_granted()
    {
        var portal = (await _emulator.ControlAsync("POST", "portals", """{"scopesWithheld":["tickets"]}""")).GetProperty("hubId").GetRawText();
        var link = _app.Link(optional: "tickets files");
        Assert.Equal("""["crm.objects.contacts.read","oauth"]""", await ScopesAsync(await _app.CodeAsync(link)));
        Assert.Equal("""["crm.objects.contacts.read","files","oauth"]""", await ScopesAsync(await _app.CodeAsync(link, portal, ("optional", "tickets"), ("optional", "files"))));

        async Task<string> ScopesAsync(string code) => (await _app.ExchangeAsync(code)).Expect(200).Json.GetProperty("scopes").GetRawText();
    }

    [Fact]
    public async Task Links_that_are_wrong_say_so_on_the_page_and_tell_the_address_nothing()
    {
        await _app.MakeAppAsync($$"""{"redirectUris":["{{OAuthDrive.Redirect}}"],"scopes":["crm.objects.contacts.read"],"optionalScopes":["tickets"]}""");
        var portal = (await _emulator.ControlAsync("POST", "portals", """{"scopesWithheld":["crm.objects.contacts.read"]}""")).GetProperty("hubId").GetRawText();
        await SaysAsync(_app.Link(redirect: "http://localhost:3000/oauth-callback/"), "Authorization failed as the redirect URL 'http://localhost:3000/oauth-callback/' doesn't match the app's registered redirect URL");
        await SaysAsync(_app.Link("oauth crm.objects.contacts.read no.such.scope"), "An invalid scope name was provided. Please contact the app developer.");
        const string mismatch = "Authorization failed because there is a mismatch between the scopes in the install URL and the app's configured scopes. Please contact the app developer.";
        await SaysAsync(_app.Link("crm.objects.contacts.read"), mismatch);
        await SaysAsync(_app.Link("oauth"), mismatch);
        await SaysAsync(_app.Link("oauth crm.objects.contacts.read files"), mismatch);
        await SaysAsync(_app.Link(optional: "files"), mismatch);
        await SaysAsync(_app.Link(hub: "77"), "You don't have access to this account, or it doesn't exist.");
        (await _emulator.SendAsync("GET", _app.Link("oauth crm.objects.contacts.read tickets"), null, null)).Expect(200);
        var refused = (await _app.FormAsync(_app.Link(), ("decision", "approve"), ("portal", portal))).Expect(400);
        Assert.Contains("your account lacks access to the required scopes [crm.objects.contacts.read]", refused.Text);
        _app.ClientId = "nobody";
        await SaysAsync(_app.Link(), "An invalid app client_id was provided. Please contact the app developer.");

        async Task SaysAsync(string link, string message)
        {
            var reply = (await _emulator.SendAsync("GET", link, null, null)).Expect(400);
            Assert.Contains("<h1>Couldn’t complete the connection</h1>", reply.Text);
            Assert.Contains(message, System.Net.WebUtility.HtmlDecode(reply.Text));
            Assert.Null(reply.Headers.Location);
        }
    }

    [Fact]
    public async Task Page_shows_texts_from_the_link_as_text()
    {
        await _app.MakeAppAsync("""{"name":"<b>App</b>","redirectUris":["http://localhost/"]}""");
        Assert.DoesNotContain("<b>App</b>", (await _emulator.SendAsync("GET", _app.Link("oauth", redirect: "http://localhost/"), null, null)).Expect(200).Text);
        Assert.DoesNotContain("<script>", (await _emulator.SendAsync("GET", _app.Link("oauth", redirect: "http://x/<script>"), null, null)).Expect(400).Text);
    }

    [Theory]
    [InlineData("approve", "1000002")]
    [InlineData("cancel", null)]
    public async Task Consent_can_be_given_without_anybody(string consent, string? portal)
    {
        await _emulator.ControlAsync("PATCH", $"apps/{_app.ClientId}", $$"""{"consent":"{{consent}}","consentPortal":1000002}""");
        var told = OAuthDrive.Told(await _emulator.SendAsync("GET", _app.Link(), null, null));
        if (portal is null) Assert.Equal("access_denied", told["error"]);
        else Assert.Equal(portal, (await _app.ExchangeAsync(told["code"])).Expect(200).Json.GetProperty("hub_id").GetRawText());
    }

    [Fact]
    public async Task Challenge_wants_its_verifier()
    {
        var link = _app.Link(extra: $"&code_challenge={OAuthDrive.Challenge}&code_challenge_method=S256");
        var code = await _app.CodeAsync(link);
        Assert.Equal("BAD_CODE_VERIFIER", Status(await _app.ExchangeAsync(code)));
        Assert.Equal("BAD_CODE_VERIFIER", Status(await _app.ExchangeAsync(code, "v3", ("code_verifier", "another"))));
        (await _app.ExchangeAsync(code, "v3", ("code_verifier", OAuthDrive.Verifier))).Expect(200);
        Assert.Equal("invalid_request", OAuthDrive.Told(await _emulator.SendAsync("GET", _app.Link(extra: "&code_challenge=x&code_challenge_method=plain"), null, null))["error"]);
    }

    [Fact]
    public async Task Code_works_once_even_when_many_come_at_once()
    {
        var code = await _app.CodeAsync(_app.Link());
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _app.ExchangeAsync(code)));
        Assert.Single(replies, reply => reply.Status == 200);
        Assert.All(replies.Where(reply => reply.Status != 200), reply => Assert.Equal("BAD_AUTH_CODE", Status(reply)));
    }

    [Fact]
    public async Task Refresh_token_can_be_made_to_change()
    {
        await _app.MakeAppAsync($$"""{"redirectUris":["{{OAuthDrive.Redirect}}"],"optionalScopes":["crm.objects.contacts.read"],"rotateRefreshTokens":true}""");
        var (_, first) = await _app.InstallAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _app.RefreshAsync(first)));
        var second = Assert.Single(replies, reply => reply.Status == 200).Json.GetProperty("refresh_token").GetString()!;
        Assert.NotEqual(first, second);
        Assert.Equal("BAD_REFRESH_TOKEN", Status(await _app.RefreshAsync(first)));
        (await _app.RefreshAsync(second)).Expect(200);
    }

    [Fact]
    public async Task Uninstall_ends_everything_the_app_has_of_the_portal_and_nothing_else()
    {
        var (access, refresh) = await _app.InstallAsync();
        var (older, _) = await _app.InstallAsync();
        var (elsewhere, refreshElsewhere) = await _app.InstallAsync(portal: "1000002");
        (await _emulator.SendAsync("DELETE", "/appinstalls/2026-09/external-install", null, "Bearer " + access)).Expect(204);
        Assert.Equal("INVALID_AUTHENTICATION", (await _app.ContactsAsync(access)).Expect(401).Category);
        (await _app.ContactsAsync(older)).Expect(401);
        Assert.Equal("BAD_REFRESH_TOKEN", Status(await _app.RefreshAsync(refresh)));
        (await _app.ContactsAsync(elsewhere)).Expect(200);
        (await _app.RefreshAsync(refreshElsewhere)).Expect(200);
        (await _emulator.SendAsync("DELETE", "/appinstalls/v3/external-install")).Expect(400);   // a private app's token is no installation
    }

    [Fact]
    public async Task Revoked_refresh_token_leaves_access_tokens_and_the_installation()
    {
        var (access, refresh) = await _app.InstallAsync();
        (await _app.AboutAsync(refresh, "revoke")).Expect(200);
        Assert.Equal("BAD_REFRESH_TOKEN", Status(await _app.RefreshAsync(refresh)));
        (await _app.ContactsAsync(access)).Expect(200);
        (await _app.AboutAsync(access, "revoke", "2026-09")).Expect(200);
        (await _app.ContactsAsync(access)).Expect(401);
        (await _app.AboutAsync("never was", "revoke", "v3")).Expect(200);
        var (again, second) = await _app.InstallAsync();
        (await _emulator.SendAsync("DELETE", $"/oauth/v1/refresh-tokens/{second}", null, null)).Expect(204);
        (await _app.ContactsAsync(again)).Expect(200);
        Assert.Equal("BAD_REFRESH_TOKEN", Status(await _app.RefreshAsync(second, "v1")));
    }

    [Fact]
    public async Task Tokens_can_be_asked_about()
    {
        var (access, refresh) = await _app.InstallAsync();
        var told = (await _app.AboutAsync(access)).Expect(200).Json;
        Assert.Equal((true, 1000001, "na1"), (told.GetProperty("active").GetBoolean(), told.GetProperty("hub_id").GetInt32(), told.GetProperty("signed_access_token").GetProperty("hublet").GetString()));
        Assert.Equal("refresh_token", (await _app.AboutAsync(refresh)).Expect(200).Json.GetProperty("token_use").GetString());
        Assert.Equal("access", (await _emulator.SendAsync("GET", $"/oauth/v1/access-tokens/{access}", null, null)).Expect(200).Json.GetProperty("token_type").GetString());
        Assert.Equal(_app.ClientId, (await _emulator.SendAsync("GET", $"/oauth/v1/refresh-tokens/{refresh}", null, null)).Expect(200).Json.GetProperty("client_id").GetString());
        foreach (var dead in (string[])["", "never was", EmulatorServer.DefaultToken]) Assert.Equal("""{"active":false}""", (await _app.AboutAsync(dead)).Expect(200).Text);

        // HubSpot/hubspot-api-nodejs#530
        var format = (await _emulator.SendAsync("GET", $"/oauth/v1/access-tokens/{EmulatorServer.DefaultToken}", null, null)).Expect(400);
        Assert.Equal($$"""{"status":"error","message":"The access token must have the correct format","correlationId":"{{format.Json.GetProperty("correlationId").GetString()}}"}""", format.Text);

        var other = new OAuthDrive(_emulator);
        await other.MakeAppAsync("""{"redirectUris":["http://localhost/"]}""");
        Assert.Equal("""{"active":false}""", (await other.AboutAsync(access)).Text);
        await _emulator.ControlAsync("POST", "clock", """{"advance":"PT31M"}""");
        Assert.Equal("""{"active":false}""", (await _app.AboutAsync(access)).Text);
        (await _emulator.SendAsync("GET", $"/oauth/v1/access-tokens/{access}", null, null)).Expect(404);
    }

    [Fact]
    public async Task App_gets_a_token_for_itself_that_opens_the_journal_and_no_records()
    {
        var reply = (await _app.FormAsync("/oauth/2026-03/token", ("grant_type", "client_credentials"), ("client_id", _app.ClientId), ("client_secret", _app.ClientSecret), ("scope", "developer.webhooks_journal.read developer.webhooks_journal.subscriptions.read"))).Expect(200).Json;
        Assert.Equal(("client_credentials", false), (reply.GetProperty("token_use").GetString(), reply.TryGetProperty("refresh_token", out _)));
        var token = "Bearer " + reply.GetProperty("access_token").GetString();
        Assert.NotInRange((await _emulator.SendAsync("GET", "/webhooks-journal/journal/2026-03/earliest", null, token)).Status, 401, 403);
        Assert.NotInRange((await _emulator.SendAsync("GET", "/webhooks-journal/subscriptions/2026-03", null, token)).Status, 401, 403);
        (await _emulator.SendAsync("POST", "/webhooks-journal/subscriptions/2026-03", "{}", token)).Expect(403);
        Assert.Equal("MISSING_SCOPES", (await _emulator.SendAsync("GET", "/crm/v3/objects/contacts", null, token)).Expect(403).Category);
    }

    [Fact]
    public async Task Nothing_secret_of_it_is_in_the_journal()
    {
        var code = await _app.CodeAsync(_app.Link());
        var tokens = (await _app.ExchangeAsync(code)).Json;
        await _app.AboutAsync(tokens.GetProperty("access_token").GetString()!);
        await _app.RefreshAsync("na1-0000-0000-0000-000000000000");
        await _emulator.SendAsync("POST", $"/oauth/v1/token?client_secret={_app.ClientSecret}&refresh_token={tokens.GetProperty("refresh_token").GetString()}&grant_type=refresh_token&client_id={_app.ClientId}", null, null);
        var journal = (await _emulator.ControlAsync("GET", "requests")).GetRawText();
        foreach (var secret in (string[])[_app.ClientSecret, code, .. ((string[])["access_token", "refresh_token"]).Select(name => tokens.GetProperty(name).GetString()!)]) Assert.DoesNotContain(secret, journal);
    }

    private static string Status(Reply reply) => reply.Expect(400).Json.GetProperty("status").GetString()!;
}
