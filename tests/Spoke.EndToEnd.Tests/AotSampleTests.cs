using System.Diagnostics;
using System.Runtime.InteropServices;
using Spoke.Emulator;
using Spoke.EndToEnd.Tests.HouseRules;
using Spoke.HubSpot;

namespace Spoke.EndToEnd.Tests;

/// <summary>The sample published ahead of time, started, and calling the emulator: what a trim warning does not show, a run does.</summary>
public sealed class AotSampleTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_sample_published_ahead_of_time_makes_the_articles_call()
    {
        Assert.SkipUnless(await CanLinkAsync(), "Publishing ahead of time needs clang and zlib's headers (apt-get install clang zlib1g-dev).");
        using var folder = new TempFolder();
        var published = await RunAsync("dotnet", [], "publish", Path.Combine(Repository.Root, "samples", "ContactsAot"), "-r", RuntimeInformation.RuntimeIdentifier, "-o", folder["out"], "-v", "quiet", "--nologo");
        Assert.True(published.Code == 0, published.Output + published.Error);

        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions(), Stop);
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = emulator.BaseUrl, Token = () => EmulatorServer.DefaultToken });
        await client.Contacts.BatchCreateAsync([.. Enumerable.Range(0, 120).Select(i => new CrmRecordInput(new Dictionary<string, string?> { ["email"] = $"aot{i}@example.com" }))], cancellationToken: Stop);
        var program = Path.Combine(folder["out"], "ContactsAot");

        var listed = await RunAsync(program, Environment(emulator, EmulatorServer.DefaultToken));
        Assert.True(listed.Code == 0, listed.Error);
        Assert.Equal(Enumerable.Range(0, 120).Select(i => $"aot{i}@example.com"), listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[1]));

        const string wrong = "pat-na1-1b2c3d4e-5f60-4a7b-8c9d-0e1f2a3b4c5d";
        var refused = await RunAsync(program, Environment(emulator, wrong));
        Assert.Equal(3, refused.Code);
        Assert.Contains("INVALID_AUTHENTICATION", refused.Error);
        Assert.Contains("cause: X10", refused.Error);
        Assert.DoesNotContain(wrong, refused.Output + refused.Error);

        var malformed = await RunAsync(program, Environment(emulator, "Bearer " + wrong));
        Assert.Equal(3, malformed.Code);
        Assert.Contains("cause: H06", malformed.Error);
    }

    private static Dictionary<string, string> Environment(EmulatorServer emulator, string token) => new() { ["HUBSPOT_BASE_URL"] = emulator.BaseUrl.ToString(), ["HUBSPOT_ACCESS_TOKEN"] = token };

    private static async Task<bool> CanLinkAsync()
    {
        try
        {
            return (await RunAsync("clang", [], "--version")).Code == 0 && Directory.GetFiles("/usr/include", "zlib.h").Length > 0;
        }
        catch (Exception missing) when (missing is System.ComponentModel.Win32Exception or DirectoryNotFoundException)
        {
            return false;
        }
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string program, Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(Stop);
        var output = await process.StandardOutput.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        return (process.ExitCode, output, await error);
    }
}
