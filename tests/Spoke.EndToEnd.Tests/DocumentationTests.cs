using Spoke.EndToEnd.Tests.HouseRules;
using Spoke.HubSpot;

namespace Spoke.EndToEnd.Tests;

public sealed class DocumentationTests
{
    private static readonly (char Family, string Heading)[] Families =
    [
        ('H', "Header is malformed"), ('V', "Value never filled in"), ('K', "Wrong kind of credential"), ('X', "Not valid any more, or not here"), ('P', "Not allowed here"), ('R', "Went elsewhere, or something else answered"),
    ];

    [Fact]
    public void The_page_of_errors_is_what_the_catalogue_gives()
    {
        Assert.Equal(89, Causes.All.Count);
        var text = new System.Text.StringBuilder("""
            # Errors and causes

            Generated from `data/causes.tsv` and `data/proofs.tsv`: `DocumentationTests` keeps the two equal and writes the page anew when they differ. The ids are stable: the program, its JSON and these pages use the same ones. `spoke doctor` tells which one it is.

            Proved by: programs in Node, Python and C# fail with the cause against the emulator, and the doctor names it from their recording, from their source, from a delivery they refused, or by asking the live portal. A cause that cannot be played says why.


            """);
        var proofs = File.ReadLines(Path.Combine(Repository.Root, "data", "proofs.tsv")).Skip(1).Select(line => line.Split('\t')).ToDictionary(row => row[0], row => Proof(row[1], row[2]));
        foreach (var (family, heading) in Families)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"## {heading}\n\n| id | cause | what you see | how to tell | fix | known from | as of | proved by |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n");
            foreach (var cause in Causes.All.Where(cause => cause.Id[0] == family))
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"| {cause.Id} | {cause.Title} | {cause.Symptom} | {cause.HowToTell} | {cause.Fix} | {cause.Source} | {cause.AsOf} | {proofs[cause.Id]} |\n");
            text.Append('\n');
        }
        var wanted = text.ToString().TrimEnd('\n') + "\n";
        if (wanted == File.ReadAllText(Path.Combine(Repository.Root, "docs", "errors.md"))) return;
        var received = Path.Combine(Repository.Root, "artifacts", "errors.received.md");
        File.WriteAllText(received, wanted);
        Assert.Fail($"docs/errors.md differs from data/causes.tsv: put {received} in its place");
    }

    private static string Proof(string by, string note) => by switch
    {
        "unplayable" => "cannot be played here: " + note,
        "proxy" => "refusals of the proxy itself",
        "live" => "loop, live portal" + (note.Length > 0 ? ": " + note : ""),
        _ => $"loop, {by}{(note.Length > 0 ? ": " + note : "")}",
    };

    [Fact]
    public void Every_link_of_the_readme_leads_to_a_file()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        foreach (System.Text.RegularExpressions.Match link in System.Text.RegularExpressions.Regex.Matches(readme, @"\]\((?!https?:)([^)#]+)\)"))
            Assert.True(Path.Exists(Path.Combine(Repository.Root, link.Groups[1].Value)), $"README.md links to {link.Groups[1].Value}, which is not there.");
    }
}
