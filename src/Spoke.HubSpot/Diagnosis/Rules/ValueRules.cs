using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Section 2: the value was never filled in.</summary>
internal static class ValueRules
{
    private const string NotProved = "; in a pasted text it may be the poster's redaction, so look at what is really sent";

    public static IReadOnlyList<Rule> All { get; } =
    [
        new("V02", Sight.Token, r => OfToken(r, "V02", Confidence.Likely, r.Answer?.Envelope?.Category == "EXPIRED_AUTHENTICATION" ? Confidence.Certain : null)),
        new("V03", Sight.Token, Template),
        new("V04", Sight.Token, r => Dollar(r, source: false)),
        new("V05", Sight.Token, r => Dollar(r, source: true)),
        new("V06", Sight.Header, r => Empty(r).Concat(Misspelt(r))),
        new("V08", Sight.Token, r => OfToken(r, "V08", Confidence.Certain)),
        new("V09", Sight.Token, r => OfToken(r, "V09", Confidence.Certain)),
        new("V01", Sight.Token, Placeholder),
        new("V07", Sight.Program, _ => []),   // the reader sees it, see ProgramReader
    ];

    private static IEnumerable<Sighting> OfToken(ShownRequest request, string cause, Confidence confidence, Confidence? proved = null)
    {
        if (!request.Credential.IsVisible) yield break;
        foreach (var fault in request.Credential.Judgement.Faults.Where(f => f.Cause == cause))
            yield return Seen.InValue(request, cause, proved ?? (fault.Sure ? confidence : Confidence.Possible), Place(request, fault), "the token " + fault.Shows);
    }

    private static LocatedText Place(ShownRequest request, TokenFault fault) => request.Credential.Token.Slice(fault.Start, Math.Min(fault.Length, request.Credential.Token.Length - fault.Start));

    private static IEnumerable<Sighting> Placeholder(ShownRequest request) =>
        OfToken(request, "V01", Confidence.Likely).Select(s => s with { Shows = s.Shows + NotProved });

    /// <summary>An environment that is not shown may define the variable.</summary>
    private static IEnumerable<Sighting> Template(ShownRequest request)
    {
        var open = request.Dialect is Dialect.Http or Dialect.Collection && !request.KnowsEnvironment;
        return OfToken(request, "V03", open ? Confidence.Likely : Confidence.Certain).Select(s => open ? s with { Shows = s.Shows + "; nothing in the file sets it, an environment may" } : s);
    }

    /// <summary>A variable's name stands in the value: the shell's fault, or in source code the string's.</summary>
    private static IEnumerable<Sighting> Dollar(ShownRequest request, bool source)
    {
        var credential = request.Credential;
        if (credential.Header is null || credential.Token.Length == 0) yield break;
        if (credential.IsVisible && credential.Judgement.Faults is [{ Cause: "V04" or "V05" } fault, ..])
        {
            var program = request.Dialect == Dialect.Program;
            if ((program || fault.Cause == "V05") != source) yield break;
            var name = ShellExpansion.NameOf(credential.Token.Text) ?? credential.Token.Text;
            yield return Seen.InValue(request, source ? "V05" : "V04", source && !program ? Confidence.Likely : MayBeCmd(request) ? Confidence.Possible : Confidence.Certain, Place(request, fault), source
                ? $"{Short(credential.Token.Text)} is sent as it stands: the string is not one that fills in its braces"
                : $"{Short(credential.Token.Text)} is sent as it stands: {Why(request.Dialect, credential.Token.Text)}", source ? SourceFix(request) : ShellFix(request, name));
        }
        else if (!source && credential.Token.IsFilling && WrongShell(request) is { } why)
            yield return Seen.InValue(request, "V04", Confidence.Likely, credential.Token, why, ShellFix(request, ShellExpansion.NameOf(credential.Token.Text) ?? "NAME"));
    }

    /// <summary>One line without a mark of bash may as well be cmd's, which fills in %NAME%.</summary>
    private static bool MayBeCmd(ShownRequest request) =>
        request.Dialect == Dialect.Bash && request.Credential.Token.Text.StartsWith('%') && !request.Source.Text.Contains('\'') && !request.Source.Text.Contains("\\\n", StringComparison.Ordinal) && !request.Source.Text.Contains("\\\r", StringComparison.Ordinal);

    private static string Short(string text) => text.Length > 60 ? text[..57] + "..." : text;

    private static string Why(Dialect dialect, string token) => (dialect, token[0]) switch
    {
        (Dialect.Cmd, '$') => "cmd fills in %NAME%, not $NAME",
        (Dialect.Bash, '%') => "bash does not know %NAME%, that is cmd's way",
        (Dialect.Bash, '$') => "inside single quotes bash fills in nothing",
        (Dialect.PowerShell or Dialect.PowerShellRequest, '%') => "PowerShell does not know %NAME%, that is cmd's way",
        (Dialect.PowerShell or Dialect.PowerShellRequest, '$') => "inside single quotes PowerShell fills in nothing",
        (Dialect.Fragment, _) => "most readers of such a line fill in nothing",
        _ => "nobody filled it in",
    };

    private static string? WrongShell(ShownRequest request)
    {
        var text = request.Credential.Token.Text;
        if (request.Dialect == Dialect.Bash && text.StartsWith("$env:", StringComparison.OrdinalIgnoreCase)) return "$env:NAME is PowerShell's way; bash fills in $env, which is empty";
        return request.Dialect is Dialect.PowerShell && !text.StartsWith("$env:", StringComparison.OrdinalIgnoreCase) && text.StartsWith('$') && text.Length > 4 && text[1..].Trim('{', '}').All(c => char.IsAsciiLetterUpper(c) || c == '_' || char.IsAsciiDigit(c))
            ? "in PowerShell this is a variable of the session, not one of the environment, unless the script sets it" : null;
    }

    private static string ShellFix(ShownRequest request, string name) => request.Dialect switch
    {
        Dialect.PowerShell or Dialect.PowerShellRequest when request.Named.Exists(n => n.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) => $"In PowerShell write \"Bearer ${name}\" in double quotes.",
        Dialect.Cmd => $"In cmd write %{name}% inside double quotes.",
        Dialect.PowerShell or Dialect.PowerShellRequest => $"In PowerShell write $env:{name} inside double quotes.",
        Dialect.Bash => $"In bash write ${name} inside double quotes.",
        _ => Causes.Get("V04").Fix,
    };

    private static string? SourceFix(ShownRequest request)
    {
        var text = request.Source.Text;
        if (request.Dialect != Dialect.Program) return null;
        if (text.Contains("requests.", StringComparison.Ordinal) || text.Contains("import ", StringComparison.Ordinal) && !text.Contains(';')) return "Put an f in front of the string: f\"Bearer {token}\".";
        if (text.Contains("fetch(", StringComparison.Ordinal) || text.Contains("axios", StringComparison.Ordinal) || text.Contains("const ", StringComparison.Ordinal)) return "Use backticks: `Bearer ${token}`.";
        return text.Contains("HttpClient", StringComparison.Ordinal) || text.Contains("HttpRequestMessage", StringComparison.Ordinal) ? "Put a $ in front of the string: $\"Bearer {token}\"." : null;
    }

    /// <summary>Nothing sets the variable, and something sets one whose name is nearly the same.</summary>
    private static IEnumerable<Sighting> Misspelt(ShownRequest request)
    {
        var token = request.Credential.Token;
        if (!token.IsFilling || request.Dialect is not (Dialect.Bash or Dialect.Cmd or Dialect.PowerShell or Dialect.PowerShellRequest or Dialect.Program)) yield break;
        if (request.Dialect == Dialect.Program && token.Text.AsSpan().IndexOfAny("([") >= 0) yield break;   // what a function gives has no name here
        if (ShellExpansion.NameOf(token.Text) is not { Length: > 4 } name || request.Named.Exists(n => n.Name.Equals(name, StringComparison.OrdinalIgnoreCase))) yield break;
        // A parameter, an import or a loop sets it where it stands a second time.
        if (Regex.Count(request.Source.Text, $@"\b{Regex.Escape(name)}\b") > 1) yield break;
        if (request.Named.Find(n => n.Name.Length > 4 && Math.Abs(n.Name.Length - name.Length) <= 2 && EditDistance.Of(n.Name.ToLowerInvariant(), name.ToLowerInvariant()) is 1 or 2).Name is not { } near) yield break;
        yield return Seen.InValue(request, "V06", Confidence.Likely, token, $"nothing here sets {name}; {near} is set, so this one is probably misspelt and empty", $"Write {near}.");
    }

    private static IEnumerable<Sighting> Empty(ShownRequest request)
    {
        var credential = request.Credential;
        if (credential.Header is not { } header) yield break;
        if (credential.IsVisible && credential.Judgement.Faults is [{ Cause: "V06" } word, ..])
            yield return Seen.InValue(request, "V06", Confidence.Certain, Place(request, word), "the token " + word.Shows);
        else if (credential.Token.Length == 0 && (credential.Bearers > 0 || header.Value.Trim().Length == 0))
            yield return Seen.InValue(request, "V06", request.Dialect == Dialect.Program && request.Named.Count > 0 ? Confidence.Likely : Confidence.Certain, header.Value.Slice(header.Value.Length), credential.Bearers > 0 ? "nothing stands behind Bearer" : "the header is empty");
        else if (credential.Token.IsFilling && request.Answer?.SaysNotFound == true)
            yield return Seen.InValue(request, "V06", Confidence.Possible, credential.Token, "HubSpot saw no usable token; what the variable held is not shown, and when it was empty it was this", "Look whether the variable is set where the command runs.");
    }
}
