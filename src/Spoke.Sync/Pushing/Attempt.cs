using Spoke.HubSpot;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Pushing;

/// <summary>One item on its way, with what had to be left out so far. Pure.</summary>
internal sealed record Attempt(PlanItem Item, IReadOnlyList<RefusedValue> Held)
{
    private const string Key = "spoke_key";
    private const string RawEmail = "spoke_email_raw";

    /// <summary>What is tried next after a refusal that names values: by the other key, or without them. Null: nothing is left to try.</summary>
    public Attempt? After(IReadOnlyList<RefusedValue> refused)
    {
        if (refused.Count == 0 || Item.Desired is not { } desired) return null;
        var byOther = Item.Action == PlanAction.Create && desired.IdProperty != Key;
        // The key is known to the portal under another address or SKU: it is that record.
        if (byOther && refused.Any(value => value.Property == Key)) return this with { Item = ByKey(Item.Changes) };
        var left = Item.Changes.Where(change => refused.All(value => value.Property != change.Key)).ToDictionary(change => change.Key, change => change.Value, StringComparer.Ordinal);
        if (left.Count == Item.Changes.Count && !refused.Any(value => value.Property == desired.IdProperty)) return null;
        foreach (var amount in WithheldMoney.Bare(Item, refused)) left[amount] = "";
        var held = (IReadOnlyList<RefusedValue>)[.. Held, .. refused];
        if (byOther && refused.FirstOrDefault(value => value.Property == desired.IdProperty) is { } id)
        {
            if (id.Property != "email") return new Attempt(ByKey(left), held);
            left[RawEmail] = desired.IdValue;
            var shown = new Dictionary<string, string>(desired.Properties, StringComparer.Ordinal) { [RawEmail] = desired.IdValue };
            return new Attempt(ByKey(left) with { Desired = desired with { IdProperty = Key, IdValue = desired.Properties[Key], Properties = shown } }, held);
        }
        if (Item.Action == PlanAction.Create && refused.Any(value => value.Property == desired.IdProperty)) return null;   // without its key it would be made again and again
        return new Attempt(Item with { Changes = left }, held);
    }

    private PlanItem ByKey(IReadOnlyDictionary<string, string?> changes) => Item with { Desired = Item.Desired! with { IdProperty = Key, IdValue = Item.Desired.Properties[Key] }, Changes = changes };

    /// <summary>As the input of an upsert: HubSpot writes the key from the input's id.</summary>
    public UpsertInput Upsert() => new(Item.Desired!.IdValue, Item.Changes.Where(change => change.Key != Item.Desired.IdProperty).ToDictionary(change => change.Key, change => change.Value));
}
