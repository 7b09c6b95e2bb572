using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>A place in a program where a call is made or begun.</summary>
/// <param name="Url">Its address, as far as the program tells.</param>
/// <param name="Start">First character of the call in the source.</param>
/// <param name="End">Just behind its last argument.</param>
internal sealed partial record ProgramCall(LocatedText Url, LocatedText? Method, int Start, int End)
{
    private const int MostCalls = 200;

    private static readonly string[] s_verbs = ["get", "post", "put", "patch", "delete", "head"];

    // Begun here, its headers follow in statements of their own.
    private static readonly string[] s_builders = ["newrequest", "newrequestwithcontext", "httprequestmessage", "curl_init", "request", "restrequest", "url", "uri", "openconnection", "new", "curl_setopt", "curl_setopt_array"];

    [GeneratedRegex(@"hubapi|hubspot\.com|^/?(?:crm|oauth|account-info|webhooks|automation|marketing|cms|conversations|communication-preferences|events|files|forms|settings|contacts|companies|deals|owners|properties|engagements|media-bridge)/", RegexOptions.IgnoreCase)]
    private static partial Regex OfHubSpot();

    public static List<ProgramCall> All(List<ProgramToken> tokens, ProgramExpressions program)
    {
        var calls = new List<ProgramCall>();
        for (var i = 0; i + 1 < tokens.Count && calls.Count < MostCalls; i++)
        {
            if (!tokens[i].IsName || !tokens[i + 1].IsMark('(')) continue;
            var name = tokens[i].Text.Text;
            var last = name[(name.LastIndexOf('.') + 1)..];
            var verb = last.EndsWith("Async", StringComparison.Ordinal) ? last[..^5].ToLowerInvariant() : last.ToLowerInvariant();
            if (!s_verbs.Contains(verb) && !s_builders.Contains(verb) && verb is not ("fetch" or "axios" or "got" or "urlopen" or "getfromjson" or "postasjson" or "file_get_contents")) continue;
            if (verb is "url" or "uri" or "new") continue;   // the address of a call that is begun elsewhere
            var ranges = program.Ranges(i + 1);
            var arguments = program.Arguments(i + 1);
            if (verb == "curl_setopt" && (arguments.Count < 3 || arguments[1].Text != "CURLOPT_URL")) continue;
            if (verb == "curl_setopt_array" && arguments.Count > 1 && UrlOption(tokens, program, ranges[1]) is { } option) arguments[1] = option;
            var url = arguments.FindIndex(a => OfHubSpot().IsMatch(a.Text) && !a.Text.Contains(' '));
            if (url < 0 || calls.Count > 0 && calls[^1].End > tokens[i].Start) continue;
            var method = s_verbs.Contains(verb) ? tokens[i].Text.Slice(name.Length - last.Length, verb.Length) : verb.StartsWith("curl_setopt", StringComparison.Ordinal) ? null : url > 0 && arguments[0].Length is > 2 and < 20 ? arguments[0] : MethodOption(tokens, ranges);
            if (method?.Text.StartsWith("HttpMethod.", StringComparison.Ordinal) == true) method = method.Slice(11);
            calls.Add(new ProgramCall(arguments[url], method, tokens[i].Start, tokens[ranges[^1].End - 1].End));
        }
        return calls;
    }

    /// <summary>Calls whose address is another service's, written out.</summary>
    public static List<(int Start, int End)> ToOthers(List<ProgramToken> tokens, ProgramExpressions program)
    {
        var others = new List<(int, int)>();
        for (var i = 0; i + 1 < tokens.Count && others.Count < MostCalls; i++)
        {
            if (!tokens[i].IsName || !tokens[i + 1].IsMark('(')) continue;
            var name = tokens[i].Text.Text;
            var verb = name[(name.LastIndexOf('.') + 1)..].ToLowerInvariant();
            if (!s_verbs.Contains(verb) && verb is not ("fetch" or "axios" or "got" or "request" or "urlopen" or "file_get_contents")) continue;
            if (program.Arguments(i + 1).Find(a => a.Text.StartsWith("http", StringComparison.Ordinal)) is { } url && !OfHubSpot().IsMatch(url.Text) && ShownAddress.Of(url).IsForeign)
                others.Add((tokens[i].Start, tokens[program.Ranges(i + 1)[^1].End - 1].End));
        }
        return others;
    }

    /// <summary>The address among curl's options in PHP.</summary>
    private static LocatedText? UrlOption(List<ProgramToken> tokens, ProgramExpressions program, (int Start, int End) options)
    {
        for (var i = options.Start; i + 3 < options.End; i++)
            if (tokens[i].Text.Text == "CURLOPT_URL" && tokens[i + 1].IsMark('=') && tokens[i + 2].IsMark('>')) return program.Read(i + 3).Text;
        return null;
    }

    private static LocatedText? MethodOption(List<ProgramToken> tokens, List<(int Start, int End)> ranges)
    {
        foreach (var (start, end) in ranges)
            for (var i = start; i + 2 < end; i++)
                if (tokens[i].Text.Text == "method" && tokens[i + 1].IsMark(':') && tokens[i + 2].IsString) return tokens[i + 2].Text;
        return null;
    }

    /// <summary>One request for each call: headers inside the call are its own; the others go to the call they stand nearest to, those before all calls to every one.</summary>
    public static List<ShownRequest> Divide(ShownRequest whole, List<ProgramCall> calls, PythonSessions sessions)
    {
        var requests = new List<ShownRequest>();
        for (var i = 0; i < calls.Count; i++)
        {
            var call = calls[i];
            var next = i + 1 < calls.Count ? calls[i + 1].Start : int.MaxValue;
            var before = i == 0 ? 0 : calls[i - 1].End;
            var request = new ShownRequest(whole.Source, Dialect.Program) { Url = call.Url, GivenMethod = call.Method, Number = i + 1 };
            request.Method = call.Method?.Text.ToUpperInvariant() is { Length: > 0 and < 12 } method && method.All(char.IsAsciiLetter) ? method : "GET";
            var candidates = whole.Headers.ToList();
            var session = sessions.Keep(candidates, call);
            List<ShownHeader> Within(int from, int to) => [.. candidates.Where(h => h.Name.OffsetAt(0) is var at && at >= from && at < to)];
            var own = Within(call.Start, call.End);
            if (own.Count == 0) own = Within(call.End, next) is { Count: > 0 } behind && IsBuilder(whole, call) ? behind : Within(before, call.Start);
            // The nearest definition in front, shared by the calls behind it.
            if (own.Count == 0 && candidates.LastOrDefault(h => h.Name.OffsetAt(0) < call.Start && !calls.Exists(c => h.Name.OffsetAt(0) >= c.Start && h.Name.OffsetAt(0) < c.End)) is { } shared) own = [shared];
            request.Headers.AddRange(own.Where(h => !h.Is("Authorization")).Concat(own.Where(h => h.Is("Authorization")).TakeLast(1)));
            request.Named.AddRange(whole.Named);
            var last = i + 1 == calls.Count;
            request.Remarks.AddRange(whole.Remarks.Where(r => r.Place?.OffsetAt(0) is var at && (at is null ? i == 0 : at >= (i == 0 ? 0 : call.Start) && (last || at < next))));
            if (session is not null && own.Count == 0) OutsideSession(request, call, session);
            requests.Add(request);
        }
        return requests;
    }

    /// <summary>The header is a session's, and the call goes past it.</summary>
    public static void OutsideSession(ShownRequest request, ProgramCall call, string session)
    {
        if (!MissingHeader.NeedsCredential(request)) return;
        request.Remarks.Add(new Sighting("H01", Confidence.Likely, call.Url, "source code", $"the header is set on the session {session}, and this call is not made by it, so it carries none") { Fix = $"Make the call by the session: {session}.{(call.Method ?? LocatedText.Empty).Text.ToLowerInvariant() switch { "" => "get", var verb => verb }}(…)." });
    }

    private static bool IsBuilder(ShownRequest whole, ProgramCall call)
    {
        var name = whole.Source.Text.AsSpan(call.Start);
        var end = name.IndexOf('(');
        var word = end > 0 ? name[..end].ToString() : "";
        return s_builders.Contains(word[(word.LastIndexOf('.') + 1)..].ToLowerInvariant());
    }
}
