using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Variables that the shown text itself sets, so that what the shell would fill in can be seen.</summary>
internal sealed partial class Variables
{
    private readonly Dictionary<string, LocatedText> _values = new(StringComparer.OrdinalIgnoreCase);

    [GeneratedRegex("""^[ \t]*(?:[$>#][ \t]+|PS[^>\r\n]*>[ \t]*|[A-Z]:[^>\r\n]*>[ \t]*)?(?:(?:export|set|setx|declare|local|readonly|const|let|var)[ \t]+"?)?(?<ps>\$(?:env:|global:|script:)?)?(?<name>[A-Za-z_][A-Za-z0-9_]*)(?<eq>[ \t]*:?=[ \t]*)(?<value>[^\r\n]*)(?<cr>\r?)$""", RegexOptions.Multiline)]
    private static partial Regex Assignment();

    public IEnumerable<(string Name, string Value)> All => _values.Select(v => (v.Key, v.Value.Text));

    /// <summary>The assignments that stand before a place.</summary>
    public static Variables Before(SourceText source, int end, Dialect dialect)
    {
        var variables = new Variables();
        foreach (Match match in Assignment().Matches(source.Text))
        {
            if (match.Index >= end) break;
            var value = match.Groups["value"];
            var spaced = match.Groups["eq"].Length > 1;
            if (dialect is Dialect.Bash or Dialect.Cmd && (spaced || match.Groups["ps"].Success)) continue;
            if (dialect == Dialect.Cmd)
            {
                // Quotes round the value end where the header's own begin: they group, and are not sent.
                var plain = LocatedText.Of(source, value.Index, value.Length).TrimEndOf('"');
                variables._values[match.Groups["name"].Value] = plain.Text.StartsWith('"') ? plain.Slice(1) : plain;
                continue;
            }
            var words = ShellLine.Split(source, value.Index, dialect == Dialect.Bash ? Dialect.Bash : Dialect.PowerShell).Words;
            if (words.Count == 0 || (dialect is Dialect.PowerShell or Dialect.PowerShellRequest && (words.Count != 1 || words[0].Text.Text.StartsWith("@{", StringComparison.Ordinal)))) continue;
            var text = words[0].Text;
            // A script with mixed line ends: bash takes the carriage return of this line into the value.
            if (dialect == Dialect.Bash && match.Groups["cr"].Length > 0 && words.Count == 1 && HasBareLineFeeds(source.Text)) text += LocatedText.Of(source, match.Groups["cr"].Index, 1);
            variables._values[match.Groups["name"].Value] = text;
        }
        return variables;
    }

    private static bool HasBareLineFeeds(string text)
    {
        for (var i = text.IndexOf('\n', StringComparison.Ordinal); i >= 0; i = text.IndexOf('\n', i + 1))
            if (i == 0 || text[i - 1] != '\r') return true;
        return false;
    }

    public void Set(string name, LocatedText value) => _values[name] = value;

    public LocatedText? Find(string name) => _values.GetValueOrDefault(name);

    /// <summary>The text with known variables filled in; unknown ones stay what they are.</summary>
    public LocatedText Fill(LocatedText text)
    {
        if (!text.HasFillings || _values.Count == 0) return text;
        var filled = new LocatedText.Builder(text.OffsetAt(0));
        var at = 0;
        foreach (var (part, filling) in text.Parts())
        {
            var stretch = text.Slice(at, part.Length);
            filled.Add(filling && ShellExpansion.NameOf(part) is { } name && _values.TryGetValue(name, out var value) ? value : stretch);
            at += part.Length;
        }
        return filled.Build();
    }
}
