using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Intake;
using Spoke.Sync.Ledger;
using Spoke.Sync.Quarantine;
using Spoke.Sync.Tests.Pulling;

namespace Spoke.Sync.Tests.Ledger;

/// <summary>Pushes that only name what has changed: the store is asked for it, and may fail to answer.</summary>
public sealed class NamedPushTests : IAsyncLifetime
{
    private PullRig _rig = null!;

    public async ValueTask InitializeAsync()
    {
        _rig = await PullRig.StartAsync(clock: new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        for (var i = 1; i <= 5; i++) _rig.Store.Put(Some.Order($"{i}", 0, email: $"guest{i}@example.com", lines: ["l1"]));
        await _rig.PassAsync();
        _rig.Store.AskedFor.Clear();
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task However_many_pushes_name_an_order_it_is_read_once()
    {
        for (var i = 0; i < 10; i++) await NameAsync("1", $"d{i}");
        Assert.Equal(10, await DrainAsync());
        Assert.Equal(["1"], _rig.Store.AskedFor);
        await NameAsync("1", "later");
        await DrainAsync();
        Assert.Equal(["1", "1"], _rig.Store.AskedFor);
    }

    [Fact]
    public async Task One_that_the_store_cannot_answer_for_goes_into_quarantine_and_the_others_are_entered()
    {
        _rig.Store.FailsFor.Add("1");
        await NameAsync("1", "a");
        Authorize("2");
        await NameAsync("2", "b");
        Assert.Equal(2, await DrainAsync());
        Assert.Equal(PaymentStatus.Authorized, await PaymentAsync("2"));
        var waits = Assert.Single(await DeskAsync());
        Assert.Equal(("intake", "1"), (waits.Object, waits.Key));
        Assert.Contains("failed to answer for 1", waits.Reason, StringComparison.Ordinal);
        Assert.NotNull(await PaymentAsync("1"));   // it is not taken for deleted
    }

    [Fact]
    public async Task What_waits_in_quarantine_is_asked_for_again_when_the_store_is_asked()
    {
        _rig.Store.FailsFor.Add("1");
        Authorize("1");
        _rig.Store.NotListed.Add("1");
        await NameAsync("1", "a");
        await NameAsync("2", "b");
        await DrainAsync();
        Assert.Single(await DeskAsync());
        _rig.Store.FailsFor.Clear();
        await _rig.Worker().StepAsync(poll: true, PullRig.Token);
        Assert.Empty(await DeskAsync());
        Assert.Equal(PaymentStatus.Authorized, await PaymentAsync("1"));
    }

    [Fact]
    public async Task A_store_that_answers_for_nothing_is_left_alone_and_what_brought_its_bytes_is_entered()
    {
        _rig.Store.FailsFor.Add("*");
        for (var i = 1; i <= 4; i++) await NameAsync($"{i}", $"d{i}");
        Authorize("5");
        await _rig.HearChangeAsync(_rig.Store.Push(EntityKind.Order, "5", "bytes"));
        await Assert.ThrowsAsync<StoreException>(DrainAsync);
        Assert.Equal(["1", "2", "3"], _rig.Store.AskedFor);
        Assert.Equal(PaymentStatus.Authorized, await PaymentAsync("5"));
        Assert.Empty(await DeskAsync());
        _rig.Store.FailsFor.Clear();
        Assert.Equal(4, await DrainAsync());
    }

    [Fact]
    public async Task A_live_round_pushes_what_it_knows_before_it_says_that_the_store_is_silent()
    {
        var worker = _rig.Worker();
        await worker.StepAsync(poll: true, PullRig.Token);
        _rig.Store.FailsFor.Add("*");
        await NameAsync("1", "a");
        _rig.Store.Put(_rig.Store.Get<Order>(EntityKind.Order, "5") with { Number = "5-b" });
        await _rig.HearChangeAsync(_rig.Store.Push(EntityKind.Order, "5", "bytes"));
        await Assert.ThrowsAsync<StoreException>(() => worker.StepAsync(poll: false, PullRig.Token));
        Assert.Contains(await _rig.Portal.Orders.ListAsync(new Spoke.HubSpot.ReadOptions { Properties = ["hs_order_name"] }, null, PullRig.Token).ToListAsync(PullRig.Token), order => order["hs_order_name"]?.Contains("5-b", StringComparison.Ordinal) == true);
    }

    private Task NameAsync(string id, string delivery) => _rig.HearChangeAsync(StoreChange.Named(EntityKind.Order, id, delivery));

    private void Authorize(string id) => _rig.Store.Put(_rig.Store.Get<Order>(EntityKind.Order, id) with { Payment = PaymentStatus.Authorized });

    private Task<int> DrainAsync() => new LedgerFeed(_rig.Database, NullLogger.Instance).DrainAsync(_rig.Connection, PullRig.Token);

    private Task<IReadOnlyList<QuarantineItem>> DeskAsync() => new QuarantineDesk(_rig.Database, _rig.Connection, new SyncOptions(), _rig.Time, NullLogger.Instance).ListAsync(PullRig.Token);

    private async Task<PaymentStatus?> PaymentAsync(string id) =>
        await _rig.Database.ReadAsync(db => db.QueryFirstOrDefault<string?>("select body from ledger where kind = 3 and platform_id = @id and deleted = 0", new { id }), PullRig.Token) is { } body ? ((Order)LedgerJson.Read(body)).Payment : null;
}
