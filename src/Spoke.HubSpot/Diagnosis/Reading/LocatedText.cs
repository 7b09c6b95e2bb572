using System.Text;

namespace Spoke.HubSpot;

/// <summary>
/// A text taken out of a source, with quotes and escapes resolved, that remembers where each character stood, and which stretches a shell or a
/// program will fill in only when it runs.
/// </summary>
internal sealed class LocatedText
{
    public static readonly LocatedText Empty = new("", [], [], 0);
    private readonly int[] _offsets;
    private readonly int[] _fillings;
    private readonly int _end;

    private LocatedText(string text, int[] offsets, int[] fillings, int end)
    {
        Text = text;
        _offsets = offsets;
        _fillings = fillings;
        _end = end;
    }

    public string Text { get; }

    public int Length => Text.Length;

    /// <summary>Some of it is known only when it runs.</summary>
    public bool HasFillings => Array.Exists(_fillings, f => f > 0);

    /// <summary>All of it is.</summary>
    public bool IsFilling => Length > 0 && Array.TrueForAll(_fillings, f => f > 0);

    public bool IsFillingAt(int index) => _fillings[index] > 0;

    /// <summary>Where a character stood in the source; of the end: just behind the last.</summary>
    public int OffsetAt(int index) => index < Length ? _offsets[index] : Length > 0 ? _offsets[^1] + 1 : _end;

    public LocatedText Slice(int start, int length) => new(Text.Substring(start, length), _offsets[start..(start + length)], _fillings[start..(start + length)], OffsetAt(start));

    public LocatedText Slice(int start) => Slice(start, Length - start);

    public LocatedText Trim()
    {
        var start = 0;
        while (start < Length && char.IsWhiteSpace(Text[start])) start++;
        var end = Length;
        while (end > start && char.IsWhiteSpace(Text[end - 1])) end--;
        return Slice(start, end - start);
    }

    public LocatedText TrimEndOf(params ReadOnlySpan<char> characters) => Slice(0, Text.AsSpan().TrimEnd(characters).Length);

    public LocatedText TrimStart()
    {
        var start = 0;
        while (start < Length && char.IsWhiteSpace(Text[start])) start++;
        return Slice(start);
    }

    /// <summary>Literal stretches and names of what is filled in, in their order.</summary>
    public IEnumerable<(string Text, bool IsFilling)> Parts()
    {
        for (int i = 0, start = 0; i < Length; i = start)
        {
            while (start < Length && _fillings[start] == _fillings[i]) start++;
            yield return (Text[i..start], _fillings[i] > 0);
        }
    }

    public static LocatedText operator +(LocatedText a, LocatedText b)
    {
        var shift = a._fillings.Length > 0 ? a._fillings.Max() : 0;
        return new LocatedText(a.Text + b.Text, [.. a._offsets, .. b._offsets], [.. a._fillings, .. b._fillings.Select(f => f > 0 ? f + shift : 0)], b._end);
    }

    /// <summary>A stretch of the source as it stands.</summary>
    public static LocatedText Of(SourceText source, int start, int length) =>
        new(source.Text.Substring(start, length), [.. Enumerable.Range(start, length)], new int[length], start + length);

    /// <summary>The same text with every character at one place: where it is used, when it stands in another file.</summary>
    public LocatedText MovedTo(int offset) => new(Text, [.. Enumerable.Repeat(offset, Length)], _fillings, offset + 1);

    public static LocatedText At(int offset) => new("", [], [], offset);

    /// <summary>Puts such a text together.</summary>
    internal sealed class Builder(int at)
    {
        private readonly StringBuilder _text = new();
        private readonly List<int> _offsets = [];
        private readonly List<int> _fillings = [];
        private int _last;
        private int _end = at;

        public int Length => _text.Length;

        public void Add(char c, int offset)
        {
            _text.Append(c);
            _offsets.Add(offset);
            _fillings.Add(0);
            _end = offset + 1;
        }

        public void AddFilling(string text, int offset)
        {
            _last++;
            for (var i = 0; i < text.Length; i++)
            {
                _text.Append(text[i]);
                _offsets.Add(offset + i);
                _fillings.Add(_last);
            }
            _end = offset + text.Length;
        }

        public void Add(LocatedText text)
        {
            for (var i = 0; i < text.Length; i++)
            {
                _text.Append(text.Text[i]);
                _offsets.Add(text._offsets[i]);
                _fillings.Add(text._fillings[i] > 0 ? text._fillings[i] + _last : 0);
            }
            if (text._fillings.Length > 0) _last += text._fillings.Max();
            _end = text._end;
        }

        public LocatedText Build() => new(_text.ToString(), [.. _offsets], [.. _fillings], _end);
    }
}
