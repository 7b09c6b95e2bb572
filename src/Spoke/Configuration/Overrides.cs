using System.Collections;

namespace Spoke.Configuration;

/// <summary>
/// Keys set from outside: <c>Spoke__Stores__Shop__Url</c> for <c>stores.shop.url</c>. Case does not matter, and a character that a variable's name
/// cannot have is an underscore there: <c>Spoke__Connections__Shop_Main__Store</c> for <c>connections.shop-main.store</c>.
/// </summary>
internal sealed class Overrides
{
    private const string Prefix = "SPOKE__";
    private readonly Dictionary<string, (string Variable, string Value)> _set = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);

    public Overrides(IDictionary environment)
    {
        foreach (DictionaryEntry entry in environment)
            if (entry.Key is string name && name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && entry.Value is string { Length: > 0 } value)
                _set[Normal(name[Prefix.Length..])] = (name, value);
    }

    /// <summary>The variable that sets a key, and its value; null where none does.</summary>
    public (string Variable, string Value)? For(string path)
    {
        var normal = Normal(path.Replace(".", "__", StringComparison.Ordinal));
        _known[normal] = path;
        return _set.TryGetValue(normal, out var found) ? found : null;
    }

    /// <summary>Variables that set nothing, each with the key it may have meant.</summary>
    public IEnumerable<(string Variable, string? Meant)> Unknown() => _set.Where(set => !_known.ContainsKey(set.Key)).Select(set => (set.Value.Variable, Spelling.Nearest(set.Key, _known.Keys) is { } near ? _known[near] : null));

    private static string Normal(string name) => string.Concat(name.ToUpperInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
}
