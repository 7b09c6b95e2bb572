namespace Spoke.HubSpot;

/// <summary>The stretches a shell fills in, and the names in them.</summary>
internal static class ShellExpansion
{
    /// <summary>Length of the expansion at a place; 0 when there is none.</summary>
    public static int Length(string text, int at)
    {
        if (text[at] == '`') return text.IndexOf('`', at + 1) is var tick and > 0 && tick - at < 400 ? tick - at + 1 : 0;
        if (text[at] != '$' || at + 1 >= text.Length) return 0;
        var c = text[at + 1];
        if (c is '{' or '(') return Bracket(text, at + 1) is var close and > 0 ? close - at + 1 : 0;
        if (char.IsAsciiDigit(c)) return 2;
        if (!char.IsAsciiLetter(c) && c != '_') return 0;
        var end = at + 2;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')) end++;
        // PowerShell's $env:NAME
        if (end < text.Length - 1 && text[end] == ':' && text.AsSpan(at + 1, end - at - 1).Equals("env", StringComparison.OrdinalIgnoreCase) && (char.IsAsciiLetter(text[end + 1]) || text[end + 1] == '_'))
            for (end++; end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_');) end++;
        return end - at;
    }

    private static int Bracket(string text, int at)
    {
        var (open, close, depth) = (text[at], text[at] == '{' ? '}' : ')', 0);
        for (var i = at; i < text.Length && i - at < 400 && text[i] != '\n'; i++)
        {
            if (text[i] == open) depth++;
            else if (text[i] == close && --depth == 0) return i;
        }
        return 0;
    }

    /// <summary>The variable's name; null when it is a command or a computation.</summary>
    public static string? NameOf(string expansion)
    {
        var text = expansion.Trim().TrimStart('$', '@').Trim('{', '}', '%', '!', ' ');
        if (text.StartsWith("env:", StringComparison.OrdinalIgnoreCase)) text = text[4..];
        var end = 0;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')) end++;
        return end > 0 && !char.IsAsciiDigit(text[0]) && (end == text.Length || text[end] is ':' or '-') ? text[..end] : null;
    }
}
