namespace Spoke.StandIns.Shopify;

/// <summary>The shop itself, in memory: what it holds, and what people do in it. Every action dates what it changes and calls out the events a shop pushes.</summary>
public sealed partial class ShopifyShop
{
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<long, ShopOrder> _orders = [];   // those that are not as the seed made them
    private readonly SortedSet<long> _placed = [];
    private long _id = 10_000_000;

    internal ShopifyShop(ShopifyStandInOptions options)
    {
        Options = options;
        _time = options.Time;
        Seed = new ShopifySeed(options, Now);
        foreach (var variant in Seed.Variants) Products.Add(variant.Product.Id, variant.Product);
        foreach (var customer in Seed.Customers) Customers.Add(customer.Id, customer);
        if (Products.Count > 0) return;
        AddProduct("Tea", 19.99m);
        AddProduct("Cup", 7.50m);
    }

    internal ShopifyStandInOptions Options { get; }
    internal ShopifySeed Seed { get; }
    internal Lock Gate => _lock;
    internal Dictionary<long, ShopProduct> Products { get; } = [];
    internal Dictionary<long, ShopCustomer> Customers { get; } = [];
    internal Dictionary<long, ShopCompany> Companies { get; } = [];
    internal Dictionary<long, ShopCheckout> Checkouts { get; } = [];

    /// <summary>Called with what one event is pushed as, several topics joined by a blank, and what it is about.</summary>
    internal Action<string, object> Happened { get; set; } = (_, _) => { };

    /// <summary>The shop's clock, in whole seconds as Shopify dates things.</summary>
    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(_time.GetUtcNow().ToUnixTimeSeconds());

    /// <summary>The domain by which Shopify names the shop: here its address.</summary>
    public string Domain { get; internal set; } = "stand-in.myshopify.com";

    public int OrderCount => Seed.OrderCount + _placed.Count;

    public ShopCheckout FindCheckout(string token)
    {
        lock (_lock) return Checkouts.Values.First(c => c.Token == token);
    }

    public ShopCheckout OpenCheckout(string email, int quantity = 1)
    {
        lock (_lock)
        {
            var variant = AnyVariant();
            var id = NextId();
            var checkout = new ShopCheckout { Id = id, Token = $"hWN{id:x}token", Email = email, Customer = CustomerOf(email, "Test", "Buyer", null), CreatedAt = Now, UpdatedAt = Now };
            checkout.Lines.Add(new ShopLine { Id = NextId(), Title = variant.Product.Title, Sku = variant.Sku, Variant = variant, Quantity = quantity, Price = variant.Price });
            Checkouts.Add(id, checkout);
            Happened("checkouts/create", checkout);
            return checkout;
        }
    }

    public void EditCheckout(ShopCheckout checkout, int quantity)
    {
        lock (_lock)
        {
            checkout.Lines[0].Quantity = quantity;
            checkout.UpdatedAt = Now;
            Happened("checkouts/update", checkout);
        }
    }

    public void DeleteCheckout(ShopCheckout checkout)
    {
        lock (_lock)
        {
            Checkouts.Remove(checkout.Id);
            Happened("checkouts/delete", checkout);
        }
    }

    public void Uninstall()
    {
        Happened("app/uninstalled", this);
        Happened("shop/redact", this);
    }

    internal long NextId() => Interlocked.Increment(ref _id);

    internal decimal Round(decimal amount) => Math.Round(amount, Digits(Options.Currency), MidpointRounding.AwayFromZero);

    internal static int Digits(string currency) => currency switch { "JPY" or "KRW" => 0, "KWD" or "BHD" or "TND" => 3, _ => 2 };

    internal decimal TaxOn(decimal net, decimal rate) => Round(Options.TaxesIncluded ? net * rate / (1 + rate) : net * rate);
}
