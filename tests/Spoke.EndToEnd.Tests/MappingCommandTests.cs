using System.Text.Json;

namespace Spoke.EndToEnd.Tests;

/// <summary><c>spoke mapping preview</c> as a process against a shop and the emulator.</summary>
public sealed class MappingCommandTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_preview_shows_real_records_and_writes_nothing()
    {
        await using var scene = await SyncScene.StartAsync(orders: 3);
        await MapAsync(scene, """ "contacts.jobtitle": "{{ customer.first_name | upcase }}", "contacts.spoke_orders_count": "{{ customer.first_name }}", "orders.my_channel": "{{ order.source | default: 'web' }}" """);
        var empty = await RunAsync(scene);
        Assert.Equal(1, empty.Code);   // a property is missing
        Assert.Contains("orders.my_channel: HubSpot has no such property. Create it", empty.Output);
        Assert.Contains("the ledger has no contacts yet; run spoke plan or spoke sync --once first.", empty.Output);

        await MapAsync(scene, "");
        Assert.Contains("no mapping of its own", (await RunAsync(scene)).Output);
        await scene.BuyAsync("ada@example.com");
        await scene.SyncAsync();
        await MapAsync(scene, """ "contacts.jobtitle": "{{ customer.first_name | upcase }}", "contacts.lastname": null, "contacts.spoke_orders_count": "{{ customer.first_name }}", "orders.hs_tags": "{{ order.currency }}" """);
        var writes = (await scene.WritesAsync()).Where(call => !call.Contains("access-token-info", StringComparison.Ordinal)).ToList();
        var (code, output, error) = await RunAsync(scene, "shop-main", "--object", "contacts", "--count", "2");
        Assert.Equal((1, ""), (code, error.Trim()));
        Assert.Contains("contacts.jobtitle: {{ customer.first_name | upcase }}", output);
        Assert.Contains("contacts.lastname: taken away", output);
        Assert.Matches(@"\n    jobtitle +nothing +TEST", output);
        Assert.Matches(@"\n    lastname +Buyer +nothing", output);
        Assert.Contains("the property takes a number", output);

        var json = JsonDocument.Parse((await RunAsync(scene, "--json", "--count", "1")).Output).RootElement[0];
        var records = json.GetProperty("records").EnumerateArray().ToList();
        Assert.Equal(["contacts", "orders"], records.Select(r => r.GetProperty("object").GetString()));
        Assert.Matches(@"^\d+$", records[0].GetProperty("recordId").GetString());
        Assert.Equal("EUR", records[1].GetProperty("properties")[0].GetProperty("then").GetString());
        Assert.Equal(writes, (await scene.WritesAsync()).Where(call => !call.Contains("access-token-info", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_was_meant_is_said()
    {
        await using var scene = await SyncScene.StartAsync(orders: 1);
        Assert.Contains("Did you mean shop-main?", (await RunAsync(scene, "shop-mian")).Error);
        Assert.Contains("Did you mean contacts?", (await RunAsync(scene, "--object", "contcats")).Error);
        Assert.Equal(2, (await RunAsync(scene, "--count", "0")).Code);
    }

    private static async Task MapAsync(SyncScene scene, string entries)
    {
        scene.Write();
        var text = await File.ReadAllTextAsync(scene.Config, Cancel);
        await File.WriteAllTextAsync(scene.Config, text.Replace("\"portal\": \"main\"", $"\"portal\": \"main\", \"mapping\": {{ {entries} }}", StringComparison.Ordinal), Cancel);
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(SyncScene scene, params string[] arguments) => SpokeProcess.RunAsync(scene.Environment(null), ["mapping", "preview", .. arguments, "--config", scene.Config]);
}
