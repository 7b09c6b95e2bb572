namespace Spoke.HubSpot;

/// <summary>A word of a command line.</summary>
/// <param name="IsBare">It began without a quote.</param>
internal sealed record ShellWord(LocatedText Text, bool IsBare);

/// <summary>One command taken apart as its shell would.</summary>
internal sealed class ShellLine
{
    public List<ShellWord> Words { get; } = [];

    /// <summary>Where the command ends in the source.</summary>
    public int End { get; set; }

    /// <summary>Where a quote opens that never closes.</summary>
    public LocatedText? Unclosed { get; set; }

    /// <summary>A bare ampersand inside a word, at which the shell ends the command.</summary>
    public LocatedText? Ampersand { get; set; }

    /// <summary>Index of the first word behind that ampersand.</summary>
    public int WordsBeforeAmpersand { get; set; }

    public static ShellLine Split(SourceText source, int start, Dialect dialect) => dialect switch
    {
        Dialect.Cmd => CmdWords.Split(source, start),
        Dialect.PowerShell or Dialect.PowerShellRequest => PowerShellWords.Split(source, start),
        _ => BashWords.Split(source, start),
    };
}
