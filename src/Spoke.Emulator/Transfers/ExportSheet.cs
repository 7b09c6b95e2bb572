using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;

namespace Spoke.Emulator.Transfers;

/// <summary>Writes rows as an Excel workbook (.xlsx) of one sheet.</summary>
internal static class ExportSheet
{
    public const string ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    private const int LongestCell = 32_767;   // Excel opens nothing with more
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Package = "http://schemas.openxmlformats.org/package/2006/";
    private const string Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    private static readonly (string Name, string Text)[] Frame =
    [
        ("[Content_Types].xml", $"<Types xmlns=\"{Package}content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"{ContentType}.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>"),
        ("_rels/.rels", $"<Relationships xmlns=\"{Package}relationships\"><Relationship Id=\"rId1\" Type=\"{Office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"),
        ("xl/workbook.xml", $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Office}\"><sheets><sheet name=\"Sheet1\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", $"<Relationships xmlns=\"{Package}relationships\"><Relationship Id=\"rId1\" Type=\"{Office}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"),
    ];

    /// <param name="rows">The header, then the records.</param>
    /// <param name="numbers">Places of the columns that hold numbers.</param>
    public static byte[] Write(IEnumerable<SheetRow> rows, IReadOnlySet<int> numbers)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in Frame)
            {
                using var part = Entry(archive, name);
                part.Write(Encoding.UTF8.GetBytes(text));
            }
            using var sheet = Entry(archive, "xl/worksheets/sheet1.xml");
            using var xml = XmlWriter.Create(sheet, new XmlWriterSettings { Encoding = new UTF8Encoding(false) });
            xml.WriteStartElement("worksheet", Main);
            xml.WriteStartElement("sheetData", Main);
            var header = true;
            foreach (var row in rows)
            {
                xml.WriteStartElement("row", Main);
                for (var at = 0; at < row.Cells.Length; at++) Cell(xml, row.Cells[at], !header && numbers.Contains(at));
                xml.WriteEndElement();
                header = false;
            }
        }
        return stream.ToArray();
    }

    // The same export is the same file, whenever it is fetched.
    private static Stream Entry(ZipArchive archive, string name)
    {
        var entry = archive.CreateEntry(name);
        entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return entry.Open();
    }

    private static void Cell(XmlWriter xml, string text, bool number)
    {
        xml.WriteStartElement("c", Main);
        if (number && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) xml.WriteElementString("v", Main, text);
        else if (text.Length > 0)
        {
            xml.WriteAttributeString("t", "inlineStr");
            xml.WriteStartElement("is", Main);
            xml.WriteStartElement("t", Main);
            xml.WriteAttributeString("xml", "space", null, "preserve");
            xml.WriteString(Allowed(text));
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    /// <summary>Without what XML cannot hold, and no longer than a cell may be.</summary>
    private static string Allowed(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            if ((rune.Value > char.MaxValue || XmlConvert.IsXmlChar((char)rune.Value)) && kept.Length + rune.Utf16SequenceLength <= LongestCell) kept.Append(rune);
        return kept.ToString();
    }
}
