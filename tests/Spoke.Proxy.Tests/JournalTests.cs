using System.Text.Json;
using Spoke.Emulator;

namespace Spoke.Proxy.Tests;

public sealed class JournalTests
{
    [Fact]
    public async Task The_journal_is_searched_by_words_in_any_part_of_a_call()
    {
        await using var scene = await ProxyScene.StartAsync();
        (await scene.SendAsync("POST", "/crm/v3/objects/contacts", """{"properties":{"email":"needle@example.com"}}""", ("Spoke-Caller", "importer"))).Expect(201);
        (await scene.SendAsync("GET", "/crm/v3/objects/contacts/404404")).Expect(404);
        (await scene.SendAsync("GET", "/crm/v3/objects/deals?limit=3")).Expect(200);
        async Task<string[]> Found(string search) => [.. (await scene.AskAsync("requests?search=" + Uri.EscapeDataString(search))).GetProperty("requests").EnumerateArray().Select(r => r.GetProperty("method").GetString() + " " + r.GetProperty("path").GetString())];
        Assert.Equal(["POST /crm/v3/objects/contacts"], await Found("needle"));
        Assert.Equal(["POST /crm/v3/objects/contacts"], await Found("importer 201"));
        Assert.Equal(["GET /crm/v3/objects/contacts/404404"], await Found("404"));
        Assert.Equal(["GET /crm/v3/objects/deals?limit=3", "GET /crm/v3/objects/contacts/404404"], await Found("GET"));
        Assert.Empty(await Found("needle deals"));
        Assert.Equal(3, (await Found("")).Length);
    }

    [Fact]
    public async Task No_secret_is_in_what_the_proxy_shows()
    {
        await using var scene = await ProxyScene.StartAsync();
        const string Canary = "Canary0Secret9Value7";
        await scene.SendAsync("GET", $"/crm/v3/objects/contacts?hapikey={Canary}&access_token={Canary}", null, ("Authorization", "Bearer " + Canary), ("Cookie", "session=" + Canary), ("X-Api-Key", Canary), ("X-My-Token", Canary), ("Proxy-Authorization", Canary));
        await scene.SendAsync("POST", "/oauth/v2/private-apps/get/access-token-info", $$"""{"tokenKey":"{{EmulatorServer.DefaultToken}}","client_secret":"{{Canary}}","refresh_token":"{{Canary}}"}""");
        await scene.SendAsync("GET", $"/oauth/v1/access-tokens/{Canary}");
        await scene.SendAsync("POST", "/crm/v3/objects/contacts", $$$"""{"properties":{"email":"x@example.com","firstname":"{{{EmulatorServer.DefaultToken}}}"}}""");
        foreach (var place in (string[])["/_proxy/requests?limit=100", "/_proxy/har", "/_proxy/scopes", "/_proxy/state", "/_proxy/requests?search=" + "contacts"])
        {
            var text = (await scene.SendAsync("GET", place)).Expect(200).Text;
            Assert.DoesNotContain(Canary, text);
            Assert.DoesNotContain(EmulatorServer.DefaultToken, text);
        }
    }

    [Fact]
    public async Task The_journal_keeps_as_many_calls_and_as_much_of_a_body_as_it_is_told()
    {
        await using var scene = await ProxyScene.StartAsync(options => (options.JournalCalls, options.JournalBodyBytes) = (3, 10));
        for (var i = 0; i < 5; i++) await scene.SendAsync("GET", $"/crm/v3/objects/contacts?limit={i + 1}");
        var kept = (await scene.AskAsync("requests")).GetProperty("requests").EnumerateArray().ToList();
        Assert.Equal([5, 4, 3], kept.Select(r => r.GetProperty("number").GetInt32()));
        Assert.All(kept, r => Assert.Equal(10, r.GetProperty("answerBody").GetString()!.Length));
        Assert.All(kept, r => Assert.True(r.GetProperty("answerBytes").GetInt32() > 10));
    }

    [Fact]
    public async Task The_har_has_what_the_format_asks_for()
    {
        await using var scene = await ProxyScene.StartAsync();
        await scene.SendAsync("GET", "/crm/v3/objects/contacts?limit=2&properties=email");
        await scene.SendAsync("POST", "/crm/v3/objects/contacts", """{"properties":{"email":"not an address"}}""");
        var log = (await scene.AskAsync("har")).GetProperty("log");
        Assert.Equal("1.2", log.GetProperty("version").GetString());
        Assert.NotEmpty(log.GetProperty("creator").GetProperty("name").GetString()!);
        var entries = log.GetProperty("entries").EnumerateArray().ToList();
        Assert.Equal(["GET", "POST"], entries.Select(e => e.GetProperty("request").GetProperty("method").GetString()));
        Assert.Equal(scene.Emulator + "crm/v3/objects/contacts?limit=2&properties=email", entries[0].GetProperty("request").GetProperty("url").GetString());
        Assert.Equal("limit", entries[0].GetProperty("request").GetProperty("queryString")[0].GetProperty("name").GetString());
        Assert.Contains("not an address", entries[1].GetProperty("request").GetProperty("postData").GetProperty("text").GetString());
        Assert.Equal(400, entries[1].GetProperty("response").GetProperty("status").GetInt32());
        foreach (var entry in entries)
        {
            Assert.True(entry.GetProperty("startedDateTime").TryGetDateTimeOffset(out _));
            foreach (var (part, names) in new[] { ("request", "method,url,httpVersion,cookies,headers,queryString,headersSize,bodySize"), ("response", "status,statusText,httpVersion,cookies,headers,content,redirectURL,headersSize,bodySize"), ("timings", "send,wait,receive") })
                Assert.All(names.Split(','), name => Assert.True(entry.GetProperty(part).TryGetProperty(name, out _), $"{part}.{name}"));
            Assert.True(entry.TryGetProperty("cache", out _));
            Assert.True(entry.GetProperty("time").GetDouble() >= 0);
        }
        var one = (await scene.AskAsync("har?search=POST")).GetProperty("log").GetProperty("entries");
        Assert.Equal(1, one.GetArrayLength());
    }

    [Fact]
    public async Task A_refusal_of_the_proxys_own_is_in_the_journal_too()
    {
        await using var scene = await ProxyScene.StartAsync(options => options.ReadOnly = true);
        await scene.SendAsync("DELETE", "/crm/v3/objects/contacts/1");
        var call = Assert.Single((await scene.AskAsync("requests")).GetProperty("requests").EnumerateArray());
        Assert.Equal((403, "READ_ONLY", 0), (call.GetProperty("status").GetInt32(), call.GetProperty("cause").GetString(), call.GetProperty("attempts").GetInt32()));
    }

    [Fact]
    public async Task The_page_and_its_files_are_served_and_unknown_paths_name_those_there_are()
    {
        await using var scene = await ProxyScene.StartAsync();
        Assert.Contains("<h1>spoke proxy</h1>", (await scene.SendAsync("GET", "/_proxy/")).Expect(200).Text);
        (await scene.SendAsync("GET", "/_proxy/page.js")).Expect(200);
        (await scene.SendAsync("GET", "/_proxy/page.css")).Expect(200);
        Assert.Contains("har?search=", (await scene.SendAsync("GET", "/_proxy/nothing")).Expect(404).Text);
        Assert.Empty(await scene.ReachedAsync());
    }
}
