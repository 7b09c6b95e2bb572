using System.Globalization;

namespace Spoke.StandIns.WooCommerce;

/// <summary>A shop's history out of one number: the same seed gives the same products, people and orders.</summary>
internal sealed class WooSeed(WooOptions options)
{
    public const long FirstProduct = 1_000;
    public const long FirstVariation = 500_000;
    public const long FirstCustomer = 2;
    public const long FirstOrder = 1_000_000;
    private readonly WooProduct?[] _sold = new WooProduct?[Math.Max(1, options.Products)];
    private static readonly DateTime Begin = new(2025, 1, 1, 8, 0, 0, DateTimeKind.Utc);
    private static readonly string[] Statuses = ["completed", "completed", "completed", "processing", "processing", "completed", "pending", "on-hold", "cancelled", "failed"];
    private static readonly string[] FirstNames = ["Ada", "Björn", "Chloé", "Dmitri", "Eun-ji", "Fatima", "Łukasz", "Niamh"];
    private static readonly string[] LastNames = ["O'Neill", "Müller", "Nguyễn", "García", "Smith", "Østergård", "Иванова", "Kaya"];

    /// <summary>Every third product has three variations.</summary>
    public WooProduct Product(int i)
    {
        var id = FirstProduct + i;
        var product = new WooProduct { Id = id, Status = "publish", Name = $"Product {i + 1}", Sku = $"SKU-{i + 1}", Price = Price(i), Description = $"<p>About product {i + 1}.</p>", Created = Begin.AddMinutes(i), Modified = Begin.AddMinutes(i + 30) };
        if (i % 3 != 2) return product;
        product.Type = "variable";
        foreach (var (option, n) in new[] { ("Small", 0), ("Medium", 1), ("Large", 2) })
            product.Variations.Add(new WooProduct { Id = FirstVariation + (i * 3) + n, Parent = id, Type = "variation", Status = "publish", Name = product.Name, Option = option, Sku = $"{product.Sku}-{option[0]}", Price = product.Price + n, Created = product.Created, Modified = product.Modified });
        return product;
    }

    public WooCustomer Customer(int i)
    {
        var (first, last) = (Pick(FirstNames, i, 1), Pick(LastNames, i, 2));
        var email = string.Create(CultureInfo.InvariantCulture, $"customer{i + 1}@example.com");
        var address = new WooAddress { FirstName = first, LastName = last, Street = $"{i + 1} High Street", City = "Cork", Postcode = $"T12 {i:0000}", Country = "IE", Email = email, Phone = $"+35321{i:0000000}" };
        return new WooCustomer { Id = FirstCustomer + i, Status = "", Email = email, FirstName = first, LastName = last, Paying = true, Billing = address, Shipping = address with { Email = "", Phone = "" }, Created = Begin.AddMinutes(10 * i), Modified = Begin.AddMinutes((10 * i) + 1) };
    }

    public WooOrder Order(int i)
    {
        var guest = Draw(i, 3) % 100 < (ulong)options.GuestPercent;
        var person = Customer((int)(Draw(i, 4) % (ulong)Math.Max(1, options.Customers)));
        var status = Pick(Statuses, i, 5);
        var created = Begin.AddMinutes(5L * i).AddDays(1);
        var order = Empty(FirstOrder + i, guest ? 0 : person.Id, guest ? person.Billing with { Email = $"guest{i + 1}@example.com" } : person.Billing, created);
        order.Status = status;
        order.Modified = created.AddMinutes(3);
        if (status is "completed" or "processing") (order.Paid, order.Transaction) = (created.AddMinutes(1), $"txn_{i + 1}");
        if (status == "completed") order.Completed = created.AddMinutes(3);
        for (var n = 0; n < 3; n++)
        {
            var place = (int)(Draw(i, 10 + n) % (ulong)_sold.Length);
            var product = _sold[place] ??= Product(place);   // as it was sold, whoever edits it later
            AddLine(order, FirstOrder + (i * 10L) + n, product, product.Variations.ElementAtOrDefault(n), 1 + (int)(Draw(i, 20 + n) % 3));
        }
        AddShipping(order, FirstOrder + (i * 10L) + 5);
        return order;
    }

    public WooOrder Empty(long id, long customer, WooAddress billing, DateTime created) => new()
    {
        Id = id,
        Status = "pending",
        Currency = options.Currency,
        PricesIncludeTax = options.PricesIncludeTax,
        Customer = customer,
        Billing = billing,
        Shipping = billing with { Email = "", Phone = "" },
        Created = created,
        Modified = created,
    };

    /// <summary>19% tax. With prices that include it, what is before tax has more digits than the currency, as in WooCommerce.</summary>
    public void AddLine(WooOrder order, long id, WooProduct product, WooProduct? variation, int quantity)
    {
        var sold = variation ?? product;
        var shown = sold.Price * quantity;
        var net = options.PricesIncludeTax ? Math.Round(shown / 1.19m, 6) : shown;
        var tax = options.PricesIncludeTax ? shown - net : Math.Round(shown * 0.19m, options.Decimals, MidpointRounding.AwayFromZero);
        order.Lines.Add(new WooLine { Id = id, Name = variation is null ? product.Name : $"{product.Name} - {variation.Option}", Sku = sold.Sku, Product = product.Id, Variation = variation?.Id ?? 0, Quantity = quantity, Subtotal = net, SubtotalTax = tax, Total = net, TotalTax = tax });
    }

    public void AddShipping(WooOrder order, long id)
    {
        var fee = Round(5m);
        order.Shippings.Add(new WooLine { Id = id, Name = "Flat rate", Total = fee, TotalTax = Round(fee * 0.19m) });
    }

    private decimal Price(int i) => Round(4m + (Draw(i, 30) % 9_600 / 100m));

    private decimal Round(decimal amount) => Math.Round(amount, options.Decimals, MidpointRounding.AwayFromZero);

    private string Pick(string[] words, int i, int salt) => words[Draw(i, salt) % (ulong)words.Length];

    // SplitMix64: any two numbers give an unrelated third.
    private ulong Draw(int i, int salt)
    {
        var z = ((ulong)options.Seed << 40) + ((ulong)salt << 32) + (ulong)i + 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
