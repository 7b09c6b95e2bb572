using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Reads a .env file: each variable that seems to hold HubSpot's token is judged by what the usual readers make of its line.</summary>
internal static partial class EnvironmentFileReader
{
    [GeneratedRegex(@"^(?<line>[ \t]*(?<export>export[ \t]+)?(?<name>[A-Za-z_][A-Za-z0-9_.]*)(?<before>[ \t]*)=(?<after>[ \t]*)(?<value>[^\r\n]*))(?<end>\r?)$", RegexOptions.Multiline)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"^[ \t]*(?:#[^\r\n]*)?\r?$", RegexOptions.Multiline)]
    private static partial Regex BlankOrComment();

    [GeneratedRegex("hubspot|^hs_|hapi", RegexOptions.IgnoreCase)]
    private static partial Regex OfHubSpot();

    [GeneratedRegex("token|api_?key|service_?key|private_?app|hapikey|^hubspot_key$|bearer|credential|^hubspot$", RegexOptions.IgnoreCase)]
    private static partial Regex OfCredential();

    // Other parts of an app, which are no access tokens and need not look like one.
    [GeneratedRegex("client|secret|refresh|webhook|portal|hub_?id|account|app_?id|url|host|scope|redirect|version|timeout|expires|developer", RegexOptions.IgnoreCase)]
    private static partial Regex OfSomethingElse();

    /// <summary>Nothing but assignments, comments and blank lines, and more than one line of them.</summary>
    public static bool IsOne(string text)
    {
        var assignments = Assignment().Matches(text).Where(m => m.Groups["before"].Length <= 1 && (m.Groups["before"].Length == 0 || m.Groups["name"].Value == m.Groups["name"].Value.ToUpperInvariant()) && !m.Groups["value"].Value.TrimEnd().EndsWith(';')).ToList();
        var lines = text.AsSpan().TrimEnd("\r\n").Count('\n') + 1;
        return lines > 1 && assignments.Count > 0 && assignments.Count + BlankOrComment().Count(text) >= lines && assignments.Exists(m => OfHubSpot().IsMatch(m.Groups["name"].Value) || m.Groups["value"].Value.Contains("pat-", StringComparison.Ordinal));
    }

    public static List<ShownRequest> Read(SourceText source)
    {
        var all = Assignment().Matches(source.Text).ToList();
        var ours = all.Where(m => m.Groups["name"].Value is var name && (OfHubSpot().IsMatch(name) && OfCredential().IsMatch(name) || m.Groups["value"].Value.Contains("pat-", StringComparison.OrdinalIgnoreCase)) && !OfSomethingElse().IsMatch(name)).ToList();
        return [.. ours.Select(m => One(source, m, all))];
    }

    private static ShownRequest One(SourceText source, Match line, List<Match> all)
    {
        var name = line.Groups["name"].Value;
        var value = LocatedText.Of(source, line.Groups["value"].Index, line.Groups["value"].Length);
        // A comment behind the value is taken off by most readers, and kept by docker --env-file.
        var comment = value.Text.StartsWith('"') || value.Text.StartsWith('\'') ? -1 : value.Text.IndexOf(" #", StringComparison.Ordinal);
        if (comment >= 0) value = value.Slice(0, comment).TrimEndOf(' ', '\t');
        if (line.Groups["end"].Length > 0 && HasBareLineFeeds(source.Text)) value += LocatedText.Of(source, line.Groups["end"].Index, 1);
        var request = new ShownRequest(source, Dialect.Fragment) { Name = name };
        request.Headers.Add(new ShownHeader(Written("Authorization", line.Groups["name"].Index), Written("Bearer ", line.Groups["name"].Index) + value));
        request.Named.AddRange(all.Where(m => m != line).Select(m => (m.Groups["name"].Value, m.Groups["value"].Value)));
        if (line == all[0] && source.HadByteOrderMark)
            request.Remarks.Add(new Sighting("H11", Confidence.Likely, LocatedText.Of(source, line.Groups["name"].Index, line.Groups["name"].Length), "variable " + name, "the file begins with a byte order mark (U+FEFF), and this is its first line: readers that do not skip the mark set a variable of another name, and this one stays unset") { Fix = "Save the file as UTF-8 without a byte order mark." });
        if (line.Groups["before"].Length > 0 || line.Groups["after"].Length > 0)
            request.Remarks.Add(new Sighting("V07", Confidence.Possible, LocatedText.Of(source, line.Groups["value"].Index - 1 - line.Groups["after"].Length, 1), "variable " + name, "blanks stand around the equals sign: a shell and docker --env-file do not take the line so, dotenv libraries do") { Fix = $"Write {name}=… without blanks." });
        if (line.Groups["export"].Length > 0) request.Notes.Add($"{name} is set with export in front, which shells and dotenv libraries take and docker --env-file does not.");
        if (comment >= 0) request.Notes.Add($"A comment stands behind the value of {name}; docker --env-file takes it for part of the value.");
        return request;
    }

    private static bool HasBareLineFeeds(string text)
    {
        for (var i = text.IndexOf('\n', StringComparison.Ordinal); i >= 0; i = text.IndexOf('\n', i + 1))
            if (i == 0 || text[i - 1] != '\r') return true;
        return false;
    }

    private static LocatedText Written(string text, int at)
    {
        var built = new LocatedText.Builder(at);
        foreach (var c in text) built.Add(c, at);
        return built.Build();
    }
}
