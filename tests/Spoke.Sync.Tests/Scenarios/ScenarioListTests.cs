using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Spoke.Sync.Tests.Scenarios;

/// <summary>Every complaint of the list has its test.</summary>
public sealed partial class ScenarioListTests
{
    private static readonly List<int> s_tests = [.. typeof(ScenarioListTests).Assembly.GetTypes().SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        .Where(method => method.GetCustomAttribute<FactAttribute>() is not null).Select(method => TestName().Match(method.Name)).Where(match => match.Success).Select(match => Number(match.Groups[1].Value)).Order()];

    [Fact]
    public void Every_number_from_1_to_51_is_a_test_and_none_is_two() => Assert.Equal(Enumerable.Range(1, 51), s_tests);

    [Fact]
    public void The_tests_are_those_of_the_list()
    {
        Assert.SkipWhen(List() is null, "The list of scenarios is not beside the project.");
        var lines = File.ReadLines(List()!).Select(line => ListLine().Match(line)).Where(match => match.Success).Select(match => Number(match.Groups[1].Value)).ToList();
        Assert.Equal(lines, s_tests);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string? List()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, "shared", "commerce", "scenarios.md") is var path && File.Exists(path)) return path;
        return null;
    }

    [GeneratedRegex("^Scenario_([0-9]{2})_[a-zA-Z]")]
    private static partial Regex TestName();

    [GeneratedRegex("^([0-9]+)\\. ")]
    private static partial Regex ListLine();
}
