using Spoke.Commerce.Ledger;
using Spoke.Commerce.Connectors;
using Spoke.StandIns.Shopify;

namespace Spoke.Commerce.Tests.Connectors.Shopify;

/// <summary>Files of exports whose host does not do its part.</summary>
public sealed class ShopifyBulkTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_file_that_brings_nothing_more_is_opened_again_and_read_on()
    {
        var time = new ShopifyScene.Leaping(Start);
        await using var scene = await SceneAsync(time);
        scene.StandIn.StallFileAfter = 9_000;
        time.Stall = scene.StandIn.FileStalled;
        var orders = (await ShopifyScene.PagesAsync(scene.Connector.ReadAllAsync(EntityKind.Order, null, TestContext.Current.CancellationToken))).SelectMany(page => page.Changes).ToList();
        Assert.Equal(2, scene.StandIn.FilesOpened);
        Assert.Equal(20, orders.Count);
        Assert.Equal(20, orders.Select(order => order.PlatformId).Distinct().Count());
        Assert.All(orders, order => Assert.Single(((Order)scene.Connector.Normalise(order)[0]).Lines));
    }

    [Fact]
    public async Task A_file_that_is_not_answered_in_time_is_asked_for_again()
    {
        var time = new ShopifyScene.Leaping(Start);
        await using var scene = await SceneAsync(time);
        await using var connector = scene.Connect(time, handler: new Slow(times: 1));
        Assert.Equal(20, (await ShopifyScene.PagesAsync(connector.ReadAllAsync(EntityKind.Order, null, Cancel))).Sum(page => page.Changes.Count));
    }

    [Fact]
    public async Task A_file_that_is_never_answered_is_told_as_a_failure_of_the_store()
    {
        var time = new ShopifyScene.Leaping(Start);
        await using var scene = await SceneAsync(time);
        await using var connector = scene.Connect(time, handler: new Slow(times: int.MaxValue));
        var failure = await Assert.ThrowsAsync<StoreException>(() => ShopifyScene.PagesAsync(connector.ReadAllAsync(EntityKind.Order, null, Cancel)));
        Assert.True(failure.IsTransient);
        Assert.Contains("no answer in 100 s", failure.Message);
    }

    [Fact]
    public async Task Who_stops_the_reading_is_not_taken_for_a_broken_connection()
    {
        var time = new ShopifyScene.Leaping(Start);
        await using var scene = await SceneAsync(time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        scene.StandIn.StallFileAfter = 9_000;
        var reading = ShopifyScene.PagesAsync(scene.Connector.ReadAllAsync(EntityKind.Order, null, stop.Token));
        await scene.StandIn.FileStalled;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Equal(1, scene.StandIn.FilesOpened);
    }

    private static async Task<ShopifyScene> SceneAsync(TimeProvider time)
    {
        var scene = await ShopifyScene.StartAsync(new ShopifyStandInOptions { Time = time }, time);
        for (var i = 0; i < 20; i++) scene.Shop.Place(new NewOrder($"f{i}@example.com", [new NewLine("Tea", 1, 10)]));
        return scene;
    }

    /// <summary>The host of the files takes longer than anybody waits, as <see cref="HttpClient"/> tells it.</summary>
    private sealed class Slow(int times) : DelegatingHandler(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
    {
        private int _left = times;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.RequestUri!.AbsolutePath.StartsWith("/files/", StringComparison.Ordinal) && _left-- > 0 ? throw new TaskCanceledException("The request was canceled due to the configured HttpClient.Timeout.", new TimeoutException()) : base.SendAsync(request, cancellationToken);
    }
}
