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
        await using var emulator = await EmulatorClient.StartAsync();
        var contact = await CreateAsync(emulator, "contacts", """{"properties":{"email":"ada@shop.example","firstname":"Ada"}}""");
        var order = await CreateAsync(emulator, "orders", $$$"""{"properties":{"hs_order_name":"#1001","hs_total_price":"119.90"},"associations":[{"to":{"id":"{{{contact}}}"},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":507}]}]}""");
        (await emulator.SendAsync("PATCH", $"/crm/v3/objects/contacts/{contact}", """{"properties":{"firstname":"Augusta"}}""")).Expect(200);
        await emulator.SendAsync("GET", "/crm/v3/objects/contacts", null, null);

        await using var browser = await EmulatorPage.OpenAsync(emulator, width, scheme);
        var page = browser.Page;
        await page.GotoAsync($"{emulator.BaseUrl}#/records/contacts");
        await Assertions.Expect(page.GetByRole(AriaRole.Cell, new() { Name = "ada@shop.example" })).ToBeVisibleAsync();
        await browser.CheckAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = contact, Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("firstname: Ada → Augusta")).ToBeVisibleAsync();
        await browser.CheckAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = order, Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("119.90").First).ToBeVisibleAsync();
        await page.GotoAsync($"{emulator.BaseUrl}#/record/order/{order}");   // as the console links it
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"order {order}" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Requests" }).ClickAsync();
        await page.GetByText("refused at the gate: no Authorization header").First.ClickAsync();
        await Assertions.Expect(page.GetByText("Token: none")).ToBeVisibleAsync();
        await browser.CheckAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Faults" }).ClickAsync();
        await page.GetByLabel("Kind").SelectOptionAsync("502");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Cell, new() { Name = "502", Exact = true })).ToBeVisibleAsync();
        await browser.CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Clear all" }).ClickAsync();
        await Assertions.Expect(page.GetByText("No fault waits to be played.")).ToBeVisibleAsync();
        Assert.Equal(200, (await emulator.SendAsync("GET", "/crm/v3/objects/contacts")).Status);
        Assert.Empty(browser.Problems);
    }

    [Theory]
    [InlineData(1440, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    public async Task Search_tokens_clock_seeds_and_snapshots(int width, ColorScheme scheme)
    {
        await using var emulator = await EmulatorClient.StartAsync();
        await using var browser = await EmulatorPage.OpenAsync(emulator, width, scheme);
        var page = browser.Page;
        await page.GotoAsync($"{emulator.BaseUrl}#/account");
        await page.GetByRole(AriaRole.Button, new() { Name = "Small shop" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Small shop: planted.")).ToBeVisibleAsync();
        await page.GetByLabel("Name").FillAsync("with-shop");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save snapshot" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Cell, new() { Name = "with-shop", Exact = true })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "+ 30 days" }).ClickAsync();
        await Assertions.Expect(page.GetByText("The clock is 30 days on.")).ToBeVisibleAsync();
        await page.GetByLabel("Seed file").SetInputFilesAsync(new FilePayload { Name = "wrong.json", MimeType = "application/json", Buffer = "{\n\"records\":1}"u8.ToArray() });
        await page.GetByRole(AriaRole.Button, new() { Name = "Plant file" }).ClickAsync();
        await Assertions.Expect(page.GetByText("line 2: records is an object")).ToBeVisibleAsync();
        await browser.CheckAsync();
        await browser.PictureAsync("account");
        await page.GetByRole(AriaRole.Button, new() { Name = "Reset to the seed" }).ClickAsync();
        await Assertions.Expect(page.GetByText("back at its seed")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Load with-shop" }).ClickAsync();
        await Assertions.Expect(page.GetByText("with-shop is loaded.")).ToBeVisibleAsync();

        await page.GotoAsync($"{emulator.BaseUrl}#/records/contacts");
        await page.GetByRole(AriaRole.Searchbox).FillAsync("ada");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByText("2 found.")).ToBeVisibleAsync();
        await browser.CheckAsync();
        await browser.PictureAsync("records");

        await page.GotoAsync($"{emulator.BaseUrl}#/tokens");
        await page.GetByLabel("Scopes").FillAsync("crm.objects.contacts.read");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make" }).ClickAsync();
        var token = await page.Locator("#made").TextContentAsync();
        await browser.CheckAsync();
        Assert.Equal(200, (await emulator.SendAsync("GET", "/crm/v3/objects/contacts", null, "Bearer " + token)).Status);
        Assert.Equal(403, (await emulator.SendAsync("GET", "/crm/v3/objects/deals", null, "Bearer " + token)).Status);
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Make a token" })).ToBeVisibleAsync();
        Assert.DoesNotContain(token!, await page.ContentAsync());

        await page.GotoAsync($"{emulator.BaseUrl}#/requests");
        await page.GetByLabel("Status").SelectOptionAsync("403");
        await Assertions.Expect(page.GetByText("/crm/v3/objects/deals")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("/crm/v3/objects/contacts")).ToHaveCountAsync(0);
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Export as HAR" }).ClickAsync());
        using var har = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken));
        Assert.Equal(1, har.RootElement.GetProperty("log").GetProperty("entries").GetArrayLength());
        await browser.PictureAsync("requests");

        await page.GotoAsync($"{emulator.BaseUrl}#/faults");
        await page.GetByLabel("Kind").SelectOptionAsync("P01");
        await page.GetByLabel("Times").FillAsync("3");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch off fault 1, P01" }).PressAsync("Space");   // by keyboard alone
        await Assertions.Expect(page.GetByText("Fault 1 is off.")).ToBeVisibleAsync();
        Assert.Equal(200, (await emulator.SendAsync("GET", "/crm/v3/objects/contacts")).Status);
        await browser.CheckAsync();
        await browser.PictureAsync("faults");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove fault 1, P01" }).ClickAsync();
        await Assertions.Expect(page.GetByText("No fault waits to be played.")).ToBeVisibleAsync();
        Assert.DoesNotContain(browser.Problems, problem => !problem.Contains("400", StringComparison.Ordinal));   // but for the seed file that was wrong on purpose
    }

    private static async Task<string> CreateAsync(EmulatorClient emulator, string type, string body) =>
        (await emulator.SendAsync("POST", $"/crm/v3/objects/{type}", body)).Expect(201).Json.GetProperty("id").GetString()!;
}
