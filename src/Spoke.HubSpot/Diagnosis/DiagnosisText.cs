using System.Globalization;
using System.Text;

namespace Spoke.HubSpot;

/// <summary>A diagnosis as people read it.</summary>
internal static class DiagnosisText
{
    private const int Window = 110;
    private const int MostListed = 30;

    public static string Write(Diagnosis diagnosis)
    {
        var text = new StringBuilder();
        text.AppendLine(Heading(diagnosis));
        foreach (var note in diagnosis.Notes) text.Append("  ").AppendLine(note);
        foreach (var finding in diagnosis.Findings) Write(text, finding);
        Requests(text, diagnosis);
        var noted = diagnosis.RuledOut.Where(r => r.Note is not null).ToList();
        if (noted.Count > 0) text.AppendLine();
        foreach (var (id, note) in noted) text.AppendLine(CultureInfo.InvariantCulture, $"Not the cause: {id}, {note}.");
        if (diagnosis.RuledOut.Count > 0) text.AppendLine().Append("Ruled out: ").AppendJoin(' ', diagnosis.RuledOut.Select(r => r.Id)).AppendLine();
        if (diagnosis.Scopes.Needed.Count > 0) text.Append("Scopes:    ").AppendLine(diagnosis.Scopes.NeedsAll ? All(diagnosis.Scopes.Needed) : Scopes(diagnosis.Scopes.Needed));
        if (diagnosis.Scopes.Missing.Count > 0) text.Append("Missing:   ").AppendJoin("; ", diagnosis.Scopes.Missing).AppendLine();
        if (diagnosis.Next is { } next) text.AppendLine().Append("Next: ").AppendLine(next);
        if (diagnosis.Corrected is { } corrected) text.AppendLine().AppendLine($"The call as it should be ({(corrected is { Cmd: null, PowerShell: null } ? "" : "curl for bash, ")}Python, JavaScript and C# with --json):").AppendLine().Append("  ").AppendLine((corrected.Cmd ?? corrected.PowerShell ?? corrected.Curl).Replace("\n", "\n  ", StringComparison.Ordinal));
        return text.ToString();
    }

    /// <summary>The requests, one a line; of many, those that are not well.</summary>
    private static void Requests(StringBuilder text, Diagnosis diagnosis)
    {
        if (diagnosis.Requests.Count == 0) return;
        var unwell = diagnosis.Requests.Where(r => r.Verdict != Verdict.Healthy).ToList();
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Requests: {diagnosis.Requests.Count}, of which {unwell.Count} not well{(diagnosis.Explained is { } explained && unwell.Count > 0 ? $"; number {explained} is explained above" : "")}");
        foreach (var request in (diagnosis.Requests.Count <= MostListed ? diagnosis.Requests : unwell).Take(MostListed))
            text.AppendLine(CultureInfo.InvariantCulture, $"  {request.Number,3}  {request.Cause ?? (request.Verdict == Verdict.Healthy ? "" : "?"),-3}  {request.Status?.ToString(CultureInfo.InvariantCulture) ?? "",-3}  {request.Method} {request.Address}{(request.Name is { } name ? "  " + name : "")}");
        if (unwell.Count > MostListed) text.AppendLine(CultureInfo.InvariantCulture, $"  and {unwell.Count - MostListed} more, see --json");
    }

    private static string Scopes(IReadOnlyList<string> needed) =>
        needed.Count == 1 ? needed[0] : $"any one of {string.Join(", ", needed.Take(8))}{(needed.Count > 8 ? $" and {needed.Count - 8} more" : "")}";

    private static string All(IReadOnlyList<string> needed) => needed.Count == 1 ? needed[0] : "all of " + string.Join("; ", needed);

    private static string Heading(Diagnosis diagnosis) => diagnosis.Verdict switch
    {
        Verdict.CauseFound => diagnosis.Findings.Count(f => f.Confidence == Confidence.Certain) == 1 ? "The cause is found." : "Causes are found; the first explains most.",
        Verdict.Likely => "A likely cause, not proved.",
        Verdict.Healthy => "Healthy: nothing that can be seen here is wrong.",
        _ when diagnosis.PortalUnavailable => "The portal could not be judged: it answered that it cannot answer now.",
        _ when diagnosis.Findings.Count == 0 && diagnosis.Scopes.NeedsAll => "Not proved to be well: not everything could be looked at.",
        _ when diagnosis.Findings.Count == 0 && diagnosis.IsRateLimit => "HubSpot answered with a rate limit; nothing that can be seen here is wrong with the call.",
        _ => diagnosis.Findings.Count > 0 ? "No cause is proved. These are possible." : "Nothing that can be seen here explains a failure.",
    };

    private static void Write(StringBuilder text, Finding finding)
    {
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{finding.Id}  {finding.Title}  ({DiagnosisJson.Word(finding.Confidence)})");
        foreach (var evidence in finding.Evidence)
        {
            if (evidence is { Place: { } place, Secrets: { } secrets }) Underline(text, secrets.Source, secrets, place);
            text.AppendLine(CultureInfo.InvariantCulture, $"  {evidence.Where}: {evidence.Shows}");
        }
        text.AppendLine(CultureInfo.InvariantCulture, $"  Fix: {finding.Fix}").AppendLine(CultureInfo.InvariantCulture, $"  Known from: {finding.Source}");
    }

    /// <summary>The line, secrets masked character by character, and the place below it.</summary>
    private static void Underline(StringBuilder text, SourceText source, SecretPlaces secrets, LocatedText place)
    {
        var from = Math.Min(place.OffsetAt(0), source.Text.Length);
        var until = Math.Max(from + 1, place.Length > 0 ? place.OffsetAt(place.Length - 1) + 1 : from + 1);
        var (start, length) = source.LineOf(from);
        var end = start + length;
        if (end < source.Text.Length && source.Text[end] == '\r' && from >= end) end++;   // the fault is the line end itself
        until = Math.Min(Math.Clamp(until, from, Math.Max(end, from + 1)), from + 80);
        var first = Math.Max(start, Math.Min(from - 60, end - Window));
        var last = Math.Min(end, Math.Max(until, first + Window));
        if (last - first > 2 * Window) last = first + 2 * Window;
        var number = source.At(from).Line.ToString(CultureInfo.InvariantCulture);
        var line = new StringBuilder(first > start ? "…" : "");
        var marks = new StringBuilder(first > start ? " " : "");
        for (var i = first; i < last; i++)
        {
            if (char.IsLowSurrogate(source.Text[i])) continue;
            var pair = char.IsHighSurrogate(source.Text[i]) && i + 1 < source.Text.Length;
            var shown = pair ? source.Text.Substring(i, 2) : secrets.At(i, keep: i >= from && i < until && until - from == 1);
            line.Append(shown);
            marks.Append(i >= from && i < until ? '^' : ' ').Append(pair || IsWide(source.Text[i]) ? i >= from && i < until ? "^" : " " : "");
        }
        if (from >= last) marks.Append('^');
        if (last < end) line.Append('…');
        text.AppendLine(CultureInfo.InvariantCulture, $"  {number} | {line.ToString().TrimEnd()}").AppendLine(CultureInfo.InvariantCulture, $"  {new string(' ', number.Length)} | {marks.ToString().TrimEnd()}");
    }

    private static bool IsWide(char c) => c is >= '\u1100' and <= '\u115F' or >= '\u2E80' and <= '\uA4CF' or >= '\uAC00' and <= '\uD7A3' or >= '\uF900' and <= '\uFAFF' or >= '\uFF00' and <= '\uFF60';
}
