using System.Text.Json;
using Spoke.Emulator.Tests.Auth;

namespace Spoke.Emulator.Tests.Account;

/// <summary>Portals, apps, tokens and grants over restarts and in snapshots.</summary>
public sealed class AccessDurabilityTests : IDisposable
{
    private const string Contacts = "/crm/v3/objects/contacts";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-access-").FullName;

    /// <summary>A folder that the emulator makes itself.</summary>
    private string Kept => Path.Combine(_folder, "kept");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Everything_that_was_granted_is_there_after_a_restart()
    {
        string hub, token, refresh, access, code, clientId, secret;
        await using (var emulator = await StartAsync())
        {
            var portal = await emulator.ControlAsync("POST", "portals", """{"name":"Kept","hublet":"eu1","timeZone":"Europe/Berlin","currency":"SEK","tier":"starter","scopesWithheld":["tickets"]}""");
            (hub, token) = (portal.GetProperty("hubId").GetRawText(), "Bearer " + portal.GetProperty("token").GetString());
            var app = new OAuthDrive(emulator);
            await app.MakeAppAsync($$"""{"name":"Mine","redirectUris":["{{OAuthDrive.Redirect}}"],"optionalScopes":["crm.objects.contacts.read"],"kind":"private","consent":"approve"}""");
            (clientId, secret) = (app.ClientId, app.ClientSecret);
            (access, refresh) = await app.InstallAsync(portal: hub);
            code = await app.CodeAsync(app.Link(), hub);
            (await emulator.SendAsync("POST", Contacts, """{"properties":{"email":"a@b.example"}}""", token)).Expect(201);
        }
        await using (var emulator = await StartAsync())
        {
            var details = (await emulator.SendAsync("GET", "/account-info/v3/details", null, token)).Expect(200).Json;
            Assert.Equal(("eu1", "SEK"), (details.GetProperty("dataHostingLocation").GetString(), details.GetProperty("companyCurrency").GetString()));
            Assert.Equal(1, (await emulator.SendAsync("GET", Contacts, null, token)).Expect(200).Json.GetProperty("results").GetArrayLength());
            var app = new OAuthDrive(emulator) { ClientId = clientId, ClientSecret = secret };
            (await app.ContactsAsync(access)).Expect(200);
            (await app.RefreshAsync(refresh)).Expect(200);
            (await app.ExchangeAsync(code)).Expect(200);
            var again = (await emulator.ControlAsync("POST", "portals")).GetProperty("hubId").GetRawText();
            Assert.True(long.Parse(again) > long.Parse(hub));
            await emulator.ControlAsync("DELETE", $"portals/{hub}");
            (await emulator.SendAsync("DELETE", "/appinstalls/v3/external-install", null, await emulator.TokenAsync($$"""{"kind":"oauth","clientId":"{{clientId}}"}"""))).Expect(204);
        }
        await using (var emulator = await StartAsync())
        {
            (await emulator.SendAsync("GET", Contacts, null, token)).Expect(401);
            (await new OAuthDrive(emulator) { ClientId = clientId, ClientSecret = secret }.ExchangeAsync(code)).Expect(400);
            Assert.Equal(3, (await emulator.ControlAsync("GET", "portals")).GetProperty("portals").GetArrayLength());
            (await emulator.SendAsync("GET", Contacts)).Expect(200);
        }
    }

    [Fact]
    public async Task Tokens_that_were_given_out_live_on_after_a_kill()
    {
        var given = new System.Collections.Concurrent.ConcurrentBag<string>();
        using (var process = await EmulatorProcess.StartAsync(_folder))
        {
            using var http = new HttpClient { BaseAddress = process.Address };
            var enough = new TaskCompletionSource();
            var askers = Enumerable.Range(0, 4).Select(async _ =>
            {
                try
                {
                    while (true)
                    {
                        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", EmulatorServer.DefaultClientId), new("client_secret", EmulatorServer.DefaultClientSecret), new("scope", "developer.webhooks_journal.read")]);
                        using var response = await http.PostAsync("/oauth/2026-03/token", form, TestContext.Current.CancellationToken);
                        given.Add(JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("access_token").GetString()!);
                        if (given.Count == 60) enough.TrySetResult();
                    }
                }
                catch (Exception cut) when (cut is HttpRequestException or IOException or JsonException)
                {
                    // killed
                }
            }).ToArray();
            await enough.Task;
            process.Kill();
            await Task.WhenAll(askers);
        }
        await using var emulator = await StartAsync();
        var app = new OAuthDrive(emulator);
        foreach (var token in given) Assert.True((await app.AboutAsync(token)).Json.GetProperty("active").GetBoolean(), token);
    }

    [Fact]
    public async Task Files_are_for_their_owner_only()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("files have no Unix modes here");
        await using (var emulator = await StartAsync(Kept))
        {
            await emulator.TokenAsync();
            (await emulator.SendAsync("POST", Contacts, """{"properties":{"email":"a@b.example"}}""")).Expect(201);
            await emulator.ControlAsync("PUT", "snapshots/one");
            await emulator.ControlAsync("POST", "clock", """{"advanceMs":1}""");
        }
        await File.AppendAllTextAsync(Directory.GetFiles(Kept, "calls-*.log").Single(), "torn", TestContext.Current.CancellationToken);
        await using var again = await StartAsync(Kept);
        var files = Directory.GetFiles(Kept, "*", SearchOption.AllDirectories);
        Assert.Equal(["access.json", "calls", "clock.json", "in-use", "one.json", "portal", "torn"], files.Select(file => Path.GetFileName(file).Split("-0")[0]).Order(StringComparer.Ordinal));
        if (OperatingSystem.IsWindows()) return;
        foreach (var file in files) Assert.Equal((file, OwnerOnly), (file, File.GetUnixFileMode(file)));
        foreach (var folder in (string[])[Kept, .. Directory.GetDirectories(Kept)]) Assert.Equal((folder, OwnerOnly | UnixFileMode.UserExecute), (folder, File.GetUnixFileMode(folder)));
    }

    [Fact]
    public async Task Snapshot_brings_portals_apps_tokens_and_grants_to_another_emulator()
    {
        string snapshot, hub, token, refresh, clientId, secret;
        await using (var emulator = await EmulatorClient.StartAsync())
        {
            var portal = await emulator.ControlAsync("POST", "portals", """{"accountType":"SANDBOX"}""");
            (hub, token) = (portal.GetProperty("hubId").GetRawText(), "Bearer " + portal.GetProperty("token").GetString());
            (await emulator.SendAsync("POST", Contacts, """{"properties":{"email":"a@b.example"}}""", token)).Expect(201);
            var app = new OAuthDrive(emulator);
            await app.MakeAppAsync($$"""{"redirectUris":["{{OAuthDrive.Redirect}}"],"optionalScopes":["crm.objects.contacts.read"]}""");
            (clientId, secret) = (app.ClientId, app.ClientSecret);
            (_, refresh) = await app.InstallAsync(portal: hub);
            snapshot = (await emulator.SendAsync("GET", "/_emulator/snapshot", null, null)).Expect(200).Text;
        }
        await using (var emulator = await StartAsync())
        {
            await emulator.ControlAsync("PUT", "snapshot", snapshot);
            Assert.Equal(snapshot, (await emulator.SendAsync("GET", "/_emulator/snapshot", null, null)).Text);
            Assert.Equal(1, (await emulator.SendAsync("GET", Contacts, null, token)).Expect(200).Json.GetProperty("results").GetArrayLength());
            (await new OAuthDrive(emulator) { ClientId = clientId, ClientSecret = secret }.RefreshAsync(refresh)).Expect(200);
        }
        await using var restarted = await StartAsync();
        Assert.Equal("SANDBOX", (await restarted.SendAsync("GET", "/account-info/v3/details", null, token)).Expect(200).Json.GetProperty("accountType").GetString());
    }

    [Fact]
    public async Task Snapshot_of_accounts_alone_leaves_tokens_as_they_are()
    {
        await using var emulator = await EmulatorClient.StartAsync();
        var token = await emulator.TokenAsync();
        var accounts = JsonDocument.Parse((await emulator.SendAsync("GET", "/_emulator/snapshot", null, null)).Text).RootElement.GetProperty("accounts").GetRawText();
        await emulator.ControlAsync("PUT", "snapshot", $$"""{"format":2,"accounts":{{accounts}}}""");
        (await emulator.SendAsync("GET", Contacts, null, token)).Expect(200);
    }

    [Fact]
    public async Task Damaged_access_file_is_named_and_left_alone()
    {
        await using (var emulator = await StartAsync()) await emulator.TokenAsync();
        var file = Path.Combine(_folder, "access.json");
        await File.WriteAllTextAsync(file, """{"lastHub":1}""", TestContext.Current.CancellationToken);
        Assert.Contains(file, (await Assert.ThrowsAsync<InvalidDataException>(StartAsync)).Message);
        Assert.Equal("""{"lastHub":1}""", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Limits_of_the_start_hold_for_kept_portals_without_limits_of_their_own()
    {
        await using (var emulator = await StartAsync()) await emulator.ControlAsync("POST", "portals");
        await using var again = await EmulatorClient.StartAsync(new EmulatorOptions { Limits = LimitTier.Starter, DataDirectory = _folder });
        Assert.Equal("100", (await again.SendAsync("GET", Contacts)).Expect(200).Header("X-HubSpot-RateLimit-Max"));
    }

    private Task<EmulatorClient> StartAsync() => StartAsync(_folder);

    private static Task<EmulatorClient> StartAsync(string folder) => EmulatorClient.StartAsync(new EmulatorOptions { Limits = LimitTier.Off, DataDirectory = folder });
}
