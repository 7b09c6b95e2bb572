using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.Sync.Planning;
using Spoke.Sync.Pushing;

namespace Spoke.Sync.Tests.Planning;

/// <summary>A plan is an artefact: it says what would be written, and is carried out exactly or says what moved.</summary>
public sealed class PlanTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-plan-").FullName;

    private string Plan => Path.Combine(_folder, "a.plan");

    [Fact]
    public async Task A_plan_writes_nothing_and_applied_it_does_what_it_said()
    {
        await using var rig = await ShopRig.StartAsync();
        await PlannedAsAppliedAsync(rig, Plan);
    }

    internal static async Task PlannedAsAppliedAsync(ShopRig rig, string file)
    {
        var plan = Assert.Single((await PlanAsync(rig, file)).Connections);
        Assert.Empty(await rig.WritesAsync());
        Assert.Equal(12, plan.Objects.Single(o => o.Object == "orders").Create);
        Assert.Contains("orders.spoke_key", plan.MissingProperties);
        Assert.Equal([], plan.MissingScopes!);
        Assert.True(plan.Associate > 12);
        var about = JsonSerializer.Deserialize<JsonElement>((await File.ReadAllLinesAsync(file, ShopRig.Token))[^2]).GetProperty("summary")[0];   // the file itself says what it is about
        Assert.Equal((plan.Name, plan.Calls, plan.Minutes), (about.GetProperty("name").GetString(), about.GetProperty("calls").GetInt32(), about.GetProperty("minutes").GetDouble()));
        Assert.Equal(plan.Objects.Count, about.GetProperty("objects").GetArrayLength());
        var example = plan.Objects.Single(o => o.Object == "orders").Examples[0];
        Assert.Contains(example.Changes, change => change is { Before: null, After.Length: > 0 });

        var applied = await ApplyAsync(rig, file);
        Assert.True(applied.IsComplete, string.Join(", ", applied.Connections[0].MovedRecords));
        var done = Assert.Single(applied.Connections);
        Assert.Equal(plan.Objects.Sum(o => o.Create), done.Written.Created);
        Assert.Equal(plan.Associate, done.Associations);
        Assert.InRange(done.Calls, plan.Calls - 3, plan.Calls + 3);
        var before = await rig.WritesAsync();
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(before, await rig.WritesAsync());
        Assert.False((await PlanAsync(rig, null)).HasChanges);
    }

    [Fact]
    public async Task What_moved_since_is_told_and_left_and_everything_else_is_written()
    {
        await using var rig = await ShopRig.StartAsync(orders: 4);
        var (first, _) = await rig.BuyAsync("a@example.com");
        var (second, _) = await rig.BuyAsync("b@example.com");
        await rig.PassAsync();
        await rig.AdminAsync($"orders/{first}/ship", new { trackingNumber = "T1" });
        await rig.AdminAsync($"orders/{second}/ship", new { trackingNumber = "T2" });
        await PlanAsync(rig, Plan);
        await rig.AdminAsync($"orders/{second}/deliver", new { });
        var newer = await PlanAsync(rig, null);   // reads the store, as a pass or a webhook would meanwhile
        Assert.True(newer.HasChanges);
        var applied = await ApplyAsync(rig, Plan);
        Assert.False(applied.IsComplete);
        var moved = Assert.Single(applied.Connections[0].MovedRecords, m => m.Object == "orders");
        Assert.Equal(($"shop-main:order:{second}", "the store has changed it since"), (moved.Key, moved.Reason));
        Assert.Equal("Shipped", (await rig.OneAsync("orders", $"shop-main:order:{first}", "spoke_status"))["spoke_status"]);
        Assert.Equal("Paid", (await rig.OneAsync("orders", $"shop-main:order:{second}", "spoke_status"))["spoke_status"]);
        // Nothing is lost: the next pass takes it up.
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal("Delivered", (await rig.OneAsync("orders", $"shop-main:order:{second}", "spoke_status"))["spoke_status"]);
        Assert.All((await ApplyAsync(rig, Plan)).Connections[0].MovedRecords, m => Assert.Equal("it is in step already", m.Reason));
    }

    [Fact]
    public async Task What_came_after_the_plan_stays_for_the_next_pass()
    {
        await using var rig = await ShopRig.StartAsync(orders: 4);
        await PlanAsync(rig, Plan);
        var (id, _) = await rig.BuyAsync("late@example.com");
        await PlanAsync(rig, null);
        Assert.True((await ApplyAsync(rig, Plan)).IsComplete);
        Assert.Null(await rig.Portal.Orders.GetAsync($"shop-main:order:{id}", new ReadOptions { IdProperty = "spoke_key" }, null, ShopRig.Token));
        Assert.True((await rig.PassAsync()).InStep);
        await rig.OneAsync("orders", $"shop-main:order:{id}");
    }

    [Fact]
    public async Task Records_that_others_made_are_taken_over_by_the_plan_and_missing_scopes_are_named()
    {
        await using var rig = await ShopRig.StartAsync(orders: 0);
        await rig.BuyAsync("ada@example.com");
        await rig.Portal.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = "ada@example.com" }), null, ShopRig.Token);
        var contacts = (await PlanAsync(rig, null)).Connections[0].Objects.Single(o => o.Object == "contacts");
        Assert.Equal((0, 1), (contacts.Create, contacts.Update));
        Assert.DoesNotContain(await rig.CallsAsync(), call => call.EndsWith("/batch/read", StringComparison.Ordinal));   // all was looked through once, by its list
        rig.Use(await rig.TokenAsync("crm.objects.contacts.read", "crm.objects.contacts.write", "crm.schemas.contacts.write", "e-commerce"));
        var missing = (await PlanAsync(rig, null)).Connections[0].MissingScopes!;
        Assert.Contains("crm.objects.orders.write", missing);
        Assert.DoesNotContain("crm.objects.contacts.write", missing);
    }

    [Fact]
    public async Task A_plan_of_another_database_or_portal_or_one_that_was_changed_is_refused()
    {
        await using var rig = await ShopRig.StartAsync(orders: 2);
        await using var other = await ShopRig.StartAsync(orders: 2);
        await PlanAsync(rig, Plan);
        Assert.Contains("another database", (await Assert.ThrowsAsync<InvalidDataException>(() => ApplyAsync(other, Plan))).Message);
        var text = await File.ReadAllTextAsync(Plan, ShopRig.Token);
        foreach (var changed in (string[])[text.Replace("\"create\"", "\"update\"", StringComparison.Ordinal), text[..(text.Length / 2)], string.Join('\n', text.Split('\n').Skip(1))])
        {
            await File.WriteAllTextAsync(Plan, changed, ShopRig.Token);
            await Assert.ThrowsAsync<InvalidDataException>(() => ApplyAsync(rig, Plan));
        }
        await File.WriteAllTextAsync(Plan, text, ShopRig.Token);
        var stranger = new Spoke.Sync.Connections.Connection("other", rig.Connection.Store, rig.Portal, "shop", "page");
        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => new PlanRunner(rig.Database, [stranger], TimeProvider.System, NullLogger.Instance).ApplyAsync(Plan, null, ShopRig.Token));
        Assert.Contains("shop-main", refused.Message);
        Assert.Empty(await rig.WritesAsync());
        Assert.True((await ApplyAsync(rig, Plan)).IsComplete);
    }

    internal static async Task<PlanSummary> PlanAsync(ShopRig rig, string? file)
    {
        var maker = new PlanMaker(rig.Database, [rig.Connection], new SyncOptions(), TimeProvider.System, NullLogger.Instance);
        if (file is null) return await maker.MakeAsync(null, null, ShopRig.Token);
        await using var stream = File.Create(file);
        return await maker.MakeAsync(stream, null, ShopRig.Token);
    }

    internal static Task<ApplySummary> ApplyAsync(ShopRig rig, string file) => new PlanRunner(rig.Database, [rig.Connection], TimeProvider.System, NullLogger.Instance).ApplyAsync(file, null, ShopRig.Token);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
