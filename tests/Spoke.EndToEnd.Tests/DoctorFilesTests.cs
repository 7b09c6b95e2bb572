using System.Text.Json;

namespace Spoke.EndToEnd.Tests;

/// <summary>The doctor given files and folders, as a user meets it.</summary>
public sealed class DoctorFilesTests
{
    private const string Pat = "pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d";
    private const string Token = "pat-na1-00000000-0000-4000-8000-000000000001";

    [Fact]
    public async Task A_folder_of_Brunos_is_examined_with_its_environment()
    {
        using var folder = new TempFolder();
        await WriteAsync(folder, "bruno.json", "{\"version\":\"1\",\"name\":\"HubSpot\",\"type\":\"collection\"}");
        await WriteAsync(folder, "collection.bru", "auth {\n  mode: bearer\n}\n\nauth:bearer {\n  token: {{token}}\n}\n");
        await WriteAsync(folder, "environments/Production.bru", $"vars {{\n  token: {Pat}\n}}\n");
        await WriteAsync(folder, "environments/Test.bru", "vars {\n  token: MY_TOKEN\n}\n");
        await WriteAsync(folder, "contacts/list.bru", "meta {\n  name: List\n  type: http\n}\n\nget {\n  url: https://api.hubapi.com/crm/v3/objects/contacts\n  auth: inherit\n}\n");
        var (code, output, error) = await SpokeProcess.RunAsync(null, "doctor", "request", folder.Path, "--environment", "Production");
        Assert.True(code == 0, output + error);
        (code, output, _) = await SpokeProcess.RunAsync(null, "doctor", "request", folder.Path, "--environment", "Test", "--json");
        Assert.Equal(1, code);
        using var document = JsonDocument.Parse(output);
        Assert.Equal("V01", document.RootElement.GetProperty("causes")[0].GetProperty("id").GetString());
        Assert.DoesNotContain("5f60", output);
    }

    [Fact]
    public async Task An_environment_that_is_not_there_exits_two_with_the_names_that_are()
    {
        using var folder = new TempFolder();
        await WriteAsync(folder, "a.http", "GET {{host}}/crm/v3/objects/contacts\nAuthorization: Bearer {{token}}\n");
        await WriteAsync(folder, "http-client.env.json", $"{{\"dev\":{{\"token\":\"{Pat}\"}},\"prod\":{{\"token\":\"{Pat}\"}}}}");
        var (code, output, error) = await SpokeProcess.RunAsync(null, "doctor", "request", folder.Path, "--environment", "production");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("'production'; there are dev, prod", error);
        (code, _, error) = await SpokeProcess.RunAsync(null, "doctor", "request", Path.Combine(folder.Path, "a.http"), "--environment", "dev");
        Assert.Equal(2, code);
        Assert.Contains("none of these files defines one", error);
    }

    [Fact]
    public async Task Scopes_name_the_file_of_a_call_and_refuse_what_is_no_method()
    {
        using var folder = new TempFolder();
        await WriteAsync(folder, "src/a.py", "import requests\nrequests.post(BASE + '/crm/v3/objects/orders', json=b)\n");
        await WriteAsync(folder, "src/b.js", "fetch('https://api.hubapi.com/crm/v3/owners')\n");
        var (code, output, error) = await SpokeProcess.RunAsync(null, "doctor", "scopes", folder.Path);
        Assert.True(code == 0, error);
        Assert.Contains("a.py:2)", output);
        Assert.Contains("b.js:1)", output);
        await WriteAsync(folder, "list.txt", "GET /crm/v3/owners\nFOO /crm/v3/objects/contacts\n");
        (code, output, error) = await SpokeProcess.RunAsync(null, "doctor", "scopes", Path.Combine(folder.Path, "list.txt"));
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("Line 2: 'FOO'", error);
        (code, output, error) = await SpokeProcess.RunAsync(null, "doctor", "scopes", folder.Path);
        Assert.True(code == 0, error);
        Assert.Contains("b.js:1)", output);
        Assert.Contains("list.txt: Line 2: 'FOO'", error);
    }

    [Theory]
    [InlineData("GET /nosuch/path", "GET /nosuch/path is not among the paths HubSpot publishes.")]
    [InlineData("get v3/crm/objects/contacts\n", "GET /v3/crm/objects/contacts is not among the paths HubSpot publishes; /crm/v3/objects/contacts is.")]
    public async Task A_list_without_a_published_path_is_told_so(string list, string said)
    {
        var (code, output, error) = await SpokeProcess.RunWithInputAsync(null, list, "doctor", "scopes", "-");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(said, error);
    }

    [Fact]
    public async Task A_file_of_a_folder_that_is_too_long_is_passed_over_by_name()
    {
        using var folder = new TempFolder();
        await WriteAsync(folder, "a.sh", $"curl 'https://api.hubapi.com/crm/v3/objects/contacts' -H 'Authorization: Token {Pat}'\n");
        await WriteAsync(folder, "logs/huge.log", string.Concat(Enumerable.Repeat("2026-11-25T12:00:00Z nothing to see\n", 1_000_000)));
        var (code, output, error) = await SpokeProcess.RunAsync(null, "doctor", "request", folder.Path, "--json");
        Assert.True(code == 1, error);
        Assert.Contains("\"H04\"", output);
        Assert.Contains("huge.log has 36,000,000 bytes and was passed over", error);
        (code, output, error) = await SpokeProcess.RunAsync(null, "doctor", "request", Path.Combine(folder.Path, "logs", "huge.log"));
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("are looked at, at most", error);
    }

    [Fact]
    public async Task Several_files_are_examined_together_and_SARIF_points_into_them()
    {
        using var folder = new TempFolder();
        await WriteAsync(folder, "a.http", "GET {{host}}/crm/v3/objects/contacts\nAuthorization: Token {{token}}\n\n###\nGET {{host}}/crm/v3/objects/deals\nAuthorization: Bearer {{token}}\n");
        await WriteAsync(folder, "http-client.env.json", $"{{\"dev\":{{\"host\":\"https://api.hubapi.com\",\"token\":\"{Pat}\"}}}}");
        var (code, output, error) = await SpokeProcess.RunAsync(null, "doctor", "request", Path.Combine(folder.Path, "a.http"), Path.Combine(folder.Path, "http-client.env.json"), "--sarif");
        Assert.True(code == 1, output + error);
        using var document = JsonDocument.Parse(output);
        var result = document.RootElement.GetProperty("runs")[0].GetProperty("results")[0];
        Assert.Equal("H04", result.GetProperty("ruleId").GetString());
        Assert.EndsWith("a.http", result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString());
        Assert.DoesNotContain("5f60", output);
    }

    [Fact]
    public async Task What_holds_no_request_exits_two_with_a_sentence()
    {
        using var folder = new TempFolder();
        var (code, _, error) = await SpokeProcess.RunAsync(null, "doctor", "request", folder.Path);
        Assert.Equal(2, code);
        Assert.Contains("holds no file", error);
        await WriteAsync(folder, "session.har", "{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":\"x\",\"version\":\"1\"},\"entries\":[]}}");
        (code, _, error) = await SpokeProcess.RunAsync(null, "doctor", "request", Path.Combine(folder.Path, "session.har"));
        Assert.Equal(2, code);
        Assert.Contains("HAR recording", error);
        (code, _, error) = await SpokeProcess.RunAsync(null, "doctor", "request", Path.Combine(folder.Path, "session.har"), "--json", "--sarif");
        Assert.Equal(2, code);
        Assert.Contains("--sarif", error);
    }

    [Fact]
    public async Task The_live_portal_is_compared_with_the_expected_one_and_a_path_is_tried()
    {
        await using var emulator = SpokeProcess.Start(null, "emulator", "--port", "0");
        var environment = new Dictionary<string, string?> { ["HUBSPOT_BASE_URL"] = (await emulator.LineAsync())["ready ".Length..], ["HUBSPOT_ACCESS_TOKEN"] = Token };
        var (code, output, _) = await SpokeProcess.RunAsync(environment, "doctor", "--portal", "1000001", "--path", "/crm/v3/objects/contacts");
        Assert.True(code == 0, output);
        (code, output, _) = await SpokeProcess.RunAsync(environment, "doctor", "live", "--portal", "5", "--json");
        Assert.Equal(1, code);
        Assert.Contains("\"X13\"", output);
        (code, output, _) = await SpokeProcess.RunAsync(environment, "doctor", "--path", "/webhooks/v3/123/subscriptions");
        Assert.Equal(1, code);
        Assert.Contains("P08", output);
        using (var http = new HttpClient { BaseAddress = new Uri(environment["HUBSPOT_BASE_URL"]!) })
        using (var fault = new StringContent("{\"kind\":\"503\"}"))
            (await http.PostAsync("/_emulator/faults", fault, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        (code, output, _) = await SpokeProcess.RunAsync(environment, "doctor", "--json");
        Assert.Equal(3, code);
        using var document = JsonDocument.Parse(output);
        Assert.Equal("could-not-be-judged", document.RootElement.GetProperty("portal").GetString());
    }

    private static async Task WriteAsync(TempFolder folder, string name, string text)
    {
        var path = Path.Combine(folder.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
    }
}
