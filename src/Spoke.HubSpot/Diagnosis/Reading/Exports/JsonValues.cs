using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>Reads JSON, with comments and trailing commas, into values that know their places. What stands before a fault is kept.</summary>
internal static class JsonValues
{
    private static readonly JsonReaderOptions s_options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 128 };

    /// <summary>Null when the text is no object and no list.</summary>
    public static ShownValue? Read(SourceText source)
    {
        var first = source.Text.AsSpan().TrimStart();
        if (first.IsEmpty || first[0] is not ('{' or '[')) return null;
        var bytes = Encoding.UTF8.GetBytes(source.Text);
        var places = bytes.Length == source.Text.Length ? null : Places(source.Text, bytes.Length);
        var open = new Stack<ShownValue>();
        ShownValue? root = null;
        LocatedText? name = null;
        var reader = new Utf8JsonReader(bytes, s_options);
        try
        {
            while (reader.Read())
            {
                var start = Place(places, (int)reader.TokenStartIndex);
                if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                {
                    open.Pop();
                    continue;
                }
                var end = Place(places, (int)reader.TokenStartIndex + reader.ValueSpan.Length + (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? 1 : 0));
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    name = Unescaped(source, start + 1, end);
                    continue;
                }
                var text = reader.TokenType == JsonTokenType.String;
                var value = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray
                    ? new ShownValue(source, start, null) { IsObject = reader.TokenType == JsonTokenType.StartObject, IsList = reader.TokenType == JsonTokenType.StartArray }
                    : new ShownValue(source, start, text ? () => Unescaped(source, start + 1, end) : () => LocatedText.Of(source, start, end - start)) { IsText = text };
                if (open.TryPeek(out var parent))
                {
                    if (parent.IsObject) parent.Members.Add((name ?? LocatedText.Empty, value));
                    else parent.Items.Add(value);
                }
                root ??= value;
                if (value.IsObject || value.IsList) open.Push(value);
            }
        }
        catch (JsonException)
        {
            if (root is not null) root.IsBroken = true;
        }
        return root;
    }

    private static int Place(int[]? places, int at) => places is null ? at : places[Math.Min(at, places.Length - 1)];

    /// <summary>For each byte of the UTF-8 form the character it belongs to.</summary>
    private static int[] Places(string text, int length)
    {
        var places = new int[length + 1];
        var at = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var pair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            var size = pair ? 4 : text[i] < 0x80 ? 1 : text[i] < 0x800 ? 2 : 3;
            for (var b = 0; b < size && at < length; b++) places[at++] = i;
            if (pair) i++;
        }
        while (at <= length) places[at++] = text.Length;
        return places;
    }

    private static LocatedText Unescaped(SourceText source, int start, int end)
    {
        var text = source.Text;
        end = Math.Min(end, text.Length);
        if (start >= end) return LocatedText.At(start);
        if (text.AsSpan(start, end - start).IndexOf('\\') < 0) return LocatedText.Of(source, start, end - start);
        var built = new LocatedText.Builder(start);
        for (var i = start; i < end; i++)
        {
            if (text[i] != '\\' || i + 1 >= end) { built.Add(text[i], i); continue; }
            var c = text[i + 1];
            var code = c == 'u' && i + 6 <= end && int.TryParse(text.AsSpan(i + 2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var parsed) ? parsed : -1;
            built.Add(c switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', 'u' when code >= 0 => (char)code, _ => c }, i);
            i += code >= 0 ? 5 : 1;
        }
        return built.Build();
    }
}
