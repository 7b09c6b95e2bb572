using System.Globalization;
using System.Text;

namespace Spoke.HubSpot;

/// <summary>Words by the rules of bash: '…', "…", $'…', backslash, continuation, expansions. One state machine over the characters.</summary>
internal sealed class BashWords
{
    private readonly string _text;
    private readonly ShellLine _line = new();
    private int _at;

    private BashWords(string text, int start)
    {
        _text = text;
        _at = start;
    }

    public static ShellLine Split(SourceText source, int start) => new BashWords(source.Text, start).Run();

    private ShellLine Run()
    {
        while (_at < _text.Length)
        {
            var c = _text[_at];
            if (c == '\\') Backslash();
            else if (c is ' ' or '\t') { Close(); _at++; }
            else if (c is '\n' or '\r') break;
            else if (c == '#' && !_line.InWord) break;
            else if (c is ';' or '|' or ')' && Ends(c)) break;
            else if (c == '&')
            {
                if (!Ampersand()) break;
            }
            else if (c is '>' or '<' && Redirection()) continue;
            else if (c == '\'') Single();
            else if (c == '"') Double('"');
            else if (c == '$' && Next('\'')) Ansi();
            else if (c is '$' or '`') Expansion();
            else if (CharacterNames.IsCurlyQuote(c) && !_line.InWord) Curly(c);
            else Plain(c);
        }
        Close();
        _line.End = _at;
        return _line;
    }

    private bool Ends(char c) => c != ')' || !_line.InWord || !_line.Words.Any(w => w.IsBare && w.Text.Text.Contains('(', StringComparison.Ordinal));

    private bool Next(char c) => _at + 1 < _text.Length && _text[_at + 1] == c;

    private LocatedText.Builder Word(bool bare = false) => _line.Word(_at, bare);

    private void Close() => _line.Close();

    private void Plain(char c) => Word(bare: true).Add(c, _at++);

    private void Backslash()
    {
        if (Continuation(_at + 1) is var skip and > 0)
        {
            if (_text[_at + 1] is ' ' or '\t' && _at + 1 + skip < _text.Length) _line.BlankBehindBackslash ??= LocatedText.At(_at + 1);
            _at += 1 + skip;
            return;
        }
        if (_at + 1 < _text.Length) Word(bare: true).Add(_text[_at + 1], _at + 1);
        _at += 2;
    }

    /// <summary>Length of a line end, with blanks in front of it that a paste may have added.</summary>
    private int Continuation(int at)
    {
        var end = at;
        while (end < _text.Length && _text[end] is ' ' or '\t') end++;
        if (end >= _text.Length) return end > at ? end - at : 0;
        if (_text[end] == '\r' && end + 1 < _text.Length && _text[end + 1] == '\n') return end + 2 - at;
        return _text[end] is '\n' or '\r' ? end + 1 - at : 0;
    }

    /// <summary>An ampersand inside a word is read on as if it were quoted, and remembered.</summary>
    private bool Ampersand()
    {
        if (!_line.InWord || _at + 1 >= _text.Length || _text[_at + 1] is ' ' or '&' or '\n' or '\r' or '>') return false;
        if (_line.Ampersand is null)
        {
            _line.Ampersand = LocatedText.At(_at);
            _line.WordsBeforeAmpersand = _line.Words.Count + 1;
        }
        Plain('&');
        return true;
    }

    private bool Redirection()
    {
        if (_line.InWord && !(_line.Word(_at, bare: true).Length == 1 && char.IsAsciiDigit(_text[_at - 1]))) { Plain(_text[_at]); return true; }
        _line.Drop();
        while (_at < _text.Length && _text[_at] is '>' or '<' or '&' or ' ') _at++;
        while (_at < _text.Length && !char.IsWhiteSpace(_text[_at])) _at++;
        return true;
    }

    private void Single()
    {
        var open = _at++;
        var word = WordAt(open);
        var close = _text.IndexOf('\'', _at);
        if (close < 0) { Unclosed(open); close = EndOfUnclosed(); }
        while (_at < close) word.Add(_text[_at], _at++);
        _at = Math.Min(close + (close < _text.Length && _text[close] == '\'' ? 1 : 0), _text.Length);
    }

    private LocatedText.Builder WordAt(int open) => _line.QuotedWord(open + 1);

    private void Unclosed(int open) => _line.Unclosed ??= LocatedText.At(open);

    /// <summary>A quote that never closes is taken to end with its line.</summary>
    private int EndOfUnclosed() => _text.AsSpan(_at).IndexOfAny('\n', '\r') is var end and >= 0 ? _at + end : _text.Length;

    private void Double(char close)
    {
        var open = _at++;
        var word = WordAt(open);
        var end = _text.Length;
        if (!Closes(close))
        {
            Unclosed(open);
            end = EndOfUnclosed();
        }
        while (_at < end)
        {
            var c = _text[_at];
            if (c == close) { _at++; return; }
            if (c == '\\' && _at + 1 < _text.Length && _text[_at + 1] is '$' or '`' or '"' or '\\') { word.Add(_text[_at + 1], _at + 1); _at += 2; }
            else if (c == '\\' && _at + 1 < _text.Length && (_text[_at + 1] == '\n' || _text.AsSpan(_at + 1).StartsWith("\r\n", StringComparison.Ordinal))) _at += _text[_at + 1] == '\n' ? 2 : 3;
            else if (c is '$' or '`') Expansion();
            else word.Add(c, _at++);
        }
    }

    private bool Closes(char close)
    {
        for (var i = _at; i < _text.Length; i++)
        {
            if (_text[i] == '\\') i++;
            else if (_text[i] == close) return true;
        }
        return false;
    }

    /// <summary>A curly quote is no quote to the shell; it is read as one so that the rest can be understood, and stays in the word.</summary>
    private void Curly(char open)
    {
        var word = Word();
        word.Add(open, _at++);
        var close = _text.AsSpan(_at).IndexOfAny("\u2018\u2019\u201C\u201D\u201E\u201F\u00AB\u00BB\u2032\u2033\n") is var end and >= 0 ? _at + end : _at;
        while (_at < close)
        {
            if (_text[_at] is '$' or '`') Expansion();
            else word.Add(_text[_at], _at++);
        }
        if (_at < _text.Length && CharacterNames.IsCurlyQuote(_text[_at])) word.Add(_text[_at], _at++);
    }

    private void Ansi()
    {
        var open = _at;
        var word = WordAt(open + 1);
        for (_at += 2; _at < _text.Length && _text[_at] != '\'';)
        {
            if (_text[_at] != '\\' || _at + 1 >= _text.Length) { word.Add(_text[_at], _at++); continue; }
            var from = _at;
            foreach (var c in Escape()) word.Add(c, from);
        }
        if (_at >= _text.Length) Unclosed(open);
        _at++;
    }

    private string Escape()
    {
        var c = _text[_at + 1];
        _at += 2;
        return c switch
        {
            'n' => "\n",
            'r' => "\r",
            't' => "\t",
            'a' => "\a",
            'b' => "\b",
            'f' => "\f",
            'v' => "\v",
            'e' or 'E' => "\u001b",
            'x' => Code(2, 16),
            'u' => Code(4, 16),
            'U' => Code(8, 16),
            >= '0' and <= '7' => Octal(),
            _ => c.ToString(),
        };
    }

    private string Octal()
    {
        _at--;
        return Code(3, 8);
    }

    private string Code(int digits, int radix)
    {
        var value = 0;
        for (var i = 0; i < digits && _at < _text.Length && int.TryParse(_text.AsSpan(_at, 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var digit) && digit < radix; i++, _at++)
            value = unchecked(value * radix + digit);
        return Rune.IsValid(value) ? new Rune(value).ToString() : "\uFFFD";
    }

    /// <summary>$NAME, ${…}, $(…) or `…`; a dollar that begins none of these is itself.</summary>
    private void Expansion()
    {
        var length = ShellExpansion.Length(_text, _at);
        if (length == 0) { Plain(_text[_at]); return; }
        Word(bare: true).AddFilling(_text.Substring(_at, length), _at);
        _at += length;
    }
}
