using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Spoke.Emulator.Tests.Auth;

/// <summary>The consent page in a real browser: chosen with the keyboard, and led back to the app.</summary>
public sealed class ConsentPageTests
{
    [Fact]
    public async Task Account_is_chosen_with_the_keyboard_and_the_app_gets_its_code()
    {
        var browserPath = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);
        if (browserPath is null) Assert.Skip("Chromium is not installed");
        await using var emulator = await EmulatorClient.StartAsync();
        var app = new OAuthDrive(emulator);
        // The emulator itself stands at the app's address: what counts is where the browser is sent.
        var back = new Uri(emulator.BaseUrl, "/crm/v3/objects/contacts").ToString();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = browserPath, Args = ["--no-sandbox", "--disable-quic", "--disable-background-networking"] });
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 390, Height = 900 } });

        await page.GotoAsync(new Uri(emulator.BaseUrl, app.Link(optional: "tickets files", redirect: back)).ToString());
        await CheckAsync(page);
        await page.GetByRole(AriaRole.Radio, new() { Name = "Portal 1000001" }).FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await page.GetByLabel("files").UncheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("^" + Regex.Escape(back)), new() { Timeout = 30_000 });
        var query = System.Web.HttpUtility.ParseQueryString(new Uri(page.Url).Query);
        Assert.Equal("s/1", query["state"]);
        var tokens = (await app.FormAsync("/oauth/v3/token", ("grant_type", "authorization_code"), ("client_id", app.ClientId), ("client_secret", app.ClientSecret), ("redirect_uri", back), ("code", query["code"]!))).Expect(200).Json;
        Assert.Equal(1000002, tokens.GetProperty("hub_id").GetInt32());
        Assert.Equal("""["crm.objects.contacts.read","oauth","tickets"]""", tokens.GetProperty("scopes").GetRawText());

        await page.GotoAsync(new Uri(emulator.BaseUrl, app.Link(redirect: back)).ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("error=access_denied"), new() { Timeout = 30_000 });
        await page.GotoAsync(new Uri(emulator.BaseUrl, app.Link(redirect: "https://elsewhere.example/")).ToString());
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("doesn't match the app's registered redirect URL");
        await CheckAsync(page);
    }

    private static async Task CheckAsync(IPage page)
    {
        Assert.Empty((await page.RunAxe()).Violations.Select(violation => $"{violation.Id}: {violation.Help} {string.Join(' ', violation.Nodes.Select(node => node.Html))}"));
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{page.Url} scrolls sideways");
    }
}
