using System.Globalization;

namespace Spoke.Sync.Tests.Simulation;

/// <summary>What one contact's orders come to, added up from the shop alone.</summary>
internal sealed class TruePerson
{
    public List<ShopCustomer> Accounts { get; } = [];
    public List<ShopOrder> Orders { get; } = [];
    public List<ShopCart> Carts { get; } = [];
    public int Counted => Orders.Count(order => order.Counted);

    /// <summary>Payments minus refunds, as text in the currency's digits.</summary>
    public string Spent(string currency) => Truth.Text(Orders.Where(order => order.Currency == currency && !order.Deleted).Sum(order => order.Paid - order.Refunded), currency);
}

/// <summary>What HubSpot should hold at the end, told from the shop's own books and from none of the engine's code.</summary>
internal sealed class Truth
{
    private readonly Shop _shop;

    public Truth(Shop shop)
    {
        _shop = shop;
        foreach (var customer in shop.Items.OfType<ShopCustomer>()) Of(customer.Email).Accounts.Add(customer);
        foreach (var order in shop.Items.OfType<ShopOrder>()) Of(Address(order.CustomerId, order.Email)).Orders.Add(order);
        foreach (var cart in shop.Items.OfType<ShopCart>().Where(cart => cart.Identifiable)) Of(Address(cart.CustomerId, cart.Email)).Carts.Add(cart);
    }

    /// <summary>By e-mail address.</summary>
    public Dictionary<string, TruePerson> People { get; } = [];

    /// <summary>Whose an order or a cart is: its customer's, by the address that customer has now, else that of the address it was made with.</summary>
    public string Address(string? customerId, string? email) =>
        ShopDays.Normal(customerId is null ? email! : _shop.Items.OfType<ShopCustomer>().First(c => c.Id == customerId).Email);

    public static int Digits(string currency) => currency switch { "JPY" => 0, "KWD" => 3, _ => 2 };

    public static string Text(long minor, string currency)
    {
        var amount = (decimal)minor;
        for (var i = 0; i < Digits(currency); i++) amount /= 10;
        return amount.ToString("F" + Digits(currency), CultureInfo.InvariantCulture);
    }

    public static long Minor(string? text, string currency)
    {
        var amount = decimal.Parse(text ?? "0", NumberStyles.Float, CultureInfo.InvariantCulture);
        for (var i = 0; i < Digits(currency); i++) amount *= 10;
        return checked((long)amount);
    }

    private TruePerson Of(string email)
    {
        var address = ShopDays.Normal(email);
        return People.TryGetValue(address, out var person) ? person : People[address] = new TruePerson();
    }
}
