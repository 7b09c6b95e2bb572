using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using nietras.SeparatedValues;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Lists;
using Spoke.Emulator.Search;

namespace Spoke.Emulator.Transfers;

/// <summary>Writes the records an export asks for as CSV; a workbook is made of that when it is fetched.</summary>
internal static class ExportFile
{
    public static (string Text, int Rows) Write(Portal portal, JsonElement request)
    {
        var type = portal.Types.Find(request.RequiredText("PublicExportRequest", "objectType"));
        var options = request.Texts("exportInternalValuesOptions");
        var properties = request.Texts("objectProperties").Select(name => type.Properties.Find(name) ?? throw CrmErrors.Bad($"Property {name} does not exist on {type.Id}", "objectProperties", name)).Where(property => property.System != SystemValue.RecordId).ToArray();
        var associated = request.Items("associatedObjectType").Select(name => portal.Types.Find(name.AsText() ?? "")).ToArray();
        if (request.TryGetProperty("associatedObjectType", out var one) && one.ValueKind == JsonValueKind.String) associated = [portal.Types.Find(one.GetString()!)];
        var rows = 0;
        using var writer = Sep.Writer(settings => settings with { Sep = new Sep(','), Escape = true }).ToText();
        foreach (var record in Records(portal, type, request))
        {
            rows++;
            using var row = writer.NewRow();
            row["Record ID"].Set(record.Id.ToString(CultureInfo.InvariantCulture));
            foreach (var property in properties) row[Header(property, options)].Set(Shown(property, Subject.ValueOf(record, property), options));
            foreach (var other in associated)
                row[$"Associated {Title(other)} IDs"].Set(string.Join(';', AssociationStore.EdgesTowards(record, other).Select(edge => edge.To).Distinct().Select(id => id.ToString(CultureInfo.InvariantCulture))));
        }
        if (rows > 0) return (writer.ToString(), rows);
        string[] header = ["Record ID", .. properties.Select(property => Header(property, options)), .. associated.Select(other => $"Associated {Title(other)} IDs")];
        return (string.Join(',', header.Select(Quoted)) + "\r\n", 0);
    }

    /// <summary>Places of the columns whose values are numbers; behind the record's id come the properties as asked for.</summary>
    public static IReadOnlySet<int> NumberColumns(Portal portal, JsonObject request)
    {
        var type = portal.Types.Find(request["objectType"]!.ToString());
        var properties = (request["objectProperties"] as JsonArray ?? []).Select(name => type.Properties.FindEvenArchived(name!.ToString())).Where(property => property?.System != SystemValue.RecordId);
        return properties.Index().Where(pair => pair.Item?.Type == "number").Select(pair => pair.Index + 1).ToHashSet();
    }

    private static IEnumerable<StoredRecord> Records(Portal portal, ObjectTypeDefinition type, JsonElement request)
    {
        if (request.Text("exportType") == "LIST")
        {
            var list = portal.Areas.OfType<ListsArea>().Single().Store.Require(request.RequiredText("PublicExportListRequest", "listId"));
            if (list.Type != type) throw CrmErrors.Bad($"List {list.Id} does not hold objects of type {type.Id}", "listId", list.IdText);
            return [.. list.Members.Ids.Select(id => type.Records.Find(id)).OfType<StoredRecord>()];
        }
        if (!request.TryGetProperty("publicCrmSearchRequest", out var search) || search.ValueKind != JsonValueKind.Object) return type.Records.All.Where(record => !record.Archived);
        var groups = search.Items("filterGroups").Select(group => group.Items("filters")).ToList();
        if (search.Items("filters") is { Count: > 0 } loose) groups.Add(loose);
        var query = new SearchQuery([.. groups.Select(group => group.Select(filter => SearchFilter.Read(portal, type, filter)).ToArray())], search.Text("query"), SearchSort.Read(type, search), int.MaxValue, 0);
        return SearchEngine.Find(type, query, long.MaxValue).Page.Select(found => found.Record);
    }

    private static string Header(PropertyDefinition property, IReadOnlyList<string> options) => options.Contains("NAMES") || property.Label.Length == 0 ? property.Name : property.Label;

    private static string Shown(PropertyDefinition property, string? value, IReadOnlyList<string> options)
    {
        if (value is null || property.Type != "enumeration" || options.Contains("VALUES")) return value ?? "";
        return string.Join(';', value.Split(';').Select(part => property.Options.FirstOrDefault(option => option.Value == part)?.Label ?? part));
    }

    private static string Title(ObjectTypeDefinition type) => type.Schema?.SingularLabel ?? string.Concat(type.Singular[..1].ToUpperInvariant(), type.Singular[1..].Replace('_', ' '));

    private static string Quoted(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
