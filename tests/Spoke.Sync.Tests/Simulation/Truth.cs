using System.Globalization;
using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Tests.Simulation;

/// <summary>What one contact's orders come to, added up from the shop alone.</summary>
internal sealed class TruePerson
{
    public List<ShopCustomer> Accounts { get; } = [];
    public List<ShopOrder> Orders { get; } = [];
    public List<ShopCart> Carts { get; } = [];

    /// <summary>Their addresses; several once people in HubSpot have merged their contacts.</summary>
    public HashSet<string> Addresses { get; } = [];

    /// <summary>Their contact was merged with another one, or with one that somebody had made by hand.</summary>
    public bool Merged { get; set; }

    /// <summary>With whose it was merged depends on when the engine looked.</summary>
    public bool Unsure { get; set; }

    public int Counted => Orders.Count(order => order.Counted);

    /// <summary>Payments minus refunds, as text in the currency's digits.</summary>
    public string Spent(string currency) => Truth.Text(Orders.Where(order => order.Currency == currency && !order.Deleted).Sum(order => order.Paid - order.Refunded), currency);
}

/// <summary>What HubSpot should hold at the end, told from the shop's own books and from none of the engine's code.</summary>
internal sealed class Truth
{
    private readonly Shop _shop;

    public Truth(Shop shop, IEnumerable<MergedContacts> merged)
    {
        _shop = shop;
        foreach (var customer in shop.Items.OfType<ShopCustomer>()) Of(customer.Email).Accounts.Add(customer);
        foreach (var order in shop.Items.OfType<ShopOrder>()) Of(Address(order.CustomerId, order.Email)).Orders.Add(order);
        foreach (var cart in shop.Items.OfType<ShopCart>().Where(cart => cart.Identifiable)) Of(Address(cart.CustomerId, cart.Email)).Carts.Add(cart);
        foreach (var contacts in merged) Unite([.. contacts.Keys.Select(Owners)], [.. contacts.Addresses.Select(ShopDays.Normal)]);
    }

    private void Unite(List<IReadOnlyList<string>> owners, List<string> addresses)
    {
        var sure = owners.SelectMany(some => some).Select(Of).Distinct().ToList();
        // Whoever has one of their addresses and is none of them: theirs, unless the address was given up in HubSpot before the engine looked. So is an account that had it and has gone to another address since.
        var gone = _shop.Items.OfType<ShopCustomer>().Where(customer => customer.Former.Exists(former => addresses.Contains(ShopDays.Normal(former)))).Select(customer => ShopDays.Normal(customer.Email));
        var perhaps = addresses.Concat(gone).Where(People.ContainsKey).Select(Of).Except(sure).Distinct().ToList();
        var one = new TruePerson { Merged = true, Unsure = owners.Exists(some => some.Count > 1) || perhaps.Count > 0 };
        foreach (var person in sure.Concat(perhaps))
        {
            one.Accounts.AddRange(person.Accounts);
            one.Orders.AddRange(person.Orders);
            one.Carts.AddRange(person.Carts);
            one.Unsure |= person.Unsure;
            foreach (var address in person.Addresses)
            {
                one.Addresses.Add(address);
                People[address] = one;
            }
        }
    }

    /// <summary>By e-mail address.</summary>
    public Dictionary<string, TruePerson> People { get; } = [];

    /// <summary>Whose an order or a cart is: its customer's, by the address that customer has now, else that of the address it was made with.</summary>
    public string Address(string? customerId, string? email) =>
        ShopDays.Normal(customerId is null ? email! : _shop.Items.OfType<ShopCustomer>().First(c => c.Id == customerId).Email);

    /// <summary>Whether the shop still has what a key of HubSpot's records stands for. People are never taken away.</summary>
    public static bool IsThere(Shop shop, string key)
    {
        var (word, id) = key.Split(':', 3) is [_, var w, var rest] ? (w, rest) : ("", "");
        bool Has(EntityKind kind, string of) => shop.Find(kind, of) is { Deleted: false };
        bool HasLine(EntityKind kind) => id.Split('/') is [var parent, var line] && shop.Find(kind, parent) is { Deleted: false } item && ((item as ShopOrder)?.Lines ?? ((ShopCart)item).Lines).Exists(l => l.Id == line);
        return word switch
        {
            "variant" => Has(EntityKind.Variant, id),
            "order" => Has(EntityKind.Order, id),
            "cart" => Has(EntityKind.Cart, id),
            "line" => HasLine(EntityKind.Order),
            "cartline" => HasLine(EntityKind.Cart),
            _ => true,
        };
    }

    /// <summary>Whose a contact's key is: the address of whoever it stands for. Several, where it depends on when the engine looked.</summary>
    public IReadOnlyList<string> Owners(string key)
    {
        var name = key[(key.IndexOf(":customer:", StringComparison.Ordinal) + ":customer:".Length)..];
        if (!name.StartsWith("guest:", StringComparison.Ordinal)) return [ShopDays.Normal(_shop.Items.OfType<ShopCustomer>().First(c => c.Id == name).Email)];
        var address = name["guest:".Length..];
        // A guest who opens an account stays one contact, and that goes with the account to another address.
        return [.. _shop.Items.OfType<ShopCustomer>().Where(c => c.Former.Exists(former => ShopDays.Normal(former) == address)).Select(c => ShopDays.Normal(c.Email)).Append(address).Distinct()];
    }

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
        if (People.TryGetValue(address, out var known)) return known;
        var person = People[address] = new TruePerson();
        person.Addresses.Add(address);
        return person;
    }
}
