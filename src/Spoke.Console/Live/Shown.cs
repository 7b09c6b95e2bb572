using System.Globalization;
using Spoke.Sync.Insight;

namespace Spoke.Console.Live;

/// <summary>How things are said on the page.</summary>
internal static class Shown
{
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Plain decimal text with its digits kept and the thousands grouped.</summary>
    public static string Amount(string plain)
    {
        var value = decimal.Parse(plain, CultureInfo.InvariantCulture);
        return value.ToString("N" + Digits(plain), CultureInfo.InvariantCulture);
    }

    /// <summary>What is still missing on HubSpot's side.</summary>
    public static string Difference(CurrencySum sum)
    {
        var difference = decimal.Parse(sum.InStore, CultureInfo.InvariantCulture) - decimal.Parse(sum.InHubSpot, CultureInfo.InvariantCulture);
        return (difference > 0 ? "+" : "−") + Math.Abs(difference).ToString("N" + Digits(sum.InStore), CultureInfo.InvariantCulture);
    }

    public static string Address(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) ? address.Authority : url;

    public static string Kind(string kind) => kind switch { "variant" => "Products", "customer" => "Contacts", "order" => "Orders", "cart" => "Carts", _ => kind };

    public static string Object(string type) => type switch { "contacts" => "contact", "companies" => "company", "orders" => "order", "products" => "product", "carts" => "cart", "line_items" => "line item", _ => type.Replace('_', ' ') };

    /// <summary>HubSpot's own count of each kind, and what it lacks.</summary>
    public static string Counted(IEnumerable<KindCount> counts) => string.Join(", ", counts.Where(count => count.Counted is not null).Select(count => count.Counted is { InHubSpot: { } there, Missing: var missing }
        ? $"{Kind(count.Kind).ToLowerInvariant()} {Count(there)}{(missing > 0 ? $" ({Count(missing.Value)} missing)" : "")}"
        : $"{Kind(count.Kind).ToLowerInvariant()} not said"));

    /// <summary>What stands behind the title: what it is, unless the title says so, and what the record says now.</summary>
    public static string Behind(RecentEvent happened)
    {
        var kind = Object(happened.ObjectType);
        var told = happened.Title.StartsWith(kind, StringComparison.OrdinalIgnoreCase) ? happened.Detail : happened.Detail is null ? kind : $"{kind}, {happened.Detail}";
        return told ?? "";
    }

    /// <summary>What a change now and then on its way does not alter.</summary>
    public static string Headline(ConnectionHealth health) => health switch
    {
        ConnectionHealth.Starting => "Starting",
        ConnectionHealth.InStep or ConnectionHealth.Working => "In step",
        ConnectionHealth.Behind => "Somebody is needed",
        ConnectionHealth.Refused => "Refused",
        ConnectionHealth.Fault => "Fault in Spoke",
        _ => "No answer",
    };

    public static string Tone(ConnectionHealth health) => health switch
    {
        ConnectionHealth.InStep or ConnectionHealth.Working => "good",
        ConnectionHealth.Behind => "warn",
        ConnectionHealth.Refused or ConnectionHealth.Unreachable or ConnectionHealth.Fault => "bad",
        _ => "calm",
    };

    public static string ToneOf(string what) => what switch { "created" => "good", "quarantined" => "bad", "archived" or "restored" or "differs" => "warn", _ => "calm" };

    private static int Digits(string plain) => plain.IndexOf('.') is >= 0 and var point ? plain.Length - point - 1 : 0;
}
