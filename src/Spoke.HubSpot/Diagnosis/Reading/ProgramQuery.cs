using System.Text;

namespace Spoke.HubSpot;

/// <summary>The query that a program gives beside the address: <c>params=</c> of Python's clients, <c>params:</c> of axios and its like.</summary>
internal static class ProgramQuery
{
    private const int MostPairs = 50;

    /// <summary>The pairs in their order; none where the text does not hold them all.</summary>
    public static List<(LocatedText Name, LocatedText Value)> Read(List<ProgramToken> tokens, ProgramExpressions program, ProgramCall call)
    {
        var at = tokens.FindIndex(t => t.Start == call.Start);
        if (at < 0 || at + 1 >= tokens.Count) return [];
        foreach (var (start, end) in program.Ranges(at + 1))
        {
            for (var i = start; i + 2 < end; i++)
            {
                var named = i == start && tokens[i].IsName && tokens[i].Text.Text == "params" && tokens[i + 1].IsMark('=');
                var member = tokens[start].IsMark('{') && (tokens[i].IsName || tokens[i].IsString) && tokens[i].Text.Text is "params" or "searchParams" && tokens[i + 1].IsMark(':');
                if (named || member) return Pairs(tokens, program, i + 2) ?? [];
                if (!tokens[start].IsMark('{')) break;
            }
        }
        return [];
    }

    private static List<(LocatedText, LocatedText)>? Pairs(List<ProgramToken> tokens, ProgramExpressions program, int at)
    {
        if (tokens[at].IsName)
        {
            var given = tokens.FindIndex(t => t.IsName && t.Text.Text == tokens[at].Text.Text);
            if (given == at || given + 2 >= tokens.Count || !tokens[given + 1].IsMark('=')) return null;
            at = given + 2;
        }
        if (!tokens[at].IsMark('{')) return null;
        var pairs = new List<(LocatedText, LocatedText)>();
        for (var i = at + 1; i < tokens.Count && pairs.Count < MostPairs;)
        {
            if (tokens[i].IsMark('}')) return pairs;
            if (tokens[i].IsMark(',') || tokens[i].Kind == ProgramTokenKind.LineEnd) { i++; continue; }
            if (!(tokens[i].IsString || tokens[i].IsName) || i + 2 >= tokens.Count || !tokens[i + 1].IsMark(':')) return null;
            var name = tokens[i].Text;
            i += 2;
            if (!tokens[i].IsMark('['))
            {
                if (Value(tokens, program, ref i) is not { } value) return null;
                pairs.Add((name, value));
                continue;
            }
            for (i++; i < tokens.Count && !tokens[i].IsMark(']') && pairs.Count < MostPairs;)
            {
                if (tokens[i].IsMark(',') || tokens[i].Kind == ProgramTokenKind.LineEnd) { i++; continue; }
                if (Value(tokens, program, ref i) is not { } element) return null;
                pairs.Add((name, element));
            }
            i++;
        }
        return null;
    }

    /// <summary>A text, a name, or a number; null for anything else.</summary>
    private static LocatedText? Value(List<ProgramToken> tokens, ProgramExpressions program, ref int i)
    {
        if (tokens[i] is { IsName: true } word && word.Text.Text is "True" or "False" or "true" or "false")
        {
            i++;
            return At(word.Text.Text.ToLowerInvariant(), word.Start);
        }
        if (tokens[i].IsString || tokens[i].IsName)
        {
            var (value, next) = program.Read(i);
            if (next <= i) return null;
            i = next;
            return value;
        }
        var number = new StringBuilder();
        var start = tokens[i].Start;
        while (i < tokens.Count && tokens[i].Kind == ProgramTokenKind.Mark && (char.IsAsciiDigit(tokens[i].Text.Text[0]) || tokens[i].Text.Text[0] is '-' or '.')) number.Append(tokens[i++].Text.Text);
        return number.Length == 0 ? null : At(number.ToString(), start);
    }

    private static LocatedText At(string text, int at)
    {
        var built = new LocatedText.Builder(at);
        foreach (var c in text) built.Add(c, at);
        return built.Build();
    }
}
