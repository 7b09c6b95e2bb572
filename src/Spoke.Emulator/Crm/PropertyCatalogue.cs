namespace Spoke.Emulator.Crm;

/// <summary>The properties and property groups of one object type. Slots are never given back, so records keep their meaning.</summary>
internal sealed class PropertyCatalogue
{
    private readonly List<PropertyDefinition> bySlot = [];
    private readonly List<PropertyDefinition> system = [];
    private readonly Dictionary<string, PropertyDefinition> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PropertyGroup> groups = new(StringComparer.Ordinal);

    public IReadOnlyList<PropertyDefinition> All => bySlot;

    /// <summary>Facts of the record itself, which every record has.</summary>
    public IReadOnlyList<PropertyDefinition> OfEveryRecord => system;
    public IEnumerable<PropertyGroup> Groups => groups.Values;
    public int NextSlot => bySlot.Count;
    public PropertyDefinition this[int slot] => bySlot[slot];

    /// <summary>A property that can be read and written; archived ones cannot.</summary>
    public PropertyDefinition? Find(string name) => byName.TryGetValue(name, out var property) && !property.Archived ? property : null;

    public PropertyDefinition? FindEvenArchived(string name) => byName.GetValueOrDefault(name);

    public PropertyDefinition Require(string name) => byName[name];

    public PropertyGroup? FindGroup(string name) => groups.TryGetValue(name, out var group) && !group.Archived ? group : null;

    /// <summary>Those users define by a formula.</summary>
    public List<PropertyDefinition> WithFormula { get; } = [];

    public void Add(PropertyDefinition property)
    {
        if (property is { Calculated: true, HubSpotDefined: false }) WithFormula.Add(property);
        bySlot.Add(property);
        if (property.System != SystemValue.None) system.Add(property);
        byName[property.Name] = property;
    }

    public void AddGroup(PropertyGroup group) => groups[group.Name] = group;

    public int CustomUniqueCount => bySlot.Count(property => property is { HasUniqueValue: true, HubSpotDefined: false, Archived: false });
}
