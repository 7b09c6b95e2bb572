using Spoke.Shop.Store;

namespace Spoke.Shop.Demo;

/// <summary>What the sample shop sells: a small coffee roastery's shelf. Prices in EUR cents.</summary>
internal static class DemoGoods
{
    private sealed record Good(string Name, string Art, string Sku, string Description, params (string? Option, string Suffix, long Cents)[] Variants);

    private static readonly Good[] Shelf =
    [
        new("Espresso Beans", "beans", "BEAN", "Dark and round: cocoa, roasted hazelnut, a little cherry.", ("250 g", "250", 890), ("1 kg", "1000", 2890)),
        new("Filter Beans", "beans", "FILT", "Light and clear: bergamot, apricot, honey.", ("250 g", "250", 1050), ("1 kg", "1000", 3490)),
        new("Pour-over Dripper", "dripper", "DRIP", "Stoneware cone for one or two cups.", ("Sand", "SAND", 2400), ("Slate", "SLATE", 2400), ("Copper", "COPPER", 3600)),
        new("Filter Papers", "papers", "PAPER", "Unbleached, for drippers of size 02.", ("100 pieces", "100", 450), ("300 pieces", "300", 1190)),
        new("Hand Grinder", "grinder", "GRIND", "Steel burrs, 24 steps, folds into a pocket.", (null, "1", 8900)),
        new("Mug", "mug", "MUG", "Holds 300 ml and its warmth.", ("Sand", "SAND", 1250), ("Moss", "MOSS", 1250), ("Slate", "SLATE", 1250)),
        new("Glass Server", "server", "SERVE", "Borosilicate jug with a lid that strains.", ("400 ml", "400", 2600), ("800 ml", "800", 3200)),
        new("Gooseneck Kettle", "kettle", "KETTLE", "Pours as thin as you like. One litre, keeps its temperature.", ("Steel", "STEEL", 11900), ("Black", "BLACK", 12900)),
        new("Digital Scale", "scale", "SCALE", "A tenth of a gram, with a timer.", (null, "1", 4990)),
        new("Cold Brew Bottle", "bottle", "BREW", "Overnight in the fridge, in the morning in the glass.", ("500 ml", "500", 2490), ("1 l", "1000", 3490)),
        new("Cleaning Powder", "powder", "CLEAN", "Takes the oils off. Twenty cleanings.", (null, "1", 990)),
        new("Gift Box", "gift", "GIFT", "Beans, a mug and a card of your own words.", (null, "1", 3900)),
    ];

    public static int VariantCount { get; } = Shelf.Sum(good => good.Variants.Length);

    public static bool Stock(ShopWrite write)
    {
        var number = 0;
        for (var i = 0; i < Shelf.Length; i++)
        {
            var good = Shelf[i];
            var product = "p" + (i + 1);
            write.Put("product", product, version => new ShopProduct(product, good.Name, good.Description, good.Art) { Version = version }, ShopJson.Default.ShopProduct);
            foreach (var (option, suffix, cents) in good.Variants)
            {
                var id = "v" + ++number;
                write.Put("variant", id, version => new ShopVariant(id, product, option is null ? good.Name : $"{good.Name}, {option}", $"{good.Sku}-{suffix}", good.Description, Pricing.InAllCurrencies(cents), option) { Version = version }, ShopJson.Default.ShopVariant);
            }
        }
        return true;
    }
}
