using System.Globalization;

namespace Spoke.Sync.Reconcile;

/// <summary>Whether two texts are the same value to HubSpot, which gives numbers and moments back in a form of its own.</summary>
internal static class Canonical
{
    /// <param name="type">The property's type: string, number, datetime, date, enumeration, bool.</param>
    public static bool Same(string? type, string? one, string? other)
    {
        one = (one ?? "").Trim();
        other = (other ?? "").Trim();
        return one == other || Of(type, one) == Of(type, other);
    }

    private static string Of(string? type, string text) => type switch
    {
        "number" when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => (number / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture),
        "datetime" or "date" when Moment(text) is { } moment => moment.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        "enumeration" => string.Join(';', text.Split(';').Order(StringComparer.Ordinal)),
        "bool" => text.ToUpperInvariant(),
        _ => text,
    };

    /// <summary>ISO 8601, or milliseconds since 1970.</summary>
    public static DateTimeOffset? Moment(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;
}
