using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>Which records an import may write.</summary>
public enum ImportMode
{
    /// <summary>Makes new ones and changes those that are found.</summary>
    Upsert,

    /// <summary>Only makes new ones; a row whose record is found is an error.</summary>
    Create,

    /// <summary>Only changes those that are found; any other row is an error.</summary>
    Update,
}

/// <summary>In which order a file writes its dates.</summary>
public enum ImportDates
{
    /// <summary>Such as <c>2026-09-30</c>.</summary>
    YearMonthDay,

    /// <summary>Such as <c>30.09.2026</c>.</summary>
    DayMonthYear,

    /// <summary>Such as <c>09/30/2026</c>.</summary>
    MonthDayYear,
}

/// <summary>What an import does beyond the usual.</summary>
public sealed record ImportOptions
{
    /// <summary>Which records may be written, of every type in the file.</summary>
    public ImportMode Mode { get; init; }

    /// <summary>How the file writes dates. Default: year, month, day.</summary>
    public ImportDates Dates { get; init; }

    /// <summary>Make a list of the contacts written; see <see cref="CrmImport.ListId"/>.</summary>
    public bool MakeContactList { get; init; }

    /// <summary>Refuses values that cannot work.</summary>
    /// <exception cref="ArgumentException">The mode or the order of dates is none there is.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(Mode) || !Enum.IsDefined(Dates)) throw new ArgumentException($"ImportOptions.Mode and Dates take the members of their enums, not {Mode} and {Dates}.");
    }

    internal void Write(Utf8JsonWriter json, string name, string fileName, IReadOnlyList<ImportColumn> columns, ObjectType type)
    {
        json.WriteString("name", name);
        json.WriteString("dateFormat", Dates switch { ImportDates.DayMonthYear => "DAY_MONTH_YEAR", ImportDates.MonthDayYear => "MONTH_DAY_YEAR", _ => "YEAR_MONTH_DAY" });
        if (MakeContactList) json.WriteBoolean("createContactListFromImport", true);
        json.WriteStartObject("importOperations");
        foreach (var id in columns.Select(column => (column.Type ?? type).Id).Prepend(type.Id).Distinct())
            json.WriteString(id, Mode switch { ImportMode.Create => "CREATE", ImportMode.Update => "UPDATE", _ => "UPSERT" });
        json.WriteEndObject();
        json.WriteStartArray("files");
        json.WriteStartObject();
        json.WriteString("fileName", fileName);
        json.WriteString("fileFormat", "CSV");
        json.WriteStartObject("fileImportPage");
        json.WriteBoolean("hasHeader", true);
        json.WriteStartArray("columnMappings");
        foreach (var column in columns) column.Write(json, type);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
