using System.Globalization;

namespace Spoke.Commands;

/// <summary>Rows for people: columns as wide as their widest cell, the last one as it comes. No colour, so that a file gets the same.</summary>
internal sealed class TextTable(params string[] heads)
{
    private const int Widest = 60;
    private readonly List<string[]> _rows = [heads];

    public void Add(params string?[] cells) => _rows.Add([.. cells.Select(cell => Short(cell ?? "-"))]);

    public void Write()
    {
        if (_rows.Count == 1) return;
        var widths = heads.Select((_, column) => _rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in _rows) Terminal.WriteLine(string.Join("  ", row.Select((cell, column) => column == row.Length - 1 ? cell : cell.PadRight(widths[column]))).TrimEnd());
    }

    /// <summary>A moment as people compare it.</summary>
    public static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>One line of at most 60 characters.</summary>
    public static string Short(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= Widest ? line : line[..(Widest - 1)] + "…";
    }
}
