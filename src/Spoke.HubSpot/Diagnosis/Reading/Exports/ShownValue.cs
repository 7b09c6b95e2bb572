namespace Spoke.HubSpot;

/// <summary>A value of a JSON or YAML document that knows where it stood.</summary>
internal sealed class ShownValue(SourceText source, int start, Func<LocatedText>? text)
{
    private LocatedText? _text;

    public int Start { get; } = start;

    public SourceText Source { get; } = source;

    /// <summary>Members of an object, in their order.</summary>
    public List<(LocatedText Name, ShownValue Value)> Members { get; } = [];

    /// <summary>Items of a list.</summary>
    public List<ShownValue> Items { get; } = [];

    public bool IsObject { get; init; }
    public bool IsList { get; init; }

    /// <summary>A text, not a number, true, false or null.</summary>
    public bool IsText { get; init; }

    /// <summary>The document breaks off or is damaged behind what was read.</summary>
    public bool IsBroken { get; set; }

    /// <summary>The value as text, escapes resolved; empty for objects and lists.</summary>
    public LocatedText Text => _text ??= text?.Invoke() ?? LocatedText.At(Start);

    /// <summary>A member by name; null when there is none, or when this is no object.</summary>
    public ShownValue? this[string name] => Members.Find(m => m.Name.Text == name).Value;

    /// <summary>A member that is a text, a number or a word; null otherwise.</summary>
    public LocatedText? TextOf(string name) => this[name] is { IsObject: false, IsList: false } value && !value.IsNull ? value.Text : null;

    /// <summary>The same as a plain string.</summary>
    public string? StringOf(string name) => TextOf(name)?.Text;

    /// <summary>The items of a member that is a list.</summary>
    public IEnumerable<ShownValue> ListOf(string name) => this[name]?.Items ?? [];

    public bool IsNull => !IsObject && !IsList && !IsText && Text.Text is "null" or "~" or "";

    public bool IsTrue => !IsText && Text.Text is "true" or "True";

    public bool IsFalse => !IsText && Text.Text is "false" or "False";
}
