using Spoke.Commerce.Tests.Connectors.Vendure;

namespace Spoke.EndToEnd.Tests;

/// <summary>300 customers and 800 orders in every state a Vendure order can be in.</summary>
public sealed class VendureSyncTests(VendureSyncTests.Seeded seeded) : IClassFixture<VendureSyncTests.Seeded>
{
    [Fact]
    public async Task A_real_store_is_in_step_to_the_minor_unit_after_one_pass_and_a_second_writes_nothing()
    {
        Assert.SkipWhen(VendureStore.Missing is not null, VendureStore.Missing ?? "");
        var truth = new VendureTruth(seeded.Store!.Expected);
        await using var sync = await VendureSync.StartAsync(seeded.Store);

        var first = await sync.PassAsync();
        Assert.True(first.GetProperty("inStep").GetBoolean());
        Assert.Equal(truth.Records, first.GetProperty("written").GetProperty("created").GetInt32());
        Assert.Equal(truth.Orders, first.GetProperty("read").GetProperty("orders").GetInt32());
        await truth.CheckAsync(sync);

        var calls = await sync.CallsAsync();
        Assert.Equal(calls.Count, first.GetProperty("calls").GetInt32());
        var records = calls.Count(c => c.Method != "GET" && c.Path.Contains("/objects/", StringComparison.Ordinal) && !c.Path.EndsWith("/search", StringComparison.Ordinal));
        var associations = calls.Count(c => c.Path.Contains("/associations/", StringComparison.Ordinal));
        Assert.InRange(records, truth.Records / 100, truth.Records * 1.1 / 100);
        Assert.InRange(associations, 0, 4 + (truth.Lines + truth.Orders + truth.OpenCarts) / 1000);   // four kinds of them
        Assert.InRange(calls.Count - records - associations, 1, 37);   // once: the account, the stages, five calls an object to see, make and check its properties and their group, one to see which records there are already, and HubSpot's own count at the end

        var second = await sync.PassAsync();
        Assert.True(second.GetProperty("inStep").GetBoolean());
        var writing = (await sync.CallsAsync()).Skip(calls.Count).Where(c => c.Method != "GET" && !c.Path.EndsWith("/search", StringComparison.Ordinal) && !c.Path.EndsWith("/batch/read", StringComparison.Ordinal));
        Assert.Empty(writing);
        await truth.CheckAsync(sync);
    }

    public sealed class Seeded : IAsyncLifetime
    {
        public VendureStore? Store { get; private set; }

        public async ValueTask InitializeAsync()
        {
            if (VendureStore.Missing is null) Store = await VendureStore.StartAsync(customers: 300, orders: 800, TestContext.Current.CancellationToken);
        }

        public ValueTask DisposeAsync() => Store?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
