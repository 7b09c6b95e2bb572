using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Spoke.Sync.Companies;

/// <summary>The public suffix list (publicsuffix.org), embedded: below which names people register domains. Read once, at first use; no network.</summary>
internal static class PublicSuffixes
{
    private static readonly Lazy<(FrozenSet<string> Names, FrozenSet<string> Wildcards, FrozenSet<string> Exceptions)> s_rules = new(Read);

    /// <summary>The part of a domain that somebody registered: <c>mail.acme.co.uk</c> -> <c>acme.co.uk</c>; null for a public suffix itself, and for what is no domain.</summary>
    /// <param name="domain">Lower case, in ASCII (IDNA), as <see cref="Commerce.Ledger.EmailAddress"/> leaves it.</param>
    public static string? Registrable(string domain)
    {
        var labels = domain.Split('.');
        if (labels.Length < 2 || labels.Any(label => label.Length == 0) || labels[^1].All(char.IsAsciiDigit)) return null;   // 10.0.0.1 is no name
        var suffix = SuffixLabels(labels);
        return labels.Length > suffix ? string.Join('.', labels[^(suffix + 1)..]) : null;
    }

    /// <summary>How many labels the longest rule takes; an exception takes one less than its own, and what no rule names takes one.</summary>
    private static int SuffixLabels(string[] labels)
    {
        var (names, wildcards, exceptions) = s_rules.Value;
        for (var from = 0; from < labels.Length; from++)
        {
            var rest = string.Join('.', labels[from..]);
            var count = labels.Length - from;
            if (exceptions.Contains(rest)) return count - 1;
            if (names.Contains(rest) || (count > 1 && wildcards.Contains(string.Join('.', labels[(from + 1)..])))) return count;
        }
        return 1;
    }

    private static (FrozenSet<string>, FrozenSet<string>, FrozenSet<string>) Read()
    {
        var (names, wildcards, exceptions) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        var idn = new IdnMapping { AllowUnassigned = true };
        foreach (var rule in Lines("public_suffix_list.dat", "//"))
        {
            if (rule.StartsWith('!')) exceptions.Add(Name(rule[1..]));
            else if (rule.StartsWith("*.", StringComparison.Ordinal)) wildcards.Add(Name(rule[2..]));
            else names.Add(Name(rule));
        }
        return (names.ToFrozenSet(StringComparer.Ordinal), wildcards.ToFrozenSet(StringComparer.Ordinal), exceptions.ToFrozenSet(StringComparer.Ordinal));

        string Name(string text) => Ascii.IsValid(text) ? text.ToLowerInvariant() : idn.GetAscii(text);
    }

    /// <summary>The lines of an embedded list, without remarks.</summary>
    internal static IEnumerable<string> Lines(string resource, string remark)
    {
        using var stream = typeof(PublicSuffixes).Assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"{resource} is not embedded.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } line)
            if (line.Trim() is { Length: > 0 } rule && !rule.StartsWith(remark, StringComparison.Ordinal)) yield return rule;
    }
}
