namespace Spoke.Emulator.Search;

/// <summary>Text as the index holds it: lower-case words, and token search with <c>*</c> as a wild card.</summary>
internal static class TokenText
{
    public static IEnumerable<string> Words(string text)
    {
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var inside = i < text.Length && char.IsLetterOrDigit(text[i]);
            if (inside && start < 0) start = i;
            if (inside || start < 0) continue;
            yield return text[start..i].ToLowerInvariant();
            start = -1;
        }
    }

    /// <summary>True when the wanted words stand in the value side by side; with a star also when the whole value fits the pattern.</summary>
    public static bool Contains(string value, string wanted)
    {
        if (wanted.Contains('*', StringComparison.Ordinal))
            return Fits(value.ToLowerInvariant(), wanted.ToLowerInvariant()) || value.ToLowerInvariant().Split(' ').Any(part => Fits(part, wanted.ToLowerInvariant()));
        string[] tokens = [.. Words(value)], asked = [.. Words(wanted)];
        if (asked.Length == 0) return false;
        for (var i = 0; i + asked.Length <= tokens.Length; i++)
            if (tokens.AsSpan(i, asked.Length).SequenceEqual(asked)) return true;
        return false;
    }

    private static bool Fits(string text, string pattern)
    {
        int t = 0, p = 0, star = -1, mark = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                mark = t;
            }
            else if (p < pattern.Length && pattern[p] == text[t])
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++mark;
            }
            else return false;
        }
        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }
}
