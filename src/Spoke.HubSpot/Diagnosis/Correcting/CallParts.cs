using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>A text of literals and of variables that come from the environment.</summary>
internal sealed partial record Phrase(IReadOnlyList<(string Text, bool IsVariable)> Parts)
{
    [GeneratedRegex(@"\{\{\s*([\w.$-]+)\s*\}\}|\$\{([A-Za-z_]\w*)\}")]
    private static partial Regex Template();

    [GeneratedRegex(@"[A-Za-z_]\w*")]
    private static partial Regex Name();

    public static readonly Phrase Nothing = new([]);

    public bool IsLiteral => Parts.All(p => !p.IsVariable);

    public string Literal => string.Concat(Parts.Where(p => !p.IsVariable).Select(p => p.Text));

    public static Phrase Of(string literal) => new([(literal, false)]);

    public static Phrase Of(LocatedText text)
    {
        var parts = new List<(string, bool)>();
        foreach (var (part, filling) in text.Parts())
        {
            if (filling) { parts.Add((NameOf(part), true)); continue; }
            var at = 0;
            foreach (Match match in Template().Matches(part))
            {
                if (match.Index > at) parts.Add((part[at..match.Index], false));
                parts.Add((NameOf(match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value), true));
                at = match.Index + match.Length;
            }
            if (at < part.Length) parts.Add((part[at..], false));
        }
        return new Phrase(parts);
    }

    private static string NameOf(string filling) =>
        ShellExpansion.NameOf(filling) ?? Name().Matches(filling).LastOrDefault(m => m.Value is not ("env" or "environ" or "os" or "process" or "f"))?.Value ?? "VALUE";

    public Phrase Map(Func<string, string> change) => new([.. Parts.Select(p => p.IsVariable ? p : (change(p.Text), false))]);

    /// <summary>One behind the other; literals that meet become one.</summary>
    public static Phrase operator +(Phrase a, Phrase b) =>
        a.Parts.Count > 0 && b.Parts.Count > 0 && !a.Parts[^1].IsVariable && !b.Parts[0].IsVariable
            ? new([.. a.Parts.SkipLast(1), (a.Parts[^1].Text + b.Parts[0].Text, false), .. b.Parts.Skip(1)])
            : new([.. a.Parts, .. b.Parts]);

    /// <summary>Replaces what a pattern's group 1 names a secret by a variable.</summary>
    public Phrase WithoutSecrets(Regex pattern, Func<Match, string> variable)
    {
        var parts = new List<(string, bool)>();
        foreach (var (text, isVariable) in Parts)
        {
            if (isVariable) { parts.Add((text, true)); continue; }
            var at = 0;
            foreach (Match match in pattern.Matches(text))
            {
                if (match.Length == 0) continue;
                parts.Add((text[at..match.Index], false));
                parts.Add((variable(match), true));
                at = match.Index + match.Length;
            }
            parts.Add((text[at..], false));
        }
        return new Phrase([.. parts.Where(p => p.Item1.Length > 0)]);
    }
}

/// <summary>What the corrected call consists of, before a language is chosen.</summary>
internal sealed record CallParts(string Method, Phrase Url, IReadOnlyList<(string Name, Phrase Value)> Headers, Phrase? Body, string? BodyFile, IReadOnlyList<(string Name, Phrase Value, string? File)> Form, bool NeedsToken);
