using CsCheck;

namespace Spoke.HubSpot.Tests.Crm;

public sealed class BisectionTests
{
    [Fact]
    public Task Any_guilty_inputs_are_found_and_all_others_are_carried_out_once() =>
        Gen.Select(Gen.Int[1, 100], Gen.Int[0, 99].HashSet[0, 100]).SampleAsync(async (count, guilty) =>
        {
            var (done, blamed, calls) = (new List<int>(), new List<int>(), 0);
            var inputs = Enumerable.Range(0, count).ToList();
            guilty.RemoveWhere(input => input >= count);
            await Bisection.RunAsync(inputs, part =>
            {
                calls++;
                if (part.Any(guilty.Contains)) return Task.FromResult<HubSpotException?>(new HubSpotException(HubSpotErrorKind.Validation, "no"));
                done.AddRange(part);
                return Task.FromResult<HubSpotException?>(null);
            }, (input, _) => blamed.Add(input));
            Assert.Equal(guilty.Order(), blamed);
            Assert.Equal(inputs.Except(guilty), done.Order());
            var most = guilty.Count switch { 0 => 1, 1 => 16, _ => 8 + 2 * count };
            Assert.True(calls <= most, $"{calls} calls for {guilty.Count} guilty of {count}");
        }, iter: 400);

    [Fact]
    public async Task Two_inputs_that_clash_only_with_each_other_both_pass()
    {
        var done = new HashSet<int>();
        await Bisection.RunAsync([0, 1, 2, 3], part =>
        {
            if (part.Contains(1) && part.Contains(2)) return Task.FromResult<HubSpotException?>(new HubSpotException(HubSpotErrorKind.Conflict, "both"));
            done.UnionWith(part);
            return Task.FromResult<HubSpotException?>(null);
        }, (input, _) => Assert.Fail($"{input} was blamed"));
        Assert.Equal([0, 1, 2, 3], done);
    }
}
