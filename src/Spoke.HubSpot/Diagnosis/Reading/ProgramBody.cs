using System.Text;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>The JSON that a program sends, where all of it stands in the text.</summary>
internal static class ProgramBody
{
    public static LocatedText? Read(List<ProgramToken> tokens, ProgramExpressions program)
    {
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            if (!tokens[i].IsName) continue;
            var name = tokens[i].Text.Text;
            if (name == "JSON.stringify" && i > 1 && tokens[i - 1].IsMark(':') && tokens[i - 2].Text.Text == "body" && program.Ranges(i + 1) is [var content, ..]) return Json(tokens, content);
            if (!tokens[i + 1].IsMark('(') || name[(name.LastIndexOf('.') + 1)..] is not ("post" or "put" or "patch" or "request")) continue;
            var arguments = program.Ranges(i + 1);
            if (name is "axios.post" or "axios.put" or "axios.patch")
            {
                if (arguments.Count > 1 && !Holds(tokens, arguments[1], "headers") && !Holds(tokens, arguments[1], "Authorization")) return Json(tokens, arguments[1]);
                continue;
            }
            foreach (var (start, end) in arguments)
            {
                if (!tokens[start].IsName || start + 2 >= end || !tokens[start + 1].IsMark('=')) continue;
                if (tokens[start].Text.Text == "json") return Json(tokens, (start + 2, end));
                if (tokens[start].Text.Text is "data" or "content") return Data(tokens, program, (start + 2, end));
            }
        }
        return null;
    }

    /// <summary>What json.dumps is given, or a text.</summary>
    private static LocatedText? Data(List<ProgramToken> tokens, ProgramExpressions program, (int Start, int End) range)
    {
        if (tokens[range.Start] is { IsName: true } call && call.Text.Text is "json.dumps" or "dumps" && program.Ranges(range.Start + 1) is [var content, ..]) return Json(tokens, content);
        if (tokens[range.Start].IsMark('{')) return null;   // a form, whose fields are not JSON
        return program.Read(range.Start).Text is { Length: > 0, IsFilling: false } text ? text : null;
    }

    private static bool Holds(List<ProgramToken> tokens, (int Start, int End) argument, string key) =>
        tokens.Skip(argument.Start).Take(argument.End - argument.Start).Any(t => t.Text.Text.Equals(key, StringComparison.Ordinal));

    private static LocatedText? Json(List<ProgramToken> tokens, (int Start, int End) range)
    {
        var (start, end) = range;
        if (end == start + 1 && tokens[start].IsName)
        {
            var given = tokens.FindIndex(t => t.IsName && t.Text.Text == tokens[start].Text.Text);
            if (given < 0 || given + 2 >= tokens.Count || !tokens[given + 1].IsMark('=')) return null;
            start = given + 2;
            end = Closing(tokens, start);
        }
        if (!tokens[start].IsMark('{') || end > tokens.Count) return null;
        var json = new StringBuilder();
        for (var i = start; i < end; i++)
        {
            var token = tokens[i];
            var text = token.Text.Text;
            if (token.Kind == ProgramTokenKind.LineEnd) continue;
            if (token.Text.HasFillings) return null;
            if (token.IsString) json.Append('"').Append(JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value).Append('"');
            else if (!token.IsName)
            {
                if (token.IsMark(',') && tokens.Skip(i + 1).FirstOrDefault(t => t.Kind != ProgramTokenKind.LineEnd) is { } next && (next.IsMark('}') || next.IsMark(']'))) continue;
                json.Append(text);
            }
            else if (text is "True" or "False" or "true" or "false") json.Append(text.ToLowerInvariant());
            else if (text is "None" or "null") json.Append("null");
            else if (i + 1 < end && tokens[i + 1].IsMark(':')) json.Append('"').Append(text).Append('"');
            else return null;   // a value that only the program knows
        }
        return IsJson(json.ToString()) ? At(json.ToString(), tokens[start].Start) : null;
    }

    private static int Closing(List<ProgramToken> tokens, int open)
    {
        var depth = 0;
        for (var i = open; i < tokens.Count; i++)
        {
            if (tokens[i].IsMark('{') || tokens[i].IsMark('[')) depth++;
            else if ((tokens[i].IsMark('}') || tokens[i].IsMark(']')) && --depth == 0) return i + 1;
        }
        return tokens.Count;
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static LocatedText At(string text, int at)
    {
        var built = new LocatedText.Builder(at);
        foreach (var c in text) built.Add(c, at);
        return built.Build();
    }
}
