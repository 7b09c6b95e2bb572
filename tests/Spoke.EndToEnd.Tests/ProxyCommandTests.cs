using System.Net;
using Spoke.Emulator;

namespace Spoke.EndToEnd.Tests;

public sealed class ProxyCommandTests
{
    private static Dictionary<string, string?> At(EmulatorServer emulator) => new() { ["HUBSPOT_BASE_URL"] = emulator.BaseUrl.ToString().TrimEnd('/'), ["HUBSPOT_ACCESS_TOKEN"] = EmulatorServer.DefaultToken, ["PROXY_KEY"] = "the-proxys-own-key" };

    [Fact]
    public async Task It_says_when_it_is_ready_serves_without_a_token_and_stops_when_told()
    {
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions(), TestContext.Current.CancellationToken);
        await using var spoke = SpokeProcess.Start(At(emulator), "proxy", "--port", "0", "--allow", "GET", "/crm/v3/objects/**", "--allow", "POST /crm/v3/objects/*/search");
        var line = await spoke.LineAsync();
        Assert.Matches("^ready http://127\\.0\\.0\\.1:[0-9]+$", line);
        using var http = new HttpClient { BaseAddress = new Uri(line["ready ".Length..]) };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/ready", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/crm/v3/objects/contacts", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.PostAsync("/crm/v3/objects/contacts/search", new StringContent("{}", System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync("/account-info/v3/details", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(130, await spoke.StopAsync());
    }

    [Fact]
    public async Task Beyond_this_machine_it_wants_a_key_by_reference()
    {
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions(), TestContext.Current.CancellationToken);
        var (code, _, error) = await SpokeProcess.RunAsync(At(emulator), "proxy", "--port", "0", "--listen", "0.0.0.0");
        Assert.Equal(2, code);
        Assert.Contains("Spoke-Proxy-Key", error);
        (code, _, error) = await SpokeProcess.RunAsync(At(emulator), "proxy", "--port", "0", "--listen", "0.0.0.0", "--key", "written-out");
        Assert.Equal(2, code);
        Assert.DoesNotContain("written-out", error);
        Assert.Contains("env:NAME", error);
        await using var spoke = SpokeProcess.Start(At(emulator), "proxy", "--port", "0", "--listen", "0.0.0.0", "--key", "env:PROXY_KEY");
        var port = new Uri((await spoke.LineAsync())["ready ".Length..]).Port;
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/crm/v3/objects/contacts", TestContext.Current.CancellationToken)).StatusCode);
        http.DefaultRequestHeaders.Add("Spoke-Proxy-Key", "the-proxys-own-key");
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/crm/v3/objects/contacts", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData("no token", null, "HUBSPOT_ACCESS_TOKEN")]
    [InlineData("placeholder", "YOUR_ACCESS_TOKEN", "V0")]
    public async Task What_cannot_work_is_said_at_the_start(string what, string? token, string said)
    {
        var (code, output, error) = await SpokeProcess.RunAsync(new Dictionary<string, string?> { ["HUBSPOT_ACCESS_TOKEN"] = token }, "proxy", "--port", "0");
        Assert.True(code == 2 && output.Length == 0, what);
        Assert.Contains(said, error);
    }

    [Fact]
    public async Task A_second_port_in_use_is_named_with_its_own_option()
    {
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions(), TestContext.Current.CancellationToken);
        var (code, output, error) = await SpokeProcess.RunAsync(At(emulator), "proxy", "--port", "0", "--http2-port", port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal((2, ""), (code, output));
        Assert.Contains($"port {port} is in use by another program. Choose another with --http2-port", error);
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_used_is_said_at_the_start()
    {
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions(), TestContext.Current.CancellationToken);
        var (code, output, error) = await SpokeProcess.RunAsync(At(emulator), "proxy", "--port", "0", "--certificate", "nowhere.pfx");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("There is no file nowhere.pfx", error);

        using var folder = new TempFolder();
        using var key = System.Security.Cryptography.ECDsa.Create();
        using var certificate = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=localhost", key, System.Security.Cryptography.HashAlgorithmName.SHA256).CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        await File.WriteAllTextAsync(folder["c.pem"], certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        (code, output, error) = await SpokeProcess.RunAsync(At(emulator), "proxy", "--port", "0", "--certificate", folder["c.pem"]);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("Add --certificate-key", error);
    }

    [Fact]
    public async Task Portals_come_from_a_configuration()
    {
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions(), TestContext.Current.CancellationToken);
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "spoke.json");
        await File.WriteAllTextAsync(file, $$"""
            { "portals": { "live": { "token": "env:HUBSPOT_ACCESS_TOKEN", "baseUrl": "http://127.0.0.1:9" }, "test": { "token": "env:HUBSPOT_ACCESS_TOKEN", "baseUrl": "{{emulator.BaseUrl.ToString().TrimEnd('/')}}" } },
              "stores": { "shop": { "platform": "sample", "url": "http://127.0.0.1:9", "apiKey": "env:PROXY_KEY" } }, "connections": { "one": { "store": "shop", "portal": "test" } } }
            """, TestContext.Current.CancellationToken);
        await using var spoke = SpokeProcess.Start(At(emulator), "proxy", "--port", "0", "--config", file);
        using var http = new HttpClient { BaseAddress = new Uri((await spoke.LineAsync())["ready ".Length..]) };
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/_portal/test/crm/v3/objects/contacts", TestContext.Current.CancellationToken)).StatusCode);
        using var nobody = await http.GetAsync("/crm/v3/objects/contacts", TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.BadGateway, "UPSTREAM_UNREACHABLE"), (nobody.StatusCode, nobody.Headers.GetValues("Spoke-Cause").Single()));
    }
}
