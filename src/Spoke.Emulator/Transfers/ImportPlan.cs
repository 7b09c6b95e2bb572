using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Transfers;

/// <summary>What an import request says about its files: which column means what, and what may be done to which type.</summary>
internal sealed record ImportPlan(string Name, IReadOnlyList<ImportFile> Files, IReadOnlyDictionary<ObjectTypeDefinition, string> Operations, string DateFormat)
{
    public static ImportPlan Read(Portal portal, JsonElement request)
    {
        if (request.ValueKind != JsonValueKind.Object) throw TransferErrors.Import("importRequest must be a JSON object");
        var files = request.Items("files");
        if (files.Count == 0) throw CrmErrors.MissingField("PublicImportRequest", "files");
        var operations = new Dictionary<ObjectTypeDefinition, string>();
        if (request.TryGetProperty("importOperations", out var given) && given.ValueKind == JsonValueKind.Object)
            foreach (var member in given.EnumerateObject())
            {
                var operation = member.Value.AsText() ?? "";
                if (operation is not ("CREATE" or "UPDATE" or "UPSERT")) throw TransferErrors.Import($"importOperations must be one of [CREATE, UPDATE, UPSERT], not {operation}");
                operations[portal.Types.Find(member.Name)] = operation;
            }
        var dates = request.Text("dateFormat") ?? "MONTH_DAY_YEAR";
        if (dates is not ("MONTH_DAY_YEAR" or "DAY_MONTH_YEAR" or "YEAR_MONTH_DAY")) throw TransferErrors.Import($"dateFormat must be one of [MONTH_DAY_YEAR, DAY_MONTH_YEAR, YEAR_MONTH_DAY], not {dates}");
        ImportFile[] read = [.. files.Select(file => ImportFile.Read(portal, file))];
        ImportColumn[] columns = [.. read.SelectMany(file => file.Columns)];
        return new ImportPlan(request.Text("name") ?? "", [.. read.Select(file => file with { Columns = [.. file.Columns.Select(column => column.Resolve(columns))] })], operations, dates);
    }

    /// <summary>A date as the file writes it, in the form properties take.</summary>
    public string Date(string value)
    {
        string[] formats = DateFormat switch
        {
            "DAY_MONTH_YEAR" => ["d/M/yyyy", "d-M-yyyy", "d.M.yyyy"],
            "YEAR_MONTH_DAY" => ["yyyy/M/d", "yyyy-M-d", "yyyy.M.d"],
            _ => ["M/d/yyyy", "M-d-yyyy", "M.d.yyyy"],
        };
        return DateTime.TryParseExact(value, formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : value;
    }
}

internal sealed record ImportFile(string FileName, bool IsWorkbook, bool HasHeader, IReadOnlyList<ImportColumn> Columns)
{
    public static ImportFile Read(Portal portal, JsonElement file)
    {
        var name = file.RequiredText("PublicImportFile", "fileName");
        var format = file.Text("fileFormat") ?? "CSV";
        if (format is not ("CSV" or "SPREADSHEET")) throw TransferErrors.Import($"fileFormat must be one of [CSV, SPREADSHEET], not {format}");
        if (!file.TryGetProperty("fileImportPage", out var page)) throw CrmErrors.MissingField("PublicImportFile", "fileImportPage");
        var columns = page.Items("columnMappings");
        if (columns.Count == 0) throw CrmErrors.MissingField("FileImportPage", "columnMappings");
        return new ImportFile(name, format == "SPREADSHEET", page.Bool("hasHeader") ?? true, [.. columns.Select(column => ImportColumn.Read(portal, column))]);
    }
}
