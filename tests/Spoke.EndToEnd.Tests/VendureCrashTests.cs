using Spoke.Commerce.Tests.Connectors.Vendure;

namespace Spoke.EndToEnd.Tests;

/// <summary>A smaller store, because it is read and pushed many times over: 40 customers and 120 orders in every state.</summary>
public sealed class VendureCrashTests
{
    private const int Kills = 50;

    [Fact]
    public async Task Killed_at_fifty_moments_of_a_first_pass_nothing_is_lost_and_nothing_is_there_twice()
    {
        Assert.SkipWhen(VendureStore.Missing is not null, VendureStore.Missing ?? "");
        await using var store = await VendureStore.StartAsync(customers: 40, orders: 120, TestContext.Current.CancellationToken);
        await using var sync = await VendureSync.StartAsync(store);
        var truth = new VendureTruth(store.Expected);

        var started = TimeProvider.System.GetTimestamp();
        await sync.PassAsync();
        var length = TimeProvider.System.GetElapsedTime(started);
        await sync.StartOverAsync();

        // Each run goes on where the killed one left off. When one comes to its end, the portal is looked at and all begins anew.
        var random = new Random(20260105);
        int killed = 0, ended = 0, amidWriting = 0;
        while (killed < Kills)
        {
            await using var pass = sync.Begin();
            if (await pass.KillAfterAsync(length * random.NextDouble()))
            {
                killed++;
                if ((await sync.CallsAsync()).Any(c => c.Path.EndsWith("/batch/upsert", StringComparison.Ordinal))) amidWriting++;
                continue;
            }
            ended++;
            await truth.CheckAsync(sync);
            await sync.StartOverAsync();
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{killed} kills within {length.TotalSeconds:0.0} s, {amidWriting} of them after writing had begun, {ended} runs came to their end between them");
        Assert.True(amidWriting > 0, "no kill came late enough to prove anything");

        var last = await sync.PassAsync();
        Assert.True(last.GetProperty("inStep").GetBoolean());
        await truth.CheckAsync(sync);
    }
}
