using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Reads raw HTTP requests, <c>.http</c> files with several requests and variables, and transcripts of curl -v.</summary>
internal static partial class HttpReader
{
    [GeneratedRegex(@"^(?<mark>[>][ \t])?(?<method>GET|POST|PUT|PATCH|DELETE|OPTIONS|HEAD)[ \t]+(?<url>\S[^\r\n]*?)(?<version>[ \t]+HTTP/\d(?:\.\d)?)?[ \t]*\r?$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex RequestLine();

    [GeneratedRegex(@"^[ \t]*@([A-Za-z_][\w.-]*)[ \t]*=[ \t]*([^\r\n]*?)(\r?)$", RegexOptions.Multiline)]
    private static partial Regex VariableLine();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_.\-]*[ \t\uFEFF\u200B]*:|^[^\s:]{1,60}:[ \t]|^[^\s:]{1,60}[ \t]:")]
    private static partial Regex Field();

    [GeneratedRegex(@"^[A-Za-z0-9_-]+$")]
    private static partial Regex TokenOnly();

    public static bool IsOne(string text) => RequestLine().IsMatch(text);

    public static List<ShownRequest> Read(SourceText source, Environments? environments = null)
    {
        var text = source.Text;
        var variables = new Variables();
        foreach (Match variable in VariableLine().Matches(text)) variables.Set(variable.Groups[1].Value, LocatedText.Of(source, variable.Groups[2].Index, variable.Groups[2].Length));
        var templates = new Templates(source, name => variables.Find(name) is { } value && value.Text != "{{" + name + "}}" ? new Setting(value, source) : environments?.Find(name));
        var requests = new List<ShownRequest>();
        var lines = RequestLine().Matches(text);
        var until = 0;
        for (var i = 0; i < lines.Count && requests.Count < 100; i++)
        {
            if (lines[i].Index < until) continue;
            var end = i + 1 < lines.Count ? NextRequest(text, lines, i, out until) : text.Length;
            var request = One(source, lines[i], end, variables, templates, environments?.IsKnown == true);
            request.Number = requests.Count + 1;
            if (requests.Count > 0 && request.Dialect == Dialect.Transcript && requests[^1].Answer?.Status is >= 300 and < 400) request.RedirectedFrom = requests[^1];
            requests.Add(request);
        }
        return requests;
    }

    /// <summary>Where the next request begins: at a separator, or at a request line that is not text of a body.</summary>
    private static int NextRequest(string text, MatchCollection lines, int i, out int until)
    {
        var next = lines[i + 1].Index;
        var separator = text.IndexOf("\n###", lines[i].Index, StringComparison.Ordinal);
        until = 0;
        return separator >= 0 && separator < next ? separator + 1 : next;
    }

    private static ShownRequest One(SourceText source, Match line, int end, Variables variables, Templates templates, bool known)
    {
        var transcript = line.Groups["mark"].Success;
        var request = new ShownRequest(source, transcript ? Dialect.Transcript : Dialect.Http) { GivenMethod = LocatedText.Of(source, line.Groups["method"].Index, line.Groups["method"].Length), KnowsEnvironment = known };
        request.Method = request.GivenMethod.Text.ToUpperInvariant();
        request.Named.AddRange(variables.All);
        var url = LocatedText.Of(source, line.Groups["url"].Index, line.Groups["url"].Length);
        var at = line.Index + line.Length;
        if (at < source.Text.Length && source.Text[at] == '\r') at++;
        at = Math.Min(at + 1, end);
        at = Continued(source, at, end, ref url);
        at = Fields(source, at, end, request, transcript, templates);
        request.Url = templates.Fill(url, request, gaps: known);
        if (request.Url.Text.StartsWith('/') && request.Header("Host") is { } host && host.Value.Length > 0) request.Url = Literal("https://", host.Value.OffsetAt(0)) + host.Value.Trim() + request.Url;
        Rest(source, at, end, request, templates);
        return request;
    }

    private static LocatedText Literal(string text, int at)
    {
        var built = new LocatedText.Builder(at);
        foreach (var c in text) built.Add(c, at);
        return built.Build();
    }

    /// <summary>A .http file may break a long query over indented lines.</summary>
    private static int Continued(SourceText source, int at, int end, ref LocatedText url)
    {
        while (at < end)
        {
            var (start, length) = source.LineOf(at);
            var line = source.Text.AsSpan(start, Math.Min(length, end - start));
            var body = line.TrimStart(" \t");
            if (body.Length == line.Length || body.IsEmpty || body[0] is not ('?' or '&')) break;
            url += LocatedText.Of(source, start + line.Length - body.Length, body.TrimEnd(" \t").Length);
            at = After(source, start + length, end);
        }
        return at;
    }

    private static int Fields(SourceText source, int at, int end, ShownRequest request, bool transcript, Templates templates)
    {
        while (at < end)
        {
            var (start, length) = source.LineOf(at);
            length = Math.Min(length, end - start);
            var next = After(source, start + length, end);
            var line = source.Text.AsSpan(start, length);
            if (transcript)
            {
                if (line.StartsWith("* ", StringComparison.Ordinal) || line.StartsWith("{ [", StringComparison.Ordinal) || line.StartsWith("} [", StringComparison.Ordinal)) { at = next; continue; }
                if (!line.StartsWith("> ", StringComparison.Ordinal)) return line.Trim() is "" or ">" ? next : at;
                start += 2;
                length -= 2;
                line = line[2..];
            }
            if (line.Trim().IsEmpty) return next;
            if (line.TrimStart() is var trimmed && (trimmed.StartsWith("#", StringComparison.Ordinal) || trimmed.StartsWith("//", StringComparison.Ordinal))) { at = next; continue; }
            if (!transcript && (line.StartsWith("HTTP/", StringComparison.Ordinal) || BeginsBody(line))) return at;
            if (Field().IsMatch(line)) AddField(source, start, length, request, templates);
            else if (request.Headers.Count > 0 && (line[0] is ' ' or '\t' || (request.Headers[^1].Is("Authorization") && TokenOnly().IsMatch(line)))) AddBroken(source, start, length, request);
            else if (line.TrimStart().StartsWith("Authorization", StringComparison.OrdinalIgnoreCase))
                request.Remarks.Add(new Sighting("H01", Confidence.Certain, LocatedText.Of(source, start, length), "header line", "it has no colon, so it is no header") { Fix = "Write Authorization: Bearer TOKEN, with a colon behind the name." });
            at = next;
        }
        return at;
    }

    /// <summary>A body pasted right behind the headers. Two braces are a template, which may name a header.</summary>
    private static bool BeginsBody(ReadOnlySpan<char> line) => line[0] is '[' or '<' || line[0] == '{' && !line.StartsWith("{{", StringComparison.Ordinal);

    private static int After(SourceText source, int lineEnd, int end)
    {
        if (lineEnd < source.Text.Length && source.Text[lineEnd] == '\r') lineEnd++;
        if (lineEnd < source.Text.Length && source.Text[lineEnd] == '\n') lineEnd++;
        else if (lineEnd >= source.Text.Length) return end;
        return Math.Min(lineEnd, end);
    }

    private static void AddField(SourceText source, int start, int length, ShownRequest request, Templates templates)
    {
        var line = LocatedText.Of(source, start, length);
        var colon = line.Text.IndexOf(':');
        request.Headers.Add(new ShownHeader(line.Slice(0, colon), templates.Fill(CurlCall.AfterColon(line.Slice(colon + 1)), request)));
    }

    /// <summary>A value that goes on in the next line.</summary>
    private static void AddBroken(SourceText source, int start, int length, ShownRequest request)
    {
        var last = request.Headers[^1];
        var line = LocatedText.Of(source, start, length).Trim();
        request.Headers[^1] = last with { Value = last.Value + Literal("\n", last.Value.OffsetAt(last.Value.Length)) + line };
    }

    /// <summary>Body, then perhaps the answer.</summary>
    private static void Rest(SourceText source, int at, int end, ShownRequest request, Templates templates)
    {
        if (at >= end) return;
        var text = source.Text;
        var answer = Regex.Match(text[at..end], @"^(?:<[ \t])?HTTP/\d(?:\.\d)?[ \t]+\d{3}", RegexOptions.Multiline);
        var bodyEnd = answer.Success ? at + answer.Index : end;
        var body = LocatedText.Of(source, at, bodyEnd - at).Trim();
        var handler = Regex.Match(body.Text, @"^(?:> ?\{%|<> )", RegexOptions.Multiline);
        if (handler.Success) body = body.Slice(0, handler.Index).Trim();
        if (answer.Success) request.Answer = AnswerReader.Read(source, bodyEnd, end);
        if (body.Length == 0 || request.Dialect == Dialect.Transcript) return;
        if (!answer.Success && request.Method is "GET" or "DELETE" or "HEAD" && AnswerReader.Read(source, at, end) is { } shown) { request.Answer = shown; return; }
        // Talk below the request is no body.
        if (request.Method is "GET" or "HEAD" or "DELETE" && request.Header("Content-Type") is null && request.Header("Content-Length") is null && body.Text[0] is not ('{' or '[')) return;
        if (body.Text.StartsWith("< ", StringComparison.Ordinal) && !body.Text.Contains('\n')) request.BodyFile = body.Text[2..].Trim();
        else request.Body = templates.Fill(body, request);
    }
}
