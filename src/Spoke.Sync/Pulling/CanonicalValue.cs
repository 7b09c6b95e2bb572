using System.Globalization;
using System.Text;
using ADRaffy.ENSNormalize;

namespace Spoke.Sync.Pulling;

/// <summary>
/// A property's value in the one form in which two of them are compared: HubSpot gives some values back in another form than they were sent.
/// Nothing and empty are the same. Pure.
/// </summary>
internal static class CanonicalValue
{
    public static string Of(string? value)
    {
        if (string.IsNullOrWhiteSpace(value)) return "";
        var text = value.Trim();
        if (!Ascii.IsValid(text)) return ENSNormalize.NF.NFC(text);
        if (Number(text) is { } number) return number;
        if (text.Length >= 10 && text[4] == '-' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)) return moment.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        return text.Contains(';') ? string.Join(';', text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)) : text;
    }

    public static bool Same(string? a, string? b) => Of(a) == Of(b);

    // 12.50 and 12.5 are one amount; 0123 and +353 are no amounts but codes and telephone numbers.
    private static string? Number(string text)
    {
        var digits = text[0] == '-' ? text[1..] : text;
        if (digits.Length == 0 || !char.IsAsciiDigit(digits[0]) || (digits.Length > 1 && digits[0] == '0' && digits[1] != '.')) return null;
        return decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? (number / 1.000000000000000000000000000000m).ToString(CultureInfo.InvariantCulture) : null;
    }
}
