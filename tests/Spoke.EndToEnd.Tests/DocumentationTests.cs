using Spoke.EndToEnd.Tests.HouseRules;
using Spoke.HubSpot;

namespace Spoke.EndToEnd.Tests;

public sealed class DocumentationTests
{
    [Fact]
    public void The_page_of_errors_says_what_the_catalogue_says()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "errors.md"));
        Assert.Equal(88, Causes.All.Count);
        foreach (var cause in Causes.All)
            Assert.Contains($"| {cause.Id} | {cause.Title} | {cause.HowToTell} | {cause.Fix} | {cause.Source} |", page);
    }

    [Fact]
    public void Every_link_of_the_readme_leads_to_a_file()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        foreach (System.Text.RegularExpressions.Match link in System.Text.RegularExpressions.Regex.Matches(readme, @"\]\((?!https?:)([^)#]+)\)"))
            Assert.True(Path.Exists(Path.Combine(Repository.Root, link.Groups[1].Value)), $"README.md links to {link.Groups[1].Value}, which is not there.");
    }
}
