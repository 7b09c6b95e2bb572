using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Calls of well-known libraries that take a header for something else: a query, a body, or nothing. One entry a library.</summary>
internal sealed partial class ProgramMisuse(SourceText source, List<ProgramToken> tokens, ProgramExpressions program, ShownRequest request)
{
    private readonly bool _guzzle = source.Text.Contains("uzzle", StringComparison.Ordinal);
    private readonly bool _urllib = source.Text.Contains("urllib", StringComparison.Ordinal);
    private readonly bool _httpClient = source.Text.Contains("http.client", StringComparison.Ordinal);

    [GeneratedRegex(@"quer(?:y|ies)|param|form|values|\bdata\b|body|^q$|^qs$|^v$", RegexOptions.IgnoreCase)]
    private static partial Regex NotHeaders();

    public void Look()
    {
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            if (!tokens[i].IsName || !tokens[i + 1].IsMark('(')) continue;
            var name = tokens[i].Text.Text;
            var last = name[(name.LastIndexOf('.') + 1)..];
            var receiver = Receiver(i, name);
            var arguments = program.Ranges(i + 1);
            if (arguments.Count == 0) continue;
            if (last is "Request" && _urllib && arguments.Count > 1 && IsPositional(arguments[1]) && Headers(arguments[1])) Seen(arguments[1], "the second argument of Request is data, so the header is sent in the body", "Name the argument: headers=headers.");
            else if (last == "request" && arguments.Count == 3 && _httpClient && IsPositional(arguments[2]) && Headers(arguments[2])) Seen(arguments[2], "the third argument of request is the body, so the header is sent in it", "Name the argument: headers=headers.");
            else if (name is "axios" or "axios.request" or "$.ajax" or "jQuery.ajax" or "got" or "request" or "needle" or "superagent" or "request.get" or "request.post" && Object(arguments[^1]) && WrongOption(arguments[^1]) is { } wrong) Seen((wrong, wrong + 1), $"{name} has no option {tokens[wrong].Text.Text}; it ignores it and sends no header", "Name the option headers.", name.StartsWith("request", StringComparison.Ordinal) ? Confidence.Likely : Confidence.Certain);
            else if (receiver == "HTTParty") Ruby(arguments);
            else if (receiver == "Faraday" && last is "get" or "delete" && arguments.Count == 2 && Holds(arguments[1], "Authorization")) Seen(arguments[1], $"the second argument of Faraday.{last} is the query; headers are the third", $"Write Faraday.{last}(url, nil, headers).");
            else if (receiver == "RestClient" && last is "post" or "put" or "patch" && arguments.Count == 2 && Holds(arguments[1], "Authorization")) Seen(arguments[1], $"the second argument of RestClient.{last} is the body; headers are the third", $"Write RestClient.{last}(url, body, headers).");
            else if (receiver == "Http" && last is "get" or "post" or "put" or "patch" or "delete" && arguments.Count > 1 && Holds(arguments[1], "Authorization")) Seen(arguments[1], $"the second argument of Http::{last} is {(last is "get" ? "the query" : "the body")}", "Use Http::withToken($token) or Http::withHeaders([...]).");
            else if (last is "curl_setopt" && arguments.Count == 3) Curl(tokens[arguments[1].Start].Text.Text, arguments[2]);
            else if (_guzzle && last is "get" or "post" or "put" or "patch" or "delete" or "request" && arguments.Count > 1 && Holds(arguments[^1], "Authorization")) Guzzle(arguments[^1]);
            else if (last is "add" or "Add" or "set" or "Set" or "append" or "Append" or "addQueryParameter" or "AddQueryParameter" or "queryParam" or "AddParameter" or "addParameter" or "SetQueryParam") Setter(i, name, last, receiver, arguments);
        }
        CurlArray();
    }

    /// <summary>What a method is called on, also behind PHP's and Ruby's marks.</summary>
    private string Receiver(int i, string name)
    {
        var dot = name.LastIndexOf('.');
        if (dot > 0) return name[..dot];
        for (var j = i - 1; j >= 0 && j >= i - 3; j--)
            if (tokens[j].IsName) return tokens[j].Text.Text.TrimStart('$');
            else if (tokens[j].Kind != ProgramTokenKind.Mark || tokens[j].Text.Text[0] is not (':' or '-' or '>' or '.')) return "";
        return "";
    }

    private bool IsPositional((int Start, int End) range) => !(tokens[range.Start].IsName && range.Start + 1 < range.End && (tokens[range.Start + 1].IsMark('=') || tokens[range.Start + 1].IsMark(':')));

    private bool Headers((int Start, int End) range) => Holds(range, "Authorization") || range.End == range.Start + 1 && tokens[range.Start].IsName && tokens[range.Start].Text.Text.TrimEnd('s').EndsWith("header", StringComparison.OrdinalIgnoreCase);

    private bool Object((int Start, int End) range) => tokens[range.Start].IsMark('{');

    private bool Holds((int Start, int End) range, string key)
    {
        for (var i = range.Start; i < range.End; i++)
            if ((tokens[i].IsString || tokens[i].IsName) && tokens[i].Text.Text.Equals(key, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    /// <summary>The key that should have been headers; null when there is none, or headers is there too.</summary>
    private int? WrongOption((int Start, int End) range)
    {
        if (!Holds(range, "Authorization")) return null;
        int? wrong = null;
        var depth = 0;
        for (var i = range.Start; i < range.End; i++)
        {
            if (tokens[i].IsMark('{') || tokens[i].IsMark('[') || tokens[i].IsMark('(')) depth++;
            else if (tokens[i].IsMark('}') || tokens[i].IsMark(']') || tokens[i].IsMark(')')) depth--;
            else if (depth == 1 && (tokens[i].IsName || tokens[i].IsString) && tokens[i].Text.Text is "headers") return null;
            else if (depth == 1 && (tokens[i].IsName || tokens[i].IsString) && tokens[i].Text.Text is "header" or "Header" or "Headers" or "Authorization" or "authorization" && i + 1 < range.End && (tokens[i + 1].IsMark(':') || tokens[i + 1].IsMark('='))) wrong ??= i;
        }
        return wrong;
    }

    private void Ruby(List<(int Start, int End)> arguments)
    {
        foreach (var argument in arguments.Skip(1))
        {
            if (!Holds(argument, "Authorization") || Holds((argument.Start, Math.Min(argument.Start + 3, argument.End)), "headers")) continue;
            if (tokens[argument.Start] is { IsName: true } key && argument.Start + 1 < argument.End && (tokens[argument.Start + 1].IsMark(':') || tokens[argument.Start + 1].IsMark('=')))
                Seen(argument, $"HTTParty sends {key.Text.Text}: {(key.Text.Text is "query" ? "in the address" : key.Text.Text is "body" ? "in the body" : "not at all")}", "Name the option headers:.");
            else Seen(argument, "HTTParty takes options here, and the header stands in them without headers:", "Write HTTParty.get(url, headers: { … }).");
        }
    }

    private void Guzzle((int Start, int End) options)
    {
        if (!tokens[options.Start].IsMark('[') || Holds(options, "headers")) return;
        Seen(options, "Guzzle takes options here, and the header stands in them without 'headers'", "Write ['headers' => ['Authorization' => \"Bearer $token\"]].");
    }

    private void Curl(string option, (int Start, int End) value)
    {
        if (option == "CURLOPT_HTTPHEADER" && IsMap(value)) Seen(value, "CURLOPT_HTTPHEADER takes lines such as 'Authorization: Bearer …'; of a map it sends the values without their names", "Write ['Authorization: Bearer ' . $token].");
        else if (option == "CURLOPT_HEADER" && tokens[value.Start].IsMark('[') && value.End > value.Start + 2) Seen(value, "CURLOPT_HEADER says whether headers are shown; it sends none", "Use CURLOPT_HTTPHEADER.");
    }

    /// <summary>The same options given as one array.</summary>
    private void CurlArray()
    {
        for (var i = 0; i + 3 < tokens.Count; i++)
        {
            if (!tokens[i].IsName || tokens[i].Text.Text != "CURLOPT_HTTPHEADER" || !tokens[i + 1].IsMark('=') || !tokens[i + 2].IsMark('>')) continue;
            var end = i + 3;
            for (var depth = 0; end < tokens.Count; end++)
            {
                if (tokens[end].IsMark('[') || tokens[end].IsMark('(')) depth++;
                else if ((tokens[end].IsMark(']') || tokens[end].IsMark(')')) && --depth <= 0) break;
                else if (depth == 0 && tokens[end].IsMark(',')) break;
            }
            Curl("CURLOPT_HTTPHEADER", (i + 3, Math.Min(end + 1, tokens.Count)));
        }
    }

    private bool IsMap((int Start, int End) range)
    {
        for (var i = range.Start; i + 2 < range.End; i++)
            if (tokens[i].IsString && tokens[i].Text.Text.Equals("Authorization", StringComparison.OrdinalIgnoreCase) && tokens[i + 1].IsMark('=') && tokens[i + 2].IsMark('>')) return true;
        return false;
    }

    private void Setter(int at, string name, string last, string receiver, List<(int Start, int End)> arguments)
    {
        if (arguments.Count < 2 || !tokens[arguments[0].Start].IsString || !tokens[arguments[0].Start].Text.Text.Equals("Authorization", StringComparison.OrdinalIgnoreCase)) return;
        var place = (at, at + 1);
        if (last is "AddParameter" && !Holds((arguments[0].Start, arguments[^1].End), "ParameterType.HttpHeader") || last is "addQueryParameter" or "AddQueryParameter" or "queryParam" or "SetQueryParam" or "addParameter")
            Seen(place, $"{last} puts the token into the address or the body, and no header is sent", "Add it as a header.");
        else if (last is not "AddParameter" && receiver[(receiver.LastIndexOf('.') + 1)..] is { Length: > 0 } holder && NotHeaders().IsMatch(holder) && !name.Contains("eader", StringComparison.Ordinal))
            Seen(place, $"{holder} is not the headers: the token goes into the address or the body", "Set it on the request's headers.");
        else if (name.EndsWith("Content.Headers.Add", StringComparison.Ordinal))
            Seen(place, "Authorization is a header of the request; the content's headers refuse it", "Use request.Headers.Authorization.");
    }

    private void Seen((int Start, int End) place, string shows, string fix, Confidence confidence = Confidence.Certain)
    {
        if (!request.Remarks.Exists(r => r.Cause == "R08" && r.Place?.OffsetAt(0) == tokens[place.Start].Text.OffsetAt(0)))
            request.Remarks.Add(new Sighting("R08", confidence, tokens[place.Start].Text, "source code", shows) { Fix = fix });
    }
}
