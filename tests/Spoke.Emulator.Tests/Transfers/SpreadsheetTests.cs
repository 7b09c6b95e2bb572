using System.Globalization;
using System.Text;
using ExcelDataReader;
using SpreadCheetah;

namespace Spoke.Emulator.Tests.Transfers;

/// <summary>Workbooks in and out over HTTP. Those that go in are written, and those that come out are read, by packages that know nothing of the emulator's own code.</summary>
public sealed class SpreadsheetTests
{
    private const string Deals = """
        {"name":"Deals","dateFormat":"DAY_MONTH_YEAR","files":[{"fileName":"deals.xlsx","fileFormat":"SPREADSHEET","fileImportPage":{"hasHeader":true,"columnMappings":[
         {"columnObjectTypeId":"0-3","columnName":"Deal","propertyName":"dealname"},
         {"columnObjectTypeId":"0-3","columnName":"Amount","propertyName":"amount"},
         {"columnObjectTypeId":"0-3","columnName":"Closes","propertyName":"closedate"}]}}]}
        """;

    [Fact]
    public async Task A_workbook_is_imported_with_its_numbers_and_dates()
    {
        await using var scene = await TransferScene.StartAsync();
        var book = await BookAsync(["Deal", "Amount", "Closes"], [[new Cell("First & \"last\""), new Cell(1234567890123456L), new Cell(new DateTime(2026, 12, 24, 0, 0, 0, DateTimeKind.Unspecified))], [new Cell(), new Cell(), new Cell()], [new Cell("Ünï 漢"), new Cell(0.1), new Cell("24/12/2026")]]);
        var done = await scene.ImportAsync(Deals, ("deals.xlsx", book));
        Assert.Equal(("DONE", 2, 0), (done.GetProperty("state").GetString(), Counter(done, "CREATED_OBJECTS"), Counter(done, "ERRORS")));
        var deals = (await scene.Emulator.SendAsync("GET", "/crm/v3/objects/deals?properties=dealname,amount,closedate")).Expect(200).Json.GetProperty("results").EnumerateArray().Select(deal => deal.GetProperty("properties"))
            .Select(deal => (deal.GetProperty("dealname").GetString(), deal.GetProperty("amount").GetString(), deal.GetProperty("closedate").GetString()![..10])).ToArray();
        Assert.Equal([("First & \"last\"", "1234567890123456", "2026-12-24"), ("Ünï 漢", "0.1", "2026-12-24")], deals);
    }

    [Fact]
    public async Task A_workbook_of_the_old_kind_is_imported()
    {
        await using var scene = await TransferScene.StartAsync();
        var done = await scene.ImportAsync(Deals.Replace(".xlsx", ".xls", StringComparison.Ordinal), ("deals.xls", OldBook(["Deal", "Amount", "Closes"], ["Caf\u00e9", "12", "1.2.2027"])));
        Assert.Equal(("DONE", 1, 0), (done.GetProperty("state").GetString(), Counter(done, "CREATED_OBJECTS"), Counter(done, "ERRORS")));
        var deal = (await scene.Emulator.SendAsync("GET", "/crm/v3/objects/deals?properties=dealname,closedate")).Json.GetProperty("results")[0].GetProperty("properties");
        Assert.Equal(("Café", "2027-02-01"), (deal.GetProperty("dealname").GetString(), deal.GetProperty("closedate").GetString()![..10]));
    }

    [Fact]
    public async Task What_is_no_workbook_or_has_two_sheets_fails_with_an_error_of_the_file()
    {
        await using var scene = await TransferScene.StartAsync();
        var whole = await BookAsync(["Deal"], [[new Cell("A")]]);
        byte[] damaged = [.. whole[..(whole.Length / 2)]];
        foreach (var (content, kind) in ((byte[], string)[])[("no workbook"u8.ToArray(), "INVALID_SPREADSHEET"), (damaged, "INVALID_SPREADSHEET"), (await BookAsync(["Deal"], [], sheets: 2), "INVALID_SHEET_COUNT")])
        {
            var failed = await scene.ImportAsync(Deals, ("deals.xlsx", content));
            Assert.Equal("FAILED", failed.GetProperty("state").GetString());
            var error = Assert.Single(await scene.ErrorsAsync(failed));
            Assert.Equal((kind, 0), (error.GetProperty("errorType").GetString(), error.GetProperty("sourceData").GetProperty("lineNumber").GetInt32()));
        }
    }

    [Fact]
    public async Task An_export_is_a_workbook_that_others_can_read()
    {
        await using var scene = await TransferScene.StartAsync();
        (await scene.Emulator.SendAsync("POST", "/crm/v3/objects/deals", """{"properties":{"dealname":"=1+1 <&> \"ü\"\u0001","amount":"12.50"}}""")).Expect(201);
        (await scene.Emulator.SendAsync("POST", "/crm/v3/objects/deals", """{"properties":{"dealname":"Second\nline"}}""")).Expect(201);
        var (type, content) = await scene.ExportAsync("""{"exportType":"VIEW","exportName":"All deals","format":"XLSX","objectType":"DEAL","objectProperties":["dealname","amount"],"exportInternalValuesOptions":["NAMES"]}""");
        Assert.Equal("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", type);
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        using var reader = ExcelReaderFactory.CreateReader(new MemoryStream(content));
        var rows = new List<object?[]>();
        while (reader.Read()) rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetValue)]);
        Assert.Equal(["Record ID", "dealname", "amount"], rows[0]);
        Assert.Equal(["=1+1 <&> \"ü\"", 12.5], rows[1][1..]);
        Assert.Equal(["Second\nline", null], rows[2][1..]);
        (await scene.Emulator.SendAsync("POST", "/crm/v3/exports/export/async", """{"exportType":"VIEW","exportName":"Old","format":"XLS","objectType":"DEAL","objectProperties":[]}""")).Expect(501);
    }

    private static int Counter(System.Text.Json.JsonElement import, string name) => import.GetProperty("metadata").GetProperty("counters").GetProperty(name).GetInt32();

    private static async Task<byte[]> BookAsync(string[] header, Cell[][] rows, int sheets = 1)
    {
        using var stream = new MemoryStream();
        await using (var book = await Spreadsheet.CreateNewAsync(stream, cancellationToken: TestContext.Current.CancellationToken))
        {
            for (var sheet = 1; sheet <= sheets; sheet++)
            {
                await book.StartWorksheetAsync("Sheet " + sheet.ToString(CultureInfo.InvariantCulture), token: TestContext.Current.CancellationToken);
                await book.AddRowAsync([.. header.Select(name => new Cell(name))], TestContext.Current.CancellationToken);
                foreach (var row in rows) await book.AddRowAsync(row, TestContext.Current.CancellationToken);
            }
            await book.FinishAsync(TestContext.Current.CancellationToken);
        }
        return stream.ToArray();
    }

    /// <summary>A worksheet as Excel 2 wrote it: a beginning, labels, an end; each record is its number, its length and its bytes.</summary>
    private static byte[] OldBook(params string[][] rows)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        void Record(short number, params byte[] content)
        {
            writer.Write(number);
            writer.Write((short)content.Length);
            writer.Write(content);
        }
        Record(0x0009, 2, 0, 0x10, 0);
        for (byte row = 0; row < rows.Length; row++)
            for (byte column = 0; column < rows[row].Length; column++)
                Record(0x0004, [row, 0, column, 0, 0, 0, 0, (byte)rows[row][column].Length, .. Encoding.Latin1.GetBytes(rows[row][column])]);
        Record(0x000A);
        return stream.ToArray();
    }
}
