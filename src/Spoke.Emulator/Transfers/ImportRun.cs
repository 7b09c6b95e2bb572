using System.Text.Json.Nodes;
using nietras.SeparatedValues;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Transfers;

/// <summary>Carries one import out: reads the rows, writes records and associations, notes what went wrong where.</summary>
internal sealed class ImportRun(Portal portal, ImportPlan plan, long atMs, Caller caller)
{
    private readonly SortedDictionary<string, int> counters = new(StringComparer.Ordinal) { ["TOTAL_ROWS"] = 0, ["CREATED_OBJECTS"] = 0, ["UPDATED_OBJECTS"] = 0, ["UNIQUE_OBJECTS_WRITTEN"] = 0, ["PROPERTY_VALUES_EMITTED"] = 0, ["ERRORS"] = 0 };
    private readonly HashSet<long> written = [];
    private readonly JsonArray errors = [];

    public IReadOnlySet<long> Written => written;
    public JsonArray Errors => errors;
    public SortedDictionary<string, int> Counters => counters;

    public void Read(ImportFile file, long fileId, string text)
    {
        try
        {
            using var reader = Sep.Reader(options => options with { Sep = new Sep(','), HasHeader = file.HasHeader, Unescape = true, DisableColCountCheck = true }).FromText(text);
            var places = file.Columns.Select((column, at) => file.HasHeader ? reader.Header.TryIndexOf(column.Name, out var found) ? found : -1 : at).ToArray();
            foreach (var row in reader)
            {
                counters["TOTAL_ROWS"]++;
                var cells = new string[row.ColCount];
                for (var at = 0; at < cells.Length; at++) cells[at] = row[at].ToString();
                Row(file, fileId, row.LineNumberFrom, cells, places);
            }
        }
        catch (Exception wrong) when (wrong is ArgumentException or InvalidDataException or FormatException or InvalidOperationException or NotSupportedException)
        {
            Fail(null, "COULD_NOT_PARSE_ROW", wrong.Message, null, fileId, 0, []);
        }
    }

    private void Row(ImportFile file, long fileId, int line, string[] cells, int[] places)
    {
        var records = new List<(ObjectTypeDefinition Type, StoredRecord Record)>();
        foreach (var group in file.Columns.Select((column, at) => (column, place: places[at])).Where(pair => pair.column.Type is not null).GroupBy(pair => pair.column.Type!))
        {
            var values = group.Where(pair => pair.place >= 0 && pair.place < cells.Length).Select(pair => (pair.column, value: cells[pair.place].Trim())).Where(pair => pair.value.Length > 0).ToArray();
            if (values.Length > 0 && Write(group.Key, values, fileId, line, cells) is { } record) records.Add((group.Key, record));
        }
        for (var one = 0; one < records.Count; one++)
            for (var two = one + 1; two < records.Count; two++)
                if (portal.Associations.Catalogue.Default(records[one].Type, records[two].Type) is { } type) portal.Associations.Attach(records[one].Record, records[two].Record, type);
    }

    private StoredRecord? Write(ObjectTypeDefinition type, (ImportColumn Column, string Value)[] values, long fileId, int line, string[] cells)
    {
        StoredRecord? record = null;
        foreach (var (column, value) in values)
        {
            if (column.IsId)
            {
                record = type.Records.Find(value) is { Archived: false } known ? known : null;
                if (record is null) return Fail(type, "INVALID_RECORD_ID", $"Record {value} does not exist", value, fileId, line, cells);
            }
            else if (record is null && (column.IsAlternateId || column.Property == type.EmailProperty || (type.Singular == "company" && column.Property == "domain"))) record = Known(type, column.Property!, value);
        }
        var operation = plan.Operations.GetValueOrDefault(type, "UPSERT");
        if (operation == "CREATE" && record is not null) return Fail(type, "CREATE_ONLY_IMPORT", "The record exists already and the import only creates", null, fileId, line, cells);
        if (operation == "UPDATE" && record is null) return Fail(type, "UPDATE_ONLY_IMPORT", "The record does not exist and the import only updates", null, fileId, line, cells);
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
            return Fail(type, ImportErrorTypes.Of(code), refusal.Message, properties.FirstOrDefault(pair => pair.Key == culprit).Value, fileId, line, cells);
        }
    }

    private static StoredRecord? Known(ObjectTypeDefinition type, string name, string value)
    {
        var property = type.Properties.Require(name);
        if (property.Unique) return type.Records.FindUnique(property.Slot, ValueRules.Key(type, property, value));
        var wanted = ValueRules.Normalise(type, property, value, null, out _);
        return type.Records.All.FirstOrDefault(record => !record.Archived && record.Get(property.Slot) == wanted);
    }

    private StoredRecord? Fail(ObjectTypeDefinition? type, string kind, string message, string? value, long fileId, int line, IReadOnlyList<string> cells)
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
            ["sourceData"] = new JsonObject { ["lineNumber"] = line, ["fileId"] = fileId, ["containsEncryptedProperties"] = false, ["additionalRowData"] = new JsonArray(), ["rowData"] = new JsonArray([.. cells.Select(cell => (JsonNode)cell)]) },
        });
        return null;
    }
}

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
