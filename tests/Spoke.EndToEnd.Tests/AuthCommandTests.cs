using System.Text.Json;
using Spoke.HubSpot.Tests.Auth;

namespace Spoke.EndToEnd.Tests;

/// <summary><c>spoke auth</c> as a process, with a browser that does what it is told, against HubSpot's pages and endpoints of OAuth.</summary>
public sealed class AuthCommandTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private AuthorizationServer _server = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await AuthorizationServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Login_status_use_and_logout()
    {
        var (code, output, error) = await LoginAsync("--scopes", "oauth crm.objects.contacts.read");
        Assert.True(code == 0, error);
        Assert.Equal("logged in: hub 1000001, 2 scopes, kept as stored:main\n", output);
        Assert.Contains("Spoke is connected", await PageAsync());

        (code, output, error) = await SpokeProcess.RunAsync(Environment(), "auth", "status");
        Assert.True(code == 0, error);
        Assert.Contains("source   stored:main", output);
        Assert.Contains("hub      1000001", output);
        Assert.Contains("scopes   oauth crm.objects.contacts.read", output);
        Assert.Contains("expires  20", output);
        (code, output, error) = await SpokeProcess.RunAsync(Environment(), "auth", "status", "--json");
        Assert.True(code == 0, error);
        using (var told = JsonDocument.Parse(output))
        {
            Assert.Equal(("stored:main", 1000001), (told.RootElement.GetProperty("source").GetString(), told.RootElement.GetProperty("hub").GetInt64()));
            Assert.Equal(["oauth", "crm.objects.contacts.read"], told.RootElement.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()));
            Assert.True(told.RootElement.GetProperty("expires").GetDateTimeOffset() > DateTimeOffset.UnixEpoch);
        }

        // The verbs use it, and renew it when it has ended.
        (code, output, error) = await SpokeProcess.RunAsync(Environment(), "api", "GET", "/crm/v3/objects/contacts");
        Assert.True(code == 0, error);
        Assert.Contains("\"results\":[]", output);

        // The doctor asks the grant's app for its scopes.
        (code, output, error) = await SpokeProcess.RunAsync(Environment(), "doctor", "live");
        Assert.True(code == 1, error);
        Assert.Contains("scopes    2 granted", output);
        Assert.Contains("introspection", output);

        if (!OperatingSystem.IsWindows())
            foreach (var file in Directory.GetFiles(_folder["secrets"], "*", SearchOption.AllDirectories)) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        (code, output, error) = await SpokeProcess.RunAsync(Environment(), "auth", "logout");
        Assert.True(code == 0, error);
        Assert.Contains("revoked and deleted", output);
        Assert.Equal(0, _server.Grants);
        (code, _, error) = await SpokeProcess.RunAsync(Environment(), "auth", "status");
        Assert.Equal(2, code);
        Assert.Contains("there is no token", error);
    }

    [Fact]
    public async Task A_person_who_refuses_is_told_so_in_both_places_and_nothing_is_stored()
    {
        _server.Denies = true;
        var (code, output, error) = await LoginAsync();
        Assert.Equal((3, ""), (code, output));
        Assert.Contains("access_denied", error);
        var page = await PageAsync();
        Assert.Contains("Spoke was not connected", page);
        Assert.DoesNotContain("<denied>", page);   // what came in the address is text there, not markup
        Assert.False(Directory.Exists(_folder["secrets/stored"]) && Directory.GetFiles(_folder["secrets/stored"], "main").Length > 0);
    }

    [Fact]
    public async Task An_answer_with_another_state_changes_nothing_and_the_wait_ends_with_a_sentence()
    {
        // This browser comes back with a state of its own.
        await WriteBrowserAsync("""redirect=$(printf %s "$1" | sed 's/.*redirect_uri=\([^&]*\).*/\1/;s/%3A/:/g;s/%2F/\//g'); curl -s "$redirect?code=stolen&state=wrong" -o "$PAGE" """);
        var (code, _, error) = await SpokeProcess.RunAsync(Environment(), "auth", "login", "--port", "0", "--timeout", "3");
        Assert.Equal(3, code);
        Assert.Contains("nobody agreed within 3 s", error);
        Assert.Contains("This is not the answer that was asked for", await PageAsync());
    }

    [Theory]
    [InlineData("the environment variable HUBSPOT_CLIENT_ID, which is not set", "HUBSPOT_CLIENT_ID", null)]
    [InlineData("the environment variable HUBSPOT_CLIENT_SECRET, which is not set", "HUBSPOT_CLIENT_SECRET", null)]
    [InlineData("BAD_CLIENT_SECRET", "HUBSPOT_CLIENT_SECRET", "11111111-canary")]
    public async Task What_is_wrong_with_the_app_is_said(string said, string variable, string? value)
    {
        var environment = Environment();
        environment[variable] = value;
        await WriteBrowserAsync(Follows);
        var (code, output, error) = await SpokeProcess.RunAsync(environment, "auth", "login", "--port", "0", "--timeout", "20");
        Assert.NotEqual(0, code);
        Assert.Contains(said, error);
        Assert.DoesNotContain("11111111-canary", output + error);
    }

    [Fact]
    public async Task A_secret_written_out_as_an_argument_is_refused_without_repeating_it()
    {
        var (code, output, error) = await SpokeProcess.RunAsync(Environment(), "auth", "login", "--client-secret", "22222222-canary");
        Assert.Equal(2, code);
        Assert.Contains("is a secret written out", error);
        Assert.DoesNotContain("canary", output + error);
    }

    [Fact]
    public async Task Scopes_without_oauth_are_refused_before_anybody_is_asked()
    {
        var (code, output, error) = await LoginAsync("--scopes", "crm.objects.contacts.read");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("--scopes lacks oauth", error);
        Assert.False(File.Exists(_folder["page"]));
    }

    [Theory]
    [InlineData("shopify", "", true)]   // it keeps companies of its own
    [InlineData("shopify", ", \"companies\": \"off\"", false)]
    [InlineData("sample", ", \"companies\": \"domain\"", true)]
    [InlineData("sample", "", false)]
    public async Task Companies_are_asked_for_where_a_connection_with_this_grant_makes_any(string platform, string companies, bool asked)
    {
        // Neither the grant is there yet nor the store's own secrets: a person logs in first.
        await File.WriteAllTextAsync(_folder["spoke.json"], $$"""
            { "portals": { "p": { "token": "stored:main" }, "q": { "token": "stored:other" } },
              "stores": { "s": { "platform": "{{platform}}", "url": "http://127.0.0.1:9" }, "t": { "platform": "sample", "url": "http://127.0.0.1:8" } },
              "connections": { "c": { "store": "s", "portal": "p"{{companies}} }, "d": { "store": "t", "portal": "q", "companies": "domain" } } }
            """, Stop);
        var (code, _, error) = await LoginAsync("--config", _folder["spoke.json"]);
        Assert.True(code == 0, error);
        var page = new Uri(error.Split('\n').First(line => line.StartsWith("http", StringComparison.Ordinal)));
        var scopes = System.Web.HttpUtility.ParseQueryString(page.Query)["scope"]!.Split(' ');
        Assert.Contains("crm.objects.orders.write", scopes);
        Assert.Equal(asked ? ["crm.objects.companies.read", "crm.objects.companies.write", "crm.schemas.companies.write"] : (string[])[], scopes.Where(scope => scope.Contains("companies", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public async Task Grants_are_in_the_database_where_the_configuration_says_so()
    {
        const string config = """{ "database": "sqlite:spoke.db", "grants": { "store": "database" }, "portals": { "p": { "token": "stored:main", "baseUrl": "URL" } }, "stores": { "s": { "platform": "sample", "url": "http://127.0.0.1:9", "apiKey": "env:HUBSPOT_CLIENT_ID" } }, "connections": { "c": { "store": "s", "portal": "p" } } }""";
        var file = _folder["spoke.json"];
        await File.WriteAllTextAsync(file, config.Replace("URL", _server.BaseUrl.ToString(), StringComparison.Ordinal), Stop);
        Assert.Equal(2, (await SpokeProcess.RunAsync(Environment(), "config", "check", "--config", file)).Code);
        var (code, _, error) = await LoginAsync("--config", file);
        Assert.True(code == 0, error);
        Assert.False(File.Exists(_folder["secrets/stored/main"]));
        (code, _, error) = await SpokeProcess.RunAsync(Environment(), "config", "check", "--config", file);
        Assert.True(code == 0, error);
        (code, var output, error) = await SpokeProcess.RunAsync(Environment(), "auth", "status", "--config", file);
        Assert.True(code == 0, error);
        Assert.Contains("source   stored:main", output);
        var database = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(_folder["spoke.db"], Stop));
        Assert.Contains("spoke_grants", database);
        foreach (var secret in _server.Issued) Assert.DoesNotContain(secret, database);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["spoke.db"]));
        Assert.Equal(2, (await SpokeProcess.RunAsync(Environment(), "auth", "status", "--config", _folder["none.json"])).Code);   // the files know nothing of it
        Assert.Equal(0, (await SpokeProcess.RunAsync(Environment(), "auth", "logout", "--config", file)).Code);
        Assert.Equal(2, (await SpokeProcess.RunAsync(Environment(), "config", "check", "--config", file)).Code);
    }

    [Fact]
    public async Task An_uninstalled_app_is_named_as_that_by_status_and_by_the_verbs()
    {
        Assert.Equal(0, (await LoginAsync()).Code);
        _server.Uninstall();
        var (code, output, error) = await SpokeProcess.RunAsync(Environment(), "auth", "status");
        Assert.Equal(1, code);
        Assert.Contains("no longer knows it", output + error);
        (code, _, error) = await SpokeProcess.RunAsync(Environment(), "api", "GET", "/crm/v3/objects/contacts");
        Assert.Equal(3, code);
    }

    [Fact]
    public async Task A_portal_of_spoke_json_takes_a_stored_grant()
    {
        const string config = """{ "portals": { "p": { "token": "stored:NAME", "baseUrl": "URL" } }, "stores": { "s": { "platform": "sample", "url": "http://127.0.0.1:9", "apiKey": "env:HUBSPOT_CLIENT_ID" } }, "connections": { "c": { "store": "s", "portal": "p" } } }""";
        await File.WriteAllTextAsync(_folder["spoke.json"], config.Replace("URL", _server.BaseUrl.ToString(), StringComparison.Ordinal).Replace("NAME", "shop", StringComparison.Ordinal), Stop);
        var (code, _, error) = await SpokeProcess.RunAsync(Environment(), "config", "check", "--config", _folder["spoke.json"]);
        Assert.Equal(2, code);
        Assert.Contains("spoke auth login --name shop makes it", error);
        Assert.Equal(0, (await LoginAsync("--name", "shop")).Code);
        (code, _, error) = await SpokeProcess.RunAsync(Environment(), "config", "check", "--config", _folder["spoke.json"]);
        Assert.True(code == 0, error);
    }

    [Fact]
    public async Task No_secret_of_it_is_shown_or_stored_in_clear()
    {
        var environment = Environment();
        environment["SPOKE_DEBUG"] = "1";
        var shown = await LoginAsync();
        var text = shown.Output + shown.Error + await PageAsync();
        foreach (var arguments in new[] { new[] { "auth", "status" }, ["api", "GET", "/x", "--verbose", "--include"], ["doctor", "live"] })
        {
            var (_, output, error) = await SpokeProcess.RunAsync(environment, arguments);
            text += output + error;
        }
        await File.WriteAllTextAsync(_folder["secrets/stored/main"], "damaged", Stop);
        foreach (var arguments in new[] { new[] { "auth", "status" }, ["auth", "logout"], ["api", "GET", "/x"] })
        {
            var (code, output, error) = await SpokeProcess.RunAsync(environment, arguments);
            Assert.NotEqual(4, code);
            text += output + error;
        }
        foreach (var file in Directory.GetFiles(_folder["secrets"], "*", SearchOption.AllDirectories)) text += await File.ReadAllTextAsync(file, Stop);
        foreach (var secret in _server.Issued.Append(AuthorizationServer.ClientSecret)) Assert.DoesNotContain(secret, text);
        Assert.True(_server.Issued.Count >= 2);
    }

    /// <summary>Goes where it is sent, and keeps the page it ends on.</summary>
    private const string Follows = """curl -sL "$1" -o "$PAGE" """;

    private async Task<(int Code, string Output, string Error)> LoginAsync(params string[] more)
    {
        await WriteBrowserAsync(Follows);
        return await SpokeProcess.RunAsync(Environment(), ["auth", "login", "--port", "0", "--timeout", "60", .. more]);
    }

    private async Task WriteBrowserAsync(string does)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The browser of these tests is a shell script.");
        await File.WriteAllTextAsync(_folder["browser"], $"#!/bin/sh\nPAGE='{_folder["page"]}'\n{does}\n", Stop);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder["browser"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>What the browser shows in the end; it may still be writing it down.</summary>
    private async Task<string> PageAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!File.Exists(_folder["page"]) || new FileInfo(_folder["page"]).Length == 0) await timer.WaitForNextTickAsync(Stop);
        return await File.ReadAllTextAsync(_folder["page"], Stop);
    }

    private Dictionary<string, string?> Environment() => new()
    {
        ["HUBSPOT_BASE_URL"] = _server.BaseUrl.ToString(),
        ["HUBSPOT_CLIENT_ID"] = AuthorizationServer.ClientId,
        ["HUBSPOT_CLIENT_SECRET"] = AuthorizationServer.ClientSecret,
        ["SPOKE_SECRETS"] = _folder["secrets"],
        ["BROWSER"] = _folder["browser"],
    };
}
