using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Spoke.Emulator.Tests.Control;

/// <summary>The page in a real browser: what it shows, that everybody can use it, and that it fetches nothing from elsewhere.</summary>
public sealed class PageTests
{
    [Theory]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task Records_requests_and_faults(int width, ColorScheme scheme)
    {
        var browserPath = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);
        if (browserPath is null) Assert.Skip("Chromium is not installed");
        await using var emulator = await EmulatorClient.StartAsync();
        var contact = await CreateAsync(emulator, "contacts", """{"properties":{"email":"ada@shop.example","firstname":"Ada"}}""");
        var order = await CreateAsync(emulator, "orders", $$$"""{"properties":{"hs_order_name":"#1001","hs_total_price":"119.90"},"associations":[{"to":{"id":"{{{contact}}}"},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":507}]}]}""");
        (await emulator.SendAsync("PATCH", $"/crm/v3/objects/contacts/{contact}", """{"properties":{"firstname":"Augusta"}}""")).Expect(200);
        await emulator.SendAsync("GET", "/crm/v3/objects/contacts", null, null);

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = browserPath, Args = ["--no-sandbox", "--disable-quic", "--disable-background-networking"] });
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme });
        var problems = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") problems.Add(message.Text);
        };
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(emulator.BaseUrl.ToString(), StringComparison.Ordinal)) problems.Add(request.Url);
        };

        await page.GotoAsync($"{emulator.BaseUrl}#/records/contacts");
        await Assertions.Expect(page.GetByRole(AriaRole.Cell, new() { Name = "ada@shop.example" })).ToBeVisibleAsync();
        await CheckAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = contact, Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("firstname: Ada → Augusta")).ToBeVisibleAsync();
        await CheckAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = order, Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("119.90").First).ToBeVisibleAsync();
        await page.GotoAsync($"{emulator.BaseUrl}#/record/order/{order}");   // as the console links it
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"order {order}" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Requests" }).ClickAsync();
        await page.GetByText("refused at the gate: no Authorization header").First.ClickAsync();
        await Assertions.Expect(page.GetByText("Token: none")).ToBeVisibleAsync();
        await CheckAsync(page);

        await page.GetByRole(AriaRole.Link, new() { Name = "Faults" }).ClickAsync();
        await page.GetByLabel("Kind").SelectOptionAsync("502");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Cell, new() { Name = "502" })).ToBeVisibleAsync();
        await CheckAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Clear all" }).ClickAsync();
        await Assertions.Expect(page.GetByText("No fault waits to be played.")).ToBeVisibleAsync();
        Assert.Equal(200, (await emulator.SendAsync("GET", "/crm/v3/objects/contacts")).Status);
        Assert.Empty(problems);
    }

    private static async Task CheckAsync(IPage page)
    {
        Assert.Empty((await page.RunAxe()).Violations.Select(violation => $"{violation.Id}: {violation.Help} {string.Join(' ', violation.Nodes.Select(node => node.Html))}"));
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{page.Url} scrolls sideways");
    }

    private static async Task<string> CreateAsync(EmulatorClient emulator, string type, string body) =>
        (await emulator.SendAsync("POST", $"/crm/v3/objects/{type}", body)).Expect(201).Json.GetProperty("id").GetString()!;
}
