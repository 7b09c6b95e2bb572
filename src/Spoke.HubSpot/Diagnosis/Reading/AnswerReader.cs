using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Finds an answer in a text: status line and headers, HubSpot's JSON, an HTML page, or a bare "401 Unauthorized".</summary>
internal static partial class AnswerReader
{
    [GeneratedRegex(@"^(?:<[ \t])?HTTP/\d(?:\.\d)?[ \t]+(\d{3})\b[^\r\n]*", RegexOptions.Multiline)]
    private static partial Regex StatusLine();

    [GeneratedRegex(@"^(?:<[ \t])?([A-Za-z0-9-]+):[ \t]*([^\r\n]*?)[ \t]*\r?$")]
    private static partial Regex Field();

    [GeneratedRegex(@"\b(?:status(?: ?code)?|HTTP(?: error)?|error|code|failed with|returned|got|response)\b[ :=""'(\[]*(?:HTTP[ /\d.]*)?([345]\d\d)\b|\b(401) (?:\(?Unauthorized|Client Error)|\b(403) (?:\(?Forbidden|Client Error)|\b(404) (?:\(?Not Found)|\b(405) (?:\(?Method)", RegexOptions.IgnoreCase)]
    private static partial Regex SpokenStatus();

    /// <summary>The answer that begins at or behind a place; null when there is none.</summary>
    public static ShownAnswer? Read(SourceText source, int start, int end)
    {
        if (start >= end || source.Text.AsSpan(start, end - start).Trim().IsEmpty) return null;
        var text = source.Text[start..end];
        if (StatusLine().Match(text) is { Success: true } line) return Message(source, start + line.Index, end, int.Parse(line.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        if (Json(text) is var (at, length, envelope) && envelope is not null)
            return new ShownAnswer { Status = Spoken(text) ?? Wrapped(text, at, envelope), Envelope = envelope, Body = text.Substring(at, length), Place = Telling(source, start + at, length) };
        if (text.IndexOf('<') is var tag and >= 0 && (text.Contains("<html", StringComparison.OrdinalIgnoreCase) || text.Contains("<!doctype", StringComparison.OrdinalIgnoreCase)))
            return new ShownAnswer { Status = Spoken(text), Body = text[tag..].Trim(), Place = LocatedText.Of(source, start + tag, text.Length - tag) };
        if (Spoken(text) is { } status) return new ShownAnswer { Status = status, Body = text.Trim(), Place = Trimmed(source, start, end) };
        return text.Contains("CORS", StringComparison.Ordinal) || text.Contains("error code: 10", StringComparison.Ordinal) ? new ShownAnswer { Body = text.Trim(), Place = Trimmed(source, start, end) } : null;
    }

    private static LocatedText Trimmed(SourceText source, int start, int end) => LocatedText.Of(source, start, end - start).Trim();

    /// <summary>Whether an answer, and no request, begins the text.</summary>
    public static bool Begins(string text)
    {
        var trimmed = text.AsSpan().TrimStart();
        return trimmed.StartsWith("HTTP/", StringComparison.Ordinal) || trimmed.StartsWith("< HTTP/", StringComparison.Ordinal) || trimmed.StartsWith("{", StringComparison.Ordinal) || trimmed.StartsWith("<", StringComparison.Ordinal);
    }

    private const int LongestObject = 200_000;

    /// <summary>Characters that are gone through, at most, in search of an object that closes.</summary>
    private const int MostLookedAt = 20_000_000;

    private static ShownAnswer Message(SourceText source, int start, int end, int status)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var at = start;
        var first = true;
        while (at < end)
        {
            var stop = source.Text.IndexOf('\n', at, end - at);
            var next = stop < 0 ? end : stop + 1;
            var line = source.Text[at..(stop < 0 ? end : stop)];
            at = next;
            var plain = line.TrimEnd('\r');
            if (plain is "" or "< " or "<") break;
            if (!first && Field().Match(line) is { Success: true } field) headers[field.Groups[1].Value] = field.Groups[2].Value;
            else if (!first && !plain.StartsWith('*') && !plain.StartsWith("{ [", StringComparison.Ordinal)) { at -= next - (at - line.Length); at = Math.Max(start, next - line.Length - (stop < 0 ? 0 : 1)); break; }
            first = false;
        }
        var rest = source.Text[Math.Min(at, end)..end];
        // A redirect was followed, or an interim answer came first: the last answer counts.
        if (StatusLine().Match(rest) is { Success: true } again && status is < 200 or (>= 300 and < 400)) return Message(source, Math.Min(at, end) + again.Index, end, int.Parse(again.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        var (jsonAt, length, envelope) = Json(rest);
        return new ShownAnswer
        {
            Status = status,
            Headers = headers,
            Envelope = envelope,
            Body = envelope is null ? rest.Trim() : rest.Substring(jsonAt, length),
            Place = envelope is null ? LocatedText.Of(source, start, source.LineOf(start).Start + source.LineOf(start).Length - start) : Telling(source, Math.Min(at, end) + jsonAt, length),
        };
    }

    [GeneratedRegex("""
        "(?:category|subCategory|errorType)"\s*:\s*"[^"]*"|"engagement"|"message"\s*:\s*"[^"]*"|"status"\s*:\s*"[^"]*"
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex TellingMember();

    /// <summary>The member of the JSON that says most.</summary>
    private static LocatedText Telling(SourceText source, int start, int length)
    {
        var members = TellingMember().Matches(source.Text.Substring(start, length));
        foreach (var name in new[] { "\"subCategory", "\"category", "\"errorType", "\"engagement", "\"message", "\"status" })
            foreach (Match member in members)
                if (member.Value.StartsWith(name, StringComparison.Ordinal)) return LocatedText.Of(source, start + member.Index, member.Length);
        return LocatedText.Of(source, start, Math.Min(length, 1));
    }

    [GeneratedRegex(@"unauthori[sz]ed|forbidden|authentication (?:failed|error)|access denied|invalid (?:token|credential)", RegexOptions.IgnoreCase)]
    private static partial Regex SpeaksOfAuthentication();

    /// <summary>A limit that a platform hands on as if it were a refusal of the token.</summary>
    private static int? Wrapped(string text, int at, ErrorEnvelope envelope) =>
        (envelope.PolicyName is not null || envelope.Category is "RATE_LIMITS" or "RATE_LIMIT") && SpeaksOfAuthentication().IsMatch(text.AsSpan(Math.Max(0, at - 300), Math.Min(at, 300))) ? 401 : null;

    private static int? Spoken(string text)
    {
        if (SpokenStatus().Match(text.Length > 4000 ? text[..4000] : text) is not { Success: true } match) return null;
        for (var i = 1; i < match.Groups.Count; i++)
            if (match.Groups[i].Success) return int.Parse(match.Groups[i].ValueSpan, CultureInfo.InvariantCulture);
        return null;
    }

    /// <summary>The first JSON object in the text that looks like an answer of HubSpot's.</summary>
    private static (int At, int Length, ErrorEnvelope? Envelope) Json(string text)
    {
        var looked = 0;
        for (var at = text.IndexOf('{'); at >= 0 && looked < MostLookedAt; at = text.IndexOf('{', at + 1))
        {
            var length = ObjectLength(text, at);
            looked += length == 0 ? Math.Min(text.Length - at, LongestObject) : 100;
            if (length == 0) continue;
            try
            {
                using var document = JsonDocument.Parse(text.AsMemory(at, length));
                var root = document.RootElement;
                if (root.ValueKind != JsonValueKind.Object) continue;
                if (new[] { "category", "correlationId", "errorType", "engagement", "message", "status", "results", "error" }.Any(name => root.TryGetProperty(name, out _))) return (at, length, ErrorEnvelope.Parse(root));
                at += length - 1;
            }
            catch (JsonException)
            {
                // Not JSON from here; perhaps from the next brace.
            }
        }
        return (0, 0, null);
    }

    /// <summary>Length of the object that begins here; 0 when it does not close.</summary>
    internal static int ObjectLength(string text, int at)
    {
        var depth = 0;
        var quoted = false;
        for (var i = at; i < text.Length && i - at < LongestObject; i++)
        {
            var c = text[i];
            if (quoted)
            {
                if (c == '\\') i++;
                else if (c == '"') quoted = false;
            }
            else if (c == '"') quoted = true;
            else if (c == '{') depth++;
            else if (c == '}' && --depth == 0) return i - at + 1;
        }
        return 0;
    }
}
