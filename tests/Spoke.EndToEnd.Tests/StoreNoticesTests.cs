using System.Text.Json;
using Spoke.Emulator;
using Spoke.StandIns.Shopify;

namespace Spoke.EndToEnd.Tests;

/// <summary>A shop whose app lacks a scope: whoever plans, runs or examines the program is told.</summary>
public sealed class StoreNoticesTests : IAsyncLifetime
{
    private const string Notice = "Orders reach back 60 days only: the app lacks the scope read_all_orders.";
    private readonly TempFolder _folder = new();
    private EmulatorServer _emulator = null!;
    private ShopifyStandIn _standIn = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _emulator = await EmulatorServer.StartAsync(new EmulatorOptions { Limits = LimitTier.Off }, Cancel);
        _standIn = await ShopifyStandIn.StartAsync(new ShopifyStandInOptions
        {
            BucketSize = 1_000_000,
            Scopes = new ShopifyStandInOptions().Scopes.Where(scope => scope != "read_all_orders").ToHashSet(),
        }, Cancel);
        await File.WriteAllTextAsync(_folder["spoke.json"], $$"""
            {
              "database": "sqlite:spoke.db",
              "portals": { "main": { "token": "env:TOKEN", "baseUrl": "{{_emulator.BaseUrl}}" } },
              "stores": { "shop": { "platform": "shopify", "url": "{{_standIn.BaseUrl}}", "accessToken": "env:SHOP_TOKEN", "webhookSecret": "env:SHOP_SECRET" } },
              "connections": { "shop-main": { "store": "shop", "portal": "main" } }
            }
            """, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _standIn.DisposeAsync();
        await _emulator.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_scope_that_is_missing_is_said_by_plan_sync_and_doctor()
    {
        _standIn.Shop.Place(new NewOrder("ada@example.com", [new NewLine("Tea", 2, 10)]));
        var (code, output, error) = await RunAsync("plan", "--out", _folder["a.plan"]);
        Assert.True(code == 0, error + output);
        Assert.Contains("\n  store: Shopify 2026-10, EUR\n", output);
        Assert.Contains($"\n  notice Store: {Notice}", output);
        (_, output, _) = await RunAsync("plan", "--json");
        foreach (var plan in new[] { Member(output, "connections"), Member((await File.ReadAllLinesAsync(_folder["a.plan"], Cancel))[^2], "summary") })
        {
            Assert.Equal(("shopify", "2026-10"), (plan.GetProperty("store").GetProperty("platform").GetString(), plan.GetProperty("store").GetProperty("version").GetString()));
            Assert.StartsWith(Notice, plan.GetProperty("notices")[0].GetProperty("example").GetString());
        }

        (code, output, error) = await RunAsync("sync", "--once", "--json");
        Assert.True(code == 0, error + output);
        Assert.Single(error.Split('\n'), line => line.Contains($"Connection shop-main: {Notice}", StringComparison.Ordinal));

        (_, output, error) = await RunAsync("doctor");
        Assert.Contains($"\nstore of shop-main: Shopify 2026-10, EUR\n  known     {Notice}", output);
        (_, output, error) = await RunAsync("doctor", "--json");
        Assert.StartsWith(Notice, Member(output, "stores").GetProperty("notices")[0].GetString());

        await _standIn.DisposeAsync();
        (code, output, _) = await RunAsync("doctor");
        Assert.Equal(1, code);
        Assert.Contains("\nstore of shop-main: not well\n  trouble   ", output);
    }

    private static JsonElement Member(string json, string list)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty(list)[0].Clone();
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        SpokeProcess.RunAsync(new Dictionary<string, string?> { ["TOKEN"] = EmulatorServer.DefaultToken, ["SHOP_TOKEN"] = "shpat_stand-in", ["SHOP_SECRET"] = "spoke-test-secret" }, [.. arguments, "--config", _folder["spoke.json"]]);
}
