using System.Net.Http.Headers;
using Spoke.Emulator.Tests.Auth;

namespace Spoke.Emulator.Tests.Account;

/// <summary>Several portals in one emulator: none notices another.</summary>
public sealed class PortalTests
{
    private const string Contacts = "/crm/v3/objects/contacts";

    [Fact]
    public async Task Portal_tells_what_it_is()
    {
        await using var emulator = await EmulatorClient.StartAsync();
        await emulator.ControlAsync("POST", "clock", """{"set":"2026-07-01T00:00:00Z"}""");
        var portal = await MakeAsync(emulator, """{"name":"Europe","accountType":"SANDBOX","hublet":"eu1","timeZone":"Europe/Berlin","currency":"SEK","additionalCurrencies":["EUR"],"tier":"starter"}""");
        Assert.StartsWith("Bearer pat-eu1-", portal.Token);
        foreach (var version in (string[])["v3", "2026-03", "2026-09"])
            Assert.Equal($$"""{"portalId":{{portal.Hub}},"timeZone":"Europe/Berlin","accountType":"SANDBOX","companyCurrency":"SEK","additionalCurrencies":["EUR"],"utcOffset":"\u002B02:00","utcOffsetMilliseconds":7200000,"uiDomain":"app-eu1.hubspot.com","dataHostingLocation":"eu1"}""".Replace("\\u002B", "+"),
                (await emulator.SendAsync("GET", $"/account-info/{version}/details", null, portal.Token)).Expect(200).Text);
        var usual = (await emulator.SendAsync("GET", "/account-info/v3/details")).Expect(200).Json;
        Assert.Equal(("US/Eastern", "-04:00", "na1"), (usual.GetProperty("timeZone").GetString(), usual.GetProperty("utcOffset").GetString(), usual.GetProperty("dataHostingLocation").GetString()));
        var listed = (await emulator.ControlAsync("GET", "portals")).GetProperty("portals").EnumerateArray().Select(one => one.GetProperty("hubId").GetInt64().ToString());
        Assert.Equal(["1000001", "1000002", portal.Hub], listed);
    }

    [Fact]
    public async Task Records_limits_journal_and_faults_are_each_portals_own_and_a_reset_leaves_the_others_alone()
    {
        await using var emulator = await EmulatorClient.StartAsync(new EmulatorOptions { Limits = LimitTier.Enterprise });
        var (one, two) = (await MakeAsync(emulator, """{"tier":"starter"}"""), await MakeAsync(emulator, "{}"));
        var id = (await emulator.SendAsync("POST", Contacts, """{"properties":{"email":"a@b.example"}}""", one.Token)).Expect(201).Json.GetProperty("id").GetString();
        (await emulator.SendAsync("POST", Contacts, """{"properties":{"email":"a@b.example"}}""", two.Token)).Expect(201);
        Assert.Equal(0, (await emulator.SendAsync("GET", Contacts)).Json.GetProperty("results").GetArrayLength());

        var refused = 0;
        for (var i = 0; i < 105; i++) if ((await emulator.SendAsync("GET", $"{Contacts}/{id}", null, one.Token)).Status == 429) refused++;
        Assert.True(refused >= 5, $"{refused}");
        Assert.Equal("190", (await emulator.SendAsync("GET", Contacts, null, two.Token)).Expect(200).Header("X-HubSpot-RateLimit-Max"));

        await emulator.ControlAsync("POST", "faults", $$"""{"kind":"502","times":9,"portal":{{two.Hub}}}""");
        (await emulator.SendAsync("GET", Contacts)).Expect(200);
        (await emulator.SendAsync("GET", Contacts, null, two.Token)).Expect(502);
        await emulator.ControlAsync("POST", "faults", $$"""{"kind":"503","token":"{{EmulatorServer.DefaultToken}}"}""");
        (await emulator.SendAsync("GET", Contacts, null, two.Token)).Expect(502);
        (await emulator.SendAsync("GET", Contacts)).Expect(503);

        await emulator.ControlAsync("POST", "faults", """{"kind":"504"}""");
        await emulator.ControlAsync("DELETE", $"faults?portal={two.Hub}");
        Assert.Equal("504", Assert.Single((await emulator.ControlAsync("GET", "faults")).GetProperty("faults").EnumerateArray().ToArray()).GetProperty("kind").GetString());
        await emulator.ControlAsync("DELETE", "faults");

        var journal = await emulator.ControlAsync("GET", $"requests?portal={two.Hub}");
        Assert.Equal(4, journal.GetProperty("count").GetInt32());
        Assert.All(journal.GetProperty("requests").EnumerateArray(), entry => Assert.Equal(two.Hub, entry.GetProperty("portal").GetRawText()));
        Assert.Equal(1, (await emulator.ControlAsync("GET", $"state?portal={two.Hub}")).GetProperty("records").GetProperty("contacts").GetInt32());

        var spare = await emulator.TokenAsync($$"""{"portal":{{two.Hub}}}""");
        await emulator.ControlAsync("POST", $"reset?portal={two.Hub}");
        Assert.Equal(0, (await emulator.SendAsync("GET", Contacts, null, two.Token)).Expect(200).Json.GetProperty("results").GetArrayLength());
        (await emulator.SendAsync("GET", Contacts, null, spare)).Expect(401);
        Assert.Equal(1, (await emulator.ControlAsync("GET", $"requests?portal={two.Hub}")).GetProperty("count").GetInt32());
        (await emulator.SendAsync("GET", Contacts, null, one.Token)).Expect(429);
        Assert.Equal(1, (await emulator.ControlAsync("GET", $"state?portal={one.Hub}")).GetProperty("records").GetProperty("contacts").GetInt32());
    }

    [Fact]
    public async Task Day_ends_at_midnight_of_the_portals_zone()
    {
        await using var emulator = await EmulatorClient.StartAsync(new EmulatorOptions { Limits = LimitTier.Pro });
        await emulator.ControlAsync("POST", "clock", """{"set":"2026-07-01T21:59:50Z"}""");
        var portal = await MakeAsync(emulator, """{"timeZone":"Europe/Berlin"}""");
        Assert.Equal("624999", (await emulator.SendAsync("GET", Contacts, null, portal.Token)).Header("X-HubSpot-RateLimit-Daily-Remaining"));
        Assert.Equal("2026-07-01T22:00:00Z", (await emulator.SendAsync("GET", "/account-info/v3/api-usage/daily/private-apps", null, portal.Token)).Json.GetProperty("results")[0].GetProperty("resetsAt").GetString());
        await emulator.ControlAsync("POST", "clock", """{"advanceMs":20000}""");
        Assert.Equal("624999", (await emulator.SendAsync("GET", Contacts, null, portal.Token)).Header("X-HubSpot-RateLimit-Daily-Remaining"));
    }

    [Fact]
    public async Task Many_portals_at_once_keep_apart()
    {
        await using var emulator = await EmulatorClient.StartAsync();
        var portals = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => MakeAsync(emulator, "{}")));
        Assert.Equal(8, portals.Select(portal => portal.Hub).Distinct().Count());
        await Task.WhenAll(portals.Select(async (portal, number) =>
        {
            for (var i = 0; i <= number; i++) (await emulator.SendAsync("POST", Contacts, $$$"""{"properties":{"email":"c{{{i}}}@b.example"}}""", portal.Token)).Expect(201);
            if (number % 2 == 1) await emulator.ControlAsync("POST", $"reset?portal={portal.Hub}");
        }));
        for (var number = 0; number < 8; number++)
        {
            var expected = number % 2 == 1 ? 0 : number + 1;
            Assert.Equal(expected, (await emulator.SendAsync("GET", Contacts + "?limit=100", null, portals[number].Token)).Json.GetProperty("results").GetArrayLength());
        }
    }

    [Fact]
    public async Task Portal_deleted_under_load_takes_nobody_elses_records_with_it()
    {
        var folder = Directory.CreateTempSubdirectory("spoke-portals-").FullName;
        try
        {
            await using (var emulator = await EmulatorClient.StartAsync(new EmulatorOptions { Limits = LimitTier.Off, DataDirectory = folder }))
            {
                var portal = await MakeAsync(emulator, "{}");
                var begun = new TaskCompletionSource();
                var writers = Enumerable.Range(0, 4).Select(async writer =>
                {
                    for (var i = 0; ; i++)
                    {
                        var reply = await emulator.SendAsync("POST", Contacts, $$$"""{"properties":{"email":"w{{{writer}}}-{{{i}}}@b.example"}}""", portal.Token);
                        if (i == 3) begun.TrySetResult();
                        if (reply.Status != 201) return reply.Status;
                    }
                }).ToArray();
                await begun.Task;
                await emulator.ControlAsync("DELETE", $"portals/{portal.Hub}");
                Assert.All(await Task.WhenAll(writers), status => Assert.Equal(401, status));
                Assert.Equal(0, (await emulator.SendAsync("GET", Contacts)).Expect(200).Json.GetProperty("results").GetArrayLength());
            }
            await using var again = await EmulatorClient.StartAsync(new EmulatorOptions { Limits = LimitTier.Off, DataDirectory = folder });
            Assert.Equal(0, (await again.SendAsync("GET", Contacts)).Expect(200).Json.GetProperty("results").GetArrayLength());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Portal_moves_between_data_centres()
    {
        await using var emulator = await EmulatorClient.StartAsync();
        var app = new OAuthDrive(emulator);
        var portal = await MakeAsync(emulator, "{}");
        var (access, refresh) = await app.InstallAsync(portal: portal.Hub);
        await emulator.ControlAsync("POST", $"portals/{portal.Hub}/move", """{"to":"eu1","seconds":90}""");
        await emulator.ControlAsync("POST", "clock", """{"advanceMs":30000}""");
        var moving = (await emulator.SendAsync("GET", Contacts, null, portal.Token)).Expect(477);
        Assert.InRange(int.Parse(moving.Header("retry-after")!), 55, 60);
        (await app.RefreshAsync(refresh)).Expect(477);
        await emulator.ControlAsync("POST", "clock", """{"advanceMs":60000}""");

        // What was minted before names the old place; a refresh mends it.
        var elsewhere = (await app.ContactsAsync(access)).Expect(488);
        Assert.Equal("eu1", elsewhere.Json.GetProperty("correctHublet").GetString());
        (await emulator.SendAsync("GET", Contacts, null, portal.Token)).Expect(488);
        var refreshed = (await app.RefreshAsync(refresh)).Expect(200).Json.GetProperty("access_token").GetString()!;
        (await app.ContactsAsync(refreshed)).Expect(200);
        Assert.Equal("eu1", (await emulator.SendAsync("GET", "/account-info/v3/details", null, "Bearer " + refreshed)).Json.GetProperty("dataHostingLocation").GetString());
        Assert.Equal("eu1", (await app.AboutAsync(refreshed)).Json.GetProperty("signed_access_token").GetProperty("hublet").GetString());
    }

    [Theory]
    [InlineData("api-eu1.localhost", 200)]
    [InlineData("api-na1.localhost", 488)]
    [InlineData("localhost", 200)]
    public async Task Host_of_a_data_centre_knows_its_own_portals_only(string host, int status)
    {
        await using var emulator = await EmulatorClient.StartAsync();
        var portal = await MakeAsync(emulator, """{"hublet":"eu1"}""");
        using var request = new HttpRequestMessage(HttpMethod.Get, Contacts) { Headers = { Host = host, Authorization = AuthenticationHeaderValue.Parse(portal.Token) } };
        using var response = await emulator.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Portal_that_was_deleted_is_gone_and_the_first_ones_stay()
    {
        await using var emulator = await EmulatorClient.StartAsync();
        var portal = await MakeAsync(emulator, "{}");
        await emulator.ControlAsync("DELETE", $"portals/{portal.Hub}");
        (await emulator.SendAsync("GET", Contacts, null, portal.Token)).Expect(401);
        Assert.Contains("stays", (await emulator.SendAsync("DELETE", "/_emulator/portals/1000001", null, null)).Expect(400).Text);
        Assert.NotEqual(portal.Hub, (await MakeAsync(emulator, "{}")).Hub);
        await emulator.ControlAsync("POST", "reset");
        Assert.Equal(2, (await emulator.ControlAsync("GET", "portals")).GetProperty("portals").GetArrayLength());
    }

    [Theory]
    [InlineData("portals", """{"accountType":"FREE"}""", "accountType is STANDARD, DEVELOPER_TEST, SANDBOX, APP_DEVELOPER, not 'FREE'")]
    [InlineData("portals", """{"hublet":"mars"}""", "na1 or eu1")]
    [InlineData("portals", """{"timeZone":"Mars/Olympus"}""", "Give an IANA name")]
    [InlineData("portals", """{"currency":"euro"}""", "ISO 4217")]
    [InlineData("portals", """{"tier":"free"}""", "off, starter, pro or enterprise")]
    [InlineData("portals/1000001/move", """{"to":"na1"}""", "is in na1 already")]
    [InlineData("portals/77/move", """{"to":"na1"}""", "There is no portal '77'")]
    [InlineData("apps", "{}", "redirectUris is missing")]
    [InlineData("apps", """{"redirectUris":["x"]}""", "'x' is no absolute address")]
    [InlineData("apps", """{"redirectUris":[],"scopes":["nonsense"]}""", "HubSpot publishes no scope 'nonsense'")]
    [InlineData("apps", """{"redirectUris":[],"kind":"odd"}""", "public or private")]
    [InlineData("apps", """{"redirectUris":[],"consent":"maybe"}""", "page, approve or cancel")]
    [InlineData("tokens", """{"portal":77}""", "There is no portal 77")]
    [InlineData("tokens", """{"kind":"oauth","clientId":"x"}""", "no app with the client id 'x'")]
    [InlineData("faults", """{"kind":"502","portal":77}""", "There is no portal 77")]
    [InlineData("reset?portal=77", "{}", "There is no portal '77'")]
    public async Task Wrong_request_says_what_is_possible(string call, string body, string expected)
    {
        await using var emulator = await EmulatorClient.StartAsync();
        Assert.Contains(expected, (await emulator.SendAsync("POST", "/_emulator/" + call, body, null)).Expect(400).Json.GetProperty("error").GetString());
    }

    private static async Task<(string Hub, string Token)> MakeAsync(EmulatorClient emulator, string body)
    {
        var made = await emulator.ControlAsync("POST", "portals", body);
        return (made.GetProperty("hubId").GetRawText(), "Bearer " + made.GetProperty("token").GetString());
    }
}
