using System.Text;
using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>The text somebody handed in, with its lines, and what its bytes were.</summary>
internal sealed partial class SourceText
{
    // What the bytes 0x80-0x9F mean in Windows-1252, where most text that is not UTF-8 comes from.
    private const string Windows1252 = "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";
    private readonly List<int> _lines = [0];

    public SourceText(string text)
    {
        Text = text;
        for (var i = 0; i < text.Length; i++)
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n'))) _lines.Add(i + 1);
    }

    public string Text { get; }

    /// <summary>The text began with a byte order mark, which is not part of <see cref="Text"/>.</summary>
    public bool HadByteOrderMark { get; private init; }

    /// <summary>The file's name; null when only one text was given.</summary>
    public string? Name { get; init; }

    /// <summary>Some bytes were no UTF-8 and were read as Windows-1252.</summary>
    public bool HadForeignBytes { get; private init; }

    [GeneratedRegex(@"^[ \t]*(?:```|~~~)[^`\r\n]*$|^[ \t]*(?:```|~~~)[^`\r\n]*(?=\r)", RegexOptions.Multiline)]
    private static partial Regex Fence();

    /// <summary>The text with blanks for the fences of Markdown's code blocks; every other character keeps its place.</summary>
    public SourceText WithoutFences() => !Text.Contains("```", StringComparison.Ordinal) && !Text.Contains("~~~", StringComparison.Ordinal) ? this
        : new SourceText(Fence().Replace(Text, fence => new string(' ', fence.Length))) { HadByteOrderMark = HadByteOrderMark, HadForeignBytes = HadForeignBytes, Name = Name };

    public bool IsOneLine => Text.AsSpan().TrimEnd("\r\n").IndexOfAny('\r', '\n') < 0;

    /// <summary>The text of some bytes, in whatever encoding they seem to be.</summary>
    public static SourceText Of(ReadOnlySpan<byte> bytes, string? name = null)
    {
        if (bytes.StartsWith(new byte[] { 0xFF, 0xFE })) return new SourceText(Encoding.Unicode.GetString(bytes[2..])) { HadByteOrderMark = true, Name = name };
        if (bytes.StartsWith(new byte[] { 0xFE, 0xFF })) return new SourceText(Encoding.BigEndianUnicode.GetString(bytes[2..])) { HadByteOrderMark = true, Name = name };
        if (bytes.Length >= 4 && bytes[0] != 0 && bytes[1] == 0 && bytes[2] != 0 && bytes[3] == 0) return new SourceText(Encoding.Unicode.GetString(bytes)) { Name = name };
        var marked = bytes.StartsWith("\uFEFF"u8);
        if (marked) bytes = bytes[3..];
        var text = new StringBuilder(bytes.Length);
        var foreign = false;
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var used) == System.Buffers.OperationStatus.Done) text.Append(rune.ToString());
            else
            {
                foreign = true;
                used = 1;
                text.Append(bytes[0] is >= 0x80 and <= 0x9F ? Windows1252[bytes[0] - 0x80] : (char)bytes[0]);
            }
            bytes = bytes[used..];
        }
        return new SourceText(text.ToString()) { HadByteOrderMark = marked, HadForeignBytes = foreign, Name = name };
    }

    /// <summary>Line and column from 1; a column counts characters as people see them, not UTF-16 units.</summary>
    public (int Line, int Column) At(int offset)
    {
        offset = Math.Clamp(offset, 0, Text.Length);
        var line = LineIndex(offset);
        var column = 1;
        for (var i = _lines[line]; i < offset; i++)
            if (!char.IsLowSurrogate(Text[i])) column++;
        return (line + 1, column);
    }

    /// <summary>Start and length of the line an offset is on, without its end.</summary>
    public (int Start, int Length) LineOf(int offset)
    {
        offset = Math.Clamp(offset, 0, Text.Length);
        var start = _lines[LineIndex(offset)];
        var end = Text.AsSpan(start).IndexOfAny('\n', '\r');
        return (start, end < 0 ? Text.Length - start : end);
    }

    private int LineIndex(int offset)
    {
        var found = _lines.BinarySearch(offset);
        return found >= 0 ? found : ~found - 1;
    }
}
