using System.Text;

namespace Spoke.Sync.Storage;

/// <summary>
/// Text as every database keeps it. PostgreSQL takes no NUL character and no half of a character, SQLite takes both: they go out on the way in, so that both keep the same
/// and no text of a store can stop a connection.
/// </summary>
internal static class KeptText
{
    /// <summary>A parameter's value as it is kept; what is no text stays as it is.</summary>
    public static object? Of(object? value) => value switch
    {
        string text => Of(text),
        IReadOnlyList<string?> texts when texts.Any(text => text is not null && IsOdd(text)) => texts.Select(text => text is null ? null : Of(text)).ToArray(),
        _ => value,
    };

    public static string Of(string text)
    {
        if (!IsOdd(text)) return text;
        var kept = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())   // half a character comes out as U+FFFD
            if (rune.Value != 0) kept.Append(rune.ToString());
        return kept.ToString();
    }

    private static bool IsOdd(string text) => text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') || text.Contains('\0');
}
