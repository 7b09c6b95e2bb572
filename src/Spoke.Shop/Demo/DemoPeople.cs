using Bogus;
using Spoke.Shop.Store;

namespace Spoke.Shop.Demo;

/// <summary>Who shops, what they take and how they pay. The same seed gives the same people and baskets.</summary>
internal sealed class DemoPeople(int seed)
{
    private readonly Faker _faker = new("en") { Random = new Randomizer(seed) };

    public bool Chance(double share) => _faker.Random.Double() < share;

    public int Between(int least, int most) => _faker.Random.Int(least, most);

    public double Fraction() => _faker.Random.Double();

    public T Pick<T>(IReadOnlyList<T> among) => among[_faker.Random.Int(0, among.Count - 1)];

    /// <summary>One of the regulars; a few come often.</summary>
    public ShopCustomer Regular(IReadOnlyList<ShopCustomer> regulars) => regulars[(int)(regulars.Count * Math.Pow(_faker.Random.Double(), 2))];

    public string Currency() => _faker.Random.WeightedRandom(["EUR", "USD", "GBP", "JPY", "KWD"], [0.5f, 0.25f, 0.15f, 0.07f, 0.03f]);

    public string Variant() => "v" + _faker.Random.Int(1, DemoGoods.VariantCount);

    /// <summary>Nearly everybody's card works; some pay by invoice.</summary>
    public string? Card() => _faker.Random.WeightedRandom([TestCards.Pays, TestCards.Declined, TestCards.NeedsConfirmation, ""], [0.88f, 0.04f, 0.04f, 0.04f]);

    public string? Coupon() => Chance(0.2) ? _faker.PickRandom("WELCOME10", "SUMMER25") : null;

    public ShopCustomer Somebody()
    {
        var first = _faker.Name.FirstName();
        var last = _faker.Name.LastName();
        var number = _faker.Random.Int(1, 99_999);
        var address = new ShopAddress($"{first} {last}", _faker.Address.StreetAddress(), _faker.Address.City(), _faker.Address.ZipCode(), _faker.PickRandom("DE", "FR", "IE", "US", "GB", "JP"));
        var email = new string([.. $"{first}.{last}{number}@example.com".Where(c => c is not ('\'' or ' '))]);
        return new ShopCustomer("", email, first, last, Chance(0.5) ? $"+353 1 55{number:D5}" : null, address, false, default);
    }
}
