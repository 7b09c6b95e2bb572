namespace Spoke.Emulator.Search;

/// <summary>Text as the index holds it: lower-case words, and token search with <c>*</c> as a wild card. Values are looked at where they are; nothing is copied.</summary>
internal static class TokenText
{
    /// <summary>The words of a text, in lower case.</summary>
    public static IReadOnlyList<string> Words(string text)
    {
        var words = new List<string>();
        for (var at = 0; Next(text, ref at, out var start, out var end);) words.Add(text[start..end].ToLowerInvariant());
        return words;
    }

    /// <summary>True when the wanted words stand in the value side by side; with a star also when the whole value fits the pattern.</summary>
    /// <param name="wanted">In lower case.</param>
    /// <param name="words">The words of <paramref name="wanted"/>.</param>
    public static bool Contains(string value, string wanted, IReadOnlyList<string> words)
    {
        if (wanted.Contains('*', StringComparison.Ordinal)) return FitsAny(value, wanted);
        if (words.Count == 0) return false;
        for (var at = 0; Next(value, ref at, out var start, out var end);)
        {
            if (!IsWord(value, start, end, words[0])) continue;
            var (behind, matched) = (at, 1);
            while (matched < words.Count && Next(value, ref behind, out var from, out var to) && IsWord(value, from, to, words[matched])) matched++;
            if (matched == words.Count) return true;
        }
        return false;
    }

    /// <summary>Does some word of the value begin so?</summary>
    /// <param name="beginning">In lower case.</param>
    public static bool HasWordFrom(string value, string beginning)
    {
        var first = beginning[0];
        if (!char.IsAscii(first))
        {
            for (var at = 0; Next(value, ref at, out var start, out var end);)
                if (end - start >= beginning.Length && IsWord(value, start, start + beginning.Length, beginning)) return true;
            return false;
        }
        // From one possible beginning to the next: most values of a million have none. Two letters outside ASCII become one inside as well.
        var (upper, further) = (char.ToUpperInvariant(first), first switch { 'k' => '\u212A', 'i' => '\u0130', _ => first });
        for (var at = 0; value.AsSpan(at).IndexOfAny(first, upper, further) is var ahead and >= 0; at++)
        {
            at += ahead;
            if (value.Length - at < beginning.Length) return false;
            if ((at == 0 || !char.IsLetterOrDigit(value[at - 1])) && IsWord(value, at, at + beginning.Length, beginning)) return true;
        }
        return false;
    }

    private static bool Next(string text, ref int at, out int start, out int end)
    {
        while (at < text.Length && !char.IsLetterOrDigit(text[at])) at++;
        start = at;
        while (at < text.Length && char.IsLetterOrDigit(text[at])) at++;
        end = at;
        return end > start;
    }

    private static bool IsWord(string text, int start, int end, string word)
    {
        if (end - start != word.Length) return false;
        for (var i = 0; i < word.Length; i++)
            if (text[start + i] != word[i] && char.ToLowerInvariant(text[start + i]) != word[i]) return false;
        return true;
    }

    private static bool FitsAny(ReadOnlySpan<char> value, string pattern)
    {
        if (Fits(value, pattern)) return true;
        if (!value.Contains(' ')) return false;
        foreach (var part in value.Split(' '))
            if (Fits(value[part], pattern)) return true;
        return false;
    }

    private static bool Fits(ReadOnlySpan<char> text, string pattern)
    {
        int t = 0, p = 0, star = -1, mark = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                mark = t;
            }
            else if (p < pattern.Length && (pattern[p] == text[t] || pattern[p] == char.ToLowerInvariant(text[t])))
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
