using System.Xml.Linq;

namespace Spoke.EndToEnd.Tests.HouseRules;

/// <summary>Who may reference whom. The emulator shares no code with the client, so that both cannot share a bug.</summary>
public sealed class ReferenceArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Spoke.HubSpot"] = ["Spoke.HubSpot.Generators"],   // packed with it, not referenced by its code
        ["Spoke.HubSpot.Generators"] = [],
        ["Spoke.HubSpot.AspNetCore"] = ["Spoke.HubSpot"],
        ["Spoke.Emulator"] = [],
        ["Spoke.Emulator.Native"] = ["Spoke.Emulator"],
        ["Spoke.Emulator.Xunit"] = ["Spoke.Emulator"],
        ["Spoke.Commerce"] = [],
        ["Spoke.Sync"] = ["Spoke.HubSpot", "Spoke.Commerce"],
        ["Spoke.Console"] = ["Spoke.Sync", "Spoke.HubSpot"],
        ["Spoke.Shop"] = ["Spoke.Commerce", "Spoke.HubSpot"],
        ["Spoke.Proxy"] = ["Spoke.HubSpot"],
        ["Spoke"] = ["Spoke.HubSpot", "Spoke.Emulator", "Spoke.Commerce", "Spoke.Sync", "Spoke.Console", "Spoke.Shop", "Spoke.Proxy"],
    };

    [Fact]
    public void Every_project_references_only_what_its_arrow_allows()
    {
        var projects = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories);
        Assert.Equal(Allowed.Keys.Order(), projects.Select(p => Path.GetFileNameWithoutExtension(p)!).Order());
        foreach (var project in projects)
        {
            var name = Path.GetFileNameWithoutExtension(project);
            foreach (var reference in XDocument.Load(project).Descendants("ProjectReference"))
            {
                var target = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'));
                Assert.True(Allowed[name].Contains(target), $"{name} must not reference {target}: move what it needs to the project that owns the noun, or turn the arrow in docs/architecture.md first.");
            }
        }
    }

    [Fact]
    public void No_project_is_a_drawer()
    {
        string[] drawers = ["Core", "Common", "Shared", "Abstractions", "Infrastructure", "Application", "Domain"];
        foreach (var name in Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(Path.GetFileName))
            Assert.False(drawers.Any(d => name!.EndsWith("." + d, StringComparison.Ordinal)), $"src/{name} is a drawer: name the project after the noun in it.");
    }
}
