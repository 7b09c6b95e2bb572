namespace Spoke.HubSpot;

/// <summary>Faults of the code itself: a header in the wrong argument, brackets that do not match.</summary>
internal static class ProgramFaults
{
    public static void Look(SourceText source, List<ProgramToken> tokens, ProgramExpressions program, ShownRequest request)
    {
        var sessions = new PythonSessions(source).Names;
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            if (!tokens[i].IsName || !tokens[i + 1].IsMark('(')) continue;
            var name = tokens[i].Text.Text;
            var dot = name.IndexOf('.');
            var library = dot < 0 ? name : name[..dot];
            var verb = name[(name.LastIndexOf('.') + 1)..];
            if ((library is "requests" or "httpx" or "session" || sessions.Contains(library)) && verb is "get" or "post" or "put" or "patch" or "delete" or "head" or "options") Python(tokens, program.Ranges(i + 1), verb, request);
            else if (library == "axios" && verb is "get" or "delete" or "post" or "put" or "patch" or "head") Axios(tokens, program.Ranges(i + 1), verb, request);
            else if (name is "fetch" or "window.fetch") Fetch(tokens, program.Ranges(i + 1), request);
        }
        Brackets(tokens, request);
        Neighbours(tokens, request);
    }

    /// <summary>Inside a Python call two names stand side by side with nothing between them: a damaged line.</summary>
    private static void Neighbours(List<ProgramToken> tokens, ShownRequest request)
    {
        var depth = 0;
        for (var i = 0; i + 2 < tokens.Count; i++)
        {
            if (tokens[i].IsMark('(')) depth++;
            else if (tokens[i].IsMark(')')) depth--;
            else if (depth > 0 && tokens[i].IsName && tokens[i + 1].IsName && tokens[i + 2].IsMark('=') && tokens[i].Text.Text is not ("new" or "await" or "const" or "let" or "var" or "lambda" or "not" or "async") && !request.Remarks.Exists(r => r.Cause == "R12"))
                request.Remarks.Add(new Sighting("R12", Confidence.Likely, tokens[i].Text, "source code", $"'{tokens[i].Text.Text} {tokens[i + 1].Text.Text}=' cannot stand in a call: the snippet would not even start, so it is not what ran"));
        }
    }

    private static void Python(List<ProgramToken> tokens, List<(int Start, int End)> arguments, string verb, ShownRequest request)
    {
        for (var i = 1; i < arguments.Count; i++)
        {
            var (start, end) = arguments[i];
            var first = tokens[start];
            var named = first.IsName && start + 1 < end && tokens[start + 1].IsMark('=');
            var option = named ? first.Text.Text : null;
            var value = named ? start + 2 : start;
            if (option == "auth" && value < end && (tokens[value].IsMark('(') || tokens[value].Text.Text.EndsWith("HTTPBasicAuth", StringComparison.Ordinal)) && !request.Authorizations.Any() && !request.Remarks.Exists(r => r.Cause == "H05"))
                request.Remarks.Add(new Sighting("H05", tokens.Count(t => t.IsName && t.Text.Text.StartsWith("requests.", StringComparison.Ordinal)) > 1 ? Confidence.Likely : Confidence.Certain, first.Text, "source code", "auth= with a user and a password is sent as a Basic header") { Fix = "Send headers={\"Authorization\": \"Bearer \" + token} instead of auth=." });
            if (value >= end || !AreHeaders(tokens, value, end)) continue;
            if (option is "headers" or "json" && option == "headers") continue;
            var becomes = option ?? (verb is "get" or "head" or "options" or "delete" ? "params" : i == 1 ? "data" : "json");
            if (option is null && (i > 2 || (verb is "put" or "patch" or "post" && i > 2))) continue;
            Seen(request, tokens[start].Text, option is null ? $"the second argument of requests.{verb} is {becomes}, so the token goes into the {(becomes == "params" ? "address" : "body")} and no header is sent"
                : option == "header" ? "requests has no argument header=; it is headers=" : $"{option}= sends the token in the {(option is "params" ? "address" : "body")} and no header", "Name the argument: headers=headers.");
        }
    }

    private static void Axios(List<ProgramToken> tokens, List<(int Start, int End)> arguments, string verb, ShownRequest request)
    {
        var takesBody = verb is "post" or "put" or "patch";
        if (arguments.Count == 2 && takesBody && (Holds(tokens, arguments[1], "headers") || Holds(tokens, arguments[1], "Authorization") || IsNamed(tokens, arguments[1], "config", "headers", "options")))
            Seen(request, tokens[arguments[1].Start].Text, $"the second argument of axios.{verb} is the body, so the header is sent as data", $"Give the options as the third argument: axios.{verb}(url, data, {{ headers }}).");
        else if (arguments.Count == 2 && !takesBody && (Holds(tokens, arguments[1], "Authorization") && !Holds(tokens, arguments[1], "headers") || IsNamed(tokens, arguments[1], "headers", "header")))
            Seen(request, tokens[arguments[1].Start].Text, $"axios.{verb} takes options here, and the header stands in them without headers:", $"Write axios.{verb}(url, {{ headers }}).");
        else if (arguments.Count == 3 && !takesBody && Holds(tokens, arguments[2], "headers"))
            Seen(request, tokens[arguments[2].Start].Text, $"axios.{verb} takes two arguments; the third, with the headers, is ignored", $"Write axios.{verb}(url, {{ headers }}).");
    }

    private static void Fetch(List<ProgramToken> tokens, List<(int Start, int End)> arguments, ShownRequest request)
    {
        if (arguments.Count < 2) return;
        if (arguments.Count > 2 && Holds(tokens, arguments[2], "headers")) Seen(request, tokens[arguments[2].Start].Text, "fetch takes two arguments; the third, with the headers, is ignored", "Put headers into the second argument.");
        else if (tokens.Skip(arguments[1].Start).Take(arguments[1].End - arguments[1].Start).FirstOrDefault(t => (t.IsName || t.IsString) && t.Text.Text is "header" or "Headers" or "Header") is { } wrong && !wrong.Text.Text.StartsWith("new", StringComparison.Ordinal) && !Holds(tokens, arguments[1], "headers"))
            Seen(request, wrong.Text, $"fetch has no option {wrong.Text.Text}; it ignores it and sends no header", "Name the option headers.");
        else if (Holds(tokens, arguments[1], "Authorization") && !Holds(tokens, arguments[1], "headers")) Seen(request, tokens[arguments[1].Start].Text, "Authorization stands among fetch's options instead of in headers, and is ignored", "Put it into headers: { Authorization: … }.");
        else if (IsNamed(tokens, arguments[1], "headers")) Seen(request, tokens[arguments[1].Start].Text, "fetch takes options here, not headers", "Write fetch(url, { headers }).");
    }

    private static bool AreHeaders(List<ProgramToken> tokens, int start, int end) =>
        end == start + 1 ? tokens[start].IsName && tokens[start].Text.Text.TrimEnd('s').EndsWith("header", StringComparison.OrdinalIgnoreCase) || tokens[start].IsName && tokens[start].Text.Text is "hdrs" or "auth_header"
        : tokens[start].IsMark('{') && Holds(tokens, (start, end), "Authorization");

    private static bool IsNamed(List<ProgramToken> tokens, (int Start, int End) argument, params string[] names) =>
        argument.End - argument.Start == 1 && tokens[argument.Start].IsName && names.Contains(tokens[argument.Start].Text.Text);

    private static bool Holds(List<ProgramToken> tokens, (int Start, int End) argument, string key) =>
        tokens[argument.Start].IsMark('{') && tokens.Skip(argument.Start).Take(argument.End - argument.Start).Any(t => (t.IsName || t.IsString) && t.Text.Text.Equals(key, StringComparison.Ordinal));

    private static void Seen(ShownRequest request, LocatedText place, string shows, string fix) =>
        request.Remarks.Add(new Sighting("R08", Confidence.Certain, place, "source code", shows) { Fix = fix });

    private static void Brackets(List<ProgramToken> tokens, ShownRequest request)
    {
        var open = new Stack<ProgramToken>();
        foreach (var token in tokens.Where(t => t.Kind == ProgramTokenKind.Mark))
        {
            var c = token.Text.Text[0];
            if (c is '(' or '[' or '{') open.Push(token);
            else if (c is ')' or ']' or '}')
            {
                if (open.TryPop(out var opened) && opened.Text.Text[0] == (c switch { ')' => '(', ']' => '[', _ => '{' })) continue;
                request.Remarks.Add(new Sighting("R12", Confidence.Likely, token.Text, "source code", $"this {c} closes nothing that is open: the snippet would not even start, so it is not what ran"));
                return;
            }
        }
    }
}
