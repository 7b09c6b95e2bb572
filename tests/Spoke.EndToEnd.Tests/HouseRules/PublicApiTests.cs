using PublicApiGenerator;
using Spoke.HubSpot;

namespace Spoke.EndToEnd.Tests.HouseRules;

/// <summary>What is public in the package is a promise: it changes on purpose or not at all.</summary>
public sealed class PublicApiTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "tests", "Spoke.EndToEnd.Tests", "HouseRules");
    private static readonly string s_approved = Path.Combine(s_folder, "PublicApi.approved.txt");
    private static readonly string s_received = Path.Combine(s_folder, "PublicApi.received.txt");

    // The compiler's own attributes name types that it numbers anew with every change.
    private static readonly ApiGeneratorOptions s_options = new() { IncludeAssemblyAttributes = false, ExcludeAttributes = ["System.Runtime.CompilerServices.AsyncIteratorStateMachineAttribute", "System.Runtime.CompilerServices.IteratorStateMachineAttribute"] };

    [Fact]
    public void The_public_API_of_the_package_is_the_approved_one()
    {
        var received = typeof(HubSpotClient).Assembly.GeneratePublicApi(s_options).ReplaceLineEndings("\n").Trim() + "\n";
        var approved = File.Exists(s_approved) ? File.ReadAllText(s_approved).ReplaceLineEndings("\n") : "";
        File.Delete(s_received);
        if (received == approved) return;
        File.WriteAllText(s_received, received);
        var (before, after) = (approved.Split('\n'), received.Split('\n'));
        var place = Enumerable.Range(0, after.Length).First(i => i >= before.Length || before[i] != after[i]);
        Assert.Fail($"""
            The public API of Spoke.HubSpot has changed. First difference, line {place + 1}:
              approved: {(place < before.Length ? before[place].Trim() : "(the end)")}
              received: {after[place].Trim()}
            If it changed on purpose, approve it and tell users in CHANGELOG.md:
              mv {Path.GetRelativePath(Repository.Root, s_received)} {Path.GetRelativePath(Repository.Root, s_approved)}
            """);
    }
}
