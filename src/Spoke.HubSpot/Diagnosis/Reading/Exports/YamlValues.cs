using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Spoke.HubSpot;

/// <summary>Reads YAML into values that know their places, by the parser's events. What stands before a fault is kept.</summary>
internal static class YamlValues
{
    private const int DeepestNesting = 64;

    /// <summary>Null when the text is no mapping and no list.</summary>
    public static ShownValue? Read(SourceText source)
    {
        var open = new Stack<(ShownValue Value, LocatedText? Name)>();
        ShownValue? root = null;
        try
        {
            var parser = new Parser(new StringReader(source.Text));
            while (parser.MoveNext())
            {
                ShownValue? value = null;
                var start = (int)Math.Min((parser.Current?.Start.Index) ?? 0, source.Text.Length);
                switch (parser.Current)
                {
                    case DocumentStart when root is not null: return root;   // the first document is the export
                    case MappingStart: value = new ShownValue(source, start, null) { IsObject = true }; break;
                    case SequenceStart: value = new ShownValue(source, start, null) { IsList = true }; break;
                    case MappingEnd or SequenceEnd: open.Pop(); continue;
                    case Scalar scalar when open.TryPeek(out var top) && top is { Value.IsObject: true, Name: null }:
                        open.Pop();
                        open.Push((top.Value, Located(source, scalar)));
                        continue;
                    case Scalar scalar: value = new ShownValue(source, start, () => Located(source, scalar)) { IsText = scalar.Style != ScalarStyle.Plain }; break;
                    case AnchorAlias: value = new ShownValue(source, start, null); break;
                    default: continue;
                }
                if (open.TryPop(out var parent))
                {
                    if (parent.Value.IsObject) parent.Value.Members.Add((parent.Name ?? LocatedText.Empty, value));
                    else parent.Value.Items.Add(value);
                    open.Push((parent.Value, null));
                }
                root ??= value;
                if (value.IsObject || value.IsList) open.Push((value, null));
                if (open.Count > DeepestNesting) break;
            }
        }
        catch (Exception fault) when (fault is YamlException or InvalidOperationException or ArgumentException)
        {
            // The scanner gives up with the others too, on brackets left open before a plain scalar for one.
            if (root is not null) root.IsBroken = true;
        }
        return root is { IsObject: true } or { IsList: true } ? root : null;
    }

    /// <summary>The scalar's text; where folding or escapes changed it, its characters stand as near as can be told.</summary>
    private static LocatedText Located(SourceText source, Scalar scalar)
    {
        var start = (int)Math.Min(scalar.Start.Index, source.Text.Length);
        var skip = scalar.Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted ? 1 : 0;
        var value = scalar.Value;
        if (start + skip + value.Length <= source.Text.Length && source.Text.AsSpan(start + skip, value.Length).SequenceEqual(value)) return LocatedText.Of(source, start + skip, value.Length);
        var end = (int)Math.Clamp(scalar.End.Index, start, source.Text.Length);
        var built = new LocatedText.Builder(start);
        for (var i = 0; i < value.Length; i++) built.Add(value[i], Math.Min(start + skip + i, Math.Max(start, end - 1)));
        return built.Build();
    }
}
