namespace Spoke.HubSpot;

/// <summary>A piece of a program: a string with its braces filled in or not, a name, or a mark.</summary>
internal sealed record ProgramToken(ProgramTokenKind Kind, LocatedText Text, int Start, int End)
{
    public bool IsMark(char c) => Kind == ProgramTokenKind.Mark && Text.Text[0] == c;

    public bool IsString => Kind == ProgramTokenKind.String;

    public bool IsName => Kind == ProgramTokenKind.Name;
}

internal enum ProgramTokenKind { String, Name, Mark, LineEnd }

/// <summary>
/// Cuts a program in Python, JavaScript, C#, PHP, Ruby, Go or Java into strings, names and marks. Not a compiler: enough to see what
/// goes into the header and the address.
/// </summary>
internal sealed class ProgramTokens
{
    private readonly SourceText _source;
    private readonly string _text;
    private readonly List<ProgramToken> _tokens = [];
    private readonly bool _hashComments;
    private readonly bool _php;
    private readonly bool _ruby;

    private ProgramTokens(SourceText source)
    {
        _source = source;
        _text = source.Text;
        _php = _text.Contains("<?php", StringComparison.Ordinal) || _text.Contains("curl_setopt", StringComparison.Ordinal) || _text.Contains("$client->", StringComparison.Ordinal);
        _ruby = _text.Contains("Net::HTTP", StringComparison.Ordinal) || _text.Contains("HTTParty", StringComparison.Ordinal) || _text.Contains("Faraday", StringComparison.Ordinal) || _text.Contains("RestClient", StringComparison.Ordinal);
        _hashComments = !_text.Contains("#include", StringComparison.Ordinal);
    }

    /// <summary>More than this is no snippet; what stands behind is not looked at.</summary>
    private const int MostTokens = 60_000;

    public static List<ProgramToken> Of(SourceText source)
    {
        var tokens = new ProgramTokens(source);
        for (var at = 0; at < tokens._text.Length && tokens._tokens.Count < MostTokens;) at = tokens.Next(at);
        return tokens._tokens;
    }

    private int Next(int at)
    {
        var c = _text[at];
        if (c == '\n') { Add(ProgramTokenKind.LineEnd, at, at + 1); return at + 1; }
        if (char.IsWhiteSpace(c)) return at + 1;
        if (c == '#' && _hashComments || (c == '/' && at + 1 < _text.Length && _text[at + 1] == '/')) return _text.IndexOf('\n', at) is var end and >= 0 ? end : _text.Length;
        if (c == '/' && at + 1 < _text.Length && _text[at + 1] == '*') return _text.IndexOf("*/", at + 2, StringComparison.Ordinal) is var close and >= 0 ? close + 2 : _text.Length;
        var quote = at;
        while (quote < _text.Length && quote - at < 3 && _text[quote] is 'f' or 'F' or 'r' or 'R' or 'b' or 'u' or '$' or '@') quote++;
        if (quote < _text.Length && _text[quote] is '"' or '\'' or '`' && !(quote > at && _text[at] is not ('f' or 'F' or 'r' or 'R' or 'b' or 'u' or '$' or '@'))) return String(at, quote);
        if (char.IsLetter(c) || c is '_' or '$')
        {
            var stop = at + 1;
            while (stop < _text.Length && (char.IsLetterOrDigit(_text[stop]) || _text[stop] is '_' or '$' || (_text[stop] == '.' && stop + 1 < _text.Length && (char.IsLetter(_text[stop + 1]) || _text[stop + 1] == '_') && !_php))) stop++;
            Add(ProgramTokenKind.Name, at, stop);
            return stop;
        }
        Add(ProgramTokenKind.Mark, at, at + 1);
        return at + 1;
    }

    private void Add(ProgramTokenKind kind, int start, int end) => _tokens.Add(new ProgramToken(kind, LocatedText.Of(_source, start, end - start), start, end));

    private int String(int start, int quote)
    {
        var prefix = _text[start..quote];
        var q = _text[quote];
        var triple = q != '`' && _text.AsSpan(quote).StartsWith(new string(q, 3), StringComparison.Ordinal);
        var body = quote + (triple ? 3 : 1);
        var built = new LocatedText.Builder(body);
        var raw = prefix.Contains('@', StringComparison.Ordinal) || prefix.Contains('r', StringComparison.OrdinalIgnoreCase);
        var literal = (_php || _ruby) && q == '\'';   // single quotes there know no escapes but these two
        var at = body;
        for (; at < _text.Length; at++)
        {
            var c = _text[at];
            if (c == q && (!triple || _text.AsSpan(at).StartsWith(new string(q, 3), StringComparison.Ordinal))) break;
            if (c == '\n' && !triple && q != '`') break;   // never closed
            if (c == '\\' && literal && at + 1 < _text.Length && _text[at + 1] is not ('\'' or '\\')) { built.Add(c, at); continue; }
            if (c == '\\' && !raw && at + 1 < _text.Length) { built.Add(_text[at + 1] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', var other => other }, at); at++; continue; }
            if (Filling(prefix, q, at) is var length and > 0) { built.AddFilling(_text.Substring(at, length), at); at += length - 1; continue; }
            built.Add(c, at);
        }
        var end = Math.Min(_text.Length, at + (at < _text.Length && _text[at] == q ? triple ? 3 : 1 : 0));
        _tokens.Add(new ProgramToken(ProgramTokenKind.String, built.Build(), start, end));
        return Math.Max(end, start + 1);
    }

    /// <summary>Length of what this kind of string fills in here.</summary>
    private int Filling(string prefix, char quote, int at)
    {
        var c = _text[at];
        if (c == '{' && (prefix.Contains('f', StringComparison.OrdinalIgnoreCase) || prefix.Contains('$', StringComparison.Ordinal))) return Close(at, '}');
        if (c == '$' && quote == '`' && at + 1 < _text.Length && _text[at + 1] == '{') return Close(at + 1, '}') is var js and > 0 ? js + 1 : 0;
        if (c == '#' && quote == '"' && _ruby && at + 1 < _text.Length && _text[at + 1] == '{') return Close(at + 1, '}') is var ruby and > 0 ? ruby + 1 : 0;
        if (_php && quote == '"' && c is '$' or '{') return c == '$' ? ShellExpansion.Length(_text, at) : at + 1 < _text.Length && _text[at + 1] == '$' ? Close(at, '}') : 0;
        return 0;
    }

    private int Close(int at, char close) => _text.IndexOf(close, at) is var end and > 0 && end - at < 200 ? end - at + 1 : 0;
}
