using System.Text.Json;
using Microsoft.Data.Sqlite;
using Spoke.HubSpot;

namespace Spoke.EndToEnd.Tests;

/// <summary>The verbs by which an operator sees and steers the engine, as processes against a shop and the emulator.</summary>
public sealed class OperatorCommandTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_plan_is_shown_kept_and_carried_out()
    {
        await using var scene = await SyncScene.StartAsync(orders: 6);
        var file = scene.Folder["monday.plan"];
        var (code, output, error) = await RunAsync(scene, "plan", "--exit-code", "--out", file);
        Assert.Equal((1, ""), (code, error.Trim()));
        Assert.Matches(@"\n  orders +6 +0 +0 +0", output);
        Assert.Contains("properties to be made: contacts.spoke_key", output);
        Assert.Contains($"carry it out: spoke apply {file}", output);
        Assert.DoesNotContain(await scene.WritesAsync(), call => call.Contains("/crm/", StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        var applied = await RunAsync(scene, "apply", file, "--json");
        Assert.Equal((0, ""), (applied.Code, applied.Error.Trim()));
        Assert.Equal(0, JsonDocument.Parse(applied.Output).RootElement.GetProperty("connections")[0].GetProperty("moved").GetInt32());
        await scene.AssertEqualSidesAsync();
        var second = await RunAsync(scene, "plan", "--exit-code", "--json");
        Assert.Equal(0, second.Code);
        Assert.False(JsonDocument.Parse(second.Output).RootElement.GetProperty("hasChanges").GetBoolean());
        Assert.Equal(1, (await RunAsync(scene, "apply", file)).Code);   // everything moved: it is in step already
        await File.AppendAllTextAsync(file, "{}\n", Cancel);
        var changed = await RunAsync(scene, "apply", file);
        Assert.Equal((2, ""), (changed.Code, changed.Output));
        Assert.Contains("is not as it was written", changed.Error);
    }

    [Fact]
    public async Task Why_tells_people_and_programs_and_knows_what_was_meant()
    {
        await using var scene = await SyncScene.StartAsync(orders: 3);
        await scene.BuyAsync("ada@example.com");
        using var portal = new HubSpotClient(new HubSpotClientOptions { BaseUrl = scene.Emulator.BaseUrl, Token = () => Spoke.Emulator.EmulatorServer.DefaultToken });
        await portal.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = "bob@example.com", ["firstname"] = "Robert" }), null, Cancel);
        await scene.BuyAsync("bob@example.com");
        await scene.SyncAsync();
        Assert.Matches(@"\n  adopted  \S+ \S+  HubSpot had it already as record \d+: found by its e-mail address and taken over, not made anew\.\n", (await RunAsync(scene, "why", "shop-main", "contacts", "bob@example.com")).Output);
        Assert.Matches(@"\n  conflict  \S+ \S+  HubSpot's value 'Robert' (won over|lost to) the store's '\w+' by rule newest", (await RunAsync(scene, "why", "shop-main", "contacts", "bob@example.com", "firstname")).Output);
        var (code, output, error) = await RunAsync(scene, "why", "shop-main", "contacts", "ada@example.com", "spoke_orders_count");
        Assert.Equal((0, ""), (code, error.Trim()));
        Assert.Matches(@"because of order o\d+, version \d+, read from the store", output);
        Assert.Matches(@"by POST /crm/objects/[-0-9]+/contacts/batch/upsert, correlation id \S+", output);
        var json = JsonDocument.Parse((await RunAsync(scene, "why", "shop-main", "contact", "ada@example.com", "--json")).Output).RootElement;
        Assert.Equal("in step", json.GetProperty("state").GetString());
        Assert.Contains(json.GetProperty("properties").EnumerateArray(), p => p.GetProperty("property").GetString() == "email" && p.GetProperty("field").GetString() == "Customer.Email|Order.Email|Cart.Email");
        var near = await RunAsync(scene, "why", "shop-main", "orders", "100000");
        Assert.Equal((1, ""), (near.Code, near.Output));
        Assert.Contains("Near to it: shop-main:order:", near.Error);
        Assert.Contains("Did you mean shop-main?", (await RunAsync(scene, "why", "shop-mian", "orders", "1")).Error);
        Assert.Contains("Did you mean orders?", (await RunAsync(scene, "why", "shop-main", "ordesr", "1")).Error);
        Assert.Contains("Did you mean spoke_orders_count?", (await RunAsync(scene, "why", "shop-main", "contacts", "ada@example.com", "spoke_order_count")).Error);
    }

    [Fact]
    public async Task Reconcile_exits_with_1_on_drift_and_repairs_it()
    {
        await using var scene = await SyncScene.StartAsync(orders: 30);
        await scene.SyncAsync();
        Assert.Equal((0, ""), await CodeAndErrorAsync(scene, "reconcile"));
        using var portal = new HubSpotClient(new HubSpotClientOptions { BaseUrl = scene.Emulator.BaseUrl, Token = () => Spoke.Emulator.EmulatorServer.DefaultToken });
        var order = await portal.Orders.ListAsync(new ReadOptions { Properties = ["hs_total_price"] }, null, Cancel).FirstAsync(Cancel);
        await portal.Orders.UpdateAsync(order.Id, new Dictionary<string, string?> { ["hs_total_price"] = "0.01" }, null, Cancel);
        var (code, output, _) = await RunAsync(scene, "reconcile");
        Assert.Equal(1, code);
        Assert.Contains("hs_total_price", output);
        Assert.Contains("Changed in HubSpot after we wrote it", output);
        var repaired = await RunAsync(scene, "reconcile", "--repair", "--json");
        Assert.Equal((0, ""), (repaired.Code, repaired.Error.Trim()));
        Assert.True(JsonDocument.Parse(repaired.Output).RootElement.GetProperty("afterwards")[0].GetProperty("inStep").GetBoolean());
        Assert.Equal(2, (await RunAsync(scene, "reconcile", "--force")).Code);
        await scene.AssertEqualSidesAsync();
    }

    [Fact]
    public async Task Quarantine_is_listed_retried_and_dropped_only_when_it_is_meant()
    {
        await using var scene = await SyncScene.StartAsync(orders: 3);
        using var portal = new HubSpotClient(new HubSpotClientOptions { BaseUrl = scene.Emulator.BaseUrl, Token = () => Spoke.Emulator.EmulatorServer.DefaultToken });
        await portal.Properties.CreateGroupAsync("orders", "spoke", "Spoke", null, Cancel);
        await portal.Properties.CreateAsync("orders", new CrmProperty { Name = "spoke_status", Label = "Status", Type = "enumeration", FieldType = "select", GroupName = "spoke", Options = [new("Nothing", "Nothing")] }, null, Cancel);
        Assert.Equal(0, (await RunAsync(scene, "quarantine", "list")).Code);
        Assert.Equal(1, (await scene.SyncAsync()).Code);
        var (code, output, error) = await RunAsync(scene, "quarantine", "list");
        Assert.Equal((1, ""), (code, error.Trim()));
        Assert.StartsWith("3  INVALID_OPTION  shop-main orders.spoke_status", output);
        var first = JsonDocument.Parse((await RunAsync(scene, "quarantine", "list", "--json")).Output).RootElement[0].GetProperty("key").GetString()!;
        var shown = (await RunAsync(scene, "quarantine", "show", first)).Output;
        Assert.Contains("Add the option to spoke_status", shown);
        Assert.Matches(@"\n  id        \S+ \(HubSpot's correlation id of the refusal\)", shown);
        var asked = await RunAsync(scene, "quarantine", "drop", first);
        Assert.Equal((2, ""), (asked.Code, asked.Output));
        Assert.Contains("--yes", asked.Error);
        Assert.Equal(0, (await RunAsync(scene, "quarantine", "drop", first, "--yes")).Code);
        var still = await RunAsync(scene, "quarantine", "retry", "--cause", "INVALID_OPTION");
        Assert.Equal(1, still.Code);
        Assert.StartsWith("2 tried again: 0 went through, 2 still in quarantine", still.Output);
        Assert.Equal(2, (await RunAsync(scene, "quarantine", "retry")).Code);
        Assert.Contains("dropped", (await RunAsync(scene, "why", "shop-main", "orders", first, "spoke_status")).Output);
    }

    [Fact]
    public async Task What_could_not_be_read_is_dropped_by_kind_and_id_where_two_things_have_the_id()
    {
        await using var scene = await SyncScene.StartAsync(orders: 0);
        Assert.Equal(0, (await scene.SyncAsync()).Code);
        using (var database = new SqliteConnection($"Data Source={scene.Folder["spoke.db"]};Pooling=false"))
        {
            await database.OpenAsync(Cancel);
            using var torn = database.CreateCommand();
            torn.CommandText = "insert into intake (connection, kind, platform_id, version, deleted, payload, received_at, state, problem) select 'shop-main', kind, '17', 1, 0, cast('torn ' || kind as blob), 1, 2, 'torn' from (select 2 as kind union select 3)";
            Assert.Equal(2, await torn.ExecuteNonQueryAsync(Cancel));
        }
        Assert.Contains("torn 2", (await RunAsync(scene, "quarantine", "show", "17")).Output);
        Assert.DoesNotContain("torn 2", (await RunAsync(scene, "quarantine", "show", "order:17")).Output);
        var asked = await RunAsync(scene, "quarantine", "drop", "17", "--yes");
        Assert.Equal((2, ""), (asked.Code, asked.Output));
        Assert.Contains("Say which: customer:17 or order:17", asked.Error);
        Assert.Equal("dropped intake order:17", (await RunAsync(scene, "quarantine", "drop", "order:17", "--yes")).Output.Trim());
        Assert.Equal("dropped intake customer:17", (await RunAsync(scene, "quarantine", "drop", "17", "--yes")).Output.Trim());   // nothing else has the id any more
        Assert.Equal(0, (await RunAsync(scene, "quarantine", "list")).Code);
    }

    [Fact]
    public async Task Serve_answers_brings_changes_over_and_stops_clean()
    {
        await using var scene = await SyncScene.StartAsync(orders: 3);
        await using var serve = SpokeProcess.Start(scene.Environment(null), "serve", "--config", scene.Config, "--port", "0");
        var ready = await serve.LineAsync();
        Assert.Matches(@"^ready http://127\.0\.0\.1:\d+$", ready);
        using var http = new HttpClient { BaseAddress = new Uri(ready["ready ".Length..]) };
        Assert.Equal("ok", await http.GetStringAsync("/health/live", Cancel));
        Assert.Equal("ok", await http.GetStringAsync("/health/ready", Cancel));
        using (var hook = await http.PostAsync("/hooks/nobody", new StringContent("{}"), Cancel)) Assert.Equal(404, (int)hook.StatusCode);
        await scene.UnderWayAsync(serve, sentBefore: 0);
        Assert.Contains("shop-main", await http.GetStringAsync("/", Cancel));
        Assert.Equal(130, await serve.StopAsync());
        await scene.AssertMendedAsync();
    }

    [Fact]
    public async Task Serve_says_at_the_start_whose_webhooks_nobody_looks_after()
    {
        await using var scene = await SyncScene.StartAsync(orders: 0);
        await File.WriteAllTextAsync(scene.Config, $$"""
            {
              "portals": { "main": { "token": "env:TOKEN", "baseUrl": "{{scene.Emulator.BaseUrl}}" } },
              "stores": { "woo": { "platform": "woocommerce", "url": "http://127.0.0.1:9", "consumerKey": "env:SHOP_KEY", "consumerSecret": "env:SHOP_KEY" }, "shop": { "platform": "sample", "url": "{{scene.Shop.BaseUrl}}", "apiKey": "env:SHOP_KEY" } },
              "connections": { "woo-main": { "store": "woo", "portal": "main" }, "shop-main": { "store": "shop", "portal": "main" } }
            }
            """, Cancel);
        await using var serve = SpokeProcess.Start(scene.Environment(null), "serve", "--config", scene.Config, "--port", "0");
        await serve.LineAsync();
        Assert.Equal(130, await serve.StopAsync());
        Assert.Contains($"spoke: the webhooks of woo-main's store are not looked after, because {scene.Config} has no publicUrl; it is asked for changes every five minutes.", serve.Error);
        Assert.DoesNotContain("shop-main's store", serve.Error);   // it pushes without being asked
    }

    [Fact]
    public async Task A_portal_that_cannot_be_reached_is_exit_3_for_each_of_them()
    {
        await using var scene = await SyncScene.StartAsync(orders: 3);
        await scene.Emulator.DisposeAsync();
        foreach (var verb in (string[][])[["plan"], ["reconcile"]])
        {
            var (code, output, error) = await RunAsync(scene, verb);
            Assert.Equal((3, ""), (code, output));
            Assert.Contains("could not be reached", error);
        }
        await scene.StartEmulatorAsync();
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(SyncScene scene, params string[] arguments) => SpokeProcess.RunAsync(scene.Environment(null), [.. arguments, "--config", scene.Config]);

    private static async Task<(int, string)> CodeAndErrorAsync(SyncScene scene, params string[] arguments)
    {
        var (code, _, error) = await RunAsync(scene, arguments);
        return (code, error.Trim());
    }
}
