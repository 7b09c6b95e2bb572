namespace Spoke.Emulator.Crm;

/// <summary>Which associations can exist between two object types: HubSpot's own with their published ids, and those users add.</summary>
internal sealed class AssociationCatalogue
{
    private readonly Dictionary<(ObjectTypeDefinition From, ObjectTypeDefinition To), List<AssociationType>> byPair = [];
    private readonly Dictionary<AssociationType, int> userLimits = [];
    private readonly Dictionary<(ObjectTypeDefinition From, int Id, string Category), AssociationType> byId = [];

    /// <summary>Ids of user-defined types are small and count up per portal.</summary>
    public int NextUserId { get; set; } = 28;

    public IEnumerable<AssociationType> All => byPair.Values.SelectMany(types => types);

    public void AddStandard(ObjectTypes objects)
    {
        foreach (var (fromName, toName, ids) in AssociationTable.Rows)
        {
            var (from, to) = (objects.Find(fromName), objects.Find(toName));
            var suffix = ids.Length > 2 ? "_unlabeled" : "";
            AddPair(from, to, ids[0], ids[1], AssociationType.HubSpotDefined, null, null, unlabelled: true, nameSuffix: suffix);
            if (ids.Length > 2) AddPair(from, to, ids[2], ids[3], AssociationType.HubSpotDefined, "Primary", null, primary: true);
        }
        var (contact, company) = (objects.Find("contact"), objects.Find("company"));
        AddPair(contact, company, 931, 930, AssociationType.HubSpotDefined, "Billing contact", null, nameSuffix: "_billing_contact");
        AddPair(company, company, 13, 14, AssociationType.HubSpotDefined, "Parent company", "Child company", nameSuffix: "_parent");
    }

    /// <summary>How many records users let one record have by a type; null: no limit of theirs.</summary>
    public int? MaxTo(AssociationType type) => userLimits.TryGetValue(type, out var most) ? most : null;

    public IEnumerable<KeyValuePair<AssociationType, int>> UserLimits => userLimits;

    public void SetMaxTo(AssociationType type, int? most)
    {
        if (most is { } number) userLimits[type] = number;
        else userLimits.Remove(type);
    }

    public IReadOnlyList<AssociationType> Between(ObjectTypeDefinition from, ObjectTypeDefinition to) =>
        byPair.TryGetValue((from, to), out var types) ? types : [];

    public AssociationType? Default(ObjectTypeDefinition from, ObjectTypeDefinition to) =>
        Between(from, to).FirstOrDefault(type => type.Unlabelled);

    public AssociationType? Primary(ObjectTypeDefinition from, ObjectTypeDefinition to) =>
        Between(from, to).FirstOrDefault(type => type.Primary);

    public AssociationType? Find(ObjectTypeDefinition from, ObjectTypeDefinition to, int id, string? category = null)
    {
        foreach (var type in Between(from, to))
            if (type.Id == id && (category is null || type.Category == category)) return type;
        return null;
    }

    /// <summary>The type with this id out of one object type, towards whichever other.</summary>
    public AssociationType? FindFrom(ObjectTypeDefinition from, int id, string category) => byId.GetValueOrDefault((from, id, category));

    /// <summary>Adds a type and its inverse; both directions share one id when it is its own inverse.</summary>
    public AssociationType AddPair(
        ObjectTypeDefinition from, ObjectTypeDefinition to, int id, int inverseId, string category, string? label, string? inverseLabel,
        bool unlabelled = false, bool primary = false, string nameSuffix = "", string? name = null)
    {
        var there = new AssociationType(id, category, from, to)
        {
            Label = label,
            Unlabelled = unlabelled,
            Primary = primary,
            OnePerRecord = primary && from.Singular != "company",
            Name = name ?? $"{from.Singular}_to_{to.Singular}{nameSuffix}",
        };
        Add(there);
        if (id == inverseId && from == to)
        {
            there.Inverse = there;
            return there;
        }
        var back = new AssociationType(inverseId, category, to, from)
        {
            Label = inverseLabel ?? label,
            Unlabelled = unlabelled,
            Primary = primary,
            OnePerRecord = primary && from.Singular == "company",
            Inverse = there,
            Name = name is null ? $"{to.Singular}_to_{from.Singular}{nameSuffix}" : $"{name}_inverse",
        };
        there.Inverse = back;
        Add(back);
        return there;
    }

    public void Remove(AssociationType type)
    {
        foreach (var one in (AssociationType[])[type, type.Inverse])
        {
            Pair(one.From, one.To).Remove(one);
            byId.Remove((one.From, one.Id, one.Category));
            userLimits.Remove(one);
        }
    }

    public void RemoveAllOf(ObjectTypeDefinition type)
    {
        foreach (var pair in byPair.Keys.Where(pair => pair.From == type || pair.To == type).ToArray()) byPair.Remove(pair);
        foreach (var key in byId.Where(one => one.Value.From == type || one.Value.To == type).Select(one => one.Key).ToArray()) byId.Remove(key);
    }

    private void Add(AssociationType type)
    {
        Pair(type.From, type.To).Add(type);
        byId[(type.From, type.Id, type.Category)] = type;
    }

    private List<AssociationType> Pair(ObjectTypeDefinition from, ObjectTypeDefinition to)
    {
        if (!byPair.TryGetValue((from, to), out var list)) byPair[(from, to)] = list = [];
        return list;
    }
}
