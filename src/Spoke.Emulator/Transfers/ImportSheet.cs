using System.Globalization;
using System.Text;
using System.Xml;
using ExcelDataReader;
using ExcelDataReader.Exceptions;
using nietras.SeparatedValues;

namespace Spoke.Emulator.Transfers;

/// <summary>One row of a file: where it stands, counted from 1, and its cells as texts.</summary>
internal sealed record SheetRow(int Line, string[] Cells);

/// <summary>A file that cannot be read at all, with the name imports have for that.</summary>
internal sealed class UnreadableSheet(string kind, string message) : Exception(message)
{
    public string Kind { get; } = kind;
}

/// <summary>The rows of a file as texts, be it CSV or an Excel workbook of either age (.xlsx, .xls).</summary>
internal static class ImportSheet
{
    // Old workbooks say in which of Windows' code pages their texts are; the reader asks for one even when it opens new ones.
    static ImportSheet() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <exception cref="UnreadableSheet">The text is not CSV.</exception>
    public static IReadOnlyList<SheetRow> OfCsv(string text)
    {
        try
        {
            using var reader = Sep.Reader(options => options with { Sep = new Sep(','), HasHeader = false, Unescape = true, DisableColCountCheck = true }).FromText(text);
            var rows = new List<SheetRow>();
            foreach (var row in reader)
            {
                var cells = new string[row.ColCount];
                for (var at = 0; at < cells.Length; at++) cells[at] = row[at].ToString();
                rows.Add(new SheetRow(row.LineNumberFrom, cells));
            }
            return rows;
        }
        catch (Exception wrong) when (wrong is ArgumentException or InvalidDataException or FormatException or InvalidOperationException or NotSupportedException)
        {
            throw new UnreadableSheet("COULD_NOT_PARSE_ROW", wrong.Message);
        }
    }

    /// <exception cref="UnreadableSheet">The bytes are not a workbook, or it has several sheets.</exception>
    public static IReadOnlyList<SheetRow> OfWorkbook(byte[] content)
    {
        try
        {
            using var reader = ExcelReaderFactory.CreateReader(new MemoryStream(content));
            if (reader.ResultsCount != 1) throw new UnreadableSheet("INVALID_SHEET_COUNT", $"The workbook has {reader.ResultsCount} sheets; an import takes one");
            var rows = new List<SheetRow>();
            while (reader.Read())
            {
                var cells = new string[reader.FieldCount];
                for (var at = 0; at < cells.Length; at++) cells[at] = Text(reader.GetValue(at));
                if (cells.Any(cell => cell.Length > 0)) rows.Add(new SheetRow(reader.Depth + 1, cells));
            }
            return rows;
        }
        catch (Exception wrong) when (wrong is ExcelReaderException or InvalidDataException or XmlException or IOException or ArgumentException or FormatException or InvalidOperationException or NotSupportedException or IndexOutOfRangeException or NullReferenceException or OverflowException)
        {
            // The package has no one exception for damage inside of a file.
            throw new UnreadableSheet("INVALID_SPREADSHEET", $"The file is not a workbook that can be read: {wrong.Message}");
        }
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        DateTime day when day.TimeOfDay == TimeSpan.Zero => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime moment => moment.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
        // Ids of sixteen digits must not come as 1E+15.
        double number when number == Math.Floor(number) && Math.Abs(number) < 1L << 53 => ((long)number).ToString(CultureInfo.InvariantCulture),
        bool truth => truth ? "true" : "false",
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
