namespace Spoke.HubSpot;

/// <summary>A block of a .bru file: <c>name { … }</c> or <c>name [ … ]</c>.</summary>
internal sealed record BruBlock(string Name, LocatedText Body)
{
    /// <summary>Lines of the form <c>key: value</c>; those switched off by a tilde are left out.</summary>
    public List<(LocatedText Key, LocatedText Value)> Pairs { get; } = [];

    /// <summary>Names of a list.</summary>
    public List<string> Names { get; } = [];

    public LocatedText? Find(string key) => Pairs.Find(p => p.Key.Text == key).Value;
}

/// <summary>A file in Bruno's own markup, cut into its blocks.</summary>
internal sealed class BruFile(SourceText source)
{
    public SourceText Source { get; } = source;

    public List<BruBlock> Blocks { get; } = [];

    public BruBlock? Block(string name) => Blocks.Find(b => b.Name == name);

    public static BruFile Read(SourceText source)
    {
        var file = new BruFile(source);
        var text = source.Text;
        for (var at = 0; at < text.Length;)
        {
            var (start, length) = source.LineOf(at);
            var line = text.AsSpan(start, length).TrimEnd();
            at = Next(text, start + length);
            if (line.Length < 3 || line[^1] is not ('{' or '[') || !char.IsLetter(line[0])) continue;
            var end = at;
            var close = line[^1] == '{' ? '}' : ']';
            while (end < text.Length)
            {
                var (lineStart, lineLength) = source.LineOf(end);
                if (lineLength > 0 && text[lineStart] == close) break;
                end = Next(text, lineStart + lineLength);
            }
            var block = new BruBlock(line[..^1].TrimEnd().ToString(), LocatedText.Of(source, at, Math.Min(end, text.Length) - at));
            if (close == ']') block.Names.AddRange(block.Body.Text.Split([',', '\n', '\r', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries));
            else if (!block.Name.StartsWith("body", StringComparison.Ordinal) && !block.Name.StartsWith("script", StringComparison.Ordinal) && block.Name is not ("tests" or "docs")) Pairs(source, at, Math.Min(end, text.Length), block);
            file.Blocks.Add(block);
            at = end < text.Length ? Next(text, source.LineOf(end).Start + source.LineOf(end).Length) : text.Length;
        }
        return file;
    }

    private static int Next(string text, int lineEnd)
    {
        if (lineEnd < text.Length && text[lineEnd] == '\r') lineEnd++;
        if (lineEnd < text.Length && text[lineEnd] == '\n') lineEnd++;
        return Math.Max(lineEnd, 0);
    }

    private static void Pairs(SourceText source, int start, int end, BruBlock block)
    {
        for (var at = start; at < end;)
        {
            var (lineStart, length) = source.LineOf(at);
            var next = Next(source.Text, lineStart + length);
            if (next <= at) next = at + 1;
            at = next;
            var line = LocatedText.Of(source, lineStart, Math.Min(length, Math.Max(0, end - lineStart))).TrimStart();
            if (line.Length == 0 || line.Text[0] is '~' or '@') continue;
            var quoted = line.Text[0] == '"' && line.Text.IndexOf('"', 1) is var close and > 0 ? close : 0;
            var colon = line.Text.IndexOf(':', quoted);
            if (colon <= 0) continue;
            var key = line.Slice(0, colon).Trim();
            // Blanks behind the colon are markup; what stands at the end of the line is the value's own.
            block.Pairs.Add((quoted > 0 ? key.Slice(1, Math.Max(0, key.Length - 2)) : key, line.Slice(colon + 1).TrimStart()));
        }
    }
}
