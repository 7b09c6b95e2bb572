using System.Globalization;
using Spoke.Commerce.Ledger;
using Spoke.Shop.Store;

namespace Spoke.Shop.Pages;

/// <summary>Who is looking: their currency, and their cart if they have one.</summary>
public sealed record Visit(string Currency, ShopCart? Cart)
{
    public int Items => Cart?.Lines.Sum(l => l.Quantity) ?? 0;

    /// <summary>An amount as people read it: <c>1,234.50 EUR</c>, <c>1,500 JPY</c>.</summary>
    public static string Show(long minor, string currency) => $"{new Money(minor, currency).Major.ToString("N" + Money.Exponent(currency), CultureInfo.InvariantCulture)} {currency}";

    public static string Words(string status) => status.Replace('_', ' ');
}

/// <summary>What somebody typed at the checkout, and what was wrong with it.</summary>
public sealed record CheckoutForm(string Email = "", string FirstName = "", string LastName = "", string Street = "", string City = "", string PostalCode = "", string Country = "IE", string Card = "4242424242424242", bool Newsletter = false)
{
    public IReadOnlyDictionary<string, string> Errors { get; init; } = new Dictionary<string, string>();
}
