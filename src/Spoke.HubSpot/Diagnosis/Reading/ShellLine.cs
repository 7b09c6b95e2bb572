namespace Spoke.HubSpot;

/// <summary>A word of a command line.</summary>
/// <param name="IsBare">It began without a quote.</param>
internal sealed record ShellWord(LocatedText Text, bool IsBare);

/// <summary>One command taken apart as its shell would.</summary>
internal sealed class ShellLine
{
    private LocatedText.Builder? _word;
    private bool _bare;

    public List<ShellWord> Words { get; } = [];

    /// <summary>Where the command ends in the source.</summary>
    public int End { get; set; }

    /// <summary>Where a quote opens that never closes.</summary>
    public LocatedText? Unclosed { get; set; }

    /// <summary>A blank between a backslash and the end of its line: the shell ends the command there.</summary>
    public LocatedText? BlankBehindBackslash { get; set; }

    /// <summary>A bare ampersand inside a word, at which the shell ends the command.</summary>
    public LocatedText? Ampersand { get; set; }

    /// <summary>Index of the first word behind that ampersand.</summary>
    public int WordsBeforeAmpersand { get; set; }

    /// <summary>Whether a word is under way, and whether it began without a quote.</summary>
    public bool InWord => _word is not null;
    public bool InBareWord => _bare;

    /// <summary>The word under way; begins one where there is none.</summary>
    public LocatedText.Builder Word(int at, bool bare)
    {
        if (_word is null)
        {
            _word = new LocatedText.Builder(at);
            _bare = bare;
        }
        return _word;
    }

    /// <summary>The word under way, in which a quote opens; one that has nothing yet begins with it.</summary>
    public LocatedText.Builder QuotedWord(int at)
    {
        var word = Word(at, bare: false);
        if (word.Length == 0) _bare = false;
        return word;
    }

    /// <summary>What is under way is no word after all.</summary>
    public void Drop() => _word = null;

    /// <summary>The word under way is complete.</summary>
    public void Close()
    {
        if (_word is null) return;
        Words.Add(new ShellWord(_word.Build(), _bare));
        _word = null;
    }

    public static ShellLine Split(SourceText source, int start, Dialect dialect) => dialect switch
    {
        Dialect.Cmd => CmdWords.Split(source, start),
        Dialect.PowerShell or Dialect.PowerShellRequest => PowerShellWords.Split(source, start),
        _ => BashWords.Split(source, start),
    };
}
