using Spoke.Shop.Api;
using Spoke.Shop.Store;

namespace Spoke.Shop.Demo;

/// <summary>
/// People who shop, one small thing at a time: somebody fills a cart, somebody leaves theirs behind, somebody pays; in the back room parcels go out,
/// arrive, and now and then come back.
/// </summary>
internal sealed class DemoTraffic(ShopDesk desk, ShopOptions options)
{
    private const int MostVisitors = 4;

    private sealed record Visitor(ShopCustomer Person, string CartId, int ToTake);

    private readonly List<Visitor> _visitors = [];
    private DemoPeople _people = new(options.Seed);
    private List<ShopCustomer> _regulars = [];

    /// <summary>Fills an empty shop; a shop that has goods already is left as it is.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (await desk.Database.CountAsync("product", cancellationToken).ConfigureAwait(false) == 0)
            await desk.Database.WriteAsync(DemoGoods.Stock, cancellationToken, push: false).ConfigureAwait(false);
        if (!options.DemoTraffic) return;
        if (await desk.Database.CountAsync("order", cancellationToken).ConfigureAwait(false) == 0)
            await desk.Database.WriteAsync(new DemoHistory(_people, options).Write, cancellationToken, push: false).ConfigureAwait(false);
        _regulars = [.. (await desk.Database.ListAsync("customer", ShopJson.Default.ShopCustomer, cancellationToken).ConfigureAwait(false)).Where(c => !c.Guest)];
        // After a restart other people come than the first time round.
        _people = new DemoPeople(options.Seed + await desk.Database.CountAsync("cart", cancellationToken).ConfigureAwait(false));
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(options.DemoInterval * (0.5 + _people.Fraction()), options.TimeProvider, cancellationToken).ConfigureAwait(false);
            try
            {
                if (_people.Chance(0.35)) await BackRoomAsync(cancellationToken).ConfigureAwait(false);
                else if (_visitors.Count == 0 || (_visitors.Count < MostVisitors && _people.Chance(0.35))) await EnterAsync(cancellationToken).ConfigureAwait(false);
                else await GoOnAsync(_people.Pick(_visitors), cancellationToken).ConfigureAwait(false);
            }
            catch (ShopRefusal)
            {
                // a person was quicker: the order has moved on by hand
            }
        }
    }

    private async Task EnterAsync(CancellationToken cancellationToken)
    {
        var guest = _regulars.Count == 0 || _people.Chance(0.25);
        var person = guest ? _people.Somebody() : _people.Regular(_regulars);
        var cart = await desk.OpenCartAsync(new CartRequest(_people.Currency(), null, guest ? null : person.Id), cancellationToken).ConfigureAwait(false);
        await desk.AddLineAsync(cart.Id, _people.Variant(), _people.Between(1, 2), cancellationToken).ConfigureAwait(false);
        _visitors.Add(new Visitor(person, cart.Id, _people.Between(0, 2)));
    }

    private async Task GoOnAsync(Visitor visitor, CancellationToken cancellationToken)
    {
        _visitors.Remove(visitor);
        if (_people.Chance(0.06)) return;   // left behind
        if (visitor.ToTake > 0)
        {
            await desk.AddLineAsync(visitor.CartId, _people.Variant(), _people.Between(1, 2), cancellationToken).ConfigureAwait(false);
            _visitors.Add(visitor with { ToTake = visitor.ToTake - 1 });
            return;
        }
        var person = visitor.Person;
        await desk.CheckoutAsync(new CheckoutRequest(visitor.CartId, person.Email, person.FirstName, person.LastName, _people.Card(), _people.Coupon(), person.Address), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The order that has waited longest moves a step on.</summary>
    private async Task BackRoomAsync(CancellationToken cancellationToken)
    {
        var orders = (await desk.Database.ListAsync("order", ShopJson.Default.ShopOrder, cancellationToken).ConfigureAwait(false)).Where(o => o.Status is "authorized" or "paid" or "partially_shipped" or "shipped").ToList();
        // Some stay open, so that there is always something of every state to see.
        foreach (var (status, kept) in new[] { ("authorized", 1), ("shipped", 4), ("partially_shipped", 1), ("paid", 3) })
            if (orders.Where(o => o.Status == status).ToList() is { } waiting && waiting.Count > kept)
            {
                await MoveOnAsync(waiting[0], cancellationToken).ConfigureAwait(false);
                return;
            }
    }

    private async Task MoveOnAsync(ShopOrder order, CancellationToken cancellationToken)
    {
        switch (order.Status)
        {
            case "authorized":
                await desk.ConfirmAsync(order.Id, cancellationToken).ConfigureAwait(false);
                break;
            case "paid" when _people.Chance(0.05):
                await desk.CancelAsync(order.Id, "customer changed their mind", cancellationToken).ConfigureAwait(false);
                break;
            case "paid" when order.Lines.Count > 1 && _people.Chance(0.15):
                await desk.ShipAsync(order.Id, new ShipRequest([Orders.Unshipped(order)[0]], null, null), cancellationToken).ConfigureAwait(false);
                break;
            case "paid" or "partially_shipped":
                await desk.ShipAsync(order.Id, null, cancellationToken).ConfigureAwait(false);
                break;
            default:
                await desk.DeliverAsync(order.Id, cancellationToken).ConfigureAwait(false);
                if (_people.Chance(0.15)) await desk.RefundAsync(order.Id, _people.Chance(0.5) ? order.Paid : Math.Max(1, order.Paid / 3), "not as expected", cancellationToken).ConfigureAwait(false);
                break;
        }
    }
}
