namespace Spoke.Sync.Connections;

/// <summary>Whose value stands when the store and HubSpot have both changed a field.</summary>
public enum FieldPolicy
{
    /// <summary>The store's, always.</summary>
    Store,

    /// <summary>HubSpot's, always.</summary>
    HubSpot,

    /// <summary>The one that was changed last; within two seconds the store's.</summary>
    Newest,

    /// <summary>Whoever has one; where both have, each keeps its own. A change on one side alone goes to the other, as of every field that goes both ways.</summary>
    FillBlank,

    /// <summary>The greater number or later day.</summary>
    Max,

    /// <summary>Both: lists of values are joined.</summary>
    Union,
}

/// <summary>What holds of one field.</summary>
/// <param name="TwoWay">A change made in HubSpot alone goes to the store.</param>
/// <param name="Enforce">A change made in HubSpot alone is undone there; only of fields that go one way.</param>
public sealed record FieldRule(FieldPolicy Policy, bool TwoWay = false, bool Enforce = false)
{
    public static FieldRule StoreOwned { get; } = new(FieldPolicy.Store);

    /// <summary>People edit it in HubSpot as well, and what they say there may stand.</summary>
    public bool IsEdited => TwoWay || Policy == FieldPolicy.HubSpot;

    /// <summary>The words a configuration may say.</summary>
    public static IReadOnlyList<string> Words { get; } = ["store", "store-enforced", "hubspot", "hubspot-only", "newest", "fill-blank", "max", "union"];

    /// <summary>The rule's word.</summary>
    public string Word => Policy switch
    {
        FieldPolicy.Store => Enforce ? "store-enforced" : "store",
        FieldPolicy.HubSpot => TwoWay ? "hubspot" : "hubspot-only",
        FieldPolicy.Newest => "newest",
        FieldPolicy.FillBlank => "fill-blank",
        FieldPolicy.Max => "max",
        _ => "union",
    };

    /// <summary>What a word means, for people.</summary>
    public static string Meaning(string word) => word switch
    {
        "store-enforced" => "what the store says is written, and edits in HubSpot are undone",
        "hubspot" => "HubSpot's value stands and is written to the store",
        "hubspot-only" => "HubSpot's value stands; the store keeps its own",
        "newest" => "the latest edit of either side stands on both",
        "fill-blank" => "a change on one side goes to the other, a cleared value too; where both have changed it, a value fills the other side's blank and two values stand as they are",
        "max" => "the greater value stands on both sides",
        "union" => "both sides get the values of both",
        _ => "what the store says is written",
    };

    /// <summary>What a word means for a field; null: it is none of <see cref="Words"/>. Only what stores can be told of flows back to them.</summary>
    public static FieldRule? Parse(string @object, string property, string word)
    {
        var back = @object == "contacts" && FieldPolicies.People.Contains(property);
        return word switch
        {
            "store" => StoreOwned,
            "store-enforced" => new FieldRule(FieldPolicy.Store, Enforce: true),
            "hubspot" => new FieldRule(FieldPolicy.HubSpot, TwoWay: back),
            "hubspot-only" => new FieldRule(FieldPolicy.HubSpot),
            "newest" => new FieldRule(FieldPolicy.Newest, TwoWay: back),
            "fill-blank" => new FieldRule(FieldPolicy.FillBlank, TwoWay: back),
            "max" => new FieldRule(FieldPolicy.Max, TwoWay: back),
            "union" => new FieldRule(FieldPolicy.Union, TwoWay: back),
            _ => null,
        };
    }
}

/// <summary>The rules of a connection's fields. What is not named belongs to the store and is not looked at in HubSpot.</summary>
public sealed class FieldPolicies
{
    private readonly Dictionary<(string Object, string Property), FieldRule> _rules;

    private FieldPolicies(Dictionary<(string, string), FieldRule> rules) => _rules = rules;

    /// <summary>People's names, phone numbers and addresses go both ways and the newest stands; what people in HubSpot call a company stands there; all else belongs to the store.</summary>
    public static FieldPolicies Default => new(new Dictionary<(string, string), FieldRule>(People.Where(property => property != "email").Select(property => KeyValuePair.Create(("contacts", property), new FieldRule(FieldPolicy.Newest, TwoWay: true)))) { [("companies", "name")] = new(FieldPolicy.HubSpot) });

    /// <summary>The contact properties that a store can be told of.</summary>
    public static IReadOnlySet<string> People { get; } = new HashSet<string>(["email", "firstname", "lastname", "phone", "company", "address", "city", "state", "zip", "country"], StringComparer.Ordinal);

    public FieldRule Of(string @object, string property) => _rules.GetValueOrDefault((@object, property)) ?? FieldRule.StoreOwned;

    /// <summary>The fields of an object whose value in HubSpot matters to us.</summary>
    public IReadOnlyList<string> Watched(string @object) => [.. _rules.Where(rule => rule.Key.Object == @object && (rule.Value != FieldRule.StoreOwned)).Select(rule => rule.Key.Property).Order(StringComparer.Ordinal)];

    /// <summary>The same with another rule for one field.</summary>
    public FieldPolicies With(string @object, string property, FieldRule rule) => new(new Dictionary<(string, string), FieldRule>(_rules) { [(@object, property)] = rule });
}
