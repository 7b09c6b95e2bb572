using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.Proxy;

namespace Spoke.EndToEnd.Tests;

/// <summary>Tokens are let loose in calls through proxy and emulator; what their pages and the console of <c>spoke up</c> are made of must not show them.</summary>
public sealed class PageLeakTests
{
    private const string Planted = "pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d";
    private const string Canary = "5f60-4a7b";
    private const string Key = "the-proxys-canary-key";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_and_journal_of_the_proxy_show_no_token_and_no_key()
    {
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions(), Stop);
        var portal = new ProxyPortal("main", new HubSpotClientOptions { BaseUrl = emulator.BaseUrl, Token = () => Planted });   // every answer is a refusal, which names it as HubSpot does
        await using var proxy = await ProxyServer.StartAsync(new ProxyOptions { Portals = [portal], Key = Key }, Stop);
        using var http = new HttpClient { BaseAddress = proxy.BaseUrl };
        http.DefaultRequestHeaders.Add("Spoke-Proxy-Key", Key);
        await LetLooseAsync(http);
        var seen = await SeeAsync(http, "/_proxy/", "/_proxy/page.js", "/_proxy/requests?limit=1000", "/_proxy/har", "/_proxy/scopes", "/_proxy/state");
        Assert.Contains("/crm/v3/objects/contacts", seen);
        Assert.DoesNotContain(Canary, seen);
        Assert.DoesNotContain("canary", seen);
    }

    [Fact]
    public async Task Page_and_journal_of_the_emulator_show_no_token_that_came_in_a_call()
    {
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions(), Stop);
        using var http = new HttpClient { BaseAddress = emulator.BaseUrl };
        await LetLooseAsync(http);
        var seen = await SeeAsync(http, "/", "/_emulator/page.js", "/_emulator/requests?limit=1000", "/_emulator/state");
        Assert.Contains("/crm/v3/objects/contacts", seen);
        Assert.DoesNotContain(Canary, seen);
    }

    [Fact]
    public async Task The_console_shows_no_token_and_no_key_of_what_it_connects()
    {
        using var folder = new TempFolder();
        await using var up = await RunningUp.StartAsync(folder.Path);
        using var http = new HttpClient { BaseAddress = new Uri(up.Console) };
        var seen = await SeeAsync(http, "/");
        Assert.Contains("<html", seen);
        Assert.DoesNotContain(EmulatorServer.DefaultToken, seen);
        Assert.DoesNotContain("sample-shop-admin", seen);
    }

    /// <summary>In the header, the query, the path and the body; as it is and with the usual slips.</summary>
    private static async Task LetLooseAsync(HttpClient http)
    {
        foreach (var header in (string[])["Bearer " + Planted, Planted, "Bearer Bearer " + Planted, "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("user:" + Planted))])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/crm/v3/objects/contacts?limit=1&access_token=" + Planted);
            request.Headers.TryAddWithoutValidation("Authorization", header);
            request.Headers.TryAddWithoutValidation("X-Token", Planted);
            using var answer = await http.SendAsync(request, Stop);
        }
        using var post = new HttpRequestMessage(HttpMethod.Post, "/crm/v3/objects/contacts") { Content = JsonContent.Create(new { properties = new { email = "a@example.com", firstname = Planted }, token = Planted }), Headers = { Authorization = new AuthenticationHeaderValue("Bearer", Planted) } };
        (await http.SendAsync(post, Stop)).Dispose();
        (await http.GetAsync("/oauth/v1/access-tokens/" + Planted, Stop)).Dispose();
    }

    private static async Task<string> SeeAsync(HttpClient http, params string[] paths)
    {
        var seen = new StringBuilder();
        foreach (var path in paths)
        {
            using var answer = await http.GetAsync(path, Stop);
            Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode}");
            seen.Append(await answer.Content.ReadAsStringAsync(Stop));
        }
        return seen.ToString();
    }
}
