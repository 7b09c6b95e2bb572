using System.Globalization;

namespace Spoke.Emulator.Seeds;

/// <summary>
/// A shop of any size, made by counting alone: the same size gives the same records. Addresses lie in domains that exist nowhere.
/// </summary>
/// <param name="contacts">How many customers; everything else follows: one company for 10, one order for 2, about two lines an order.</param>
/// <param name="products">How many articles.</param>
internal sealed class ShopSeed(int contacts, int products)
{
    private static readonly string[] FirstNames = ["Ada", "Bela", "Chen", "Dora", "Emil", "Fatou", "Goran", "Hanna", "Imre", "Jana", "Kofi", "Lena", "Milan", "Nora", "Omar", "Pia", "Ravi", "Sara", "Tomas", "Una"];
    private static readonly string[] LastNames = ["Abel", "Berg", "Costa", "Diaz", "Engel", "Fischer", "Garcia", "Horvat", "Ito", "Jansen", "Kaya", "Lopez", "Meyer", "Novak", "Okafor", "Petrov", "Rossi", "Silva", "Toth", "Weber", "Young"];
    private static readonly (string City, string Country)[] Places = [("Berlin", "Germany"), ("Lyon", "France"), ("Porto", "Portugal"), ("Gdansk", "Poland"), ("Turin", "Italy"), ("Utrecht", "Netherlands"), ("Malmo", "Sweden")];
    private static readonly string[] Goods = ["Tea", "Coffee", "Mug", "Kettle", "Tray", "Spoon", "Filter"];
    private static readonly string[] Kinds = ["green", "black", "white", "large", "small"];
    private static readonly string[] DealStages = ["appointmentscheduled", "qualifiedtobuy", "closedwon", "closedlost"];
    private static readonly DateTimeOffset FirstDay = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    private int Companies => Math.Max(1, contacts / 10);

    private int Orders => contacts / 2;

    public Seed Grow() => new([], Records());

    private IEnumerable<SeedRecord> Records()
    {
        for (var i = 0; i < Companies; i++) yield return Company(i);
        for (var i = 0; i < contacts; i++) yield return Contact(i);
        for (var i = 0; i < products; i++) yield return new SeedRecord("products", null, [new("name", ProductName(i)), new("hs_sku", Sku(i)), new("price", Price(i))], []);
        for (var i = 0; i < Orders; i++) yield return Order(i);
        for (var i = 0; i < Orders; i++)
            for (var line = 0; line < LinesOf(i); line++) yield return LineItem(i, line);
        for (var i = 0; i < Math.Max(1, contacts / 20); i++) yield return Cart(i);
        for (var i = 0; i < Math.Max(1, contacts / 20); i++) yield return Deal(i);
    }

    private static SeedRecord Company(int i) => new("companies", $"company-{i}",
    [
        new("name", $"{LastNames[i % LastNames.Length]} {Goods[i % Goods.Length]} {i + 1}"), new("domain", $"company-{i + 1}.example"),
        new("city", Places[i % Places.Length].City), new("country", Places[i % Places.Length].Country),
    ], []);

    private SeedRecord Contact(int i)
    {
        var (first, last) = (FirstNames[i % FirstNames.Length], LastNames[i / FirstNames.Length % LastNames.Length]);
        return new SeedRecord("contacts", $"contact-{i}",
        [
            new("email", string.Create(CultureInfo.InvariantCulture, $"{first}.{last}.{i + 1}@shop.example").ToLowerInvariant()), new("firstname", first), new("lastname", last),
            new("phone", string.Create(CultureInfo.InvariantCulture, $"+49 30 {1_000_000 + i}")), new("city", Places[i % Places.Length].City), new("country", Places[i % Places.Length].Country),
            new("lifecyclestage", i % 2 == 0 ? "customer" : "lead"),
        ], i % 4 == 0 ? [new SeedLink($"company-{i % Companies}")] : []);
    }

    private SeedRecord Order(int i)
    {
        var cents = Enumerable.Range(0, LinesOf(i)).Sum(line => Cents(ProductOf(i, line)) * QuantityOf(i, line));
        return new SeedRecord("orders", $"order-{i}",
        [
            new("hs_order_name", $"#{1001 + i}"), new("hs_external_order_id", $"{1001 + i}"), new("hs_currency_code", "EUR"), new("hs_total_price", Money(cents)),
            new("hs_external_created_date", FirstDay.AddHours(7 * (i % 1_000)).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)),
        ], [new SeedLink($"contact-{i * 2 % contacts}")]);
    }

    private SeedRecord LineItem(int order, int line)
    {
        var product = ProductOf(order, line);
        return new SeedRecord("line_items", null, [new("name", ProductName(product)), new("hs_sku", Sku(product)), new("price", Price(product)), new("quantity", $"{QuantityOf(order, line)}")], [new SeedLink($"order-{order}")]);
    }

    private SeedRecord Cart(int i) => new("carts", null,
        [new("hs_cart_name", $"Cart {i + 1}"), new("hs_external_cart_id", $"cart-{i + 1}"), new("hs_currency_code", "EUR"), new("hs_total_price", Price(i % products)), new("hs_external_status", "ABANDONED")],
        [new SeedLink($"contact-{(i * 20 + 1) % contacts}")]);

    private SeedRecord Deal(int i) => new("deals", null,
        [new("dealname", $"Deal {i + 1}"), new("amount", Money(50_000 + 1_000 * (i % 100))), new("pipeline", "default"), new("dealstage", DealStages[i % DealStages.Length])],
        [new SeedLink($"company-{i % Companies}"), new SeedLink($"contact-{i * 20 % contacts}")]);

    private static int LinesOf(int order) => 1 + order % 3;

    private static int QuantityOf(int order, int line) => 1 + (order + line) % 2;

    private int ProductOf(int order, int line) => (order * 5 + line * 3) % products;

    private static string ProductName(int i) => string.Create(CultureInfo.InvariantCulture, $"{Goods[i % Goods.Length]}, {Kinds[i / Goods.Length % Kinds.Length]}, no. {i + 1}");

    private static string Sku(int i) => string.Create(CultureInfo.InvariantCulture, $"SKU-{i + 1:D5}");

    private static string Price(int i) => Money(Cents(i));

    private static int Cents(int i) => 250 + 135 * (i % 40);

    private static string Money(int cents) => (cents / 100m).ToString("0.00", CultureInfo.InvariantCulture);
}
