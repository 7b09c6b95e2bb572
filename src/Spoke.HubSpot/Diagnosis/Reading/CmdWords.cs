namespace Spoke.HubSpot;

/// <summary>Words by the rules of Windows' cmd: first cmd's carets, quotes and %NAME%, then the argument rules of the program it starts.</summary>
internal static class CmdWords
{
    public static ShellLine Split(SourceText source, int start)
    {
        var line = new ShellLine();
        var carets = Carets(source.Text, start, line);
        Arguments(carets, line);
        return line;
    }

    private static LocatedText Carets(string text, int start, ShellLine line)
    {
        var built = new LocatedText.Builder(start);
        var quoted = false;
        var opened = -1;
        var at = start;
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (c is '\n' or '\r') break;
            if (c == '"')
            {
                quoted = !quoted;
                opened = at;
            }
            if (c == '^' && !quoted && at + 1 < text.Length)
            {
                var next = at + 1;
                while (next < text.Length && text[next] is ' ' or '\t') next++;
                if (next < text.Length && text[next] is '\r' or '\n')
                {
                    at = text[next] == '\r' && next + 1 < text.Length && text[next + 1] == '\n' ? next + 1 : next;
                    built.Add(' ', at);
                    continue;
                }
                built.Add(text[++at], at);
                continue;
            }
            if (c is '&' or '|' && !quoted)
            {
                if (c == '|' || at + 1 >= text.Length || text[at + 1] is ' ' or '&' || at == start || text[at - 1] == ' ') break;
                line.Ampersand ??= LocatedText.At(at);
            }
            if (c == '%' && Variable(text, at) is var length and > 0)
            {
                built.AddFilling(text.Substring(at, length), at);
                at += length - 1;
                continue;
            }
            built.Add(c, at);
        }
        if (quoted) line.Unclosed = LocatedText.At(opened);
        line.End = at;
        return built.Build();
    }

    private static int Variable(string text, int at)
    {
        var end = at + 1;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')) end++;
        return end < text.Length && text[end] == '%' && end > at + 1 && !char.IsAsciiDigit(text[at + 1]) ? end - at + 1 : 0;
    }

    private static void Arguments(LocatedText text, ShellLine line)
    {
        for (var i = 0; i < text.Length;)
        {
            while (i < text.Length && text.Text[i] is ' ' or '\t') i++;
            if (i >= text.Length) return;
            var word = new LocatedText.Builder(text.OffsetAt(i));
            var bare = text.Text[i] != '"';
            var quoted = false;
            var filling = 0;
            for (; i < text.Length && (quoted || text.Text[i] is not (' ' or '\t')); i++)
            {
                var c = text.Text[i];
                if (text.IsFillingAt(i))
                {
                    filling = i;
                    while (i + 1 < text.Length && text.IsFillingAt(i + 1) && text.Text[i + 1] != '%') i++;
                    if (i + 1 < text.Length && text.IsFillingAt(i + 1)) i++;
                    word.Add(text.Slice(filling, i - filling + 1));
                }
                else if (c == '\\' && i + 1 < text.Length && text.Text[i + 1] == '"') word.Add('"', text.OffsetAt(++i));
                else if (c == '"' && quoted && i + 1 < text.Length && text.Text[i + 1] == '"') word.Add('"', text.OffsetAt(++i));
                else if (c == '"') quoted = !quoted;
                else word.Add(c, text.OffsetAt(i));
            }
            if (line.Ampersand is { } cut && line.WordsBeforeAmpersand == 0 && i > 0 && text.OffsetAt(i - 1) >= cut.OffsetAt(0)) line.WordsBeforeAmpersand = line.Words.Count + 1;
            line.Words.Add(new ShellWord(word.Build(), bare));
        }
    }
}
