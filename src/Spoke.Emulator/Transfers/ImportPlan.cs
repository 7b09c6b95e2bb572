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
        return new ImportPlan(request.Text("name") ?? "", [.. files.Select(file => ImportFile.Read(portal, file))], operations, dates);
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

internal sealed record ImportFile(string FileName, bool HasHeader, IReadOnlyList<ImportColumn> Columns)
{
    public static ImportFile Read(Portal portal, JsonElement file)
    {
        var name = file.RequiredText("PublicImportFile", "fileName");
        if ((file.Text("fileFormat") ?? "CSV") != "CSV") throw new NotDoneYet();   // spreadsheets
        if (!file.TryGetProperty("fileImportPage", out var page)) throw CrmErrors.MissingField("PublicImportFile", "fileImportPage");
        var columns = page.Items("columnMappings");
        if (columns.Count == 0) throw CrmErrors.MissingField("FileImportPage", "columnMappings");
        return new ImportFile(name, page.Bool("hasHeader") ?? true, [.. columns.Select(column => ImportColumn.Read(portal, column))]);
    }
}

/// <summary>One column; no property when it only identifies or is left out.</summary>
internal sealed record ImportColumn(string Name, ObjectTypeDefinition? Type, string? Property, string? Kind)
{
    public bool IsId => Kind is "HUBSPOT_OBJECT_ID";
    public bool IsAlternateId => Kind is "HUBSPOT_ALTERNATE_ID";

    public static ImportColumn Read(Portal portal, JsonElement column)
    {
        var kind = column.Text("columnType") ?? column.Text("idColumnType");
        if (column.TryGetProperty("ignored", out var ignored) && ignored.ValueKind == JsonValueKind.True) return new ImportColumn(column.Text("columnName") ?? "", null, null, null);
        var type = portal.Types.Find(column.Text("columnObjectType") ?? column.RequiredText("ColumnMapping", "columnObjectTypeId"));
        var name = column.RequiredText("ColumnMapping", "columnName");
        var property = column.Text("propertyName");
        if (kind == "HUBSPOT_OBJECT_ID") return new ImportColumn(name, type, null, kind);
        if (property is null or "") throw TransferErrors.Import($"Column {name} has neither a propertyName nor the columnType HUBSPOT_OBJECT_ID");
        if (type.Properties.Find(property) is not { } known) throw TransferErrors.Import($"Column {name}: property {property} does not exist on {type.Id}");
        if (kind == "HUBSPOT_ALTERNATE_ID" && !known.Unique && !(type.Singular == "company" && property == "domain")) throw TransferErrors.Import($"Column {name}: {property} does not have unique values and cannot identify a record");
        return new ImportColumn(name, type, property, kind);
    }
}
