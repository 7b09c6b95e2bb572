using Bogus;
using Dapper;
using Spoke.Shop.Store;

namespace Spoke.Shop.Demo;

/// <summary>People who shop: a history at the first start, then somebody every so often. The same seed gives the same people.</summary>
internal sealed class DemoTraffic(ShopDesk desk, ShopOptions options)
{
    private static readonly (string Name, string Sku, long Cents)[] Catalogue =
    [
        ("Espresso Beans 250 g", "BEAN-250", 890), ("Espresso Beans 1 kg", "BEAN-1000", 2890), ("Filter Papers 100", "PAPER-100", 450), ("Pour-over Dripper", "DRIP-1", 2400), ("Hand Grinder", "GRIND-1", 8900),
        ("Café Crème Mug", "MUG-1", 1250), ("Glass Server", "SERVE-1", 3200), ("Gooseneck Kettle", "KETTLE-1", 11900), ("Digital Scale", "SCALE-1", 4990), ("Cold Brew Bottle", "BREW-1", 3490),
        ("Cleaning Powder", "CLEAN-1", 990), ("Gift Card Envelope", "WRAP-1", 150),
    ];

    // Minor units for one EUR cent; JPY has no decimals and KWD three.
    private static readonly Dictionary<string, decimal> Rates = new() { ["EUR"] = 1m, ["USD"] = 1.08m, ["GBP"] = 0.85m, ["JPY"] = 1.6m, ["KWD"] = 3.3m };

    private readonly Faker _faker = new("en") { Random = new Randomizer(options.Seed) };
    private readonly List<ShopCustomer> _regulars = [];
    private readonly Queue<string> _toShip = new();
    private readonly Queue<string> _toDeliver = new();

    /// <summary>Fills an empty shop; a shop that has goods already is left as it is.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (await desk.Database.ReadAsync(db => db.ExecuteScalar<int>("select count(*) from entity where kind = 'variant'"), cancellationToken).ConfigureAwait(false) == 0)
            await StockAsync(cancellationToken).ConfigureAwait(false);
        var known = await desk.Database.PageAsync("customer", 0, 1000, ShopJson.Default.ShopCustomer, cancellationToken).ConfigureAwait(false);
        _regulars.AddRange(known.Items.Where(c => !c.Guest));
        if (!options.DemoTraffic || known.Total > 0) return;
        for (var i = 0; i < options.DemoCustomers; i++) _regulars.Add(await desk.AddCustomerAsync(Person(), cancellationToken).ConfigureAwait(false));
        for (var i = 0; i < options.DemoOrders; i++) await VisitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(options.DemoInterval, options.TimeProvider, cancellationToken).ConfigureAwait(false);
            if (_faker.Random.Bool(0.6f)) await VisitAsync(cancellationToken).ConfigureAwait(false);
            else await MoveOnAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One visit: a basket, and mostly an order.</summary>
    private async Task VisitAsync(CancellationToken cancellationToken)
    {
        var guest = _regulars.Count == 0 || _faker.Random.Bool(0.2f);
        var person = guest ? Person() : _regulars[(int)(_regulars.Count * Math.Pow(_faker.Random.Double(), 2))];   // a few come often
        var currency = _faker.Random.WeightedRandom(["EUR", "USD", "GBP", "JPY", "KWD"], [0.5f, 0.25f, 0.15f, 0.07f, 0.03f]);
        var cart = await desk.OpenCartAsync(currency, guest ? null : person.Id, guest ? null : person.Email, cancellationToken).ConfigureAwait(false);
        for (var n = _faker.Random.Int(1, 4); n > 0; n--)
            cart = await desk.PutLineAsync(cart.Id, "v" + _faker.Random.Int(1, Catalogue.Length), _faker.Random.Int(1, 3), cancellationToken).ConfigureAwait(false);
        if (_faker.Random.Bool(0.12f)) return;   // left behind
        var card = _faker.Random.WeightedRandom(["4242424242424242", "4000000000000002", "4000000000003220", ""], [0.86f, 0.05f, 0.05f, 0.04f]);
        var coupon = _faker.Random.Bool(0.2f) ? _faker.PickRandom("WELCOME10", "SUMMER25") : null;
        var order = await desk.CheckoutAsync(new CheckoutRequest(cart.Id, person.Email, person.FirstName, person.LastName, card, coupon, person.Address), cancellationToken).ConfigureAwait(false);
        if (order.Status == "paid") _toShip.Enqueue(order.Id);
        if (_faker.Random.Bool(0.5f)) await MoveOnAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task MoveOnAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_toDeliver.Count > 3 && _faker.Random.Bool(0.5f))
            {
                var id = _toDeliver.Dequeue();
                var order = await desk.DeliverAsync(id, cancellationToken).ConfigureAwait(false);
                if (_faker.Random.Bool(0.15f)) await desk.RefundAsync(id, _faker.Random.Bool() ? order.Paid : Math.Max(1, order.Paid / 3), "not as expected", cancellationToken).ConfigureAwait(false);
            }
            else if (_toShip.TryDequeue(out var id)) await ShipAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (ShopRefusal)
        {
            // a person was quicker: the order has moved on by hand
        }
    }

    private async Task ShipAsync(string id, CancellationToken cancellationToken)
    {
        if (_faker.Random.Bool(0.06f))
        {
            await desk.CancelAsync(id, "customer changed their mind", cancellationToken).ConfigureAwait(false);
            return;
        }
        var order = await desk.ShipAsync(id, _faker.Random.Bool(0.1f), cancellationToken).ConfigureAwait(false);
        (order.Status == "shipped" ? _toDeliver : _toShip).Enqueue(id);
    }

    private Task StockAsync(CancellationToken cancellationToken) => desk.Database.WriteAsync(write =>
    {
        for (var i = 0; i < Catalogue.Length; i++)
        {
            var (name, sku, cents) = Catalogue[i];
            var prices = Rates.ToDictionary(rate => rate.Key, rate => rate.Key == "JPY" ? (long)(cents * rate.Value) / 10 * 10 : Math.Max(1, (long)(cents * rate.Value)));
            var id = "v" + (i + 1);
            var product = "p" + (i + 1);
            write.Put("variant", id, version => new ShopVariant(id, product, name, sku, $"{name}, from our roastery.", prices) { Version = version }, ShopJson.Default.ShopVariant);
        }
        return true;
    }, cancellationToken);

    private ShopCustomer Person()
    {
        var first = _faker.Name.FirstName();
        var last = _faker.Name.LastName();
        var number = _faker.Random.Int(1, 99_999);
        var address = new ShopAddress($"{first} {last}", _faker.Address.StreetAddress(), _faker.Address.City(), _faker.Address.ZipCode(), _faker.PickRandom("DE", "FR", "IE", "US", "GB", "JP"));
        var email = $"{first}.{last}{number}@example.com".Replace("'", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
        return new ShopCustomer("", email, first, last, _faker.Random.Bool() ? $"+353 1 55{number:D5}" : null, address, false, options.TimeProvider.GetUtcNow());
    }
}
