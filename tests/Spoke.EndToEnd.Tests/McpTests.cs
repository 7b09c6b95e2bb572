using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Spoke.Emulator;
using Spoke.EndToEnd.Tests.HouseRules;

namespace Spoke.EndToEnd.Tests;

/// <summary>The built program as an MCP server over real standard streams.</summary>
public sealed class McpTests
{
    private static readonly string s_program = Path.Combine(Repository.Root, "artifacts", "bin", "Spoke", "debug", "spoke");

    private static Task<EmulatorServer> EmulatorAsync() => EmulatorServer.StartAsync(new EmulatorOptions { Limits = LimitTier.Off }, TestContext.Current.CancellationToken);

    private static Task<McpClient> ConnectAsync(EmulatorServer emulator, params string[] options) => McpClient.CreateAsync(new StdioClientTransport(new StdioClientTransportOptions
    {
        Name = "spoke",
        Command = s_program,
        Arguments = ["mcp", .. options],
        EnvironmentVariables = new Dictionary<string, string?> { ["HUBSPOT_BASE_URL"] = emulator.BaseUrl.ToString(), ["HUBSPOT_ACCESS_TOKEN"] = EmulatorServer.DefaultToken },
    }), cancellationToken: TestContext.Current.CancellationToken);

    private static async Task<(bool Failed, string Text)> CallAsync(McpClient client, string tool, object? arguments = null)
    {
        var given = arguments is null ? null : JsonSerializer.SerializeToElement(arguments).EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value);
        var result = await client.CallToolAsync(tool, given, cancellationToken: TestContext.Current.CancellationToken);
        return (result.IsError ?? false, string.Concat(result.Content.OfType<TextContentBlock>().Select(block => block.Text)));
    }

    private static async Task<JsonElement> JsonAsync(McpClient client, string tool, object? arguments = null)
    {
        var (failed, text) = await CallAsync(client, tool, arguments);
        Assert.False(failed, text);
        return JsonDocument.Parse(text).RootElement;
    }

    [Fact]
    public async Task Doctor_scopes_and_reads_answer_a_client_of_the_same_package()
    {
        await using var emulator = await EmulatorAsync();
        await using var client = await ConnectAsync(emulator);
        Assert.Equal("spoke", client.ServerInfo?.Name);
        var tools = await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["api", "doctor_live", "doctor_request", "doctor_response", "emulator_clear_faults", "emulator_clock", "emulator_fault", "emulator_journal", "emulator_reset", "emulator_token", "scopes_for_endpoints", "scopes_plan"], tools.Select(t => t.Name).Order(StringComparer.Ordinal));
        Assert.All(tools, tool => Assert.NotEmpty(tool.Description));

        var request = await JsonAsync(client, "doctor_request", new { text = "curl https://api.hubapi.com/crm/v3/objects/contacts -H 'Authorization: Bearer: pat-na1-11111111-2222-4333-8444-555555555555'" });
        Assert.Equal("H03", request.GetProperty("causes")[0].GetProperty("id").GetString());
        Assert.DoesNotContain("2222-4333", request.GetRawText());
        var response = await JsonAsync(client, "doctor_response", new { text = """{"status":"error","message":"The OAuth token used to make this call expired 3 day(s) ago.","category":"EXPIRED_AUTHENTICATION"}""" });
        Assert.Equal("X01", response.GetProperty("causes")[0].GetProperty("id").GetString());
        Assert.StartsWith("Healthy", (await CallAsync(client, "doctor_live")).Text);

        var scopes = (await JsonAsync(client, "scopes_for_endpoints", new { endpoints = new[] { "get /crm/v3/objects/contacts", "DELETE /crm/v3/objects/contacts", "GET /nowhere", "nonsense" } })).GetProperty("endpoints");
        Assert.Equal("crm.objects.contacts.read", scopes[0].GetProperty("anyOf")[0].GetString());
        Assert.Contains("GET", scopes[1].GetProperty("problem").GetString());
        Assert.Contains("no such path", scopes[2].GetProperty("problem").GetString());
        Assert.Contains("METHOD PATH", scopes[3].GetProperty("problem").GetString());

        var plan = await JsonAsync(client, "scopes_plan", new { text = "requests.post('https://api.hubapi.com/crm/v3/objects/orders')", granted = new[] { "crm.objects.deals.read" } });
        Assert.Equal("crm.objects.orders.write", plan.GetProperty("missing")[0].GetString());
        Assert.Equal("crm.objects.deals.read", plan.GetProperty("excess")[0].GetString());

        Assert.Equal(200, (await JsonAsync(client, "api", new { method = "get", path = "/crm/v3/objects/contacts?limit=1" })).GetProperty("status").GetInt32());
        var missing = await JsonAsync(client, "api", new { method = "GET", path = "/crm/v3/objects/contacts/1234" });
        Assert.Equal(404, missing.GetProperty("status").GetInt32());
        Assert.True((await CallAsync(client, "api", new { method = "GET", path = "https://evil.example/" })).Failed);
    }

    [Fact]
    public async Task Wrong_arguments_are_named_with_what_is_expected()
    {
        await using var emulator = await EmulatorAsync();
        await using var client = await ConnectAsync(emulator);
        async Task<string> Refused(string tool, object arguments)
        {
            var (failed, text) = await CallAsync(client, tool, arguments);
            Assert.True(failed, text);
            return text;
        }
        Assert.Equal("The tool api needs the argument 'path', a text: Path and query, such as /crm/v3/objects/contacts?limit=10. It has no argument 'url'.", await Refused("api", new { method = "GET", url = "/crm/v3/owners" }));
        Assert.Contains("argument 'path' of the tool api is a number; it is to be a text", await Refused("api", new { method = "GET", path = 5 }));
        Assert.Contains("'method' is 'FETCH'; it is to be GET", await Refused("api", new { method = "FETCH", path = "/crm/v3/owners" }));
        Assert.Contains("'endpoints' of the tool scopes_for_endpoints is a text; it is to be a list", await Refused("scopes_for_endpoints", new { endpoints = "GET /crm/v3/owners" }));
        Assert.Contains("no argument 'ms'; it takes advanceMs, set", await Refused("emulator_clock", new { ms = 5 }));
        Assert.Contains("'FOO'", await Refused("scopes_plan", new { text = "FOO /crm/v3/owners" }));
    }

    [Fact]
    public async Task The_file_of_a_token_goes_with_the_server()
    {
        await using var emulator = await EmulatorAsync();
        string Kept(JsonElement made) => made.GetProperty("reference").GetString()!["file:".Length..];
        string second;
        await using (var client = await ConnectAsync(emulator))
        {
            var first = Kept(await JsonAsync(client, "emulator_token", new { use = false }));
            Assert.True(File.Exists(first));
            await CallAsync(client, "emulator_reset");
            Assert.False(File.Exists(first));
            second = Kept(await JsonAsync(client, "emulator_token"));
            Assert.True(File.Exists(second));
        }
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (File.Exists(second)) await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Writes_pass_only_where_the_server_was_told_so(bool allowed)
    {
        await using var emulator = await EmulatorAsync();
        await using var client = await ConnectAsync(emulator, allowed ? ["--allow-writes"] : []);
        var (failed, text) = await CallAsync(client, "api", new { method = "POST", path = "/crm/v3/objects/contacts", body = """{"properties":{"email":"mcp@example.com"}}""" });
        Assert.Equal(!allowed, failed);
        if (!allowed) Assert.StartsWith("POST /crm/v3/objects/contacts would change data, and this server only reads. Nothing was sent. Start 'spoke mcp --allow-writes'", text);
        var found = await JsonAsync(client, "api", new { method = "POST", path = "/crm/v3/objects/contacts/search", body = """{"filterGroups":[],"limit":1}""" });
        Assert.Equal(allowed ? 1 : 0, found.GetProperty("body").GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task The_emulator_is_made_to_fail_looked_into_and_put_back()
    {
        await using var emulator = await EmulatorAsync();
        await using var client = await ConnectAsync(emulator);
        await CallAsync(client, "emulator_fault", new { kind = "P05", path = "/crm/v3/objects/contacts" });
        var refused = await JsonAsync(client, "api", new { method = "GET", path = "/crm/v3/objects/contacts" });
        Assert.Equal(("P05", 403), (refused.GetProperty("cause").GetString(), refused.GetProperty("status").GetInt32()));

        var made = await JsonAsync(client, "emulator_token", new { state = "expired", kind = "oauth" });
        var file = made.GetProperty("reference").GetString()!["file:".Length..];
        var token = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        File.Delete(file);
        Assert.DoesNotContain(token, made.GetRawText());
        Assert.Equal("X01", (await JsonAsync(client, "api", new { method = "GET", path = "/crm/v3/objects/contacts" })).GetProperty("cause").GetString());

        var before = DateTimeOffset.Parse((await JsonAsync(client, "emulator_clock", new { advanceMs = 1 })).GetProperty("now").GetString()!);
        Assert.True(DateTimeOffset.Parse((await JsonAsync(client, "emulator_clock", new { advanceMs = 3_600_000 })).GetProperty("now").GetString()!) - before >= TimeSpan.FromHours(1));
        var journal = await JsonAsync(client, "emulator_journal", new { limit = 5 });
        Assert.Equal(2, journal.GetProperty("requests").GetArrayLength());
        Assert.DoesNotContain(EmulatorServer.DefaultToken, journal.GetRawText());
        await CallAsync(client, "emulator_clear_faults");
        await CallAsync(client, "emulator_reset");
        Assert.Equal(200, (await JsonAsync(client, "api", new { method = "GET", path = "/crm/v3/objects/contacts" })).GetProperty("status").GetInt32());
        var (failed, text) = await CallAsync(client, "emulator_fault", new { kind = "no-such-fault" });
        Assert.True(failed);
        Assert.Contains("no-such-fault", text);
    }

    [Fact]
    public async Task Standard_output_holds_the_protocol_and_nothing_else()
    {
        const string Calls = """
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}
            {"jsonrpc":"2.0","method":"notifications/initialized"}
            this is not JSON
            {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"doctor_live","arguments":{}}}
            {"jsonrpc":"2.0","id":3,"method":"no/such"}

            """;
        var (code, output, error) = await SpokeProcess.RunWithInputAsync(new Dictionary<string, string?> { ["HUBSPOT_BASE_URL"] = "http://127.0.0.1:9" }, Calls, "mcp");
        Assert.Equal(0, code);
        var answers = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.All(answers, answer => Assert.Equal("2.0", answer.GetProperty("jsonrpc").GetString()));
        // What is no JSON is answered as JSON-RPC asks, and told to whoever looks.
        Assert.Equal([1, 2, 3], answers.Select(answer => answer.GetProperty("id")).Where(id => id.ValueKind == JsonValueKind.Number).Select(id => id.GetInt32()).Order());
        Assert.Equal(-32700, Assert.Single(answers, answer => answer.GetProperty("id").ValueKind == JsonValueKind.Null).GetProperty("error").GetProperty("code").GetInt32());
        Assert.Contains("line 3 of the input is no JSON", error);
        Assert.Contains("HUBSPOT_ACCESS_TOKEN", output);   // doctor_live names what is missing
    }

    [Fact]
    public async Task The_protocols_own_node_client_is_served_too()
    {
        var source = Path.Combine(AppContext.BaseDirectory, "McpNodeClient");
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(source, "package-lock.json"), TestContext.Current.CancellationToken)))[..16];
        var home = Path.Combine(Path.GetTempPath(), $"spoke-mcp-node-client-{hash}");
        Directory.CreateDirectory(home);
        foreach (var name in (string[])["package.json", "package-lock.json", ".npmrc", "drive.mjs"]) File.Copy(Path.Combine(source, name), Path.Combine(home, name), overwrite: true);
        if (!File.Exists(Path.Combine(home, "node_modules", ".package-lock.json")))
        {
            try
            {
                var (installed, _, why) = await RunAsync("npm", ["ci", "--no-audit", "--no-fund"], home, []);
                Assert.SkipUnless(installed == 0, "npm does not serve @modelcontextprotocol/sdk: " + why);
            }
            catch (Win32Exception)
            {
                Assert.Skip("Node.js is not installed");
            }
        }
        await using var emulator = await EmulatorAsync();
        var (exit, output, errors) = await RunAsync("node", ["drive.mjs"], home, new() { ["SPOKE"] = s_program, ["HUBSPOT_BASE_URL"] = emulator.BaseUrl.ToString(), ["HUBSPOT_ACCESS_TOKEN"] = EmulatorServer.DefaultToken });
        Assert.True(exit == 0, errors);
        var seen = JsonDocument.Parse(output).RootElement;
        Assert.Equal("spoke", seen.GetProperty("server").GetString());
        Assert.Equal(12, seen.GetProperty("tools").GetArrayLength());
        Assert.Equal("H03", seen.GetProperty("doctor").GetString());
        Assert.Equal(200, seen.GetProperty("read").GetInt32());
        Assert.True(seen.GetProperty("write").GetBoolean());
    }

    private static async Task<(int Exit, string Output, string Errors)> RunAsync(string program, string[] arguments, string folder, Dictionary<string, string?> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }
}
