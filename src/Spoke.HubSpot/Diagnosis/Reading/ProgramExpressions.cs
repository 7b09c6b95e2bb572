namespace Spoke.HubSpot;

/// <summary>Reads expressions out of a program's tokens: strings, names and what is joined from them. A name the program gives a text stands for it.</summary>
internal sealed class ProgramExpressions
{
    /// <summary>Tokens of one call; a bracket that never closes ends there.</summary>
    private const int LongestCall = 4000;

    /// <summary>Tokens of an expression that is no text, as it is shown.</summary>
    private const int LongestShown = 64;

    private readonly List<ProgramToken> _tokens;
    private readonly int[] _closes;
    private readonly Dictionary<int, List<(int, int)>> _ranges = [];
    private readonly Dictionary<string, int> _times = new(StringComparer.Ordinal);

    public ProgramExpressions(List<ProgramToken> tokens)
    {
        _tokens = tokens;
        _closes = Closes(tokens);
        for (var i = 0; i + 1 < tokens.Count; i++)
            if (tokens[i].IsName && (tokens[i + 1].IsMark('=') || tokens[i + 1].IsMark(':') || tokens[i + 1].IsMark('+') || tokens[i + 1].IsMark(',')))
            {
                var name = Bare(tokens[i].Text.Text);
                _times[name] = _times.GetValueOrDefault(name) + 1;
            }
        for (var i = 0; i + 2 < tokens.Count; i++)
        {
            if (!tokens[i].IsName || !tokens[i + 1].IsMark('=') || tokens[i + 2].IsMark('=') || tokens[i + 2].IsMark('>')) continue;
            var name = Bare(tokens[i].Text.Text);
            var (value, _) = Read(i + 2);
            var again = !Assigned.Add(name);
            if (value.Length > 0 && !value.IsFilling) Variables.Set(name, value);
            // An empty text is what is sent only where nothing else is ever given to the name.
            else if (!again && tokens[i + 2].IsString && value.Length == 0 && IsStatement(tokens, i) && _times.GetValueOrDefault(name) == 1) Variables.Set(name, LocatedText.At(tokens[i + 2].Start));
        }
    }

    public Variables Variables { get; } = new();

    /// <summary>Every name the program gives something to.</summary>
    public HashSet<string> Assigned { get; } = new(StringComparer.Ordinal);

    private static bool IsStatement(List<ProgramToken> tokens, int i) =>
        i == 0 || tokens[i - 1].Kind == ProgramTokenKind.LineEnd || tokens[i - 1].IsMark(';') || tokens[i - 1].Text.Text is "const" or "let" or "var" or "string" or "String";

    private static string Bare(string name) => name[(name.LastIndexOf('.') + 1)..].TrimStart('$');

    /// <summary>The expression that begins at a token, and the token behind it.</summary>
    public (LocatedText Text, int Next) Read(int at)
    {
        var built = new LocatedText.Builder(at < _tokens.Count ? _tokens[at].Start : 0);
        var needsTerm = true;
        for (var i = at; i < _tokens.Count;)
        {
            var token = _tokens[i];
            if (token.Kind == ProgramTokenKind.LineEnd)
            {
                if (!needsTerm && !(Peek(i + 1) is { } next && (next.IsMark('+') || next.IsMark('.')))) return (built.Build(), i);
                i++;
            }
            else if (token.IsMark('(') && needsTerm) i++;
            else if (token.IsString)
            {
                if (!needsTerm && _tokens[i - 1].Kind != ProgramTokenKind.String) return (built.Build(), i);
                built.Add(IsFormat(i) ? FormatText.WithHoles(Formatted(token.Text, ref i)) : Formatted(token.Text, ref i));
                needsTerm = false;
            }
            else if (token.IsName && token.Text.Text is "new" or "await" or "return" or "const" or "let" or "var") i++;
            else if (token.IsName && needsTerm)
            {
                i = Name(token, i, built);
                needsTerm = false;
            }
            else if ((token.IsMark('+') || token.IsMark('.') || token.IsMark('&')) && !needsTerm) { needsTerm = true; i++; }
            else return (built.Build(), i);
        }
        return (built.Build(), _tokens.Count);
    }

    private ProgramToken? Peek(int i) => i < _tokens.Count ? _tokens[i] : null;

    private int Name(ProgramToken token, int i, LocatedText.Builder built)
    {
        var name = token.Text.Text;
        var end = i + 1;
        while (Peek(end) is { } next && (next.IsMark('(') || next.IsMark('['))) end = Close(end) + 1;
        var last = name[(name.LastIndexOf('.') + 1)..];
        if (FormatText.IsFunction(last) && Peek(i + 1)?.IsMark('(') == true && Peek(i + 2) is { IsString: true } format)
            built.Add(FormatText.WithHoles(format.Text));
        else if (end == i + 1 && Variables.Find(last.TrimStart('$')) is { } value) built.Add(value);
        else built.AddFilling(string.Concat(_tokens.Skip(i).Take(Math.Min(end - i, LongestShown)).Select(t => t.Text.Text)), token.Start);
        return end;
    }

    private int Close(int open)
    {
        var last = Math.Min(open + LongestCall, _tokens.Count) - 1;
        return _closes[open] is > 0 and var close && close <= last ? close : last;
    }

    /// <summary>For each opening bracket the one that closes it; 0 where none does. Found once, because brackets nest.</summary>
    private static int[] Closes(List<ProgramToken> tokens)
    {
        var closes = new int[tokens.Count];
        var open = new Stack<int>();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].IsMark('(') || tokens[i].IsMark('[') || tokens[i].IsMark('{')) open.Push(i);
            else if ((tokens[i].IsMark(')') || tokens[i].IsMark(']') || tokens[i].IsMark('}')) && open.TryPop(out var opened)) closes[opened] = i;
        }
        return closes;
    }

    /// <summary>A string, with names known to the program filled in, and with holes when it is formatted behind.</summary>
    private LocatedText Formatted(LocatedText text, ref int i)
    {
        i++;
        if (Peek(i) is { } dot && dot.IsMark('.') && Peek(i + 1) is { IsName: true } method && method.Text.Text is "format" or "formatted" or "strip" or "trim" or "Trim" or "encode")
        {
            var end = Peek(i + 2)?.IsMark('(') == true ? Close(i + 2) + 1 : i + 2;
            i = end;
            return method.Text.Text is "format" or "formatted" ? FormatText.WithHoles(text) : text;
        }
        if (Peek(i)?.IsMark('%') == true && FormatText.HasHoles(text.Text))
        {
            i++;
            if (Peek(i)?.IsMark('(') == true || Peek(i)?.IsMark('[') == true || Peek(i)?.IsMark('{') == true) i = Close(i) + 1;
            else if (Peek(i)?.IsName == true) i++;
            return FormatText.WithHoles(text);
        }
        return Variables.Fill(text);
    }

    /// <summary>The string stands among the arguments of a function that formats.</summary>
    private bool IsFormat(int at)
    {
        for (int i = at - 1, depth = 0; i > 0 && at - i < LongestShown; i--)
        {
            if (_tokens[i].IsMark(')') || _tokens[i].IsMark(']') || _tokens[i].IsMark('}')) depth++;
            else if (_tokens[i].IsMark('[') || _tokens[i].IsMark('{') || _tokens[i].IsMark(';')) return false;
            else if (_tokens[i].IsMark('(') && depth-- == 0) return _tokens[i - 1].IsName && FormatText.IsFunction(_tokens[i - 1].Text.Text);
        }
        return false;
    }

    /// <summary>The arguments of a call as texts; what is no text comes as what it is called.</summary>
    public List<LocatedText> Arguments(int open)
    {
        var arguments = new List<LocatedText>();
        foreach (var (start, end) in Ranges(open))
        {
            var (text, next) = Read(start);
            if (text.Length == 0 && start < end) text = _tokens[start].Text;
            _ = next;
            arguments.Add(text);
        }
        return arguments;
    }

    /// <summary>First and last-plus-one token of each argument.</summary>
    public List<(int Start, int End)> Ranges(int open)
    {
        if (_ranges.TryGetValue(open, out var known)) return known;
        var ranges = new List<(int, int)>();
        if (Peek(open)?.IsMark('(') != true) return ranges;
        _ranges[open] = ranges;
        var depth = 0;
        var start = open + 1;
        for (var i = open; i < _tokens.Count && i < open + LongestCall; i++)
        {
            var token = _tokens[i];
            if (token.IsMark('(') || token.IsMark('[') || token.IsMark('{')) depth++;
            else if (token.IsMark(')') || token.IsMark(']') || token.IsMark('}')) depth--;
            if (depth > 1 || (depth == 1 && !token.IsMark(','))) continue;
            while (start < i && _tokens[start].Kind == ProgramTokenKind.LineEnd) start++;
            if (start < i) ranges.Add((start, i));
            start = i + 1;
            if (depth == 0) break;
        }
        return ranges;
    }
}
