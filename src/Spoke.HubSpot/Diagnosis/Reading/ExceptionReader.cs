using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Reads a call out of an exception that a program printed (axios as Node or JSON shows it, Python's requests and httpx), or out of a call's options as JSON.</summary>
internal static partial class ExceptionReader
{
    private const int MostLookedAt = 200_000;

    [GeneratedRegex("""\bAxiosError\b|Request failed with status code \d{3}|\b\d{3} (?:Client|Server) Error\b[^\r\n]{0,200}? for url:|(?:Client|Server) error '\d{3}[^'\r\n]{0,100}' for url""")]
    private static partial Regex Mark();

    [GeneratedRegex("""[ ]for[ ]url:?[ ]+["']?(?<url>https?://[^\s"'<>]+)""", RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex ForUrl();

    [GeneratedRegex("""(?<![\w$])["']?(?<name>url|baseURL|method)["']?[ \t]*:[ \t]*(?<quote>["'])(?<value>[^"'\r\n]*)\k<quote>""")]
    private static partial Regex Option();

    [GeneratedRegex("""(?<![\w$-])["']?(?<name>headers|params)["']?\s*:\s*(?:Object\s*)?(?:\[?AxiosHeaders\]?\s*)?\{(?<members>[^{}]*)\}""")]
    private static partial Regex Block();

    [GeneratedRegex("""(?:(?<quote>["'])(?<name>[\w-]+)\k<quote>|(?<![\w$-])(?<name>[A-Za-z_$][\w$]*))\s*:\s*(?<mark>["'])(?<value>(?:(?!\k<mark>)[^\\\r\n]|\\.)*)\k<mark>""")]
    private static partial Regex Member();

    [GeneratedRegex("""(?<![\w$])["']?response["']?\s*:""")]
    private static partial Regex Response();

    [GeneratedRegex("""(?<![\w$])["']?status(?:Code)?["']?\s*[:=]\s*(?<status>[1-5]\d\d)\b|\bstatus code (?<status>[1-5]\d\d)|\b(?<status>[1-5]\d\d) (?:Client|Server) Error\b|(?:Client|Server) error '(?<status>[1-5]\d\d)""")]
    private static partial Regex Status();

    [GeneratedRegex("""(?<![\w$])["']?data["']?\s*:\s*(?=\{)""")]
    private static partial Regex Data();

    [GeneratedRegex("""["']\s*\+\s*["']""")]
    private static partial Regex Joined();

    [GeneratedRegex("""'(?<text>(?:[^'\\]|\\.)*)'|"(?:[^"\\]|\\.)*"|\[(?:Object|Array|Function[^\]]*)\]|(?<word>[A-Za-z_$][\w$]*)(?<colon>\s*:)?""")]
    private static partial Regex Literal();

    /// <summary>The text is an exception, or a call's options, and no code stands before it that would tell more.</summary>
    public static bool IsOne(string text) =>
        Mark().Match(text) is { Success: true } mark ? !HoldsCode(text.AsSpan(0, mark.Index))
        : text.AsSpan().TrimStart() is ['{', ..] && text.Contains("\"headers\"", StringComparison.Ordinal) && Option().Matches(text).Any(option => option.Groups["name"].Value is "url" or "baseURL");

    private static bool HoldsCode(ReadOnlySpan<char> before) =>
        before.Contains("authorization", StringComparison.OrdinalIgnoreCase) && before.TrimStart() is not ['{', ..] || before.Contains("hubapi.com", StringComparison.OrdinalIgnoreCase) && before.TrimStart() is not ['{', ..];

    /// <summary>Null when it does not name the call's address.</summary>
    public static ShownRequest? Read(SourceText source)
    {
        var text = source.Text.Length > MostLookedAt ? source.Text[..MostLookedAt] : source.Text;
        var response = Response().Match(text) is { Success: true } answered ? answered.Index : text.Length;
        var request = new ShownRequest(source, Dialect.Log);
        if (ForUrl().Match(text) is { Success: true } shown) request.Url = At(source, shown.Groups["url"]).TrimEndOf('.', ',', ';', ')');
        LocatedText? start = null;
        foreach (Match option in Option().Matches(text))
        {
            var value = At(source, option.Groups["value"]);
            if (option.Groups["name"].Value == "method")
            {
                if (request.GivenMethod is null && value.Length is > 0 and < 8) request.GivenMethod = value;
            }
            else if (option.Groups["name"].Value == "baseURL") start ??= value;
            else if (value.Text.Contains("://", StringComparison.Ordinal) || value.Text.StartsWith('/')) request.Url ??= value;
        }
        if (request.Url is { } path && start is not null && path.Text.StartsWith('/')) request.Url = start.TrimEndOf('/') + path;
        if (request.Url is null) return null;
        if (request.GivenMethod is { } method) request.Method = method.Text.ToUpperInvariant();
        foreach (var block in Block().Matches(text).Where(block => block.Index < response).GroupBy(block => block.Groups["name"].Value).Select(same => same.First()))
            foreach (Match member in Member().Matches(block.Groups["members"].Value))
            {
                var at = block.Groups["members"].Index;
                var (name, value) = (At(source, member.Groups["name"], at), At(source, member.Groups["value"], at));
                if (block.Groups["name"].Value == "headers") request.Headers.Add(new ShownHeader(name, value));
                else request.Query.Add((name, value));
            }
        request.Answer = Answer(source, text, response);
        return request;
    }

    private static LocatedText At(SourceText source, Group group, int from = 0) => LocatedText.Of(source, from + group.Index, group.Length);

    private static ShownAnswer? Answer(SourceText source, string text, int response)
    {
        var status = Status().Match(text, Math.Min(response, text.Length)) is { Success: true } within ? within : Status().Match(text);
        int? code = status.Success ? int.Parse(status.Groups["status"].ValueSpan, CultureInfo.InvariantCulture) : null;
        var place = status.Success ? At(source, status.Groups["status"]) : null;
        if (AnswerReader.Read(source, 0, text.Length) is { Envelope: { } told } read && (told.Category ?? told.CorrelationId ?? told.SubCategory) is not null)
            return new ShownAnswer { Status = code ?? read.Status, Envelope = told, Body = read.Body, Place = read.Place };
        foreach (Match data in Data().Matches(text))
            if (data.Index > response && AsJson(text, data.Index + data.Length) is { } body && ErrorEnvelope.Parse(Encoding.UTF8.GetBytes(body)) is { } envelope && (envelope.Category ?? envelope.CorrelationId ?? envelope.Status) is not null)
                return new ShownAnswer { Status = code, Envelope = envelope, Body = body, Place = place ?? LocatedText.Of(source, data.Index, data.Length) };
        return code is null ? null : new ShownAnswer { Status = code, Place = place };
    }

    /// <summary>An object as Node prints it, as JSON; null when it does not close.</summary>
    private static string? AsJson(string text, int at)
    {
        var length = AnswerReader.ObjectLength(text, at);
        return length == 0 ? null : Literal().Replace(Joined().Replace(text.Substring(at, length), ""), Written);
    }

    private static string Written(Match part)
    {
        if (part.Groups["text"].Success) return "\"" + JsonEncodedText.Encode(part.Groups["text"].Value.Replace("\\'", "'", StringComparison.Ordinal)) + "\"";
        if (part.Groups["word"] is not { Success: true, Value: var word }) return part.Value[0] == '[' ? "null" : part.Value;
        return part.Groups["colon"].Success ? $"\"{word}\":" : word is "true" or "false" or "null" ? word : "null";
    }
}
