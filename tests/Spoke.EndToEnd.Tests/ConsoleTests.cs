using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Spoke.EndToEnd.Tests.HouseRules;

namespace Spoke.EndToEnd.Tests;

/// <summary>The console in a real browser, beside a shop in which nobody shops but the test.</summary>
public sealed class ConsoleTests(RunningChromium chromium) : IClassFixture<RunningChromium>, IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly List<string> _problems = [];
    private readonly List<IBrowserContext> _contexts = [];
    private RunningUp _up = null!;

    public async ValueTask InitializeAsync()
    {
        if (chromium.Browser is null) Assert.Skip("Chromium is not installed");
        _up = await RunningUp.StartAsync(_folder.Path, "--no-demo");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var context in _contexts) await context.DisposeAsync();
        if (_up is not null) await _up.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_is_bought_on_the_shops_pages_shows_up_and_leads_to_its_record()
    {
        var console = await OpenAsync(1440);
        var shop = await PageAsync(1440);
        await shop.GotoAsync(_up.Shop);
        await AssertWellMadeAsync(shop);
        await shop.GetByRole(AriaRole.Link, new() { Name = "Pour-over Dripper" }).ClickAsync();
        await shop.GetByLabel("Copper").CheckAsync();
        await AssertWellMadeAsync(shop);
        await shop.GetByRole(AriaRole.Button, new() { Name = "Add to cart" }).ClickAsync();
        await shop.GetByLabel("Coupon").FillAsync("welcome10");
        await shop.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
        await AssertWellMadeAsync(shop);
        await shop.GetByRole(AriaRole.Link, new() { Name = "Go to checkout" }).ClickAsync();
        await shop.GetByRole(AriaRole.Button, new() { Name = "Place the order" }).ClickAsync();
        await Assertions.Expect(shop.Locator("#email-problem")).ToBeVisibleAsync();
        await AssertWellMadeAsync(shop);
        await shop.GetByRole(AriaRole.Textbox, new() { Name = "E-mail" }).FillAsync("page.buyer@example.com");
        await shop.GetByLabel("First name").FillAsync("Page");
        await shop.GetByLabel("Last name").FillAsync("Buyer");
        await shop.GetByRole(AriaRole.Button, new() { Name = "Place the order" }).ClickAsync();
        var number = await shop.Locator("[data-order]").TextContentAsync();
        var total = (await shop.Locator("[data-total]").TextContentAsync())!.Replace(" EUR", "");
        await AssertWellMadeAsync(shop);

        var entry = console.GetByRole(AriaRole.Link, new() { Name = "#" + number, Exact = true }).First;
        await Assertions.Expect(entry).ToBeVisibleAsync();
        var row = console.Locator("[data-sum=EUR][data-agree=yes]");
        await Assertions.Expect(row.Locator("td").Nth(0)).ToHaveTextAsync(total);
        await Assertions.Expect(row.Locator("td").Nth(1)).ToHaveTextAsync(total);
        await Assertions.Expect(console.Locator("[data-health=InStep]")).ToBeVisibleAsync();
        await entry.ClickAsync();
        await Assertions.Expect(console).ToHaveURLAsync(new Regex("/#/record/orders/\\d+$"));
        await Assertions.Expect(console.GetByText("shop-main:order:o" + number)).ToBeVisibleAsync();
        Assert.DoesNotContain(_problems, problem => !problem.Contains("400 (Bad Request)"));
    }

    [Theory]
    [InlineData("4000000000000002", "payment_failed", "Pay ")]
    [InlineData("4000000000003220", "authorized", "Confirm the payment")]
    public async Task A_card_that_does_not_pay_at_once_can_be_made_good_on_the_orders_page(string card, string status, string button)
    {
        var shop = await PageAsync(390);
        await shop.GotoAsync(_up.Shop + "/products/p5");
        await shop.GetByRole(AriaRole.Button, new() { Name = "Add to cart" }).ClickAsync();
        await shop.GetByRole(AriaRole.Link, new() { Name = "Go to checkout" }).ClickAsync();
        await shop.GetByRole(AriaRole.Textbox, new() { Name = "E-mail" }).FillAsync("second.thoughts@example.com");
        await shop.Locator($"input[value='{card}']").CheckAsync();
        await shop.GetByRole(AriaRole.Button, new() { Name = "Place the order" }).ClickAsync();
        await Assertions.Expect(shop.Locator($"[data-status={status}]")).ToBeVisibleAsync();
        await AssertWellMadeAsync(shop);
        await shop.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
        await Assertions.Expect(shop.Locator("[data-status=paid]")).ToBeVisibleAsync();
        await AssertWellMadeAsync(shop);
    }

    [Theory]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(1440, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task The_page_is_well_made_at_every_width_with_many_currencies(int width, ColorScheme scheme)
    {
        var foreign = new List<string>();
        var page = await PageAsync(width, scheme);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(_up.Console, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal)) foreign.Add(request.Url);
        };
        await page.GotoAsync(_up.Console);
        await Assertions.Expect(page.GetByText("No order yet")).ToBeVisibleAsync();
        await AssertWellMadeAsync(page);
        foreach (var currency in new[] { "EUR", "USD", "GBP", "JPY", "KWD" }) await _up.BuyAsync($"buyer.{currency}@example.com", currency, quantity: 40);
        await Assertions.Expect(page.Locator("[data-count=order]")).ToHaveTextAsync("5");
        await Assertions.Expect(page.Locator("[data-agree=yes]")).ToHaveCountAsync(5);
        await Assertions.Expect(page.Locator("[data-sum=JPY] td").First).ToHaveTextAsync(new Regex("^\\d{1,3}(,\\d{3})+$"));
        await Assertions.Expect(page.Locator("[data-sum=KWD] td").First).ToHaveTextAsync(new Regex("\\.\\d{3}$"));
        await Assertions.Expect(page.Locator("[data-health=InStep]")).ToBeVisibleAsync();
        await AssertWellMadeAsync(page);
        Assert.Empty(foreign);
        Assert.Empty(_problems);
        var picture = await page.ScreenshotAsync(new() { Path = Path.Combine(Repository.Root, "artifacts", "screenshots", $"console-{width}-{scheme}.png"), FullPage = true });
        Assert.True(picture.Length > 30_000, $"the picture has {picture.Length} bytes only");
    }

    [Fact]
    public async Task Without_script_the_page_says_the_same()
    {
        await _up.BuyAsync("buyer@example.com");
        await _up.InStepAsync(TimeSpan.FromSeconds(20));
        var page = await PageAsync(1440, script: false);
        await page.GotoAsync(_up.Console);   // asks for itself again every few seconds
        await Assertions.Expect(page.Locator("[data-count=order]")).ToHaveTextAsync("1");
        await Assertions.Expect(page.Locator("[data-sum=EUR][data-agree=yes]")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_refused_token_is_shown_with_what_to_do_and_nothing_is_lost()
    {
        var page = await OpenAsync(390);
        await SetDefaultTokenAsync("revoked");
        await _up.BuyAsync("buyer@example.com");
        await Assertions.Expect(page.Locator("[data-health=Refused]")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".says")).ToContainTextAsync("401");
        await Assertions.Expect(page.Locator(".says .fix")).ToContainTextAsync("token");
        await Assertions.Expect(page.Locator(".says")).ToContainTextAsync("Cause X10");
        await AssertWellMadeAsync(page);
        await page.ScreenshotAsync(new() { Path = Path.Combine(Repository.Root, "artifacts", "screenshots", "console-refused.png"), FullPage = true });
        await SetDefaultTokenAsync("active");
        await Assertions.Expect(page.Locator("[data-health=InStep]")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("[data-count=order]")).ToHaveTextAsync("1");
    }

    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task HubSpots_ids_of_a_refusal_and_of_a_write_can_be_read_off(int width)
    {
        var page = await OpenAsync(width);
        await _up.SendAsync(HttpMethod.Patch, _up.Portal + "/crm/v3/properties/orders/spoke_status", new { type = "enumeration", fieldType = "select", options = new[] { new { label = "Nothing", value = "Nothing", displayOrder = 0, hidden = false } } });
        await _up.BuyAsync("buyer@example.com");
        await Assertions.Expect(page.Locator(".quarantine [data-correlation]")).ToHaveTextAsync(new Regex("^[0-9a-f-]{20,}$"));
        var quarantined = page.Locator(".feed li").Filter(new() { HasText = "quarantined" }).Locator("details");
        var created = page.Locator(".feed li").Filter(new() { HasText = "buyer@example.com" }).Or(page.Locator(".feed li").Filter(new() { HasText = "Test Buyer" })).First.Locator("details");
        foreach (var call in new[] { quarantined, created })
        {
            await Assertions.Expect(call.Locator("[data-correlation]")).ToBeHiddenAsync();
            await call.Locator("summary").ClickAsync();
            await Assertions.Expect(call.Locator("[data-correlation]")).ToBeVisibleAsync();
        }
        Assert.Equal(await page.Locator(".quarantine [data-correlation]").TextContentAsync(), await quarantined.Locator("[data-correlation]").TextContentAsync());
        await AssertWellMadeAsync(page);
        await page.ScreenshotAsync(new() { Path = Path.Combine(Repository.Root, "artifacts", "screenshots", $"console-correlation-{width}.png"), FullPage = true });
    }

    [Fact]
    public async Task An_open_page_says_when_spoke_has_gone()
    {
        var page = await OpenAsync(1440);
        await _up.Process.KillAsync();
        await Assertions.Expect(page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
    }

    private Task<System.Text.Json.JsonElement> SetDefaultTokenAsync(string state) =>
        _up.SendAsync(HttpMethod.Post, _up.Portal + "/_emulator/tokens", new { kind = "private-app", state, token = "pat-na1-00000000-0000-4000-8000-000000000001", appId = 2_000_001 });

    /// <summary>The console, once it is live.</summary>
    private async Task<IPage> OpenAsync(int width)
    {
        var page = await PageAsync(width);
        await page.GotoAsync(_up.Console);
        await Assertions.Expect(page.Locator("[data-health=InStep]")).ToBeVisibleAsync();
        return page;
    }

    private async Task<IPage> PageAsync(int width, ColorScheme scheme = ColorScheme.Light, bool script = true)
    {
        var context = await chromium.Browser!.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = 1000 }, ColorScheme = scheme, JavaScriptEnabled = script });
        _contexts.Add(context);
        var page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type == "error") _problems.Add(message.Text);
        };
        return page;
    }

    private static async Task AssertWellMadeAsync(IPage page)
    {
        Assert.Empty((await page.RunAxe()).Violations.Select(v => $"{page.Url}: {v.Id}: {v.Help}: {string.Join(", ", v.Nodes.Select(n => n.Html))}"));
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{page.Url} scrolls sideways");
    }
}
