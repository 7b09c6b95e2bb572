using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Reads the call out of a snippet of source code.</summary>
internal static partial class ProgramReader
{
    private static readonly string[] s_verbs = ["get", "post", "put", "patch", "delete", "head", "options", "request"];

    [GeneratedRegex(@"\b(?:requests|httpx|session|aiohttp|urllib|axios|fetch|got|superagent|HttpClient|RestClient|RestSharp|HttpRequestMessage|HttpRequest|DefaultRequestHeaders|AuthenticationHeaderValue|file_get_contents|stream_context_create|request\.(?:get|post|put|patch|delete)(?=\()|http\.NewRequest|Net::HTTP|HTTParty|Faraday|curl_setopt|curl_init|UrlFetchApp|OkHttp|HttpURLConnection|hubspot\.Client|new Client|@hubspot/api-client|Http::with|Guzzle\w*|GuzzleHttp)\b|\$client->|\bHttp::|\$\.ajax|HubSpot\\Factory|Facades\\Http|^\s*(?:import|from|const|let|var|using|require|def|package|func)\b.*(?:hubspot|requests|axios|http)", RegexOptions.Multiline)]
    private static partial Regex Marks();

    [GeneratedRegex(@"(?:load_dotenv|dotenv\.config|config\(\)|DotEnv\.Load|Env\.Load|Dotenv\.load|godotenv\.Load|dotenv/config|loadEnvFile|Dotenv::createImmutable)", RegexOptions.IgnoreCase)]
    private static partial Regex Loader();

    [GeneratedRegex(@"os\.environ|os\.getenv|getenv\(|process\.env|ENV\[|GetEnvironmentVariable|System\.getenv|os\.Getenv")]
    private static partial Regex EnvironmentRead();

    [GeneratedRegex(@"\.(?:py|js|mjs|cjs|jsx|ts|tsx|mts|cs|csx|php|rb|go|java|kt)$", RegexOptions.IgnoreCase)]
    private static partial Regex Extension();

    /// <summary>The file's name says so, or a client or library that the text names.</summary>
    public static bool IsOne(SourceText source) => source.Name is { } name && Extension().IsMatch(name) && source.Text.Contains("hubapi.com", StringComparison.OrdinalIgnoreCase) || Marks().IsMatch(source.Text);

    /// <summary>The calls of a program, each with the headers that belong to it; none when nothing in it looks like one.</summary>
    public static List<ShownRequest> Read(SourceText source)
    {
        var tokens = ProgramTokens.Of(source);
        var program = new ProgramExpressions(tokens);
        if (Whole(source, tokens, program) is not { } whole) return [];
        var calls = ProgramCall.All(tokens, program);
        var sessions = new PythonSessions(source);
        if (calls.Count > 0) LeaveOut(whole, ProgramCall.ToOthers(tokens, program));
        if (calls.Count > 1)
        {
            var requests = ProgramCall.Divide(whole, calls, sessions);
            for (var i = 0; i < calls.Count; i++) requests[i].Query.AddRange(ProgramQuery.Read(tokens, program, calls[i]));
            return requests;
        }
        if (calls.Count == 1 && ShownAddress.Of(whole.Url).IsForeign) whole.Url = calls[0].Url;
        if (calls.Count == 1) whole.Query.AddRange(ProgramQuery.Read(tokens, program, calls[0]));
        if (calls.Count == 1 && sessions.Keep(whole.Headers, calls[0]) is { } session) ProgramCall.OutsideSession(whole, calls[0], session);
        return [whole];
    }

    /// <summary>What stands in calls to other services is none of HubSpot's.</summary>
    private static void LeaveOut(ShownRequest whole, List<(int Start, int End)> others)
    {
        bool Inside(int at) => others.Exists(c => at >= c.Start && at < c.End);
        whole.Headers.RemoveAll(h => Inside(h.Name.OffsetAt(0)));
        whole.Remarks.RemoveAll(r => r.Place is { } place && Inside(place.OffsetAt(0)));
    }

    private static ShownRequest? Whole(SourceText source, List<ProgramToken> tokens, ProgramExpressions program)
    {
        var request = new ShownRequest(source, Dialect.Program);
        ReadHeaders(tokens, program, request);
        ReadCall(tokens, program, request);
        if (request.Url is null && tokens.Find(t => t.IsString && IsAddress(t.Text.Text)) is { } literal) request.Url = literal.Text;
        request.Method = request.GivenMethod?.Text.ToUpperInvariant() ?? request.Method;
        request.Named.AddRange(program.Variables.All);
        request.Named.AddRange(program.Assigned.Where(n => program.Variables.Find(n) is null).Select(n => (n, "")));
        request.Body = ProgramBody.Read(tokens, program);
        ProgramFaults.Look(source, tokens, program, request);
        new ProgramMisuse(source, tokens, program, request).Look();
        LoadedLate(source, request);
        return request.Url is null && request.Headers.Count == 0 && request.Remarks.Count == 0 ? null : request;
    }

    private static void ReadHeaders(List<ProgramToken> tokens, ProgramExpressions program, ShownRequest request)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            var text = token.Text.Text;
            if (token.IsString && HeaderLine.StartOf(text) is >= 0 and var begin)
                request.Headers.Add(HeaderLine.Of(program.Read(i).Text, begin, request.Source));
            else if (token.IsName && text.EndsWith("AuthenticationHeaderValue", StringComparison.Ordinal) && program.Arguments(i + 1) is { Count: > 0 } arguments)
                request.Headers.Add(new ShownHeader(Named("Authorization", token.Start), arguments.Count == 1 ? arguments[0] : arguments[0] + Named(" ", arguments[0].OffsetAt(arguments[0].Length)) + arguments[1]));
            else if (token.IsName && text == "authorization" && FaradayScheme(tokens, program, i) is { } authorization)
                request.Headers.Add(new ShownHeader(Named("Authorization", token.Start), authorization));
            else if (IsPairOfQuery(tokens, i, text) && OptionOf(tokens, i) is > 0 and var named && IsOfCall(tokens, named) && tokens[named].Text.Text is "params" or "qs" or "query" or "searchParams")
                InOption(tokens, program, request, i, tokens[named].Text.Text);
            else if (token.IsName && Last(text) is "accessToken" or "access_token" or "setAccessToken" or "createWithAccessToken" or "withToken" or "withAccessToken" or "bearerAuth" or "setBearerAuth" or "bearer_auth" or "SetBearerToken" or "SetBearerAuth" or "AccessToken" or "setBearerToken" or "OAuth2BearerToken" && Value(tokens, i) is var at and > 0)
            {
                var (value, _) = program.Read(at);
                if (value.Length > 0 && !(value.IsFilling && Last(value.Text) == Last(text))) request.Headers.Add(new ShownHeader(Named("Authorization", token.Start), Named("Bearer ", token.Start) + value));
            }
            else if (token.IsName && Last(text) is "apiKey" or "api_key" or "hapikey" or "createWithApiKey" or "setApiKey" && Value(tokens, i) is var key and > 0 && program.Read(key).Text is { } given && given.Text.StartsWith("pat-", StringComparison.OrdinalIgnoreCase))
                request.Remarks.Add(new Sighting("K03", Confidence.Certain, given, "option " + Last(text), "the library sends this option as ?hapikey=, and its value is an access token") { Fix = "Give the token to the library's accessToken option." });
            else if (token.IsName && text is "apiKey" or "api_key" or "hapikey" or "createWithApiKey" && KeyOfClient(tokens, i, request.Source.Text))
                request.Remarks.Add(new Sighting("K01", Confidence.Likely, token.Text, "option " + text, "the library sends this option as ?hapikey=, and the API keys of accounts ended on 30 November 2022") { Fix = "Give a service key, or an app's token, to the library's accessToken option." });
            else if (text.Length < 16 && text.ToLowerInvariant() is "access_token" or "accesstoken" or "token" or "hapikey" or "api_key" or "apikey" && i + 1 < tokens.Count && (tokens[i + 1].IsMark(':') || tokens[i + 1].IsMark('=')) && InOtherOption(tokens, i) is { } option)
                InOption(tokens, program, request, i, option);
            else if (IsHeaderName(token, tokens, i, out var from) && program.Read(from) is var (content, _) && content.Length > 0 && (text.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || LooksLikeCredential(content)))
                request.Headers.Add(new ShownHeader(token.Text, content));
        }
        // One header that code names twice by way of a variable is one header.
        for (var i = request.Headers.Count - 1; i > 0; i--)
            if (request.Headers.Take(i).Any(h => h.Name.OffsetAt(0) == request.Headers[i].Name.OffsetAt(0) || IsOption(h, request) && IsSame(h.Value, request.Headers[i].Value))) request.Headers.RemoveAt(i);
    }

    /// <summary>What Faraday's middleware sends: <c>request :authorization, 'Bearer', token</c>.</summary>
    private static LocatedText? FaradayScheme(List<ProgramToken> tokens, ProgramExpressions program, int at)
    {
        if (at < 2 || !tokens[at - 1].IsMark(':') || !tokens[at - 2].IsName || Last(tokens[at - 2].Text.Text) != "request" || at + 2 >= tokens.Count || !tokens[at + 1].IsMark(',')) return null;
        var scheme = at + (tokens[at + 2].IsMark(':') ? 3 : 2);
        if (scheme + 2 >= tokens.Count || !(tokens[scheme].IsString || tokens[scheme].IsName) || !tokens[scheme + 1].IsMark(',')) return null;
        var (value, _) = program.Read(scheme + 2);
        if (value.Length == 0)
        {
            var built = new LocatedText.Builder(tokens[scheme + 2].Start);
            built.AddFilling("token", tokens[scheme + 2].Start);
            value = built.Build();
        }
        return tokens[scheme].Text + Named(" ", tokens[scheme].End) + value;
    }

    private static bool IsPairOfQuery(List<ProgramToken> tokens, int at, string name) =>
        name is "access_token" or "accessToken" or "token" or "api_key" or "apiKey" && at + 1 < tokens.Count && tokens[at + 1].IsMark(':');

    /// <summary>The header is a library's option, not written out.</summary>
    private static bool IsOption(ShownHeader header, ShownRequest request) =>
        !request.Source.Text.AsSpan(header.Name.OffsetAt(0)).StartsWith("Authorization", StringComparison.OrdinalIgnoreCase);

    /// <summary>A token that one line gives to a variable and another takes from it.</summary>
    private static bool IsSame(LocatedText one, LocatedText other) =>
        one.Length > 0 && other.Length > 0 && one.Text == other.Text && one.OffsetAt(one.Length - 1) == other.OffsetAt(other.Length - 1);

    /// <summary>Not a sentence with a link in it, such as HubSpot's own messages, nor a page of its documentation.</summary>
    private static bool IsAddress(string text) =>
        text.Contains("://", StringComparison.Ordinal) && text.Contains("hub", StringComparison.OrdinalIgnoreCase) && !text.Contains(' ') && !text.Contains("developers.hubspot.com", StringComparison.OrdinalIgnoreCase);

    /// <summary>The option whose object a token stands in, when it is one for the query or the body.</summary>
    private static string? InOtherOption(List<ProgramToken> tokens, int at) => OptionOf(tokens, at) is > 0 and var option ? tokens[option].Text.Text : null;

    /// <summary>The option is given to a call, and not a variable that may become anything.</summary>
    private static bool IsOfCall(List<ProgramToken> tokens, int option) => !tokens[option + 1].IsMark('=') || tokens[option - 1].IsMark(',') || tokens[option - 1].IsMark('(') || tokens[option - 1].Kind == ProgramTokenKind.LineEnd && tokens[option + 2].IsMark('{') && tokens[option + 3].IsString;

    private static int OptionOf(List<ProgramToken> tokens, int at)
    {
        var depth = 0;
        for (var i = at - 1; i > 1 && at - i < 200; i--)
        {
            if (tokens[i].IsMark('}') || tokens[i].IsMark(']') || tokens[i].IsMark(')')) depth++;
            else if (tokens[i].IsMark('(') && depth-- == 0) return 0;
            else if ((tokens[i].IsMark('{') || tokens[i].IsMark('[')) && depth-- == 0)
                return tokens[i - 1].IsMark('=') || tokens[i - 1].IsMark(':') || tokens[i - 1].IsMark('>') ? Enumerable.Range(1, Math.Min(4, i)).Select(back => i - back).FirstOrDefault(o => tokens[o].IsName || tokens[o].IsString) is > 0 and var option && tokens[option].Text.Text is "params" or "query" or "searchParams" or "qs" or "json" or "data" or "body" or "form" or "form_params" ? option : 0 : 0;
        }
        return 0;
    }

    [GeneratedRegex(@"(?:^|[.\\])(?:Client|HubSpot|Hubspot|HubspotClient)(?:\.(?:create|new))?$")]
    private static partial Regex ClientName();

    [GeneratedRegex(@"\b(?:import|require|using|use)\b")]
    private static partial Regex Imports();

    /// <summary>The key is given to HubSpot's official client, as its option or by its factory.</summary>
    private static bool KeyOfClient(List<ProgramToken> tokens, int at, string text)
    {
        if (!text.Contains("hubspot", StringComparison.OrdinalIgnoreCase) && Imports().IsMatch(text)) return false;
        if (tokens[at].Text.Text == "createWithApiKey") return at + 1 < tokens.Count && tokens[at + 1].IsMark('(');
        if (at + 1 >= tokens.Count || !(tokens[at + 1].IsMark(':') || tokens[at + 1].IsMark('=') || tokens[at + 1].IsMark('}') || tokens[at + 1].IsMark(',')) || tokens[at - (at > 0 ? 1 : 0)].IsMark('.')) return false;
        var depth = 0;
        for (var i = at - 1; i > 0 && at - i < 100; i--)
        {
            if (tokens[i].IsMark('}') || tokens[i].IsMark(']') || tokens[i].IsMark(')')) depth++;
            else if (tokens[i].IsMark('{') || tokens[i].IsMark('[')) depth--;
            else if (tokens[i].IsMark('(') && depth-- <= 0) return tokens[i - 1].IsName && ClientName().IsMatch(tokens[i - 1].Text.Text);
            else if (depth < -1) return false;
        }
        return false;
    }

    private static void InOption(List<ProgramToken> tokens, ProgramExpressions program, ShownRequest request, int at, string option)
    {
        var pat = program.Read(at + (tokens[at + 1].IsMark('=') && at + 2 < tokens.Count && tokens[at + 2].IsMark('>') ? 3 : 2)).Text.Text.StartsWith("pat-", StringComparison.OrdinalIgnoreCase);
        var hapikey = tokens[at].Text.Text.Equals("hapikey", StringComparison.OrdinalIgnoreCase);
        request.Remarks.Add(new Sighting(hapikey ? pat ? "K03" : "K01" : "K04", hapikey && !pat ? Confidence.Likely : Confidence.Certain, tokens[at].Text, "source code", $"{tokens[at].Text.Text} stands in {option}, so it goes into the {(option is "params" or "query" or "searchParams" or "qs" ? "address" : "body")}; HubSpot reads the header Authorization only"));
    }

    private static string Last(string name) => name[(name.LastIndexOf('.') + 1)..];

    private static int Value(List<ProgramToken> tokens, int name) =>
        name + 2 < tokens.Count && (tokens[name + 1].IsMark('=') && !tokens[name + 2].IsMark('=') || tokens[name + 1].IsMark(':') || tokens[name + 1].IsMark('(')) ? name + 2 : 0;

    private static bool LooksLikeCredential(LocatedText value) =>
        value.Text.StartsWith("Bearer", StringComparison.OrdinalIgnoreCase) || value.Text.StartsWith("pat-", StringComparison.OrdinalIgnoreCase);

    private static bool IsHeaderName(ProgramToken token, List<ProgramToken> tokens, int i, out int value)
    {
        value = i + 1;
        var name = token.Text.Text;
        if (!(token.IsString || token.IsName) || name.Length is 0 or > 40 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))) return false;
        if (i > 2 && tokens[i - 1].IsMark('(') && tokens[i - 2].IsMark('=') && tokens[i - 3].Text.Text == "auth") return false;   // user and password of Python's requests
        while (value < tokens.Count && (tokens[value].IsMark(']') || tokens[value].IsMark('"'))) value++;
        if (value >= tokens.Count) return false;
        if (tokens[value].IsMark(':') || tokens[value].IsMark(',') && token.IsString) { value++; return true; }
        if (!tokens[value].IsMark('=')) return false;
        value += value + 1 < tokens.Count && tokens[value + 1].IsMark('>') ? 2 : 1;
        return token.IsString || name.Equals("Authorization", StringComparison.OrdinalIgnoreCase);
    }

    private static void ReadCall(List<ProgramToken> tokens, ProgramExpressions program, ShownRequest request)
    {
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            var token = tokens[i];
            if (token.IsName && token.Text.Text.StartsWith("HttpMethod.", StringComparison.Ordinal)) request.GivenMethod ??= token.Text.Slice(11);
            if ((token.IsName || token.IsString) && token.Text.Text.Equals("method", StringComparison.OrdinalIgnoreCase) && (tokens[i + 1].IsMark(':') || tokens[i + 1].IsMark('=')) && i + 2 < tokens.Count && tokens[i + 2].IsString) request.GivenMethod ??= tokens[i + 2].Text;
            if (!token.IsName || !tokens[i + 1].IsMark('(')) continue;
            var verb = Last(token.Text.Text);
            var bare = verb.Replace("Async", "", StringComparison.Ordinal).ToLowerInvariant();
            if (!s_verbs.Contains(bare) && bare is not ("fetch" or "newrequest" or "httprequestmessage" or "got" or "urlopen" or "curl_init" or "getfromjson" or "postasjson")) continue;
            var arguments = program.Arguments(i + 1);
            var url = arguments.FindIndex(a => a.Text.Contains("://", StringComparison.Ordinal) || a.Text.StartsWith('/') || a.Text.Contains("hubapi", StringComparison.OrdinalIgnoreCase));
            if (url < 0) continue;
            request.Url ??= arguments[url];
            if (s_verbs.Contains(bare) && bare != "request") request.GivenMethod ??= token.Text.Slice(token.Text.Length - verb.Length, bare.Length);
            else if (bare is "request" or "newrequest" && url > 0) request.GivenMethod ??= arguments[0];
        }
    }

    /// <summary>The variable is read before the file is.</summary>
    private static void LoadedLate(SourceText source, ShownRequest request)
    {
        if (Loader().Matches(source.Text).LastOrDefault() is not { } load || EnvironmentRead().Match(source.Text) is not { Success: true } read || read.Index > load.Index) return;
        request.Remarks.Add(new Sighting("V07", Confidence.Likely, LocatedText.Of(source, read.Index, read.Length), "source code", $"the variable is read here, and the .env file is loaded only further down, in line {source.At(load.Index).Line}"));
    }

    private static LocatedText Named(string text, int at)
    {
        var built = new LocatedText.Builder(at);
        foreach (var c in text) built.Add(c, at);
        return built.Build();
    }
}
