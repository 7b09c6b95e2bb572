using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Spoke.EndToEnd.Tests.HouseRules;

namespace Spoke.EndToEnd.Tests;

public sealed class ConsoleTests
{
    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task The_live_page_shows_orders_as_they_arrive(int width)
    {
        var browserPath = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);
        if (browserPath is null) Assert.Skip("Chromium is not installed");
        using var folder = new TempFolder();
        await using var up = await RunningUp.StartAsync(folder.Path, "--no-demo");
        await up.BuyAsync("first.buyer@example.com");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = browserPath, Args = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = 1000 } });
        var problems = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error") problems.Add(message.Text);
        };
        await page.GotoAsync(up.Console);
        await Assertions.Expect(page.Locator("[data-count=order]")).ToHaveTextAsync("1", new() { Timeout = 20_000 });
        await up.BuyAsync("second.buyer@example.com", "JPY");
        await Assertions.Expect(page.Locator("[data-count=order]")).ToHaveTextAsync("2", new() { Timeout = 20_000 });
        await Assertions.Expect(page.Locator("[data-health=InStep]")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        Assert.Empty((await page.RunAxe()).Violations.Select(v => $"{v.Id}: {v.Help}"));
        Assert.Empty(problems);
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), "the page scrolls sideways");
        await page.ScreenshotAsync(new() { Path = Path.Combine(Repository.Root, "artifacts", "screenshots", $"console-{width}.png"), FullPage = true });
    }
}
