using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Transfers;

/// <summary>Carries one import out: reads the rows, writes records and associations, notes what went wrong where.</summary>
internal sealed class ImportRun(Portal portal, ImportPlan plan, long atMs, Caller caller)
{
    private readonly SortedDictionary<string, int> counters = new(StringComparer.Ordinal) { ["TOTAL_ROWS"] = 0, ["CREATED_OBJECTS"] = 0, ["UPDATED_OBJECTS"] = 0, ["UNIQUE_OBJECTS_WRITTEN"] = 0, ["PROPERTY_VALUES_EMITTED"] = 0, ["ERRORS"] = 0 };
    private readonly HashSet<long> written = [];
    private readonly ImportLinks links = new(portal);
    private readonly JsonArray errors = [];

    public IReadOnlySet<long> Written => written;
    public JsonArray Errors => errors;
    public SortedDictionary<string, int> Counters => counters;

    /// <summary>There was no file that could be read.</summary>
    public bool AllUnreadable { get; private set; } = true;

    public void Read(ImportFile file, long fileId, Func<IReadOnlyList<SheetRow>> open)
    {
        try
        {
            var rows = open();
            AllUnreadable = false;
            var header = file.HasHeader && rows.Count > 0 ? rows[0].Cells : [];
            var places = file.Columns.Select((column, at) => file.HasHeader ? Array.FindIndex(header, name => name.Trim() == column.Name.Trim()) : at).ToArray();
            foreach (var row in file.HasHeader ? rows.Skip(1) : rows)
            {
                counters["TOTAL_ROWS"]++;
                Row(file, places, new ImportPlace(fileId, row));
            }
        }
        catch (UnreadableSheet wrong)
        {
            Fail(null, wrong.Kind, wrong.Message, null, new ImportPlace(fileId, new SheetRow(0, [])));
        }
    }

    /// <summary>Joins the records of one file with those that others brought, once all files are read.</summary>
    public void Associate() => links.Carry(Fail);

    private void Row(ImportFile file, int[] places, ImportPlace place)
    {
        var cells = file.Columns.Select((column, at) => (Column: column, Value: places[at] >= 0 && places[at] < place.Row.Cells.Length ? place.Row.Cells[places[at]].Trim() : "")).Where(pair => pair.Value.Length > 0).ToArray();
        var records = new List<(ObjectTypeDefinition Type, StoredRecord Record)>();
        foreach (var group in cells.Where(cell => cell.Column.Role is ColumnRole.Value or ColumnRole.Id).GroupBy(cell => cell.Column.Type!))
            if (Write(group.Key, [.. group], place) is { } record) records.Add((group.Key, record));
        links.Add(records, cells, place);
    }

    private StoredRecord? Write(ObjectTypeDefinition type, (ImportColumn Column, string Value)[] values, ImportPlace place)
    {
        StoredRecord? record = null;
        foreach (var (column, value) in values)
        {
            if (column.Role == ColumnRole.Id)
            {
                record = type.Records.Find(value) is { Archived: false } known ? known : null;
                if (record is null) return Fail(type, "INVALID_RECORD_ID", $"Record {value} does not exist", value, place);
            }
            else if (record is null && (column.IsAlternateId || column.Property == type.EmailProperty || (type.Singular == "company" && column.Property == "domain"))) record = ImportLinks.Known(type, column.Property!, value);
        }
        var operation = plan.Operations.GetValueOrDefault(type, "UPSERT");
        if (operation == "CREATE" && record is not null) return Fail(type, "CREATE_ONLY_IMPORT", "The record exists already and the import only creates", null, place);
        if (operation == "UPDATE" && record is null) return Fail(type, "UPDATE_ONLY_IMPORT", "The record does not exist and the import only updates", null, place);
        var properties = values.Where(pair => pair.Column.Property is not null)
            .Select(pair => new KeyValuePair<string, string>(pair.Column.Property!, type.Properties.Find(pair.Column.Property!)?.Type is "date" or "datetime" ? plan.Date(pair.Value) : pair.Value)).ToArray();
        try
        {
            var draft = portal.Writer.Check(type, record, properties, atMs);
            var changed = portal.Writer.Apply(draft, atMs, caller);
            counters[record is null ? "CREATED_OBJECTS" : "UPDATED_OBJECTS"]++;
            counters["PROPERTY_VALUES_EMITTED"] += properties.Length;
            if (written.Add(changed.Id)) counters["UNIQUE_OBJECTS_WRITTEN"]++;
            return changed;
        }
        catch (CrmRefusal refusal)
        {
            var code = refusal.Body.Errors.Count > 0 ? refusal.Body.Errors[0].Code : null;
            var culprit = refusal.Body.Errors.Count > 0 ? refusal.Body.Errors[0].Context.Where(pair => pair.Key == "propertyName").SelectMany(pair => pair.Value).FirstOrDefault() : null;
            return Fail(type, ImportErrorTypes.Of(code), refusal.Message, properties.FirstOrDefault(pair => pair.Key == culprit).Value, place);
        }
    }

    private StoredRecord? Fail(ObjectTypeDefinition? type, string kind, string message, string? value, ImportPlace place)
    {
        counters["ERRORS"]++;
        errors.Add((JsonNode)new JsonObject
        {
            ["id"] = portal.NextPartId().ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["createdAt"] = atMs,
            ["errorType"] = kind,
            ["errorMessage"] = message,
            ["objectTypeId"] = type?.Id,
            ["invalidValue"] = value,
            ["sourceData"] = new JsonObject { ["lineNumber"] = place.Row.Line, ["fileId"] = place.FileId, ["containsEncryptedProperties"] = false, ["additionalRowData"] = new JsonArray(), ["rowData"] = new JsonArray([.. place.Row.Cells.Select(cell => (JsonNode)cell)]) },
        });
        return null;
    }
}

/// <summary>Where in which file something stands.</summary>
internal sealed record ImportPlace(long FileId, SheetRow Row);

internal static class ImportErrorTypes
{
    /// <summary>What the import calls a fault the record engine found.</summary>
    public static string Of(string? code) => code switch
    {
        "INVALID_EMAIL" => "INVALID_EMAIL",
        "INVALID_OPTION" => "INVALID_ENUMERATION_OPTION",
        "INVALID_DATE" => "COULD_NOT_PARSE_DATE",
        "INVALID_LONG" or "INVALID_NUMBER" => "COULD_NOT_PARSE_NUMBER",
        "VALUE_TOO_LONG" => "COLUMN_TOO_LARGE",
        "REQUIRED_PROPERTIES_NOT_SET" => "MISSING_REQUIRED_PROPERTY",
        "CONFLICTING_UNIQUE_VALUE" => "DUPLICATE_UNIQUE_PROPERTY_VALUE",
        "PROPERTY_DOESNT_EXIST" => "PROPERTY_DEFINITION_NOT_FOUND",
        _ => "FAILED_VALIDATION",
    };
}
