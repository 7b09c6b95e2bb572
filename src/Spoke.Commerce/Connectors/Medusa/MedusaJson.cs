using System.Globalization;
using System.Text.Json;
using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors.Medusa;

/// <summary>
/// Amounts and addresses as Medusa writes them. An amount is a number in whole units that is never rounded, with a twin <c>raw_…</c> that holds the exact decimal;
/// the twin is read where there is one.
/// </summary>
internal static class MedusaJson
{
    public static decimal Amount(this JsonElement element, string name) => element.AmountOrNull(name) ?? throw new FormatException($"'{name}' is no amount in what Medusa sent.");

    public static decimal? AmountOrNull(this JsonElement element, string name)
    {
        if (element.Object("raw_" + name)?.TextOrNull("value") is { } exact) return Parse(exact, name);
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value.ValueKind switch
        {
            JsonValueKind.Number => Parse(value.GetRawText(), name),
            JsonValueKind.Object when value.TextOrNull("value") is { } inner => Parse(inner, name),
            _ => null,
        } : null;
    }

    public static string Currency(this JsonElement element) => element.Text("currency_code").ToUpperInvariant();

    /// <summary>Units: whole in every shop, decimals in Medusa's books.</summary>
    public static int Units(this JsonElement element, string name) => (int)(element.AmountOrNull(name) ?? 0);

    public static long Latest(IEnumerable<DateTimeOffset?> moments) => moments.Max()?.ToUnixTimeMilliseconds() ?? 0;

    /// <summary>Null when nothing but a country, or nothing at all, is filled in: Medusa puts the region's country into every new address.</summary>
    public static Address? Address(JsonElement? given, string? company = null)
    {
        var address = given is not { } a ? new Address { Company = company } : new Address
        {
            Name = Joined(" ", a.Filled("first_name"), a.Filled("last_name")),
            Company = a.Filled("company") ?? company,
            Street = Joined(", ", a.Filled("address_1"), a.Filled("address_2")),
            City = a.Filled("city"),
            State = a.Filled("province"),
            PostalCode = a.Filled("postal_code"),
            Country = a.Filled("country_code")?.ToUpperInvariant(),
            Phone = a.Filled("phone"),
        };
        return address with { Country = null } == new Address() ? null : address;
    }

    public static string? Joined(string between, params string?[] parts) => string.Join(between, parts.Where(part => part is not null)) is { Length: > 0 } text ? text : null;

    private static decimal Parse(string text, string name) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount) ? amount : throw new FormatException($"'{name}' is no amount in what Medusa sent.");
}
