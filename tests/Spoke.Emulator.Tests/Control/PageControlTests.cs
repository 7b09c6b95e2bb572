using Microsoft.Playwright;

namespace Spoke.Emulator.Tests.Control;

/// <summary>What the control interface can do, done from the page in a real browser; each view can be used by everybody and keeps to its width.</summary>
public sealed class PageControlTests
{
    private const string Flow = """
        {"type":"CONTACT_FLOW","flowType":"WORKFLOW","name":"Greet","isEnabled":true,"objectTypeId":"0-1",
         "enrollmentCriteria":{"type":"EVENT_BASED","shouldReEnroll":false,"eventFilterBranches":[{"filterBranchType":"UNIFIED_EVENTS","filterBranches":[],"filters":[],"eventTypeId":"4-1463224","operator":"HAS_COMPLETED"}],"listMembershipFilterBranches":[]},
         "startActionId":"1","actions":[{"type":"SINGLE_CONNECTION","actionId":"1","actionTypeId":"0-5","actionTypeVersion":0,"fields":{"property_name":"city","value":{"type":"STATIC_VALUE","staticValue":"enrolled"}}}]}
        """;

    [Theory]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task Portals_are_made_chosen_moved_and_removed(int width, ColorScheme scheme)
    {
        await using var emulator = await EmulatorClient.StartAsync();
        await using var browser = await EmulatorPage.OpenAsync(emulator, width, scheme);
        var page = browser.Page;
        await page.GotoAsync($"{emulator.BaseUrl}#/portals");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Second");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Data centre" }).SelectOptionAsync("eu1");
        await page.GetByLabel("Further currencies").FillAsync("USD, GBP");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make portal" }).ClickAsync();
        var token = await page.Locator("#made").TextContentAsync();
        (await emulator.SendAsync("POST", "/crm/v3/objects/contacts", """{"properties":{"email":"second@b.example"}}""", "Bearer " + token)).Expect(201);
        await Assertions.Expect(page.GetByText("EUR, USD, GBP")).ToBeVisibleAsync();
        await browser.CheckAsync();
        await browser.PictureAsync("portals");

        await page.GetByRole(AriaRole.Button, new() { Name = "Look at Second" }).ClickAsync();
        await page.GotoAsync($"{emulator.BaseUrl}#/records/contacts");
        await Assertions.Expect(page.GetByRole(AriaRole.Cell, new() { Name = "second@b.example" })).ToBeVisibleAsync();
        await page.Locator("#portal").SelectOptionAsync("1000001");
        await Assertions.Expect(page.GetByText("None yet.")).ToBeVisibleAsync();
        await page.GotoAsync($"{emulator.BaseUrl}#/requests");
        await Assertions.Expect(page.GetByText("None of them matches.").Or(page.GetByText("None yet."))).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Of", Exact = true }).SelectOptionAsync("");
        await Assertions.Expect(page.GetByText("POST /crm/v3/objects/contacts")).ToBeVisibleAsync();

        await page.GotoAsync($"{emulator.BaseUrl}#/portals");
        await page.GetByRole(AriaRole.Button, new() { Name = "Move to na1: Second" }).ClickAsync();
        await Assertions.Expect(page.GetByText("eu1, moving to na1 for 60 s")).ToBeVisibleAsync();
        Assert.Equal(477, (await emulator.SendAsync("GET", "/crm/v3/objects/contacts", null, "Bearer " + token)).Status);
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove Second" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Second is removed.")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#portal option")).ToHaveCountAsync(2);
        Assert.Empty(browser.Problems);
    }

    [Theory]
    [InlineData(1440, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    public async Task Apps_webhooks_workflows_lists_and_the_outbox(int width, ColorScheme scheme)
    {
        await using var emulator = await EmulatorClient.StartAsync();
        await using var browser = await EmulatorPage.OpenAsync(emulator, width, scheme);
        var page = browser.Page;
        await page.GotoAsync($"{emulator.BaseUrl}#/apps");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Shop link");
        await page.GetByLabel("Redirect addresses").FillAsync("https://shop.example/back");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make app" }).ClickAsync();
        await Assertions.Expect(page.GetByText("https://shop.example/back")).ToBeVisibleAsync();
        await page.GetByLabel("Consent page of Shop link").SelectOptionAsync("approve");
        await Assertions.Expect(page.GetByText("Shop link: the consent page agrees at once.")).ToBeVisibleAsync();
        await browser.CheckAsync();
        await browser.PictureAsync("apps");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove Shop link" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Shop link is removed.")).ToBeVisibleAsync();

        await page.GotoAsync($"{emulator.BaseUrl}#/webhooks");
        await page.GetByLabel("Token of the app").FillAsync(EmulatorServer.DefaultToken);
        await page.GetByLabel("Address").FillAsync("http://127.0.0.1:9/hooks");   // where nobody listens
        await page.GetByLabel("Event").SelectOptionAsync("contact.creation");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set webhooks" }).ClickAsync();
        await Assertions.Expect(page.GetByText("contact.creation", new() { Exact = true }).First).ToBeVisibleAsync();
        var list = (await emulator.SendAsync("POST", "/crm/v3/lists", """{"name":"Everyone","objectTypeId":"0-1","processingType":"MANUAL"}""")).Expect(200).Json.GetProperty("list").GetProperty("listId").GetString();
        var flow = (await emulator.SendAsync("POST", "/automation/v4/flows", Flow)).Expect(201).Json.GetProperty("id").GetString();
        var contact = (await emulator.SendAsync("POST", "/crm/v3/objects/contacts", """{"properties":{"email":"ada@shop.example"}}""")).Expect(201).Json.GetProperty("id").GetString();
        (await emulator.SendAsync("PUT", $"/crm/v3/lists/{list}/memberships/add", $"[{contact}]")).Expect(200);
        await page.GetByRole(AriaRole.Button, new() { Name = "Wait until nothing is under way" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Nothing is under way.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText($"contact.creation {contact}")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Connection refused").First).ToBeVisibleAsync();
        await browser.CheckAsync();
        await browser.PictureAsync("webhooks");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove all" }).ClickAsync();
        await Assertions.Expect(page.GetByText("No app has subscriptions.")).ToBeVisibleAsync();

        await page.GotoAsync($"{emulator.BaseUrl}#/lists");
        await page.GetByRole(AriaRole.Link, new() { Name = list!, Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = contact!, Exact = true })).ToBeVisibleAsync();
        await browser.CheckAsync();
        await browser.PictureAsync("lists");

        await emulator.ControlAsync("POST", "clock", """{"advanceMs":60000}""");
        await page.GotoAsync($"{emulator.BaseUrl}#/workflows");
        await page.GetByRole(AriaRole.Link, new() { Name = flow!, Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("completed").First).ToBeVisibleAsync();
        await browser.CheckAsync();
        await browser.PictureAsync("workflows");

        await page.GotoAsync($"{emulator.BaseUrl}#/outbox");
        await Assertions.Expect(page.GetByText("No e-mail was sent yet.")).ToBeVisibleAsync();
        (await emulator.SendAsync("POST", "/marketing/v3/transactional/single-email/send", """{"emailId":7,"message":{"to":"ada@shop.example"}}""")).Expect(200);
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByText("ada@shop.example").First).ToBeVisibleAsync();
        await browser.CheckAsync();
        await browser.PictureAsync("outbox");
        Assert.Empty(browser.Problems);
    }

    [Fact]
    public async Task Settings_the_recycle_bin_and_everything_as_a_file_are_of_the_portal_that_is_looked_at()
    {
        await using var emulator = await EmulatorClient.StartAsync();
        var made = await emulator.ControlAsync("POST", "portals", """{"name":"Second"}""");
        var (hub, token) = (made.GetProperty("hubId").GetInt64(), "Bearer " + made.GetProperty("token").GetString());
        var contact = (await emulator.SendAsync("POST", "/crm/v3/objects/contacts", """{"properties":{"email":"a@b.example"}}""", token)).Expect(201).Json.GetProperty("id").GetString()!;
        (await emulator.SendAsync("DELETE", $"/crm/v3/objects/contacts/{contact}", null, token)).Expect(204);
        await using var browser = await EmulatorPage.OpenAsync(emulator, 1440, ColorScheme.Light);
        var page = browser.Page;
        await page.GotoAsync($"{emulator.BaseUrl}#/account");
        await page.Locator("#portal").SelectOptionAsync(hub.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Second" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Object type" }).FillAsync("contacts");
        await page.GetByLabel("Record", new() { Exact = true }).FillAsync(contact);
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore record" }).ClickAsync();
        await Assertions.Expect(page.GetByText($"contacts {contact} is back.")).ToBeVisibleAsync();
        (await emulator.SendAsync("GET", $"/crm/v3/objects/contacts/{contact}", null, token)).Expect(200);
        await page.GetByLabel("Companies from domain").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep settings" }).ClickAsync();
        await Assertions.Expect(page.GetByText("The settings are kept.")).ToBeVisibleAsync();
        Assert.True((await emulator.ControlAsync("GET", $"account?portal={hub}")).GetProperty("companiesFromDomain").GetBoolean());
        Assert.False((await emulator.ControlAsync("GET", "account")).GetProperty("companiesFromDomain").GetBoolean());
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Save everything as a file" }).ClickAsync());
        var file = await File.ReadAllBytesAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        await page.GetByRole(AriaRole.Button, new() { Name = "Reset this portal" }).ClickAsync();
        await Assertions.Expect(page.GetByText("The portal is back at its seed.")).ToBeVisibleAsync();
        (await emulator.SendAsync("GET", $"/crm/v3/objects/contacts/{contact}", null, token)).Expect(404);
        await page.GetByLabel("Everything from a file").SetInputFilesAsync(new FilePayload { Name = "emulator.json", MimeType = "application/json", Buffer = file });
        await page.GetByRole(AriaRole.Button, new() { Name = "Load file" }).ClickAsync();
        await Assertions.Expect(page.GetByText("The file is loaded.")).ToBeVisibleAsync();
        (await emulator.SendAsync("GET", $"/crm/v3/objects/contacts/{contact}", null, token)).Expect(200);
        await browser.CheckAsync();
        Assert.Empty(browser.Problems);
    }
}
