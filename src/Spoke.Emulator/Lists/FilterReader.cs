using System.Globalization;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Lists;

/// <summary>Reads a filter definition, fills HubSpot's defaults into it, and makes conditions of it.</summary>
/// <param name="lenient">A saved definition: what it names may have been archived since.</param>
internal sealed class FilterReader(Portal portal, ListStore lists, long ownListId, bool lenient = false)
{
    private const int Deepest = 12;
    private readonly HashSet<ObjectTypeDefinition> associated = [];
    private readonly HashSet<ObjectTypeDefinition> referenced = [];
    private readonly HashSet<long> named = [];
    private int hops;

    public CompiledFilter Read(ObjectTypeDefinition type, JsonObject root)
    {
        if (Text(root, "filterBranchType") is not "OR") throw ListErrors.Filter("the root filter branch must be of type OR", "filterBranch");
        if (Items(root, "filters", "filterBranch").Count > 0) throw ListErrors.Filter("the root filter branch cannot have filters of its own; they belong in its AND branches", "filterBranch.filters");
        var branches = Items(root, "filterBranches", "filterBranch");
        if (branches.Count == 0) throw ListErrors.Filter("the root filter branch needs at least one AND branch", "filterBranch.filterBranches");
        foreach (var branch in branches)
            if (Text(branch, "filterBranchType") is not ("AND" or "RESTRICTED")) throw ListErrors.Filter("branches below the root must be of type AND", "filterBranch.filterBranches");
        return new CompiledFilter(Branch(type, root, "filterBranch", 0)) { Associated = associated, Referenced = referenced, Hops = hops, Lists = named };
    }

    private Condition Branch(ObjectTypeDefinition type, JsonObject branch, string where, int hop)
    {
        if (where.Count(letter => letter == '.') > Deepest) throw ListErrors.Filter($"branches are nested more than {Deepest} deep", where);
        var kind = Text(branch, "filterBranchType") ?? throw ListErrors.Filter("filterBranchType is required", where);
        switch (kind)
        {
            case "OR":
            case "AND":
            case "NOT_ALL":
            case "NOT_ANY":
            case "RESTRICTED":
                Default(branch, "filterBranchOperator", kind is "OR" or "NOT_ANY" ? "OR" : "AND");
                return new JoinedCondition(kind, Parts(type, branch, where, hop));
            case "UNIFIED_EVENTS":
                Default(branch, "filterBranchOperator", "AND");
                return Events(type, branch, where);
            case "ASSOCIATION":
                Default(branch, "filterBranchOperator", "AND");
                return Association(type, branch, where, hop);
            case "PROPERTY_ASSOCIATION":
                Default(branch, "filterBranchOperator", "AND");
                var (property, target) = (Property(type, Need(branch, "propertyWithObjectId", where), where), Type(Need(branch, "objectTypeId", where), where));
                referenced.Add(target);
                return new ReferenceCondition(property, target, new JoinedCondition("AND", Parts(target, branch, where, hop)), OperatorOf(branch, where, "IN_LIST", "NOT_IN_LIST"));
            default: throw ListErrors.Filter($"filterBranchType {kind} is not one of [OR, AND, NOT_ALL, NOT_ANY, RESTRICTED, UNIFIED_EVENTS, PROPERTY_ASSOCIATION, ASSOCIATION]", where);
        }
    }

    private List<Condition> Parts(ObjectTypeDefinition type, JsonObject branch, string where, int hop)
    {
        var parts = new List<Condition>();
        var at = 0;
        foreach (var filter in Items(branch, "filters", where)) parts.Add(Filter(type, filter, string.Create(CultureInfo.InvariantCulture, $"{where}.filters[{at++}]")));
        at = 0;
        foreach (var inner in Items(branch, "filterBranches", where)) parts.Add(Branch(type, inner, string.Create(CultureInfo.InvariantCulture, $"{where}.filterBranches[{at++}]"), hop));
        return parts;
    }

    private AssociationCondition Association(ObjectTypeDefinition type, JsonObject branch, string where, int hop)
    {
        var target = Type(Need(branch, "objectTypeId", where), where);
        var id = AssociationType(type, target, branch, where, out var category);
        Reach(target, hop + 1);
        var inner = new JoinedCondition("AND", Parts(target, branch, where, hop + 1));
        return new AssociationCondition(target, id, category, inner, Refinement.Count(branch), OperatorOf(branch, where, "IN_LIST", "NOT_IN_LIST"));
    }

    private Condition Filter(ObjectTypeDefinition type, JsonObject filter, string where)
    {
        var kind = Text(filter, "filterType") ?? throw ListErrors.Filter("filterType is required", where);
        switch (kind)
        {
            case "PROPERTY":
                var property = Property(type, Need(filter, "property", where), where);
                return new PropertyCondition(property, Operations(type).Read(Inner(filter, "operation", where), property, where));
            case "CONSTANT": return new ConstantCondition(filter["shouldAccept"]?.GetValueKind() == System.Text.Json.JsonValueKind.True);
            case "IN_LIST": return new MemberCondition(List(filter, where), OperatorOf(filter, where, "IN_LIST", "NOT_IN_LIST"));
            case "ASSOCIATION":
                var target = Text(filter, "toObjectTypeId") is { } to ? Type(to, where) : lists.Find(List(filter, where)) is { } list ? list.Type : type;
                var id = AssociationType(type, target, filter, where, out var category);
                Reach(target, 1);
                return new AssociationCondition(target, id, category, new MemberCondition(List(filter, where), false), Refinement.Count(filter), OperatorOf(filter, where, "IN_LIST", "NOT_IN_LIST"));
            case "PROPERTY_ASSOCIATION":
                var holder = Property(type, Need(filter, "propertyWithObjectId", where), where);
                var referredTo = Text(filter, "toObjectTypeId") is { } reference ? Type(reference, where) : lists.Find(List(filter, where)) is { } other ? other.Type : type;
                referenced.Add(referredTo);
                return new ReferenceCondition(holder, referredTo, new MemberCondition(List(filter, where), false), OperatorOf(filter, where, "IN_LIST", "NOT_IN_LIST"));
            case "EMAIL_SUBSCRIPTION":
                Default(filter, "subscriptionType", "SUBSCRIPTION");
                return new SubscriptionCondition(Texts(filter, "subscriptionIds", where), Texts(filter, "acceptedStatuses", where));
            case "COMMUNICATION_SUBSCRIPTION": return new SubscriptionCondition(Texts(filter, "subscriptionIds", where), Texts(filter, "acceptedOptStates", where));
            default:
                return FactFilters.Read(filter, kind, Operations(type), where) ?? throw ListErrors.Filter($"filterType {kind} is not known", where);
        }
    }

    private FactCondition Events(ObjectTypeDefinition type, JsonObject branch, string where)
    {
        var lines = new List<(string, ValueOperation)>();
        var at = 0;
        foreach (var filter in Items(branch, "filters", where))
        {
            var here = string.Create(CultureInfo.InvariantCulture, $"{where}.filters[{at++}]");
            lines.Add((Need(filter, "property", here), Operations(type).Read(Inner(filter, "operation", here), null, here)));
        }
        return new FactCondition(new FactQuery("UNIFIED_EVENTS", Need(branch, "eventTypeId", where)), lines, Refinement.Pruning(branch, Operations(type), where),
            Refinement.Count(branch), OperatorOf(branch, where, "HAS_COMPLETED", "HAS_NOT_COMPLETED"));
    }

    private OperationReader Operations(ObjectTypeDefinition type) => new(name => Property(type, name, "operation"), ListZone.Of(portal));

    private int AssociationType(ObjectTypeDefinition from, ObjectTypeDefinition to, JsonObject json, string where, out string? category)
    {
        category = Text(json, "associationCategory");
        if (!int.TryParse(Text(json, "associationTypeId"), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) throw ListErrors.Filter("associationTypeId is required", where);
        if (!lenient && portal.Associations.Catalogue.Find(from, to, id, category) is null) throw ListErrors.Filter($"no association type {id} leads from {from.Id} to {to.Id}", where);
        return id;
    }

    private void Reach(ObjectTypeDefinition type, int hop)
    {
        associated.Add(type);
        hops = Math.Max(hops, hop);
    }

    private long List(JsonObject filter, string where)
    {
        var text = Need(filter, "listId", where);
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || (!lenient && lists.Find(id) is not { Deleted: false })) throw ListErrors.Filter($"list {text} does not exist", where);
        if (!lenient && lists.DependsOn(id, ownListId)) throw ListErrors.Filter($"list {text} depends on this list itself", where);
        named.Add(id);
        return id;
    }

    private PropertyDefinition Property(ObjectTypeDefinition type, string name, string where) =>
        type.Properties.Find(name) ?? (lenient ? type.Properties.FindEvenArchived(name) : null) ?? throw ListErrors.Filter($"property {name} does not exist on {type.Id}", where);

    private ObjectTypeDefinition Type(string id, string where) => portal.Types.TryFind(id, out var type) ? type : throw ListErrors.Filter($"object type {id} is not known", where);

    internal static bool OperatorOf(JsonObject json, string where, string plain, string negated) => Text(json, "operator") switch
    {
        null => false,
        var text when text == plain => false,
        var text when text == negated => true,
        var text => throw ListErrors.Filter($"operator {text} is not one of [{plain}, {negated}]", where),
    };

    internal static string? Text(JsonObject json, string name) => json[name] is JsonValue value
        ? value.GetValueKind() switch { System.Text.Json.JsonValueKind.String => value.GetValue<string>(), _ => value.ToJsonString() }
        : null;

    internal static string Need(JsonObject json, string name, string where) => Text(json, name) is { Length: > 0 } text ? text : throw ListErrors.Filter($"{name} is required", where);

    internal static JsonObject Inner(JsonObject json, string name, string where) => json[name] as JsonObject ?? throw ListErrors.Filter($"{name} must be an object", where);

    internal static IReadOnlyList<JsonObject> Items(JsonObject json, string name, string where)
    {
        if (json[name] is null) json[name] = new JsonArray();
        return json[name] is JsonArray array ? [.. array.Select(item => item as JsonObject ?? throw ListErrors.Filter($"{name} must hold objects", where))] : throw ListErrors.Filter($"{name} must be an array", where);
    }

    internal static IReadOnlyList<string> Texts(JsonObject json, string name, string where) => json[name] is JsonArray array
        ? [.. array.Select(item => item is JsonValue value ? value.GetValueKind() == System.Text.Json.JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString() : throw ListErrors.Filter($"{name} must hold strings", where))]
        : throw ListErrors.Filter($"{name} must be an array", where);

    internal static void Default(JsonObject json, string name, string value)
    {
        if (json[name] is null) json[name] = value;
    }
}
