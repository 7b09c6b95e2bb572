using System.Globalization;

namespace Spoke.StandIns.Shopify;

/// <summary>
/// A history out of a seed: the same number gives the same orders. Orders are made when they are asked for, so that a shop of a hundred thousand
/// takes little memory; customers and variants are kept.
/// </summary>
internal sealed class ShopifySeed
{
    private const long FirstOrder = 1_000_000;
    private readonly ShopifyStandInOptions _options;
    private readonly DateTimeOffset _newest;

    public ShopifySeed(ShopifyStandInOptions options, DateTimeOffset now)
    {
        (_options, _newest) = (options, now.AddDays(-1));
        Variants = [.. Enumerable.Range(0, options.SeededVariants).Select(i =>
        {
            var product = new ShopProduct { Id = 100_000 + i, Title = $"Product {i}", UpdatedAt = _newest.AddDays(-30) };
            var variant = new ShopVariant { Id = 200_000 + i, Product = product, Title = "Default Title", Sku = $"S-{i}", Price = 5 + Pick(i, 1, 9500) / 100m, UpdatedAt = product.UpdatedAt };
            product.Variants.Add(variant);
            return variant;
        })];
        Customers = [.. Enumerable.Range(0, options.SeededCustomers).Select(i => new ShopCustomer
        {
            Id = 300_000 + i,
            Email = $"buyer{i}@example.com",
            FirstName = "Buyer",
            LastName = i.ToString(CultureInfo.InvariantCulture),
            CreatedAt = _newest.AddDays(-400),
            UpdatedAt = _newest.AddDays(-30),
        })];
        if (options.SeededOrders > 0 && (Variants.Count == 0 || Customers.Count == 0)) throw new ArgumentException("Seeded orders need seeded customers and variants.");
    }

    public IReadOnlyList<ShopVariant> Variants { get; }

    public IReadOnlyList<ShopCustomer> Customers { get; }

    public int OrderCount => _options.SeededOrders;

    public static long OrderId(int index) => FirstOrder + index;

    /// <summary>Orders lie evenly over two years.</summary>
    public DateTimeOffset OrderedAt(int index) => _newest.AddSeconds(-(long)(OrderCount - 1 - index) * (2 * 365 * 86400L / Math.Max(1, OrderCount)));

    public ShopOrder? Order(long id, ShopifyShop shop)
    {
        if (id < FirstOrder || id >= FirstOrder + OrderCount) return null;
        var index = (int)(id - FirstOrder);
        var customer = Customers[Pick(index, 2, Customers.Count)];
        var at = OrderedAt(index);
        var order = new ShopOrder { Id = id, Name = $"#{1001 + index}", Email = customer.Email, Customer = customer, CreatedAt = at, UpdatedAt = at, TaxesIncluded = _options.TaxesIncluded };
        for (var i = 0; i < 3; i++)
        {
            var variant = Variants[Pick(index, 10 + i, Variants.Count)];
            var quantity = 1 + Pick(index, 20 + i, 3);
            order.Lines.Add(new ShopLine { Id = id * 10 + i, Title = variant.Product.Title, Sku = variant.Sku, Variant = variant, Quantity = quantity, Price = variant.Price, Tax = shop.TaxOn(variant.Price * quantity, 0.19m) });
        }
        order.Shipping.Add(new ShopShipping(id * 10 + 5, "Parcel", 4.90m, 0, shop.TaxOn(4.90m, 0.19m)));
        order.Transactions.Add(new ShopTransaction(id * 10 + 6, "SALE", "SUCCESS", order.TotalPrice, "shopify_payments", at));
        if (Pick(index, 3, 10) < 9)
        {
            var shipment = new ShopFulfillment { Id = id * 10 + 7, Company = "DHL", Number = $"T{id}", CreatedAt = at, UpdatedAt = at, DisplayStatus = "DELIVERED" };
            shipment.Lines.AddRange(order.Lines.Select(line => (line, line.Quantity)));
            foreach (var line in order.Lines) line.Fulfilled = line.Quantity;
            order.Fulfillments.Add(shipment);
        }
        if (Pick(index, 4, 25) == 0)
        {
            var line = order.Lines[0];
            var refund = new ShopRefund { Id = id * 10 + 8, At = at };
            refund.Lines.Add(new ShopRefundLine(id * 10 + 8, line, line.Quantity, line.Net, line.Tax));
            refund.Transactions.Add(new ShopTransaction(id * 10 + 9, "REFUND", "SUCCESS", line.Net + (order.TaxesIncluded ? 0 : line.Tax), "shopify_payments", at));
            line.Removed = line.Quantity;
            order.Refunds.Add(refund);
        }
        return order;
    }

    // The finaliser of MurmurHash3: near numbers give far ones.
    private int Pick(int index, int what, int below)
    {
        var x = (uint)(index * 31 + what) ^ (uint)_options.Seed * 2654435769u;
        x = (x ^ (x >> 16)) * 0x85ebca6bu;
        x = (x ^ (x >> 13)) * 0xc2b2ae35u;
        return (int)((x ^ (x >> 16)) % (uint)below);
    }
}
