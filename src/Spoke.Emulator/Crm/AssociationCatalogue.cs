using System.Globalization;

namespace Spoke.Emulator.Crm;

/// <summary>Which associations can exist between two object types: HubSpot's own with their published ids, and those users add.</summary>
internal sealed class AssociationCatalogue
{
    private readonly Dictionary<(ObjectTypeDefinition From, ObjectTypeDefinition To), List<AssociationType>> byPair = [];

    /// <summary>Ids of user-defined types are small and count up per portal.</summary>
    public int NextUserId { get; set; } = 28;

    // pair, id, reverse id, then p and the primary pair where a primary company exists
    private const string Table = """
        contact company 279 280 1 2
        contact contact 449 449
        company company 450 450
        deal deal 451 451
        ticket ticket 452 452
        contact deal 4 3
        company deal 342 341 6 5
        contact ticket 15 16
        company ticket 340 339 25 26
        deal ticket 27 28
        deal line_item 19 20
        order contact 507 508
        order company 934 935 509 510
        order deal 512 511
        order line_item 513 514
        order cart 593 592
        order discount 519 520
        order ticket 525 526
        order task 726 727
        order note 764 765
        cart contact 586 587
        cart line_item 590 591
        cart discount 588 589
        cart deal 1347 1346
        cart ticket 594 595
        cart task 728 729
        line_item discount 368 367
        note contact 202 201
        note company 190 189
        note deal 214 213
        note ticket 228 227
        task contact 204 203
        task company 192 191
        task deal 216 215
        task ticket 230 229
        """;

    public IEnumerable<AssociationType> All => byPair.Values.SelectMany(types => types);

    public void AddStandard(ObjectTypes objects)
    {
        foreach (var line in Table.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ');
            int[] ids = [.. words.Skip(2).Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
            var (from, to) = (objects.Find(words[0]), objects.Find(words[1]));
            var suffix = ids.Length > 2 ? "_unlabeled" : "";
            AddPair(from, to, ids[0], ids[1], AssociationType.HubSpotDefined, null, null, unlabelled: true, nameSuffix: suffix);
            if (ids.Length > 2) AddPair(from, to, ids[2], ids[3], AssociationType.HubSpotDefined, "Primary", null, primary: true);
        }
        var (contact, company) = (objects.Find("contact"), objects.Find("company"));
        AddPair(contact, company, 931, 930, AssociationType.HubSpotDefined, "Billing contact", null, nameSuffix: "_billing_contact");
        AddPair(company, company, 13, 14, AssociationType.HubSpotDefined, "Parent company", "Child company", nameSuffix: "_parent");
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
            Name = name ?? $"{from.Singular}_to_{to.Singular}{nameSuffix}",
        };
        Pair(from, to).Add(there);
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
            Inverse = there,
            Name = name is null ? $"{to.Singular}_to_{from.Singular}{nameSuffix}" : $"{name}_inverse",
        };
        there.Inverse = back;
        Pair(to, from).Add(back);
        return there;
    }

    public void Remove(AssociationType type)
    {
        Pair(type.From, type.To).Remove(type);
        Pair(type.To, type.From).Remove(type.Inverse);
    }

    public void RemoveAllOf(ObjectTypeDefinition type)
    {
        foreach (var pair in byPair.Keys.Where(pair => pair.From == type || pair.To == type).ToArray()) byPair.Remove(pair);
    }

    private List<AssociationType> Pair(ObjectTypeDefinition from, ObjectTypeDefinition to)
    {
        if (!byPair.TryGetValue((from, to), out var list)) byPair[(from, to)] = list = [];
        return list;
    }
}
