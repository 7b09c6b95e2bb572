using System.Globalization;
using Spoke.Sync.Connections;

namespace Spoke.Sync.Pulling;

internal enum FieldMove
{
    /// <summary>HubSpot has what we know of: our own echo, or nothing at all.</summary>
    Nothing,

    /// <summary>HubSpot has come to the store's value by itself.</summary>
    Agreed,

    /// <summary>HubSpot's value stands and goes to the store.</summary>
    Take,

    /// <summary>HubSpot's value is left as it is and goes nowhere.</summary>
    Keep,

    /// <summary>The store's value stands and is written to HubSpot.</summary>
    Overrule,
}

/// <summary>What was found of one field, and what becomes of it.</summary>
/// <param name="Value">The value both sides shall have, where one is taken.</param>
/// <param name="Conflict">Both sides had changed it.</param>
internal sealed record FieldVerdict(FieldMove Move, string Value = "", bool Conflict = false);

/// <summary>
/// The three-way rule of one field: what we last saw or wrote, what the store has, what HubSpot has. Pure. All values in canonical form.
/// </summary>
internal static class ThreeWay
{
    /// <summary>Two clocks that differ by no more than this tell nothing.</summary>
    public static readonly TimeSpan Indistinct = TimeSpan.FromSeconds(2);

    /// <summary>Whether it has to be known when HubSpot's value was set.</summary>
    public static bool NeedsTime(string shadow, string store, string portal, FieldRule rule) =>
        rule.Policy == FieldPolicy.Newest && portal != shadow && portal != store && store != shadow;

    /// <param name="storeAt">When the store's value was set, at the latest.</param>
    /// <param name="portalAt">When HubSpot's value was set; null: not known, and then the store's counts as newer.</param>
    public static FieldVerdict Decide(string shadow, string store, string portal, FieldRule rule, DateTimeOffset storeAt, DateTimeOffset? portalAt)
    {
        if (portal == shadow) return new FieldVerdict(FieldMove.Nothing);
        if (portal == store) return new FieldVerdict(FieldMove.Agreed);
        if (store == shadow) return rule switch
        {
            { TwoWay: true, Policy: FieldPolicy.Max } when Greater(store, portal) => new FieldVerdict(FieldMove.Overrule),
            { TwoWay: true, Policy: FieldPolicy.Union } => Joined(store, portal, conflict: false),
            { TwoWay: true } => new FieldVerdict(FieldMove.Take, portal),
            { Enforce: true } => new FieldVerdict(FieldMove.Overrule),
            _ => new FieldVerdict(FieldMove.Nothing),
        };
        return rule.Policy switch
        {
            FieldPolicy.HubSpot => Taken(rule, portal),
            FieldPolicy.Newest when portalAt is { } at && at - storeAt > Indistinct => Taken(rule, portal),
            FieldPolicy.FillBlank when store.Length == 0 => Taken(rule, portal),
            FieldPolicy.FillBlank when portal.Length > 0 => new FieldVerdict(FieldMove.Keep, portal, Conflict: true),
            FieldPolicy.Max when Greater(portal, store) => Taken(rule, portal),
            FieldPolicy.Union => Joined(store, portal, conflict: true),
            _ => new FieldVerdict(FieldMove.Overrule, Conflict: true),
        };
    }

    private static FieldVerdict Taken(FieldRule rule, string portal) => new(rule.TwoWay ? FieldMove.Take : FieldMove.Keep, portal, Conflict: true);

    private static FieldVerdict Joined(string store, string portal, bool conflict)
    {
        var all = string.Join(';', store.Split(';').Concat(portal.Split(';')).Select(v => v.Trim()).Where(v => v.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        return all == store ? new FieldVerdict(FieldMove.Overrule, Conflict: conflict) : new FieldVerdict(FieldMove.Take, all, conflict);
    }

    private static bool Greater(string a, string b) =>
        decimal.TryParse(a, NumberStyles.Float, CultureInfo.InvariantCulture, out var left) && decimal.TryParse(b, NumberStyles.Float, CultureInfo.InvariantCulture, out var right)
            ? left > right
            : string.CompareOrdinal(a, b) > 0;
}
