using System.Globalization;
using System.Text;

namespace Spoke.HubSpot;

/// <summary>Names of the characters that get into tokens by mistake.</summary>
internal static class CharacterNames
{
    private static readonly Dictionary<int, string> s_names = new()
    {
        [0x09] = "a tab",
        [0x0A] = "a line feed",
        [0x0D] = "a carriage return",
        [0x20] = "a space",
        [0xA0] = "a no-break space",
        [0xAD] = "a soft hyphen",
        [0x200B] = "a zero-width space",
        [0x200C] = "a zero-width non-joiner",
        [0x200D] = "a zero-width joiner",
        [0x200E] = "a left-to-right mark",
        [0x200F] = "a right-to-left mark",
        [0x202A] = "a direction mark",
        [0x202C] = "a direction mark",
        [0x202D] = "a direction mark",
        [0x202E] = "a direction mark",
        [0x202F] = "a narrow no-break space",
        [0x2060] = "a word joiner",
        [0xFEFF] = "a byte order mark",
        [0x2010] = "a typographic hyphen",
        [0x2011] = "a non-breaking hyphen",
        [0x2012] = "a figure dash",
        [0x2013] = "an en dash",
        [0x2014] = "an em dash",
        [0x2212] = "a minus sign",
        [0x2018] = "a curly single quote",
        [0x2019] = "a curly single quote",
        [0x201C] = "a curly double quote",
        [0x201D] = "a curly double quote",
        [0x201E] = "a low curly quote",
        [0x2022] = "a bullet",
        [0x2026] = "an ellipsis",
        [0xFFFD] = "a character that could not be decoded",
        [0x430] = "a Cyrillic a",
        [0x435] = "a Cyrillic e",
        [0x441] = "a Cyrillic c",
        [0x43E] = "a Cyrillic o",
        [0x440] = "a Cyrillic p",
    };

    private static readonly int[] s_bullets = [0x2022, 0x2023, 0x25CF, 0x25E6, 0x2219, 0x00B7, 0x2026, 0x26AB, 0x2B24, 0x2588, 0x2592, 0x2593, 0x25A0, 0x25AA];

    public static string Of(char c) => Of(Rune.IsValid(c) ? new Rune(c) : Rune.ReplacementChar);

    /// <summary>Name and code point, such as <c>an en dash (U+2013)</c>.</summary>
    public static string Of(Rune rune)
    {
        var code = $"U+{rune.Value:X4}";
        if (s_names.TryGetValue(rune.Value, out var name)) return $"{name} ({code})";
        if (IsInvisible(rune)) return $"an invisible character ({code})";
        return rune.IsAscii ? Rune.IsControl(rune) ? $"a control character ({code})" : $"'{rune}' ({code})" : $"the character {rune} ({code})";
    }

    /// <summary>Which cause a character that no token has speaks for.</summary>
    public static string CauseOf(Rune rune) =>
        s_bullets.Contains(rune.Value) ? "H19" : IsInvisible(rune) ? "H11" : IsTypographic(rune) ? "H10" : "H12";

    public static bool IsInvisible(Rune rune) =>
        rune.Value is 0x00A0 or 0xFEFF or 0x3164 or 0x115F or 0x180E || (rune.Value > 127 && Rune.IsWhiteSpace(rune)) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control;

    public static bool IsTypographic(Rune rune) => rune.Value is >= 0x2010 and <= 0x201F or 0x2032 or 0x2033 or 0x2039 or 0x203A or 0x2212 or 0x00AB or 0x00BB or 0x00B4 or 0xFE58 or 0xFE63 or 0xFF0D;

    public static bool IsCurlyQuote(char c) => c is >= '\u2018' and <= '\u201F' or '\u00AB' or '\u00BB' or '\u00B4' or '\u2032' or '\u2033';
}
