using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.Proxy;

namespace Spoke.EndToEnd.Tests;

/// <summary>The proxy's page in a real browser.</summary>
public sealed class ProxyPageTests(RunningChromium chromium) : IClassFixture<RunningChromium>
{
    private const string Key = "the-proxys-own-key";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_are_found_looked_into_and_saved(bool withKey)
    {
        if (chromium.Browser is null) Assert.Skip("Chromium is not installed");
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions(), TestContext.Current.CancellationToken);
        var portal = new ProxyPortal("main", new HubSpotClientOptions { BaseUrl = emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken });
        await using var proxy = await ProxyServer.StartAsync(new ProxyOptions { Portals = [portal], Key = withKey ? Key : null }, TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = proxy.BaseUrl };
        if (withKey) http.DefaultRequestHeaders.Add("Spoke-Proxy-Key", Key);
        await http.GetAsync("/crm/v3/objects/contacts?limit=1", TestContext.Current.CancellationToken);
        await http.GetAsync("/crm/v3/objects/deals/<b>4711", TestContext.Current.CancellationToken);

        await using var context = await chromium.Browser.NewContextAsync();
        var page = await context.NewPageAsync();
        var problems = new List<string>();
        page.PageError += (_, problem) => problems.Add(problem);
        await page.GotoAsync(proxy.BaseUrl + "_proxy");
        if (withKey)
        {
            await page.GetByLabel("Proxy key").FillAsync(Key);
            await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        }
        await Assertions.Expect(page.Locator("#calls tr")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator("#least")).ToHaveTextAsync("crm.objects.contacts.read");
        await page.GetByLabel("Search the journal").FillAsync("404");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Assertions.Expect(page.Locator("#calls tr")).ToHaveCountAsync(1);
        await page.Locator("#calls button").ClickAsync();
        await Assertions.Expect(page.Locator("#details")).ToContainTextAsync("OBJECT_NOT_FOUND");
        var saved = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Save as HAR" }).ClickAsync());
        Assert.Equal("spoke-proxy.har", saved.SuggestedFilename);
        Assert.Empty((await page.RunAxe()).Violations);
        Assert.Empty(problems);
    }

    [Fact]
    public async Task A_narrow_screen_does_not_scroll_sideways()
    {
        if (chromium.Browser is null) Assert.Skip("Chromium is not installed");
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions(), TestContext.Current.CancellationToken);
        var portal = new ProxyPortal("main", new HubSpotClientOptions { BaseUrl = emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken });
        await using var proxy = await ProxyServer.StartAsync(new ProxyOptions { Portals = [portal] }, TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = proxy.BaseUrl };
        await http.GetAsync("/crm/v3/objects/contacts?limit=1&properties=" + new string('p', 300), TestContext.Current.CancellationToken);
        await http.GetAsync("/crm/v3/objects/deals/4711", TestContext.Current.CancellationToken);
        await http.GetAsync("/automation/v4/no-such-thing-with-a-long-name", TestContext.Current.CancellationToken);

        await using var context = await chromium.Browser.NewContextAsync(new() { ViewportSize = new() { Width = 390, Height = 844 } });
        var page = await context.NewPageAsync();
        await page.GotoAsync(proxy.BaseUrl + "_proxy/");
        await Assertions.Expect(page.Locator("#calls tr")).ToHaveCountAsync(3);
        await page.Locator("#calls button").Last.ClickAsync();
        await Assertions.Expect(page.Locator("#details")).ToContainTextAsync("pppp");
        Assert.Equal(390, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        if (Environment.GetEnvironmentVariable("SPOKE_SCREENSHOTS") is { Length: > 0 } folder) await page.ScreenshotAsync(new() { Path = Path.Combine(folder, "proxy-390.png"), FullPage = true });
        Assert.Empty((await page.RunAxe()).Violations);
    }
}
