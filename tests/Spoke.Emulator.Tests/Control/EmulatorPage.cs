using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Spoke.Emulator.Tests.Control;

/// <summary>The emulator's page in a real browser, and whatever the browser complains of.</summary>
internal sealed class EmulatorPage : IAsyncDisposable
{
    private static readonly string[] Browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private EmulatorPage(IPlaywright playwright, IBrowser browser, IPage page)
    {
        _playwright = playwright;
        _browser = browser;
        Page = page;
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console, and requests to other places.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Skips the test where there is no browser.</summary>
    public static async Task<EmulatorPage> OpenAsync(EmulatorClient emulator, int width, ColorScheme scheme)
    {
        var path = Browsers.FirstOrDefault(File.Exists);
        if (path is null) Assert.Skip("Chromium is not installed");
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = ["--no-sandbox", "--disable-quic", "--disable-background-networking"] });
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme });
        var opened = new EmulatorPage(playwright, browser, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") opened.Problems.Add(message.Text);
        };
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(emulator.BaseUrl.ToString(), StringComparison.Ordinal)) opened.Problems.Add(request.Url);
        };
        return opened;
    }

    /// <summary>For people who want to look: kept where SPOKE_SCREENSHOTS points, if it points anywhere.</summary>
    public async Task PictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("SPOKE_SCREENSHOTS") is { Length: > 0 } folder)
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{Page.ViewportSize!.Width}.png"), FullPage = true });
    }

    /// <summary>Everybody can use what is shown, and nothing makes the page scroll sideways.</summary>
    public async Task CheckAsync()
    {
        Assert.Empty((await Page.RunAxe()).Violations.Select(violation => $"{violation.Id}: {violation.Help} {string.Join(' ', violation.Nodes.Select(node => node.Html))}"));
        Assert.True(await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{Page.Url} scrolls sideways");
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
