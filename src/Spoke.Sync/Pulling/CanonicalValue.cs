using System.Globalization;
using System.Text;
using ADRaffy.ENSNormalize;

namespace Spoke.Sync.Pulling;

/// <summary>
/// A property's value in the one form in which two of them are compared: HubSpot gives numbers, moments and lists back in another form than they were sent.
/// Nothing and empty are the same. By the property's type where it is known, else by what the text looks like. Pure.
/// </summary>
internal static class CanonicalValue
{
    public static string Of(string? value)
    {
        if (string.IsNullOrWhiteSpace(value)) return "";
        var text = value.Trim();
        if (!Ascii.IsValid(text)) return ENSNormalize.NF.NFC(text);
        if (Number(text) is { } number) return number;
        if (text.Length >= 10 && text[4] == '-' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)) return Milliseconds(moment);
        return text.Contains(';') ? Sorted(text) : text;
    }

    public static bool Same(string? a, string? b) => Of(a) == Of(b);

    /// <param name="type">The property's type in HubSpot: string, number, datetime, date, enumeration, bool. Of any other the texts have to be the same.</param>
    public static bool Same(string? type, string? a, string? b)
    {
        a = (a ?? "").Trim();
        b = (b ?? "").Trim();
        return a == b || Of(type, a) == Of(type, b);
    }

    /// <summary>ISO 8601, or milliseconds since 1970.</summary>
    public static DateTimeOffset? Moment(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;

    private static string Of(string? type, string text) => type switch
    {
        "number" when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => Plain(number),
        "datetime" or "date" when Moment(text) is { } moment => Milliseconds(moment),
        "enumeration" => Sorted(text),
        "bool" => text.ToUpperInvariant(),
        _ => text,
    };

    private static string Milliseconds(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private static string Sorted(string list) => string.Join(';', list.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private static string Plain(decimal number) => (number / 1.000000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);

    // 12.50 and 12.5 are one amount; 0123 and +353 are no amounts but codes and telephone numbers.
    private static string? Number(string text)
    {
        var digits = text[0] == '-' ? text[1..] : text;
        if (digits.Length == 0 || !char.IsAsciiDigit(digits[0]) || (digits.Length > 1 && digits[0] == '0' && digits[1] != '.')) return null;
        return decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? Plain(number) : null;
    }
}
