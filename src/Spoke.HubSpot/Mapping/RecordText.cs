using System.ComponentModel;
using System.Globalization;

namespace Spoke.HubSpot;

/// <summary>HubSpot's text for values, and back. For the code the source generator writes.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class RecordText
{
    private const NumberStyles Number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Text; empty is none.</summary>
    public static string? ReadText(string? text) => string.IsNullOrEmpty(text) ? null : text;

    /// <summary>A truth value.</summary>
    /// <exception cref="FormatException">It is neither true nor false.</exception>
    public static bool? ReadBool(string? text, string property) => string.IsNullOrEmpty(text) ? null : bool.TryParse(text, out var value) ? value : throw Wrong(text, property, "true or false");

    /// <summary>A whole number.</summary>
    /// <exception cref="FormatException">It is none, or beyond 64 bits.</exception>
    public static long? ReadLong(string? text, string property) => ReadDecimal(text, property) is not { } value ? null : decimal.IsInteger(value) && value is >= long.MinValue and <= long.MaxValue ? (long)value : throw Wrong(text!, property, "a whole number");

    /// <summary>A whole number of 32 bits.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static int? ReadInt(string? text, string property) => ReadLong(text, property) is not { } value ? null : value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Wrong(text!, property, "a whole number of 32 bits");

    /// <summary>A number, as exact as HubSpot's text.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static decimal? ReadDecimal(string? text, string property) => string.IsNullOrEmpty(text) ? null : decimal.TryParse(text, Number, CultureInfo.InvariantCulture, out var value) ? value : throw Wrong(text, property, "a number");

    /// <summary>A number of double precision.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static double? ReadDouble(string? text, string property) => string.IsNullOrEmpty(text) ? null : double.TryParse(text, Number, CultureInfo.InvariantCulture, out var value) ? value : throw Wrong(text, property, "a number");

    /// <summary>A day, which HubSpot keeps as midnight UTC.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static DateOnly? ReadDate(string? text, string property) => ReadMoment(text, property) is { } moment ? DateOnly.FromDateTime(moment.UtcDateTime) : null;

    /// <summary>A moment: ISO 8601, or milliseconds since 1970.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static DateTimeOffset? ReadMoment(string? text, string property)
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var ms) && text.Length > 8 && ms is > -62_135_596_800_000 and < 253_402_300_800_000) return DateTimeOffset.FromUnixTimeMilliseconds(ms);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment : throw Wrong(text, property, "a moment in ISO 8601");
    }

    /// <summary>Several options.</summary>
    public static IReadOnlyList<string> ReadList(string? text) => string.IsNullOrEmpty(text) ? [] : text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>As HubSpot takes it.</summary>
    public static string? Write(string? value) => value;

    /// <inheritdoc cref="Write(string)"/>
    public static string? Write(bool? value) => value is { } known ? known ? "true" : "false" : null;

    /// <inheritdoc cref="Write(string)"/>
    public static string? Write(long? value) => value?.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Write(string)"/>
    public static string? Write(int? value) => value?.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Write(string)"/>
    public static string? Write(decimal? value) => value?.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Write(string)"/>
    public static string? Write(double? value) => value?.ToString("R", CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Write(string)"/>
    public static string? Write(DateOnly? value) => value?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Write(string)"/>
    public static string? Write(DateTimeOffset? value) => value?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Several options, with semicolons.</summary>
    public static string? Write(IEnumerable<string?>? values) => values is null ? null : string.Join(';', values.Where(value => value is not null));

    private static FormatException Wrong(string text, string property, string wanted) => new($"The property {property} holds '{(text.Length > 60 ? text[..60] + "…" : text)}', which is not {wanted}. Give the member the type text.");
}
