using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Pushing;

namespace Spoke.Sync.Tests.Pushing;

/// <summary>Associations that are made while records are pushed still.</summary>
public sealed class EdgesAheadTests
{
    private const int Orders = 700;
    private const int Lines = 3 * Orders;

    [Fact]
    public async Task What_fills_a_whole_call_goes_ahead_and_the_rest_waits()
    {
        await using var rig = await WantingAsync();
        await using var ahead = Ahead(rig);
        await ahead.FollowAsync(RecordObjects.LineItems, Keys(0, 1500), PushRig.Token);
        await ahead.ThroughAsync();
        Assert.Equal((0, Lines), (ahead.Done, await WaitingAsync(rig)));
        await ahead.FollowAsync(RecordObjects.LineItems, Keys(1000, Lines), PushRig.Token);   // some of them once more
        await ahead.ThroughAsync();
        Assert.Equal((EdgePusher.Batch, Lines - EdgePusher.Batch), (ahead.Done, await WaitingAsync(rig)));
        Assert.Equal(EdgePusher.Batch, (await rig.LinesAssociatedAsync()).Count);
    }

    [Fact]
    public async Task What_is_not_wanted_any_more_by_then_is_removed_again()
    {
        await using var rig = await WantingAsync();
        await using var ahead = Ahead(rig);
        await ahead.FollowAsync(RecordObjects.LineItems, Keys(0, 1500), PushRig.Token);
        await ahead.ThroughAsync();
        await SetAsync(rig, EdgeState.Unwanted, "where to_key = 'shop-main:line:1/1a'");
        await ahead.FollowAsync(RecordObjects.LineItems, Keys(1500, Lines), PushRig.Token);
        await ahead.ThroughAsync();
        Assert.Equal(EdgeState.Unwanted, await rig.Database.ReadAsync(db => db.ExecuteScalar<int>("select state from edge where to_key = 'shop-main:line:1/1a'"), PushRig.Token));
        await new EdgePusher(rig.Database, rig.Portal, "shop-main", 4, TimeProvider.System).PushAsync(companies: false, PushRig.Token);
        Assert.Equal(Lines - 1, (await rig.LinesAssociatedAsync()).Count);
    }

    private static EdgesAhead Ahead(PushRig rig) => new(new EdgePusher(rig.Database, rig.Portal, "shop-main", 4, TimeProvider.System), companies: false);

    /// <summary>Everything is in HubSpot but the associations of the lines.</summary>
    private static async Task<PushRig> WantingAsync()
    {
        var rig = await PushRig.StartAsync();
        await rig.EnterAsync([.. Enumerable.Range(1, Orders).Select(LedgerEntity (number) => Some.Order($"{number}", 1, email: "a@example.com", lines: [$"{number}a", $"{number}b", $"{number}c"]))]);
        await rig.PassAsync();
        foreach (var page in (await rig.LinesAssociatedAsync()).Chunk(2000)) await rig.Portal.Associations.BatchArchiveAsync("orders", "line_items", page, null, PushRig.Token);
        await SetAsync(rig, EdgeState.Wanted, "where to_object = 'line_items'");
        return rig;
    }

    private static IReadOnlyList<string> Keys(int from, int to) => [.. Enumerable.Range(from, to - from).Select(place => $"shop-main:line:{(place / 3) + 1}/{(place / 3) + 1}{"abc"[place % 3]}")];

    private static Task SetAsync(PushRig rig, int state, string which) => rig.Database.WriteAsync((db, transaction) => db.Execute($"update edge set state = {state} {which}", null, transaction), PushRig.Token);

    private static Task<int> WaitingAsync(PushRig rig) => rig.Database.ReadAsync(db => db.ExecuteScalar<int>("select count(*) from edge where state = 0"), PushRig.Token);
}
