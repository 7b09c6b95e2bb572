namespace Spoke.HubSpot;

/// <summary>Words by the rules of PowerShell: backtick, '…' with doubled quotes, "…" with variables, here-strings, @{…} as one word.</summary>
internal sealed class PowerShellWords
{
    private readonly string _text;
    private readonly ShellLine _line = new();
    private readonly bool _multiline;
    private int _at;
    private readonly int _end;

    private PowerShellWords(string text, int start, int end, bool multiline)
    {
        _text = text;
        _at = start;
        _end = end;
        _multiline = multiline;
    }

    /// <summary>One statement.</summary>
    public static ShellLine Split(SourceText source, int start) => new PowerShellWords(source.Text, start, source.Text.Length, multiline: false).Run();

    /// <summary>All words of a stretch, line ends and semicolons as words of their own.</summary>
    public static List<ShellWord> Within(SourceText source, int start, int end) => new PowerShellWords(source.Text, start, end, multiline: true).Run().Words;

    private ShellLine Run()
    {
        while (_at < _end)
        {
            var c = _text[_at];
            if (c == '`') Backtick();
            else if (c is ' ' or '\t') { Close(); _at++; }
            else if (c is '\n' or '\r' or ';')
            {
                Close();
                if (!_multiline) break;
                _line.Words.Add(new ShellWord(LocatedText.Of(new SourceText(";"), 0, 1), true));
                _at++;
            }
            else if (c is '|' && !_multiline) break;
            else if (c == '#' && !_line.InWord)
                while (_at < _end && _text[_at] is not ('\n' or '\r')) _at++;
            else if (c == '@' && !_line.InWord && _at + 1 < _end && _text[_at + 1] is '"' or '\'') Here();
            else if (c == '@' && !_line.InWord && _at + 1 < _end && _text[_at + 1] is '{' or '(' || c == '(' && !_line.InWord) Block();
            else if (c == '\'') Single();
            else if (c == '"') Double();
            else if (c == '$' && ShellExpansion.Length(_text, _at) is var length and > 0) Fill(length);
            else if (_multiline && c is '=' or '+' or ',' && !_line.InWord) { _line.Words.Add(new ShellWord(One(), true)); _at++; }
            else if (_multiline && c is '=' or '+' or ',')
            {
                if (c != '=' && !_line.InBareWord) { Close(); continue; }
                if (c == '=') { Close(); continue; }
                Plain(c);
            }
            else Plain(c);
        }
        Close();
        _line.End = Math.Min(_at, _end);
        return _line;
    }

    private LocatedText One()
    {
        var one = new LocatedText.Builder(_at);
        one.Add(_text[_at], _at);
        return one.Build();
    }

    private LocatedText.Builder Word(bool bare) => _line.Word(_at, bare);

    private void Close() => _line.Close();

    private void Plain(char c) => Word(bare: true).Add(c, _at++);

    private void Fill(int length)
    {
        Word(bare: true).AddFilling(_text.Substring(_at, length), _at);
        _at += length;
    }

    private void Backtick()
    {
        var next = _at + 1;
        while (next < _end && _text[next] is ' ' or '\t') next++;
        if (next < _end && _text[next] is '\n' or '\r')
        {
            Close();
            _at = _text[next] == '\r' && next + 1 < _end && _text[next + 1] == '\n' ? next + 2 : next + 1;
            return;
        }
        if (_at + 1 < _end) Word(bare: true).Add(Escaped(_text[_at + 1]), _at + 1);
        _at += 2;
    }

    private static char Escaped(char c) => c switch { 'n' => '\n', 'r' => '\r', 't' => '\t', '0' => '\0', 'a' => '\a', 'b' => '\b', 'f' => '\f', 'v' => '\v', _ => c };

    private void Single()
    {
        var open = _at++;
        var word = Quoted(open);
        while (_at < _end)
        {
            if (_text[_at] == '\'')
            {
                if (_at + 1 < _end && _text[_at + 1] == '\'') _at++;
                else { _at++; return; }
            }
            word.Add(_text[_at], _at++);
        }
        _line.Unclosed ??= LocatedText.At(open);
    }

    private LocatedText.Builder Quoted(int open) => _line.QuotedWord(open + 1);

    private void Double()
    {
        var open = _at++;
        var word = Quoted(open);
        while (_at < _end)
        {
            var c = _text[_at];
            if (c == '"')
            {
                if (_at + 1 < _end && _text[_at + 1] == '"') _at++;
                else { _at++; return; }
                word.Add('"', _at++);
            }
            else if (c == '\\' && _at + 1 < _end && _text[_at + 1] == '"' && _text.AsSpan(_at + 2).IndexOf('"') >= 0 && EscapedForProgram()) { word.Add('"', _at + 1); _at += 2; }
            else if (c == '`' && _at + 1 < _end) { word.Add(Escaped(_text[_at + 1]), _at + 1); _at += 2; }
            else if (c == '$' && ShellExpansion.Length(_text, _at) is var length and > 0) Fill(length);
            else word.Add(c, _at++);
        }
        _line.Unclosed ??= LocatedText.At(open);
    }

    /// <summary>\" is how people write a quote for curl.exe; to PowerShell the quote would end the string, which few mean.</summary>
    private bool EscapedForProgram() => _at + 2 < _end && _text[_at + 2] is not (' ' or '\n' or '\r' or ')');

    private void Here()
    {
        var quote = _text[_at + 1];
        var open = _at;
        var from = _text.IndexOf('\n', _at) + 1;
        var close = from > 0 ? _text.IndexOf("\n" + quote + "@", from - 1, StringComparison.Ordinal) : -1;
        if (close < 0 || close >= _end)
        {
            _line.Unclosed ??= LocatedText.At(open);
            Plain('@');
            return;
        }
        var word = Quoted(open);
        for (_at = from; _at < close;) word.Add(_text[_at], _at++);
        _at = close + 3;
    }

    private void Block()
    {
        var depth = 0;
        var word = Word(bare: true);
        var quote = '\0';
        do
        {
            var c = _text[_at];
            if (quote != '\0') quote = c == quote ? '\0' : quote;
            else if (c is '"' or '\'') quote = c;
            else if (c is '{' or '(') depth++;
            else if (c is '}' or ')') depth--;
            word.Add(c, _at++);
        }
        while (_at < _end && (depth > 0 || _text[_at - 1] == '@'));
        if (depth > 0) _line.Unclosed ??= LocatedText.At(_at - 1);
    }
}
