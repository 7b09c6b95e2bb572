using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Transfers;

/// <summary>Which records of an import belong together: those of one row, and those a row refers to by a key. Carried out when all files are read, since a key may stand in a file before its record.</summary>
internal sealed class ImportLinks(Portal portal)
{
    /// <summary>Notes a fault of an import.</summary>
    public delegate StoredRecord? Report(ObjectTypeDefinition? type, string kind, string message, string? value, ImportPlace place);

    private readonly List<Link> links = [];

    /// <param name="Key">What to find the other record by, when it is not known yet.</param>
    private sealed record Link(ObjectTypeDefinition From, StoredRecord Record, ObjectTypeDefinition To, StoredRecord? Other, (ImportColumn Column, string Value)? Key, IReadOnlyList<string> Labels, ObjectTypeDefinition LabelsOf, ImportPlace Place);

    public void Add(IReadOnlyList<(ObjectTypeDefinition Type, StoredRecord Record)> records, IReadOnlyList<(ImportColumn Column, string Value)> cells, ImportPlace place)
    {
        for (var one = 0; one < records.Count; one++)
        {
            for (var two = one + 1; two < records.Count; two++)
            {
                var (from, to) = (records[one].Type, records[two].Type);
                var (labels, of) = Labels(cells, from, to);
                if (labels.Count > 0 || portal.Associations.Catalogue.Default(from, to) is not null) links.Add(new Link(from, records[one].Record, to, records[two].Record, null, labels, of, place));
            }
            foreach (var cell in cells.Where(cell => cell.Column.Role == ColumnRole.Key && cell.Column.Type == records[one].Type))
            {
                var (labels, of) = Labels(cells, cell.Column.Type!, cell.Column.To!);
                foreach (var key in cell.Value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                    links.Add(new Link(cell.Column.Type!, records[one].Record, cell.Column.To!, null, (cell.Column, key), labels, of, place));
            }
        }
    }

    public void Carry(Report report)
    {
        foreach (var link in links)
        {
            var other = link.Other ?? Find(link.Key!.Value.Column, link.Key.Value.Value);
            if (other is null || other == link.Record || other.Archived)
            {
                report(link.From, "ASSOCIATION_RECORD_NOT_FOUND", $"There is no record of {link.To.Id} to associate with", link.Key?.Value, link.Place);
                continue;
            }
            foreach (var type in Types(link, report).ToArray())
            {
                var (record, there) = type.From == link.From ? (link.Record, other) : (other, link.Record);
                if (AssociationRules.Refuse(portal, record, there, type) is { } error)
                    report(link.From, error.SubCategory?.EndsWith("ASSOCIATION_LIMIT_EXCEEDED", StringComparison.Ordinal) == true ? "ASSOCIATION_LIMIT_EXCEEDED" : "FAILED_TO_CREATE_ASSOCIATION", error.Message, link.Key?.Value, link.Place);
                else portal.Associations.Attach(record, there, type);
            }
        }
    }

    /// <summary>The record with this value of a property that identifies.</summary>
    public static StoredRecord? Known(ObjectTypeDefinition type, string name, string value)
    {
        var property = type.Properties.Require(name);
        if (property.Unique) return type.Records.FindUnique(property.Slot, ValueRules.Key(type, property, value));
        var wanted = ValueRules.Normalise(type, property, value, null, out _);
        return type.Records.All.FirstOrDefault(record => !record.Archived && record.Get(property.Slot) == wanted);
    }

    // A key without a property is an id, or what records of that type are commonly known by.
    private static StoredRecord? Find(ImportColumn column, string key)
    {
        var to = column.To!;
        if (column.Property is { } property) return Known(to, property, key);
        if (to.Records.Find(key) is { } record) return record;
        return (to.EmailProperty ?? (to.Singular == "company" ? "domain" : null)) is { } common && !key.All(char.IsAsciiDigit) ? Known(to, common, key) : null;
    }

    private static (IReadOnlyList<string> Labels, ObjectTypeDefinition Of) Labels(IReadOnlyList<(ImportColumn Column, string Value)> cells, ObjectTypeDefinition one, ObjectTypeDefinition two)
    {
        foreach (var (column, value) in cells)
            if (column.Role == ColumnRole.Label && ((column.Type == one && column.To == two) || (column.Type == two && column.To == one)))
                return (value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), column.Type!);
        return ([], one);
    }

    private IEnumerable<AssociationType> Types(Link link, Report report)
    {
        var from = link.LabelsOf == link.From ? (link.From, link.To) : (From: link.To, To: link.From);
        foreach (var label in link.Labels)
        {
            if (portal.Associations.Catalogue.Between(from.From, from.To).FirstOrDefault(type => type.Label == label || type.Name == label) is { } labelled) yield return labelled;
            else report(link.From, "ASSOCIATION_LABEL_NOT_FOUND", $"There is no association label {label} from {from.From.Id} to {from.To.Id}", label, link.Place);
        }
        if ((link.Key?.Column.Association ?? portal.Associations.Catalogue.Default(link.From, link.To)) is { } plain) yield return plain;
        else if (link.Labels.Count == 0) report(link.From, "FAILED_TO_CREATE_ASSOCIATION", $"No association type is defined between {link.From.Id} and {link.To.Id}", link.Key?.Value, link.Place);
    }
}
