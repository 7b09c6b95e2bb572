using System.Globalization;
using Spoke.StandIns.Shopify;

namespace Spoke.Sync.Tests.Currencies;

/// <summary>What a test puts on a line: whole minor units, tax in percent.</summary>
internal sealed record Item(int Quantity, long Price, long Discount, int Rate, bool GiftCard = false);

/// <summary>What is bought first and what happens to it afterwards; each number is cut down to what is possible.</summary>
internal sealed record Purchase(Item[] Items, long Shipping, long ShippingDiscount, bool Paid, bool WithGiftCard, bool TakenOff, int GivenBack, bool ShippingGivenBack, bool Added, int Buyer);

/// <summary>Sums of one currency in minor units, by what they are of.</summary>
internal sealed record Sums(int Orders, long Total, long Tax, long Shipping, long Discount, long Refunded, long Net, int Counted, long Spent, long NetSpent)
{
    public static Sums None { get; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public static Sums operator +(Sums a, Sums b) => new(a.Orders + b.Orders, a.Total + b.Total, a.Tax + b.Tax, a.Shipping + b.Shipping, a.Discount + b.Discount, a.Refunded + b.Refunded, a.Net + b.Net, a.Counted + b.Counted, a.Spent + b.Spent, a.NetSpent + b.NetSpent);
}

/// <summary>
/// The books of one shop, kept beside it in whole numbers from what is put in, while the purchases are made there. Nothing is read back from the shop, and nothing of
/// the ledger's code is used.
/// </summary>
/// <param name="inside">Prices hold the tax.</param>
internal sealed class Books(ShopifyShop shop, string currency, bool inside)
{
    private const int ShippingRate = 19;
    private readonly List<Entry> _entries = [];

    private sealed class Line(Item item, ShopLine made)
    {
        public Item Item { get; } = item;
        public ShopLine Made { get; } = made;
        public int Gone { get; set; }
        public long Net => (Item.Price * Item.Quantity) - Item.Discount;
    }

    private sealed class Entry(Purchase purchase, ShopOrder made, List<Line> lines)
    {
        public Purchase Purchase { get; } = purchase;
        public ShopOrder Made { get; } = made;
        public List<Line> Lines { get; } = lines;
        public long Paid { get; set; }
        public long Refunded { get; set; }
        public long RefundedGoods { get; set; }

        /// <summary>Of units that were taken off without money going back: quantity times price, net and tax.</summary>
        public long OffGross { get; set; }
        public long OffNet { get; set; }
        public long OffTax { get; set; }
        public long OffCards { get; set; }
        public long OffCardsGross { get; set; }
    }

    public string Currency => currency;
    public int Digits { get; } = currency switch { "JPY" => 0, "KWD" => 3, _ => 2 };

    /// <summary>One minor unit.</summary>
    public decimal Unit => Major(1);

    public long FirstOrder => _entries[0].Made.Id;

    public Sums Sums => _entries.Aggregate(Sums.None, (sum, entry) => sum + Of(entry));

    public void Buy(Purchase purchase)
    {
        var made = shop.Place(new NewOrder(FormattableString.Invariant($"buyer{purchase.Buyer}.{currency.ToLowerInvariant()}@example.com"), [.. purchase.Items.Select(New)])
        {
            Shipping = Major(purchase.Shipping),
            ShippingDiscount = Major(purchase.ShippingDiscount),
            ShippingTaxRate = ShippingRate / 100m,
        });
        var entry = new Entry(purchase, made, [.. purchase.Items.Zip(made.Lines, (item, line) => new Line(item, line))]);
        _entries.Add(entry);
        if (purchase.Paid) Pay(entry);
    }

    /// <summary>Units are taken off and given back, shipping is given back, something is added; each as the purchase says.</summary>
    public void GoOn()
    {
        foreach (var entry in _entries)
        {
            if (entry.Purchase.TakenOff && entry.Lines[0] is { Item.Quantity: > 1 } first)
            {
                var (net, tax) = TakeOff(first);
                entry.OffNet += net;
                entry.OffTax += tax;
                entry.OffGross += first.Item.Price;
                if (first.Item.GiftCard) (entry.OffCards, entry.OffCardsGross) = (entry.OffCards + net, entry.OffCardsGross + first.Item.Price);
                shop.RemoveUnits(entry.Made, first.Made, 1);
            }
            for (var i = 0; i < entry.Purchase.GivenBack && entry.Paid > 0; i++) GiveBack(entry, entry.Lines[(i + 1) % entry.Lines.Count], i == 0 && entry.Purchase.ShippingGivenBack);
            if (!entry.Purchase.Added) continue;
            var item = new Item(2, entry.Purchase.Items[0].Price, entry.Purchase.Items[0].Discount == 0 ? 0 : 1, 7);
            shop.AddLine(entry.Made, New(item));
            entry.Lines.Add(new Line(item, entry.Made.Lines[^1]));
            if (entry.Paid > 0) Pay(entry);
        }
    }

    /// <summary>Minor units of an amount as HubSpot has it, which has just the currency's digits.</summary>
    public long Minor(string? text)
    {
        if (text is null) return 0;
        Assert.Equal(Digits, text.Contains('.', StringComparison.Ordinal) ? text.Length - text.IndexOf('.', StringComparison.Ordinal) - 1 : 0);
        return long.Parse(text.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }

    private void GiveBack(Entry entry, Line line, bool withShipping)
    {
        if (line.Item.GiftCard || line.Gone == line.Item.Quantity || line.Net < line.Item.Quantity) return;
        var (shipping, shippingTax) = withShipping ? (Freight(entry), Tax(Freight(entry), ShippingRate)) : (0, 0);
        var (net, tax) = TakeOff(line);
        var back = net + shipping + (inside ? 0 : tax + shippingTax);
        shop.Refund(entry.Made, 0, [(line.Made, 1)], Major(shipping), Major(shippingTax));
        entry.Refunded += back;
        entry.RefundedGoods += net - (inside ? tax : 0);
    }

    private void Pay(Entry entry)
    {
        var owed = Total(entry) - entry.Paid;
        if (owed <= 0) return;
        if (entry.Purchase.WithGiftCard && owed > 1) shop.Pay(entry.Made, Major(1), "gift_card");
        shop.Pay(entry.Made, Major(entry.Purchase.WithGiftCard && owed > 1 ? owed - 1 : owed));
        entry.Paid += owed;
    }

    private long Total(Entry entry) => entry.Lines.Sum(line => line.Net) + Freight(entry) + (inside ? 0 : entry.Lines.Sum(line => Tax(line.Net, line.Item.Rate)) + Tax(Freight(entry), ShippingRate)) - entry.OffNet - (inside ? 0 : entry.OffTax);

    private Sums Of(Entry entry)
    {
        var goods = entry.Lines.Where(line => !line.Item.GiftCard).ToList();
        var goodsTax = entry.Lines.Sum(line => Tax(line.Net, line.Item.Rate)) - entry.OffTax;
        var shippingTax = Tax(Freight(entry), ShippingRate);
        var goodsNet = goods.Sum(line => line.Net) - (entry.OffNet - entry.OffCards);
        var gross = goods.Sum(line => line.Item.Price * line.Item.Quantity) - (entry.OffGross - entry.OffCardsGross);
        var net = goodsNet - (inside ? goodsTax : 0) - entry.RefundedGoods;
        var counted = entry.Paid > 0;
        return new Sums(1, Total(entry), goodsTax + shippingTax, Freight(entry) - (inside ? shippingTax : 0), gross - goodsNet, entry.Refunded, net, counted ? 1 : 0, counted ? entry.Paid - entry.Refunded : 0, counted ? net : 0);
    }

    private static long Freight(Entry entry) => entry.Purchase.Shipping == 0 ? 0 : entry.Purchase.Shipping - entry.Purchase.ShippingDiscount;

    /// <summary>One unit more is off the line; the parts come to the line exactly.</summary>
    private (long Net, long Tax) TakeOff(Line line)
    {
        var tax = Tax(line.Net, line.Item.Rate);
        long Upto(long whole, int units) => Half(whole * units, line.Item.Quantity);
        line.Gone++;
        return (Upto(line.Net, line.Gone) - Upto(line.Net, line.Gone - 1), Upto(tax, line.Gone) - Upto(tax, line.Gone - 1));
    }

    private long Tax(long amount, int rate) => Half(amount * rate, inside ? 100 + rate : 100);

    /// <summary>The quotient of two whole numbers that are not negative, a half rounded up.</summary>
    private static long Half(long a, long b) => ((2 * a) + b) / (2 * b);

    private NewLine New(Item item) => new("Tea", item.Quantity, Major(item.Price), Major(item.Discount), item.Rate / 100m, GiftCard: item.GiftCard);

    private decimal Major(long minor) => new((int)minor, 0, 0, false, (byte)Digits);
}
