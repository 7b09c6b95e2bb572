using Spoke.Commerce.Ledger;
using Spoke.Emulator;
using Spoke.HubSpot;

namespace Spoke.Sync.Tests.Pushing;

/// <summary>Whatever HubSpot does to us in the middle: when it is over, everything is there, and nothing twice.</summary>
public sealed class FaultTests
{
    private static readonly string[] Kinds = ["lost-response", "half-batch", "423", "500", "502", "503", "504", "R14", "slow:300", "timeout", "429-ten-secondly", "search-lag:2000"];

    public static TheoryData<string, string> Faults
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var kind in Kinds) data.Add(kind, "*/batch/upsert");
            foreach (var kind in new[] { "lost-response", "half-batch", "423", "502" }) data.Add(kind, "*/batch/update");
            foreach (var kind in new[] { "lost-response", "half-batch", "502" }) data.Add(kind, "*/batch/create");
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_in_the_middle_loses_nothing_and_doubles_nothing(string kind, string path)
    {
        await using var rig = await PushRig.StartAsync();
        if (path != "*/batch/upsert")
        {
            await rig.EnterAsync(Shop(version: 1));
            await rig.PassAsync();
        }
        await rig.FaultAsync(kind, path, times: kind.StartsWith("429", StringComparison.Ordinal) ? 1 : 3);
        await rig.EnterAsync(Shop(version: 2));
        await rig.PassAsync();
        await AssertCompleteAsync(rig);
        var before = (await rig.WritesAsync()).Count;
        var second = await rig.PassAsync();
        Assert.Equal(0, second.Written);
        Assert.Equal(before, (await rig.WritesAsync()).Count);
    }

    [Theory]
    [InlineData("502")]
    [InlineData("423")]
    public async Task A_portal_that_answers_nothing_else_ends_the_pass_and_the_next_one_goes_on(string kind)
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Shop(version: 1));
        await rig.FaultAsync(kind, "*/batch/upsert", times: 1000);
        // Without the client's own patience, to see ours.
        var refused = await Assert.ThrowsAsync<HubSpotException>(() => rig.PassAsync());
        Assert.True(refused.IsTransient);
        using var http = new HttpClient { BaseAddress = rig.Emulator.BaseUrl };
        await http.DeleteAsync("/_emulator/faults", PushRig.Token);
        await rig.PassAsync();
        await AssertCompleteAsync(rig);
    }

    [Fact]
    public async Task A_used_up_day_ends_the_pass_at_once_and_says_until_when()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Shop(version: 1));
        await rig.FaultAsync("429-daily", "*/batch/upsert");
        var refused = await Assert.ThrowsAsync<HubSpotException>(() => rig.PassAsync());
        Assert.NotNull(refused.ResetsAt);
        Assert.Contains("starts anew at", refused.Message);
        rig.Use(EmulatorServer.DefaultToken);   // a client that was not there when the day was used up
        await rig.PassAsync();
        await AssertCompleteAsync(rig);
    }

    private static LedgerEntity[] Shop(long version) =>
    [
        .. Enumerable.Range(1, 120).Select(i => Some.Variant($"v{i}", version, $"SKU-{i}", $"Tea {i} v{version}")),
        .. Enumerable.Range(1, 120).Select(i => Some.Customer($"c{i}", version, $"c{i}@example.com", first: $"Ada {version}")),
        .. Enumerable.Range(1, 130).Select(i => Some.Order($"o{i}", version, customer: $"c{(i % 120) + 1}", total: (1000 * version) + i, lines: [$"l{i}a", $"l{i}b"])),
    ];

    private static async Task AssertCompleteAsync(PushRig rig)
    {
        Assert.Equal(0, rig.Waiting);
        Assert.Equal(0, await rig.QuarantinedAsync());
        foreach (var (@object, count) in new[] { ("products", 120), ("contacts", 120), ("orders", 130), ("line_items", 260) })
        {
            var all = await rig.AllAsync(@object);
            Assert.Equal(count, all.Count);
            Assert.Equal(count, all.Select(record => record["spoke_key"]).Distinct().Count());
        }
        var order = await rig.OneAsync("orders", "shop-main:order:o7");
        Assert.Equal(2, (await rig.AssociatedAsync("orders", order.Id.Value, "line_items")).Count);
        Assert.Single(await rig.AssociatedAsync("orders", order.Id.Value, "contacts"));
    }
}
