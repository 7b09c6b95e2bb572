using Spoke.EndToEnd.Tests.HouseRules;

namespace Spoke.EndToEnd.Tests;

/// <summary>The code in the package's README is cut from the samples, which compile.</summary>
public sealed class SampleCodeTests
{
    [Theory]
    [InlineData("ContactsAot")]
    [InlineData("BatchUpsert")]
    public void The_readme_shows_the_samples_code(string sample)
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "src", "Spoke.HubSpot", "README.md")).ReplaceLineEndings("\n");
        var code = Cut(File.ReadAllLines(Path.Combine(Repository.Root, "samples", sample, "Program.cs")));
        Assert.True(readme.Contains(code, StringComparison.Ordinal), $"src/Spoke.HubSpot/README.md must show this part of samples/{sample}/Program.cs:\n{code}");
    }

    private static string Cut(string[] lines)
    {
        var from = Array.FindIndex(lines, line => line.Trim() == "// readme: begin") + 1;
        var to = Array.FindIndex(lines, line => line.Trim() == "// readme: end");
        Assert.True(from > 0 && to > from, "the sample has no part between '// readme: begin' and '// readme: end'");
        var part = lines[from..to];
        var indent = part.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', part.Select(line => line.Length > indent ? line[indent..] : line.Trim()));
    }
}
