using System.Text.Json;

namespace Spoke.EndToEnd.Tests;

public sealed class UpTests
{
    [Fact]
    public async Task Up_brings_the_shops_orders_to_HubSpot_order_by_order()
    {
        using var folder = new TempFolder();
        await using var up = await RunningUp.StartAsync(folder.Path);
        await up.InStepAsync(TimeSpan.FromSeconds(60));
        Assert.True((await up.OrdersInHubSpotAsync()).Count > 100);
    }

    [Fact]
    public async Task An_order_placed_in_the_shop_arrives_with_its_contact_lines_and_stage()
    {
        using var folder = new TempFolder();
        await using var up = await RunningUp.StartAsync(folder.Path, "--no-demo");
        var number = await up.BuyAsync("buyer.one@example.com", "KWD");
        await up.InStepAsync(TimeSpan.FromSeconds(20));
        var order = await AssociatedAsync(up, number);
        Assert.Equal("937ea84d-0a4f-4dcf-9028-3f9c2aafbf03", order.GetProperty("properties").GetProperty("hs_pipeline_stage").GetString());
        Assert.Equal($"shop-main:order:o{number}", order.GetProperty("properties").GetProperty("spoke_key").GetString());
        var associations = order.GetProperty("associations");
        Assert.True(associations.TryGetProperty("contacts", out _));
        Assert.Contains(associations.EnumerateObject(), a => a.Name.Replace(' ', '_') == "line_items");
    }

    [Fact]
    public async Task Kill_dash_9_loses_nothing_and_doubles_nothing()
    {
        using var folder = new TempFolder();
        var bought = 0;
        for (var round = 0; round < 3; round++)
        {
            await using var up = await RunningUp.StartAsync(folder.Path, "--no-demo");
            for (var i = 0; i < 5; i++) await up.BuyAsync($"buyer{bought++ % 7}@example.com");
            await up.Process.KillAsync();   // somewhere between the shop's answer and HubSpot's
        }
        await using var last = await RunningUp.StartAsync(folder.Path, "--no-demo");
        await last.InStepAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(bought, (await last.OrdersInHubSpotAsync()).Count);
        var contacts = await last.SendAsync(HttpMethod.Get, last.Portal + "/crm/v3/objects/contacts?limit=100");
        Assert.Equal(7, contacts.GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task A_folder_in_use_is_refused_with_the_remedy()
    {
        using var folder = new TempFolder();
        await using var up = await RunningUp.StartAsync(folder.Path, "--no-demo");
        var (code, output, error) = await SpokeProcess.RunAsync(null, "up", "--json", "--port", "0", "--data", folder.Path);
        Assert.Equal(2, code);
        Assert.Equal("", output);
        Assert.Contains("in use by another spoke", error);
    }

    [Fact]
    public async Task A_port_in_use_is_refused_with_the_remedy()
    {
        using var folder = new TempFolder();
        await using var up = await RunningUp.StartAsync(folder["one"], "--no-demo");
        var (code, _, error) = await SpokeProcess.RunAsync(null, "up", "--port", new Uri(up.Console).Port.ToString(), "--data", folder["two"]);
        Assert.Equal(2, code);
        Assert.Contains("is in use by another program. Choose another with --port", error);
    }

    /// <summary>Associations follow their records by a call or two.</summary>
    private static async Task<JsonElement> AssociatedAsync(RunningUp up, string number)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var order = await OneAsync(up, number);
        for (var look = 0; look < 100 && !(order.TryGetProperty("associations", out var found) && found.EnumerateObject().Count() == 2); look++)
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            order = await OneAsync(up, number);
        }
        return order;
    }

    private static async Task<JsonElement> OneAsync(RunningUp up, string number)
    {
        var page = await up.SendAsync(HttpMethod.Get, up.Portal + "/crm/v3/objects/orders?limit=100&associations=contacts,line_items&properties=hs_external_order_id,hs_pipeline_stage,spoke_key");
        return page.GetProperty("results").EnumerateArray().Single(o => o.GetProperty("properties").GetProperty("hs_external_order_id").GetString() == number);
    }
}
