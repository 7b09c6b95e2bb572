using System.Text.Json;

namespace Spoke.Emulator.Tests.Control;

public sealed class JournalTests : IAsyncLifetime
{
    private const string Contacts = "/crm/v3/objects/contacts";
    private EmulatorClient _emulator = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await EmulatorClient.StartAsync();
        (await _emulator.SendAsync("GET", Contacts + "?limit=5&after=0")).Expect(200);
        (await _emulator.SendAsync("POST", Contacts, """{"properties":{"email":"ada@shop.example"}}""")).Expect(201);
        (await _emulator.SendAsync("POST", Contacts, """{"properties":{"email":"ADA@shop.example"}}""")).Expect(409);
        (await _emulator.SendAsync("GET", "/crm/v3/objects/companies/1")).Expect(404);
        (await _emulator.SendAsync("GET", Contacts, null, "Bearer pat-na1-11111111-2222-4333-8444-555555555555")).Expect(401);
    }

    public ValueTask DisposeAsync() => _emulator.DisposeAsync();

    [Theory]
    [InlineData("", "1,2,3,4,5")]
    [InlineData("method=post", "2,3")]
    [InlineData("path=/crm/v3/objects/{type}/1", "4")]
    [InlineData("path=*companies", "4")]
    [InlineData("status=404", "4")]
    [InlineData("status=4xx", "3,4,5")]
    [InlineData("status=refused", "3,4,5")]
    [InlineData("text=existing id", "3")]
    [InlineData("text=ada@shop.example", "2,3")]
    [InlineData("token=pat-na1-11111111-2222-4333-8444-555555555555", "5")]
    [InlineData("token=pat-na1-****5555", "5")]
    [InlineData("since=3", "4,5")]
    [InlineData("since=2100-01-01", "")]
    [InlineData("limit=2", "4,5")]
    [InlineData("method=POST&status=refused&limit=1", "3")]
    [InlineData("text=11111111-2222", "")]
    public async Task Search_finds(string query, string numbers) =>
        Assert.Equal(numbers, string.Join(',', (await _emulator.ControlAsync("GET", "requests?" + query)).GetProperty("requests").EnumerateArray().Select(entry => entry.GetProperty("number").GetInt32())));

    [Theory]
    [InlineData("status=bad", "404, 4xx, or refused")]
    [InlineData("since=yesterday", "ISO 8601")]
    public async Task Search_that_is_not_understood_says_so(string query, string expected) =>
        Assert.Contains(expected, (await _emulator.SendAsync("GET", "/_emulator/requests?" + query, null, null)).Expect(400).Text);

    [Fact]
    public async Task Archive_holds_requests_and_answers_with_secrets_masked()
    {
        await _emulator.ControlAsync("POST", "faults", """{"kind":"lost-response"}""");
        await Assert.ThrowsAsync<HttpRequestException>(() => _emulator.SendAsync("GET", Contacts));
        var text = (await _emulator.SendAsync("GET", "/_emulator/har", null, null)).Expect(200).Text;
        Assert.DoesNotContain("11111111-2222", text);
        Assert.DoesNotContain("00000000-0000", text);
        var log = JsonDocument.Parse(text).RootElement.GetProperty("log");
        Assert.Equal("1.2", log.GetProperty("version").GetString());
        var entries = log.GetProperty("entries").EnumerateArray().ToArray();
        Assert.Equal(6, entries.Length);
        foreach (var entry in entries) AssertWhole(entry);

        var read = entries[0].GetProperty("request");
        Assert.Equal($"{_emulator.BaseUrl}crm/v3/objects/contacts?limit=5&after=0", read.GetProperty("url").GetString());
        Assert.Equal("""[{"name":"limit","value":"5"},{"name":"after","value":"0"}]""", read.GetProperty("queryString").GetRawText());
        Assert.Equal("Bearer pat-na1-****0001", Header(read, "Authorization"));
        var created = entries[1];
        Assert.Equal("""{"properties":{"email":"ada@shop.example"}}""", created.GetProperty("request").GetProperty("postData").GetProperty("text").GetString());
        Assert.Equal("Created", created.GetProperty("response").GetProperty("statusText").GetString());
        Assert.Contains("ada@shop.example", created.GetProperty("response").GetProperty("content").GetProperty("text").GetString());
        Assert.Equal(0, entries[5].GetProperty("response").GetProperty("status").GetInt32());
        Assert.Equal("401", JsonDocument.Parse((await _emulator.SendAsync("GET", "/_emulator/har?status=401", null, null)).Text).RootElement.GetProperty("log").GetProperty("entries")[0].GetProperty("response").GetProperty("status").GetRawText());
    }

    [Fact]
    public async Task Bodies_are_kept_within_bounds()
    {
        (await _emulator.SendAsync("POST", Contacts, $$$"""{"properties":{"email":"b@shop.example","message":"{{{new string('x', 20_000)}}}"}}""")).Expect(201);
        var entry = Assert.Single((await _emulator.ControlAsync("GET", "requests?text=b@shop.example")).GetProperty("requests").EnumerateArray());
        Assert.Equal(4_000, entry.GetProperty("request").GetString()!.Length);
    }

    // The members HAR 1.2 asks for.
    private static void AssertWhole(JsonElement entry)
    {
        foreach (var name in (string[])["startedDateTime", "time", "cache", "timings"]) Assert.True(entry.TryGetProperty(name, out _), name);
        foreach (var name in (string[])["method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"]) Assert.True(entry.GetProperty("request").TryGetProperty(name, out _), name);
        foreach (var name in (string[])["status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL", "headersSize", "bodySize"]) Assert.True(entry.GetProperty("response").TryGetProperty(name, out _), name);
        foreach (var name in (string[])["send", "wait", "receive"]) Assert.True(entry.GetProperty("timings").TryGetProperty(name, out _), name);
    }

    private static string? Header(JsonElement message, string name) =>
        message.GetProperty("headers").EnumerateArray().Where(header => header.GetProperty("name").GetString()!.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.GetProperty("value").GetString()).FirstOrDefault();
}
