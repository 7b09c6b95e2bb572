using System.Security.Cryptography;
using System.Text;
using Spoke.Sync.Connections.Templates;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Connections;

/// <summary>What is wrong with one entry of a mapping.</summary>
/// <param name="Property">OBJECT.PROPERTY.</param>
/// <param name="Word">What may have been misspelt, for one of <paramref name="Candidates"/>; null: nothing.</param>
public sealed record MappingProblem(string Property, string Text, string? Word, IReadOnlyList<string> Candidates);

/// <summary>A connection's own mapping: Liquid templates over the ledger for properties, in place of the built-in mapping or beside it. Checked when it is read; the same record gives the same value.</summary>
public sealed class PropertyMap
{
    private readonly Dictionary<string, SortedDictionary<string, PropertyTemplate?>> _objects;

    private PropertyMap(Dictionary<string, SortedDictionary<string, PropertyTemplate?>> objects) => _objects = objects;

    /// <summary>Nothing but the built-in mapping.</summary>
    public static PropertyMap BuiltIn { get; } = new([]);

    /// <summary>Objects with entries of their own, in the order in which they are written.</summary>
    public IReadOnlyList<string> Objects => [.. RecordObjects.InOrder.Where(_objects.ContainsKey)];

    /// <param name="entries">OBJECT.PROPERTY and its template; null takes a built-in property away.</param>
    /// <returns>The mapping of all entries that are well, and what is wrong with the others.</returns>
    public static (PropertyMap Map, IReadOnlyList<MappingProblem> Problems) Read(IEnumerable<KeyValuePair<string, string?>> entries)
    {
        var objects = new Dictionary<string, SortedDictionary<string, PropertyTemplate?>>(StringComparer.Ordinal);
        var problems = new List<MappingProblem>();
        foreach (var (name, text) in entries)
        {
            if (name.Split('.', 2) is not [var @object, { Length: > 0 } property] || !RecordObjects.InOrder.Contains(@object))
            {
                problems.Add(new MappingProblem(name, "is no field; write an object and a property, such as contacts.jobtitle", name.Split('.')[0], RecordObjects.InOrder));
                continue;
            }
            if (Kept(@object, property) is { } reason) problems.Add(new MappingProblem(name, $"stays as it is: {reason}", null, []));
            else if (text is null && Mapping.Of(@object, property) is null) problems.Add(new MappingProblem(name, "is not written anyway, so null takes nothing away", property, [.. Mapping.Of(@object)]));
            else
            {
                var (template, found) = text is null ? (null, []) : PropertyTemplate.Read(@object, text);
                problems.AddRange(found.Select(problem => problem with { Property = name }));
                if (found.Count > 0) continue;
                if (!objects.TryGetValue(@object, out var properties)) objects[@object] = properties = new SortedDictionary<string, PropertyTemplate?>(StringComparer.Ordinal);
                properties[property] = template;
            }
        }
        return (new PropertyMap(objects), problems);
    }

    /// <summary>The entries of an object; a null template takes the property away.</summary>
    public IReadOnlyList<(string Property, string? Template)> Entries(string @object) => [.. Own(@object).Select(entry => (entry.Key, entry.Value?.Text))];

    /// <summary>Whether a property is written from the store.</summary>
    public bool Writes(string @object, string property) => Of(@object).Contains(property);

    /// <summary>What a template makes cannot be taken back to the store, so these fields go one way where nothing else is said.</summary>
    public FieldPolicies OneWay(FieldPolicies policies) => _objects.SelectMany(o => o.Value.Keys.Select(property => (Object: o.Key, Property: property)))
        .Where(field => policies.Of(field.Object, field.Property).TwoWay).Aggregate(policies, (all, field) => all.With(field.Object, field.Property, FieldRule.StoreOwned));

    /// <summary>Connections of one portal write the same contacts and products, so they must say the same of these.</summary>
    public bool SharesWith(PropertyMap other) => ((string[])[RecordObjects.Contacts, RecordObjects.Companies, RecordObjects.Products]).All(@object => Hash(@object) == other.Hash(@object));

    /// <summary>The properties of an object that we write.</summary>
    internal IReadOnlyCollection<string> Of(string @object) => Own(@object) is { Count: > 0 } own
        ? [.. Mapping.Of(@object).Where(property => !own.ContainsKey(property)), .. own.Where(entry => entry.Value is not null).Select(entry => entry.Key)]
        : Mapping.Of(@object);

    internal MappedProperty? Of(string @object, string property) => !Own(@object).TryGetValue(property, out var template) ? Mapping.Of(@object, property)
        : template is null ? null : new MappedProperty(property, "template " + template.Text);

    /// <summary>Lays the templates over what the built-in mapping says.</summary>
    internal DesiredRecord Apply(string @object, DesiredRecord record, params IReadOnlyList<(string Name, object? Value)> roots)
    {
        var own = Own(@object);
        if (own.Count == 0) return record;
        var values = new Dictionary<string, string>(record.Properties, StringComparer.Ordinal);
        var failed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (property, template) in own)
        {
            values.Remove(property);
            if (template is null) continue;
            var (value, problem) = template.Render(roots);
            if (value is not null) values[property] = value;
            if (problem is not null) failed[property] = problem;
        }
        return record with { Properties = values, Unrendered = failed };
    }

    /// <summary>Changes with every entry of the object; "" where it has none.</summary>
    internal string Hash(string @object) => Own(@object) is { Count: > 0 } own
        ? Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', own.Select(entry => $"{entry.Key}\0{(entry.Value is null ? "-" : "=" + entry.Value.Text)}")))))[..32] : "";

    private SortedDictionary<string, PropertyTemplate?> Own(string @object) => _objects.GetValueOrDefault(@object) ?? s_none;

    private static readonly SortedDictionary<string, PropertyTemplate?> s_none = [];

    private static string? Kept(string @object, string property) => (@object, property) switch
    {
        (_, SpokeKey.Property) => "records are found by it",
        (RecordObjects.Contacts, "email") or (RecordObjects.Products, "hs_sku") or (RecordObjects.Companies, "domain") => "records that are in HubSpot already are found by it",
        (RecordObjects.Orders, "hs_total_price" or "hs_currency_code") => "the sums of both sides are compared by it",
        _ => null,
    };
}
