using System.Text.Json;
using CsCheck;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Tests.Planning;

public sealed class PlannerTests
{
    private static Gen<Dictionary<string, string>> Bag => Gen.Select(Gen.Char['a', 'e'], Gen.Int[0, 3]).List[0, 6]
        .Select(pairs => pairs.DistinctBy(pair => pair.Item1).ToDictionary(pair => pair.Item1.ToString(), pair => pair.Item2.ToString()));

    [Fact]
    public void Desired_minus_shadow_applied_gives_desired_and_twice_gives_nothing() => Gen.Select(Bag, Bag, Gen.Bool).Sample((desired, shadow, linked) =>
    {
        if (!linked) shadow = [];
        var wanted = new DesiredRecord("spoke_key", "k", "title", desired);
        var plan = Planner.Plan(RecordObjects.Orders, Row(linked ? "1" : null, shadow), wanted);
        Assert.Equal(linked ? desired.OrderBy(p => p.Key).SequenceEqual(shadow.OrderBy(p => p.Key)) ? PlanAction.Unchanged : PlanAction.Update : PlanAction.Create, plan.Action);
        var portal = Apply(shadow, plan.Changes);
        Assert.Equal(desired.OrderBy(p => p.Key), portal.OrderBy(p => p.Key));
        Assert.Equal(PlanAction.Unchanged, Planner.Plan(RecordObjects.Orders, Row("1", portal), wanted).Action);
    });

    [Fact]
    public void What_a_record_has_that_nothing_is_known_of_any_more_is_written_or_cleared()
    {
        var row = Row("1", new() { ["spoke_orders_count"] = "1", ["spoke_total_spent"] = "9.00" }) with { Sent = SentProperties.All };
        var plan = Planner.Plan(RecordObjects.Contacts, row, new DesiredRecord("spoke_key", "k", "title", new Dictionary<string, string> { ["spoke_orders_count"] = "1" }));
        Assert.Equal(new Dictionary<string, string?> { ["spoke_orders_count"] = "1", ["spoke_total_spent"] = "" }, plan.Changes);
    }

    [Fact]
    public void What_should_not_be_there_is_archived_but_a_persons_record_is_only_emptied()
    {
        Assert.Equal(PlanAction.Archive, Planner.Plan(RecordObjects.LineItems, Row("1", new() { ["name"] = "Tea" }), null).Action);
        Assert.Equal(PlanAction.Forget, Planner.Plan(RecordObjects.Contacts, Row(null, []), null).Action);
        var plan = Planner.Plan(RecordObjects.Contacts, Row("1", new() { ["email"] = "a@example.com", ["spoke_orders_count"] = "3", ["spoke_total_spent"] = "9.00" }), null);
        Assert.Equal(PlanAction.Update, plan.Action);
        Assert.Equal(new Dictionary<string, string?> { ["spoke_orders_count"] = "0", ["spoke_total_spent"] = "" }, plan.Changes);
    }

    private static DirtyRecord Row(string? recordId, Dictionary<string, string> shadow) => new("k", "1", recordId, JsonSerializer.Serialize(shadow, LedgerJson.Default.DictionaryStringString), null, 1, 0);

    private static Dictionary<string, string> Apply(Dictionary<string, string> shadow, IReadOnlyDictionary<string, string?> changes)
    {
        var after = new Dictionary<string, string>(shadow);
        foreach (var (name, value) in changes)
            if (string.IsNullOrEmpty(value)) after.Remove(name);
            else after[name] = value;
        return after;
    }
}
