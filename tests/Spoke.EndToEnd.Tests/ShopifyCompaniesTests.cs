using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.StandIns;
using Spoke.StandIns.Shopify;

namespace Spoke.EndToEnd.Tests;

/// <summary>The companies of a Shopify shop (B2B), its people and their orders, from the shop through the program to HubSpot.</summary>
public sealed class ShopifyCompaniesTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = new();
    private readonly FakeTimeProvider _shopTime = new(TimeProvider.System.GetUtcNow().AddDays(-1));   // the shop's own
    private EmulatorServer _emulator = null!;
    private HubSpotClient _portal = null!;
    private ShopifyStandIn _standIn = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _emulator = await EmulatorServer.StartAsync(new EmulatorOptions { Limits = LimitTier.Off }, Cancel);
        _portal = new HubSpotClient(new HubSpotClientOptions { BaseUrl = _emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken });
        _standIn = await ShopifyStandIn.StartAsync(new ShopifyStandInOptions { Time = _shopTime, BucketSize = 1_000_000 }, Cancel);
        await File.WriteAllTextAsync(_folder["spoke.json"], $$"""
            {
              "database": "sqlite:spoke.db",
              "publicUrl": "https://spoke.example",
              "portals": { "main": { "token": "env:TOKEN", "baseUrl": "{{_emulator.BaseUrl}}" } },
              "stores": { "shop": { "platform": "shopify", "url": "{{_standIn.BaseUrl}}", "accessToken": "env:SHOP_TOKEN", "webhookSecret": "env:SHOP_SECRET" } },
              "connections": { "shop-main": { "store": "shop", "portal": "main" } }
            }
            """, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _portal.Dispose();
        _http.Dispose();
        await _standIn.DisposeAsync();
        await _emulator.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_company_has_its_contacts_and_their_orders_a_contact_leaves_it_and_a_name_that_a_person_gave_stays()
    {
        var shop = _standIn.Shop;
        var acme = shop.AddCompany("Acme GmbH");
        shop.AddContact(acme, "ada@acme.example", "Ada", "Byron");
        var bob = shop.AddContact(acme, "bob@acme.example", "Bob", "Noyce");
        var ordered = new[] { shop.Place(new NewOrder("ada@acme.example", [new NewLine("Tea", 2, 10)]) { Company = acme }), shop.Place(new NewOrder("bob@acme.example", [new NewLine("Tea", 1, 10)]) { Company = acme }) };
        var own = shop.Place(new NewOrder("bob@acme.example", [new NewLine("Cup", 1, 5)]));   // for himself
        await PassAsync();
        var company = Assert.Single(await _portal.Companies.ListAsync(new ReadOptions { Properties = ["name", "domain", "city", "spoke_key"] }, null, Cancel).ToListAsync(Cancel));
        Assert.Equal(("Acme GmbH", "acme.example", "Berlin", $"shop-main:company:{acme.Id}"), (company["name"], company["domain"], company["city"], company["spoke_key"]));
        Assert.Equal([company.Id], await CompaniesAsync("contacts", await ContactAsync("ada@acme.example")));
        Assert.Equal([company.Id], await CompaniesAsync("contacts", await ContactAsync("bob@acme.example")));
        foreach (var order in ordered) Assert.Equal([company.Id], await CompaniesAsync("orders", await OrderAsync(order)));
        Assert.Empty(await CompaniesAsync("orders", await OrderAsync(own)));
        Assert.Equal((own.Name, own.Name.TrimStart('#')), ((await OrderAsync(own))["hs_order_name"], (await OrderAsync(own))["hs_external_order_id"]));   // #1003, and no second sign before it

        await _portal.Companies.UpdateAsync(company.Id, new Dictionary<string, string?> { ["name"] = "Acme, our oldest friend" }, null, Cancel);
        // A poll reads again what the shop dated shortly before the newest: nobody of the company is among these any more.
        _shopTime.Advance(TimeSpan.FromHours(1));
        shop.Place(new NewOrder("cyd@example.com", [new NewLine("Cup", 1, 5)]));
        await PassAsync();
        await using (var serve = SpokeProcess.Start(Environment, "serve", "--port", "0", "--config", _folder["spoke.json"]))
        {
            var address = new Uri((await serve.LineAsync())["ready ".Length..]);
            await UntilAsync(() => Task.FromResult(_standIn.Subscriptions.All.Any(subscription => subscription.Topic == "COMPANY_LOCATIONS_DELETE")));   // the last one made
            shop.RemoveContact(acme, bob);
            var eve = shop.AddContact(acme, "eve@acme.example", "Eve", "Arden");
            shop.EditCompany(acme, edited => edited.Name = "Acme AG");
            shop.EditLocation(acme, edited => edited.City = "Leeds");
            foreach (var delivery in _standIn.Subscriptions.Take()) Assert.Equal(200, await DeliverAsync(address, delivery));
            var bobs = await ContactAsync("bob@acme.example");
            await UntilAsync(async () => (await CompaniesAsync("contacts", bobs)).Count == 0);
            await UntilAsync(async () => await FindAsync("eve@acme.example") is { } evens && (await CompaniesAsync("contacts", evens)).Count == 1);
            Assert.Equal(130, await serve.StopAsync());
        }

        var last = await PassAsync();
        Assert.Equal("""{"created":0,"updated":0,"unchanged":0,"archived":0}""", last.GetProperty("written").GetRawText());
        var kept = Assert.Single(await _portal.Companies.ListAsync(new ReadOptions { Properties = ["name", "city"] }, null, Cancel).ToListAsync(Cancel));
        Assert.Equal(("Acme, our oldest friend", "Leeds"), (kept["name"], kept["city"]));
        Assert.Equal([company.Id], await CompaniesAsync("contacts", await ContactAsync("ada@acme.example")));
        Assert.Empty(await CompaniesAsync("contacts", await ContactAsync("bob@acme.example")));
        foreach (var order in ordered) Assert.Equal([company.Id], await CompaniesAsync("orders", await OrderAsync(order)));   // what was bought for it stays its own
    }

    private Dictionary<string, string?> Environment => new() { ["TOKEN"] = EmulatorServer.DefaultToken, ["SHOP_TOKEN"] = "shpat_stand-in", ["SHOP_SECRET"] = "spoke-test-secret" };

    private async Task<JsonElement> PassAsync()
    {
        var (code, output, error) = await SpokeProcess.RunAsync(Environment, "sync", "--once", "--json", "--config", _folder["spoke.json"]);
        Assert.True(code == 0, error + output);
        var connection = JsonDocument.Parse(output).RootElement.GetProperty("connections")[0];
        Assert.True(connection.GetProperty("inStep").GetBoolean(), output);
        return connection;
    }

    /// <summary>The shop's push arrives at the program.</summary>
    private async Task<int> DeliverAsync(Uri program, Delivery delivery)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(program, delivery.Address.AbsolutePath)) { Content = new ByteArrayContent(delivery.Body.ToArray()) };
        foreach (var (name, value) in delivery.Headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request, Cancel);
        return (int)response.StatusCode;
    }

    private async Task<CrmRecord?> FindAsync(string email) => await _portal.Contacts.GetAsync(email, new ReadOptions { IdProperty = "email" }, null, Cancel);

    private async Task<CrmRecord> ContactAsync(string email) => (await FindAsync(email))!;

    private async Task<CrmRecord> OrderAsync(ShopOrder order) => (await _portal.Orders.GetAsync($"shop-main:order:{order.Id}", new ReadOptions { IdProperty = "spoke_key", Properties = ["hs_order_name", "hs_external_order_id"] }, null, Cancel))!;

    private async Task<List<RecordId>> CompaniesAsync(string of, CrmRecord record) => await _portal.Associations.ListAsync(of, record.Id, "companies", null, Cancel).Select(edge => edge.To).ToListAsync(Cancel);

    /// <summary>What another process does shows in the account and nowhere else.</summary>
    private static async Task UntilAsync(Func<Task<bool>> there)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await there()) await timer.WaitForNextTickAsync(patience.Token);
    }
}
