using CsCheck;
using Spoke.Sync.Connections;
using Spoke.Sync.Pulling;

namespace Spoke.Sync.Tests.Pulling;

/// <summary>The rule of one field, for any three values and any policy.</summary>
public sealed class ThreeWayTests
{
    private static readonly Gen<string> Value = Gen.Int[0, 3].Select(n => n == 0 ? "" : n.ToString(System.Globalization.CultureInfo.InvariantCulture));
    private static readonly Gen<FieldRule> Rule = Gen.Select(Gen.Enum<FieldPolicy>(), Gen.Bool, Gen.Bool, (policy, two, enforce) => new FieldRule(policy, two, enforce && !two));
    private static readonly Gen<DateTimeOffset> Moment = Gen.Int[0, 10].Select(seconds => Some.Day.AddSeconds(seconds));

    [Fact]
    public void Carrying_a_verdict_out_leaves_nothing_to_do() => Gen.Select(Value, Value, Value, Rule, Moment, Moment).Sample((shadow, store, portal, rule, storeAt, portalAt) =>
    {
        var verdict = ThreeWay.Decide(shadow, store, portal, rule, storeAt, portalAt);
        // What each side has once the verdict has been carried out, and what we then know.
        var (newStore, newPortal) = verdict.Move switch
        {
            FieldMove.Take => (verdict.Value, verdict.Value),
            FieldMove.Overrule => (store, store),
            FieldMove.Keep => (store, portal),
            _ => (store, portal),
        };
        if (verdict.Move is FieldMove.Keep or FieldMove.Nothing) return;
        Assert.Equal(newStore, newPortal);
        Assert.Equal(FieldMove.Nothing, ThreeWay.Decide(newPortal, newStore, newPortal, rule, storeAt, portalAt).Move);
    });

    [Fact]
    public void Our_own_echo_is_never_a_change() => Gen.Select(Value, Value, Rule, Moment).Sample((shadow, store, rule, at) =>
        Assert.Equal(FieldMove.Nothing, ThreeWay.Decide(shadow, store, shadow, rule, at, at).Move));

    [Fact]
    public void A_change_on_one_side_alone_is_never_a_conflict() => Gen.Select(Value, Value, Rule, Moment).Sample((shadow, portal, rule, at) =>
        Assert.False(ThreeWay.Decide(shadow, shadow, portal, rule, at, at).Conflict));

    [Theory]
    [InlineData(FieldPolicy.Store, "s", "h", nameof(FieldMove.Overrule), "")]
    [InlineData(FieldPolicy.HubSpot, "s", "h", nameof(FieldMove.Take), "h")]
    [InlineData(FieldPolicy.FillBlank, "", "h", nameof(FieldMove.Take), "h")]
    [InlineData(FieldPolicy.FillBlank, "s", "", nameof(FieldMove.Overrule), "")]
    [InlineData(FieldPolicy.FillBlank, "s", "h", nameof(FieldMove.Keep), "h")]
    [InlineData(FieldPolicy.Max, "5", "12", nameof(FieldMove.Take), "12")]
    [InlineData(FieldPolicy.Max, "12", "5", nameof(FieldMove.Overrule), "")]
    [InlineData(FieldPolicy.Union, "a;b", "b;c", nameof(FieldMove.Take), "a;b;c")]
    [InlineData(FieldPolicy.Union, "a;b", "a", nameof(FieldMove.Overrule), "")]
    public void When_both_sides_have_changed_a_field_its_policy_decides(FieldPolicy policy, string store, string portal, string move, string value)
    {
        var verdict = ThreeWay.Decide("base", store, portal, new FieldRule(policy, TwoWay: true), Some.Day, Some.Day);
        Assert.Equal((move, value), (verdict.Move.ToString(), verdict.Value));
    }

    [Theory]
    [InlineData(FieldPolicy.Newest, "h", nameof(FieldMove.Take), "h")]
    [InlineData(FieldPolicy.FillBlank, "h", nameof(FieldMove.Take), "h")]
    [InlineData(FieldPolicy.FillBlank, "", nameof(FieldMove.Take), "")]
    [InlineData(FieldPolicy.Max, "5", nameof(FieldMove.Overrule), "")]
    public void What_only_HubSpot_has_changed_goes_to_the_store(FieldPolicy policy, string portal, string move, string value)
    {
        var verdict = ThreeWay.Decide("7", "7", portal, new FieldRule(policy, TwoWay: true), Some.Day, Some.Day);
        Assert.Equal((move, value), (verdict.Move.ToString(), verdict.Value));
    }

    [Theory]
    [InlineData(3, nameof(FieldMove.Take))]
    [InlineData(2, nameof(FieldMove.Overrule))]
    [InlineData(0, nameof(FieldMove.Overrule))]
    [InlineData(-5, nameof(FieldMove.Overrule))]
    public void Of_two_edits_the_later_stands_and_within_two_seconds_the_stores(int later, string move) =>
        Assert.Equal(move, ThreeWay.Decide("base", "s", "h", new FieldRule(FieldPolicy.Newest, TwoWay: true), Some.Day, Some.Day.AddSeconds(later)).Move.ToString());

    [Theory]
    [InlineData(" Ada ", "Ada")]
    [InlineData(null, "")]
    [InlineData("12.50", "12.5")]
    [InlineData("b;a", "a; b")]
    [InlineData("2026-03-01T12:00:00Z", "2026-03-01T12:00:00.000Z")]
    [InlineData("2026-03-01T12:00:00.000Z", "1772366400000")]
    [InlineData("e\u0301", "\u00e9")]
    public void Two_forms_of_one_value_are_the_same(string? a, string b) => Assert.True(CanonicalValue.Same(a, b));

    [Theory]
    [InlineData("01234", "1234")]
    [InlineData("+353861234567", "353861234567")]
    [InlineData("Ada", "ada")]
    public void Codes_and_telephone_numbers_are_no_amounts(string a, string b) => Assert.False(CanonicalValue.Same(a, b));
}
