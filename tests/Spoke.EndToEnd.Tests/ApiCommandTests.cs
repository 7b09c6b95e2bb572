using System.Net.Http.Json;
using System.Text.Json;
using Spoke.Emulator;
using Spoke.HubSpot;

namespace Spoke.EndToEnd.Tests;

/// <summary><c>spoke api</c> as a process against the emulator.</summary>
public sealed class ApiCommandTests : IAsyncLifetime
{
    private const string ArticlesCall = "/crm/v3/objects/contacts?limit=100&archived=false";
    private EmulatorServer _emulator = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _emulator = await EmulatorServer.StartAsync(new EmulatorOptions(), Stop);

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Theory]
    [InlineData("GET", ArticlesCall)]
    [InlineData("get", "crm/v3/objects/contacts?limit=100&archived=false")]
    public async Task The_articles_call_prints_the_JSON_and_nothing_else(string method, string path)
    {
        await SeedAsync(2);
        var (code, output, error) = await ApiAsync(method, path);
        Assert.Equal((0, ""), (code, error.Trim()));
        Assert.Equal(2, JsonDocument.Parse(output).RootElement.GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task A_refusal_prints_HubSpots_body_and_the_cause_and_the_fix()
    {
        const string wrong = "pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d";
        var (code, output, error) = await ApiAsync(Token(wrong), "GET", ArticlesCall);
        Assert.Equal(3, code);
        var body = JsonDocument.Parse(output).RootElement;
        Assert.Equal("INVALID_AUTHENTICATION", body.GetProperty("category").GetString());
        Assert.StartsWith("Authentication credentials not found. This API supports OAuth 2.0 authentication", body.GetProperty("message").GetString());
        Assert.Contains("cause: X10", error);
        Assert.Contains("fix: " + Causes.Get("X10").Fix, error);
        Assert.DoesNotContain("5f60-4a7b", output + error);
    }

    [Fact]
    public async Task A_missing_scope_is_named()
    {
        using var http = new HttpClient { BaseAddress = _emulator.BaseUrl };
        using var made = await http.PostAsJsonAsync("/_emulator/tokens", new { scopes = new[] { "oauth" } }, Stop);
        var token = (await made.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("token").GetString()!;
        var (code, output, error) = await ApiAsync(Token(token), "GET", ArticlesCall);
        Assert.Equal(3, code);
        Assert.Contains("MISSING_SCOPES", output);
        Assert.Contains("crm.objects.contacts.read", error);
    }

    [Fact]
    public async Task Status_and_headers_of_a_refusal_are_printed_too()
    {
        var (code, _, error) = await ApiAsync("GET", "/crm/v3/objects/contacts/404", "--include");
        Assert.Equal(3, code);
        Assert.StartsWith("HTTP 404\n", error.ReplaceLineEndings("\n"));
        Assert.Contains("content-type: application/json", error, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("x-hubspot-correlation-id: ", error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task So_many_records_and_no_more()
    {
        await SeedAsync(25);
        var (code, output, _) = await ApiAsync("GET", "/crm/v3/objects/contacts?limit=10", "--paginate", "--limit", "15");
        Assert.Equal(0, code);
        Assert.Equal(15, JsonDocument.Parse(output).RootElement.GetProperty("results").GetArrayLength());
        using var http = new HttpClient { BaseAddress = _emulator.BaseUrl };
        var calls = (await http.GetFromJsonAsync<JsonElement>("/_emulator/requests?limit=100", Stop)).GetProperty("requests").EnumerateArray();
        Assert.Equal(2, calls.Count(call => call.GetProperty("method").GetString() == "GET"));
    }

    [Theory]
    [InlineData(null, "is not set")]
    [InlineData("YOUR_ACCESS_TOKEN", "cause: V01")]
    [InlineData("Bearer pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d", "cause: H06")]
    public async Task A_token_that_cannot_be_one_is_exit_2_before_anything_is_sent(string? token, string said)
    {
        var (code, output, error) = await ApiAsync(Token(token), "GET", ArticlesCall);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(said, error);
    }

    [Fact]
    public async Task Data_is_taken_from_the_argument_a_file_or_standard_input()
    {
        using var folder = new TempFolder();
        var file = folder["contact.json"];
        await File.WriteAllTextAsync(file, """{"properties":{"email":"file@example.com","firstname":"Zoë"}}""", Stop);
        Assert.Equal(0, (await ApiAsync("POST", "/crm/v3/objects/contacts", "-d", """{"properties":{"email":"argument@example.com"}}""")).Code);
        var (code, output, _) = await ApiAsync("post", "/crm/v3/objects/contacts", "-d", "@" + file);
        Assert.Equal(0, code);
        Assert.Equal("Zoë", JsonDocument.Parse(output).RootElement.GetProperty("properties").GetProperty("firstname").GetString());
        var piped = await SpokeProcess.RunWithInputAsync(Environment(), """{"properties":{"email":"piped@example.com"}}""", "api", "POST", "/crm/v3/objects/contacts", "-d", "@-");
        Assert.Equal(0, piped.Code);
        Assert.Equal(["argument@example.com", "file@example.com", "piped@example.com"], await Emails());
    }

    [Fact]
    public async Task Pages_become_one_list()
    {
        await SeedAsync(250);
        var (code, output, _) = await ApiAsync("GET", "/crm/v3/objects/contacts?limit=100&properties=email", "--paginate");
        Assert.Equal(0, code);
        var results = JsonDocument.Parse(output).RootElement.GetProperty("results").EnumerateArray().Select(record => record.GetProperty("properties").GetProperty("email").GetString());
        Assert.Equal(Enumerable.Range(0, 250).Select(i => $"c{i}@example.com"), results);
    }

    [Fact]
    public async Task The_request_as_sent_and_the_headers_go_to_stderr_with_the_token_masked()
    {
        var (code, output, error) = await ApiAsync("POST", "/crm/v3/objects/contacts", "-d", """{"properties":{"email":"v@example.com"}}""", "--verbose", "--include");
        Assert.Equal(0, code);
        JsonDocument.Parse(output).Dispose();
        Assert.Contains($"POST {_emulator.BaseUrl}crm/v3/objects/contacts", error);
        Assert.Contains("Authorization: Bearer pat-na1-****-0001", error);
        Assert.Contains("Content-Type: application/json", error);
        Assert.Contains("v@example.com", error);
        Assert.Contains("HTTP 201", error);
        Assert.Contains("x-hubspot-ratelimit-max: 190", error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(EmulatorServer.DefaultToken, output + error);
    }

    [Theory]
    [InlineData("--limit is 1 or more, not 0", "GET", "/crm/v3/objects/contacts", "--paginate", "--limit", "0")]
    [InlineData("--limit goes with --paginate", "GET", "/crm/v3/objects/contacts", "--limit", "5")]
    [InlineData("is not JSON", "POST", "/x", "-d", "{nope")]
    [InlineData("cannot be read", "POST", "/x", "-d", "@/no/such/file")]
    [InlineData("Write -d @FILE", "POST", "/x", "-d", "@")]
    [InlineData("is a directory", "POST", "/x", "-d", "@/")]
    [InlineData("'api' has no option --frob.", "--frob", "GET", "/x")]
    [InlineData("'api' has no option --frob.", "GET", "--frob")]
    [InlineData("is not one of GET", "FETCH", "/x")]
    [InlineData("works with GET only", "POST", "/x", "--paginate")]
    [InlineData("but the token is for", "GET", "https://elsewhere.example/x")]
    [InlineData("is not a path", "GET", "//elsewhere.example/x")]
    [InlineData("a list named results", "GET", "/account-info/v3/details", "--paginate")]
    public async Task Wrong_usage_is_exit_2(string said, params string[] arguments)
    {
        var (code, output, error) = await ApiAsync(arguments);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(said, error);
    }

    [Fact]
    public async Task A_portal_that_does_not_answer_is_exit_3()
    {
        var environment = Environment();
        environment["HUBSPOT_BASE_URL"] = "http://127.0.0.1:9";
        var (code, output, error) = await SpokeProcess.RunAsync(environment, "api", "POST", "/crm/v3/objects/contacts", "-d", "{}");
        Assert.Equal((3, ""), (code, output));
        Assert.Contains("could not be reached", error);
    }

    [Theory]
    [InlineData("http://example.invalid", "HUBSPOT_BASE_URL is plain HTTP")]
    [InlineData("http://127.0.0.1:4010/crm", "HUBSPOT_BASE_URL is scheme, host and port alone")]
    public async Task An_address_that_will_not_do_is_named_by_its_variable(string address, string said)
    {
        var environment = Environment();
        environment["HUBSPOT_BASE_URL"] = address;
        var (code, _, error) = await ApiAsync(environment, "GET", "/x");
        Assert.Equal(2, code);
        Assert.Contains(said, error);
        Assert.DoesNotContain("HubSpotClientOptions", error);
    }

    [Fact]
    public async Task The_fix_is_said_once_and_sentences_end()
    {
        var (_, _, error) = await ApiAsync(Token("pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d"), "GET", ArticlesCall);
        Assert.Equal(2, error.Split(Causes.Get("X10").Fix).Length);
        (_, _, error) = await ApiAsync("GET", "/no/such/path");
        Assert.Equal(2, error.Split(Causes.Get("R09").Fix).Length);
        Assert.DoesNotContain("..", error);
    }

    [Fact]
    public async Task A_write_whose_answer_was_lost_may_have_been_carried_out()
    {
        using var http = new HttpClient { BaseAddress = _emulator.BaseUrl };
        (await http.PostAsJsonAsync("/_emulator/faults", new { kind = "lost-response" }, Stop)).EnsureSuccessStatusCode();
        var (code, _, error) = await ApiAsync("POST", "/crm/v3/objects/contacts", "-d", """{"properties":{"email":"lost@example.com"}}""");
        Assert.Equal(3, code);
        Assert.Contains("It may have been carried out.", error);
        Assert.Equal(2, error.Split("before you send it again").Length);
        Assert.DoesNotContain("..", error);
        Assert.Equal(["lost@example.com"], await Emails());
    }

    [Fact]
    public async Task A_large_answer_comes_whole()
    {
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = _emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken });
        await client.Contacts.BatchCreateAsync([.. Enumerable.Range(0, 100).Select(i => new CrmRecordInput(new Dictionary<string, string?> { ["email"] = $"l{i}@example.com", ["address"] = new string('a', 60_000) }))], cancellationToken: Stop);
        var (code, output, _) = await ApiAsync("GET", "/crm/v3/objects/contacts?limit=100&properties=address");
        Assert.Equal(0, code);
        Assert.All(JsonDocument.Parse(output).RootElement.GetProperty("results").EnumerateArray(), record => Assert.Equal(60_000, record.GetProperty("properties").GetProperty("address").GetString()!.Length));
    }

    private async Task SeedAsync(int count)
    {
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = _emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken });
        await client.Contacts.BatchCreateAsync([.. Enumerable.Range(0, count).Select(i => new CrmRecordInput(new Dictionary<string, string?> { ["email"] = $"c{i}@example.com" }))], cancellationToken: Stop);
    }

    private async Task<List<string?>> Emails()
    {
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = _emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken });
        return await client.Contacts.ListAsync(cancellationToken: Stop).Select(record => record["email"]).ToListAsync(Stop);
    }

    private Dictionary<string, string?> Environment() => new() { ["HUBSPOT_BASE_URL"] = _emulator.BaseUrl.ToString(), ["HUBSPOT_ACCESS_TOKEN"] = EmulatorServer.DefaultToken };

    private Dictionary<string, string?> Token(string? token)
    {
        var environment = Environment();
        environment["HUBSPOT_ACCESS_TOKEN"] = token;
        return environment;
    }

    private Task<(int Code, string Output, string Error)> ApiAsync(params string[] arguments) => ApiAsync(Environment(), arguments);

    private static Task<(int Code, string Output, string Error)> ApiAsync(Dictionary<string, string?> environment, params string[] arguments) => SpokeProcess.RunAsync(environment, ["api", .. arguments]);
}
