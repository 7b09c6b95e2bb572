using Microsoft.Extensions.Time.Testing;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Carts;
using Spoke.Sync.Storage;
using Spoke.Sync.Tests.Pulling;

namespace Spoke.Sync.Tests.Carts;

/// <summary>How far a cart has come: by what its customer does, and by the clock.</summary>
public class CartStateTests
{
    private static readonly DateTimeOffset Noon = Some.Day;
    private readonly FakeTimeProvider _clock = new(Noon);

    [Fact]
    public async Task A_cart_that_is_left_is_abandoned_and_one_that_is_bought_then_is_recovered()
    {
        await using var rig = await PullRig.StartAsync(dialect: NewDatabase(), clock: _clock);
        rig.Store.Put(Left("c1", Noon));
        await PassAsync(rig, Noon.AddMinutes(59));
        Assert.Equal("active", await StatusAsync(rig, "c1"));
        Assert.Equal((null, null), await ShownAsync(rig));

        await PassAsync(rig, Noon.AddMinutes(60));
        Assert.Equal("abandoned", await StatusAsync(rig, "c1"));
        Assert.Equal(("7.00", "https://shop.example/c1"), await ShownAsync(rig));
        var writes = await rig.WritesAsync();
        await PassAsync(rig, Noon.AddMinutes(70));
        Assert.Equal(writes, await rig.WritesAsync());

        // They come back to it, leave it once more, and buy in the end.
        rig.Store.Put(Left("c1", Noon.AddMinutes(75)) with { Amounts = Some.Cart("", 0, null, 900).Amounts });
        await PassAsync(rig, Noon.AddMinutes(76));
        Assert.Equal("active", await StatusAsync(rig, "c1"));
        Assert.Equal((null, null), await ShownAsync(rig));
        await PassAsync(rig, Noon.AddMinutes(140));
        Assert.Equal(("9.00", "https://shop.example/c1"), await ShownAsync(rig));
        rig.Store.Put(Some.Order("1", 0, email: "ada@example.com", at: Noon.AddMinutes(150)) with { CartId = "c1" });
        rig.Store.Put(Left("c1", Noon.AddMinutes(150)) with { Active = false, OrderId = "1" });
        await PassAsync(rig, Noon.AddMinutes(151));
        Assert.Equal("recovered", await StatusAsync(rig, "c1"));
        Assert.Equal((null, null), await ShownAsync(rig));
        var order = Assert.Single(await rig.Portal.Orders.ListAsync(null, null, PullRig.Token).ToListAsync(PullRig.Token));
        Assert.Single(await rig.Portal.Associations.ListAsync("orders", order.Id, "carts", null, PullRig.Token).ToListAsync(PullRig.Token));
    }

    [Fact]
    public async Task Of_several_carts_of_a_customer_one_is_open_and_any_later_order_closes_it()
    {
        await using var rig = await PullRig.StartAsync(dialect: NewDatabase(), clock: _clock);
        rig.Store.Put(Left("c1", Noon.AddMinutes(-300)));
        rig.Store.Put(Left("c2", Noon.AddMinutes(-200), "ADA@example.com"));
        rig.Store.Put(Left("c3", Noon.AddMinutes(-100), "bob@example.com"));
        await PassAsync(rig, Noon);
        Assert.Equal(("superseded", "abandoned", "abandoned"), (await StatusAsync(rig, "c1"), await StatusAsync(rig, "c2"), await StatusAsync(rig, "c3")));
        // The store deletes the newer one: the older is theirs again.
        rig.Store.Put(rig.Store.Get<Cart>(EntityKind.Cart, "c2") with { Deleted = true });
        await PassAsync(rig, Noon.AddMinutes(1));
        Assert.Equal(("abandoned", "emptied"), (await StatusAsync(rig, "c1"), await StatusAsync(rig, "c2")));
        Assert.Equal("https://shop.example/c1", (await ShownAsync(rig)).Url);
        // Bought elsewhere: nobody is to be reminded, and bought long before says nothing.
        rig.Store.Put(Some.Order("1", 0, email: "ada@example.com", at: Noon.AddMinutes(2)));
        rig.Store.Put(Some.Order("2", 0, email: "bob@example.com", at: Noon.AddMinutes(-101)));
        await PassAsync(rig, Noon.AddMinutes(3));
        Assert.Equal(("superseded", "abandoned"), (await StatusAsync(rig, "c1"), await StatusAsync(rig, "c3")));
        Assert.Equal((null, null), await ShownAsync(rig));
    }

    [Fact]
    public async Task When_its_time_has_come_the_store_is_asked_first_and_what_was_just_bought_is_never_called_abandoned()
    {
        await using var rig = await PullRig.StartAsync(dialect: NewDatabase(), clock: _clock);
        rig.Store.Put(Left("c1", Noon.AddMinutes(-50)));
        rig.Store.Put(Left("c2", Noon.AddMinutes(-50), "bob@example.com"));
        await PassAsync(rig, Noon);
        // A live round of another process, in which nothing is pushed and no poll is due; the times lie in the database.
        var worker = rig.Worker();
        var early = await worker.StepAsync(poll: false, PullRig.Token);
        Assert.Equal((false, TimeSpan.FromMinutes(10)), (early.Polled, early.CartsDueIn));
        rig.Store.Put(Some.Order("1", 0, email: "ada@example.com", at: Noon.AddMinutes(9)) with { CartId = "c1" });   // and no push of it arrives
        _clock.SetUtcNow(Noon.AddMinutes(10));
        var due = await rig.Worker().StepAsync(poll: false, PullRig.Token);
        Assert.True(due.Polled);
        Assert.Equal(("converted", "abandoned"), (await StatusAsync(rig, "c1"), await StatusAsync(rig, "c2")));
        Assert.Equal(0, await rig.CountAsync("cart_state", "cart_id = 'c1' and abandoned_at is not null"));
        Assert.Equal(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(60), due.CartsDueIn);   // then it expires
    }

    [Fact]
    public async Task A_store_that_does_not_answer_holds_nothing_up_and_is_asked_once_a_minute_at_most()
    {
        await using var rig = await PullRig.StartAsync(dialect: NewDatabase(), clock: _clock);
        rig.Store.Put(Left("c1", Noon.AddMinutes(-50)));
        await PassAsync(rig, Noon);
        rig.Store.Put(Left("c2", Noon.AddMinutes(-49).AddSeconds(-30), "bob@example.com"));
        await PassAsync(rig, Noon);
        _clock.SetUtcNow(Noon.AddMinutes(10));
        var worker = rig.Worker();
        var first = await worker.StepAsync(poll: false, PullRig.Token);
        Assert.Equal((true, TimeSpan.FromMinutes(1)), (first.Polled, first.CartsDueIn));   // the other one is due in half a minute
        _clock.Advance(TimeSpan.FromSeconds(31));
        var between = await worker.StepAsync(poll: false, PullRig.Token);
        Assert.False(between.Polled);
        Assert.Equal("active", await StatusAsync(rig, "c2"));
        rig.Store.Silent = true;
        _clock.Advance(TimeSpan.FromSeconds(29));
        await Assert.ThrowsAsync<Spoke.Commerce.Connectors.StoreException>(() => worker.StepAsync(poll: false, PullRig.Token));
        Assert.Equal("abandoned", await StatusAsync(rig, "c2"));
    }

    [Fact]
    public async Task After_thirty_days_it_expires_and_the_threshold_can_be_set()
    {
        await using var rig = await PullRig.StartAsync(dialect: NewDatabase(), clock: _clock);
        await rig.UseAsync(abandonedAfter: TimeSpan.FromDays(2));
        rig.Store.Put(Left("c1", Noon));
        await PassAsync(rig, Noon.AddHours(47));
        Assert.Equal("active", await StatusAsync(rig, "c1"));
        await PassAsync(rig, Noon.AddHours(48));
        Assert.Equal("abandoned", await StatusAsync(rig, "c1"));
        await PassAsync(rig, Noon.AddDays(30));
        Assert.Equal("expired", await StatusAsync(rig, "c1"));
        Assert.Equal((null, null), await ShownAsync(rig));
    }

    [Fact]
    public async Task What_was_left_long_before_the_connection_began_reminds_nobody_until_they_come_back_to_it()
    {
        await using var rig = await PullRig.StartAsync(dialect: NewDatabase(), clock: _clock);
        rig.Store.Put(Left("c1", Noon.AddHours(-25)));
        rig.Store.Put(Left("c2", Noon.AddHours(-23), "bob@example.com"));
        await PassAsync(rig, Noon);
        Assert.Equal(("expired", "abandoned"), (await StatusAsync(rig, "c1"), await StatusAsync(rig, "c2")));
        Assert.Equal((null, null), await ShownAsync(rig));
        await PassAsync(rig, Noon.AddHours(5));
        Assert.Equal(("expired", "abandoned"), (await StatusAsync(rig, "c1"), await StatusAsync(rig, "c2")));
        rig.Store.Put(Left("c1", Noon.AddHours(6)));
        await PassAsync(rig, Noon.AddHours(8));
        Assert.Equal("abandoned", await StatusAsync(rig, "c1"));
        Assert.Equal(("7.00", "https://shop.example/c1"), await ShownAsync(rig));
    }

    [Fact]
    public async Task Who_cannot_be_reached_is_not_pushed_and_what_has_nothing_in_it_is_emptied()
    {
        await using var rig = await PullRig.StartAsync(dialect: NewDatabase(), clock: _clock);
        rig.Store.Put(Left("c1", Noon.AddHours(-5), null));
        rig.Store.Put(Left("c2", Noon.AddHours(-5)) with { Lines = [], Amounts = Some.Cart("", 0, null, 0).Amounts });
        rig.Store.Put(Left("c3", Noon.AddHours(-5), "bob@example.com") with { Amounts = Some.Cart("", 0, null, 0).Amounts });
        await PassAsync(rig, Noon);
        Assert.Equal([("shop-main:cart:c2", "emptied"), ("shop-main:cart:c3", "active")],
            (await rig.Portal.Carts.ListAsync(new ReadOptions { Properties = ["spoke_key", "hs_external_status"] }, null, PullRig.Token).ToListAsync(PullRig.Token)).Select(cart => (cart["spoke_key"]!, cart["hs_external_status"]!)).Order());
    }

    [Fact]
    public void Whatever_the_order_of_arrival_the_state_is_the_same()
    {
        var cart = Left("c", Noon);
        CartStatus Of(bool ordered = false, DateTimeOffset? orderAt = null, bool newer = false, bool left = false, Cart? of = null, int minutes = 90) =>
            CartStates.Judge(new CartFacts(of ?? cart, ordered, orderAt, newer, left), Noon.AddMinutes(minutes), TimeSpan.FromHours(1), DateTimeOffset.UnixEpoch).Status;
        Assert.Equal(CartStatus.Abandoned, Of());
        Assert.Equal(CartStatus.Converted, Of(ordered: true, newer: true));
        Assert.Equal(CartStatus.Recovered, Of(ordered: true, left: true, of: cart with { Active = false }));
        Assert.Equal(CartStatus.Superseded, Of(newer: true, minutes: 0));
        Assert.Equal(CartStatus.Abandoned, Of(orderAt: Noon));   // that order came before the cart was touched last
        Assert.Equal(CartStatus.Superseded, Of(orderAt: Noon.AddMilliseconds(1)));
        Assert.Equal(CartStatus.Emptied, Of(of: cart with { Deleted = true }, newer: true));
        Assert.Equal(CartStatus.Closed, Of(of: cart with { Active = false }));
        Assert.Equal(CartStatus.Expired, Of(minutes: 30 * 24 * 60));
        Assert.Equal(CartStatus.Active, Of(of: cart with { Lines = [] }, minutes: 30 * 24 * 60));
    }

    /// <summary>A new database for the facts to run on; null: SQLite, in a file of the rig's.</summary>
    protected virtual ISqlDialect? NewDatabase() => null;

    private async Task PassAsync(PullRig rig, DateTimeOffset at)
    {
        _clock.SetUtcNow(at);
        Assert.True((await rig.PassAsync()).InStep);
    }

    private static Cart Left(string id, DateTimeOffset at, string? email = "ada@example.com") => Some.Cart(id, 0, email) with
    {
        LastActivityAt = at,
        RecoveryUrl = "https://shop.example/" + id,
        Lines = [new OrderLine { Id = "l", Name = "Tea", Quantity = 1, UnitPrice = new Money(700, "EUR"), Gross = new Money(700, "EUR"), Discount = new Money(0, "EUR"), Tax = new Money(0, "EUR") }],
    };

    private static async Task<string?> StatusAsync(PullRig rig, string cart) =>
        (await rig.Portal.Carts.GetAsync($"shop-main:cart:{cart}", new ReadOptions { IdProperty = "spoke_key", Properties = ["hs_external_status"] }, null, PullRig.Token))!["hs_external_status"];

    /// <summary>What the contact shows of the cart it has left.</summary>
    private static async Task<(string? Value, string? Url)> ShownAsync(PullRig rig)
    {
        var contact = (await rig.Portal.Contacts.GetAsync("ada@example.com", new ReadOptions { IdProperty = "email", Properties = ["spoke_abandoned_cart_value", "spoke_abandoned_cart_url"] }, null, PullRig.Token))!;
        return (contact["spoke_abandoned_cart_value"] is { Length: > 0 } value ? value : null, contact["spoke_abandoned_cart_url"] is { Length: > 0 } url ? url : null);
    }
}
