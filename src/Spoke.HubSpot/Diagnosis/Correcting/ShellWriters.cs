using System.Text;

namespace Spoke.HubSpot;

/// <summary>The corrected call for cmd: one line, as cmd's continuation breaks easily.</summary>
internal static class CmdWriter
{
    public static string Write(CallParts call)
    {
        var text = new StringBuilder("curl");
        var sends = call.Body is not null || call.BodyFile is not null || call.Form.Count > 0;
        if (call.Method == "HEAD") text.Append(" -I");
        else if (call.Method != (sends ? "POST" : "GET")) text.Append(" -X ").Append(call.Method);
        if (call.Url.Literal.AsSpan().IndexOfAny("[]{}") >= 0) text.Append(" -g");
        text.Append(' ').Append(Word(call.Url));
        if (call.NeedsToken) text.Append(" -H \"Authorization: Bearer %HUBSPOT_ACCESS_TOKEN%\"");
        foreach (var (name, value) in call.Headers) text.Append(" -H ").Append(Word(Phrase.Of(name + ": ") + value));
        if (call.Body is not null) text.Append(" --data-raw ").Append(Word(call.Body));
        if (call.BodyFile is not null) text.Append(" --data-binary ").Append(Word(Phrase.Of("@" + call.BodyFile)));
        foreach (var (name, value, _) in call.Form) text.Append(" -F ").Append(Word(Phrase.Of(name + "=") + value));
        return text.ToString();
    }

    /// <summary>In double quotes. An inner quote is doubled, which leaves cmd inside the quotes, so that &amp; and | stay text.</summary>
    private static string Word(Phrase phrase)
    {
        var word = new StringBuilder("\"");
        var slashes = 0;
        foreach (var (text, variable) in phrase.Parts)
        {
            if (variable)
            {
                word.Append('%').Append(text).Append('%');
                slashes = 0;
                continue;
            }
            foreach (var c in text)
            {
                if (c == '\0') continue;
                if (c == '"') word.Append('\\', slashes).Append("\"\"");
                else word.Append(c is '\r' or '\n' ? ' ' : c);   // a line end ends the command, and JSON takes a blank as well
                slashes = c == '\\' ? slashes + 1 : 0;
            }
        }
        return word.Append('\\', slashes).Append('"').ToString();
    }
}

/// <summary>The corrected call with PowerShell's own command.</summary>
internal static class PowerShellWriter
{
    public static string Write(CallParts call)
    {
        var text = new StringBuilder("Invoke-RestMethod -Method ").Append(call.Method).Append(" -Uri ").Append(Word(call.Url));
        text.Append(" -Headers @{");
        if (call.NeedsToken) text.Append("\n  Authorization = \"Bearer $env:HUBSPOT_ACCESS_TOKEN\"");
        foreach (var (name, value) in call.Headers)
            if (!name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase) && !name.Equals("User-Agent", StringComparison.OrdinalIgnoreCase)) text.Append("\n  '").Append(name).Append("' = ").Append(Word(value));
        text.Append("\n}");
        foreach (var (name, value) in call.Headers)
            if (name.Equals("User-Agent", StringComparison.OrdinalIgnoreCase)) text.Append(" -UserAgent ").Append(Word(value));
            else if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase) && call.Form.Count == 0) text.Append(" -ContentType ").Append(Word(value));
        if (call.Body is not null) text.Append(" -Body ").Append(Word(call.Body));
        if (call.BodyFile is not null) text.Append(" -InFile ").Append(Literal(call.BodyFile));
        if (call.Form.Count > 0) text.Append(" -Form @{ ").AppendJoin("; ", call.Form.Select(p => $"{Literal(p.Name)} = {(p.File is { } file ? "Get-Item " + Literal(file) : Word(p.Value))}")).Append(" }");
        return text.ToString();
    }

    private static string Word(Phrase phrase) => phrase.Parts.Count switch
    {
        0 => "''",
        1 when !phrase.Parts[0].IsVariable => Literal(phrase.Parts[0].Text),
        _ => "(" + string.Join(" + ", phrase.Parts.Select(p => p.IsVariable ? "$env:" + p.Text : Literal(p.Text))) + ")",
    };

    /// <summary>PowerShell takes curly single quotes for quotes too.</summary>
    private static string Literal(string text) =>
        "'" + string.Concat(text.Where(c => c != '\0').Select(c => c is '\'' or '\u2018' or '\u2019' or '\u201A' or '\u201B' ? new string(c, 2) : c.ToString())) + "'";
}
