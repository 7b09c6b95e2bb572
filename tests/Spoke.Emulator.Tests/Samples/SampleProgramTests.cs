using Spoke.Emulator.Tests.NodeClient;

namespace Spoke.Emulator.Tests.Samples;

/// <summary>The programs of samples/emulator, each run as its reader would run it. One whose language is not on the machine is skipped.</summary>
public sealed class SampleProgramTests
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Samples");

    [Theory]
    [InlineData("python", "python3", "main.py")]
    [InlineData("php", "php", "main.php")]
    [InlineData("go", "go", "run", "main.go")]
    [InlineData("curl", "bash", "main.sh")]
    public async Task Program_creates_is_refused_and_gets_over_a_fault(string language, string program, params string[] arguments)
    {
        if (language == "python") await SkipWithoutRequestsAsync();
        await RunAsync(language, new ProgramFolder(Path.Combine(Folder, language)), program, arguments);
    }

    [Fact]
    public async Task Node_program_with_the_official_client()
    {
        var node = await ProgramFolder.InstallAsync("NodeClient", TestContext.Current.CancellationToken);
        node.Add(Path.Combine(Folder, "node", "index.mjs"));
        await RunAsync("node", node, "node", ["index.mjs"]);
    }

    [Fact]
    public async Task Seed_of_the_samples_can_be_planted()
    {
        await using var emulator = await EmulatorClient.StartAsync(new EmulatorOptions { Limits = LimitTier.Off, Seed = Path.Combine(Folder, "seed.json") });
        var contact = (await emulator.SendAsync("GET", "/crm/v3/objects/contacts/ada@acme.example?idProperty=email&properties=loyalty_tier&associations=orders")).Expect(200).Json;
        Assert.Equal("gold", contact.GetProperty("properties").GetProperty("loyalty_tier").GetString());
    }

    private static async Task RunAsync(string name, ProgramFolder folder, string program, string[] arguments)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var emulator = await EmulatorClient.StartAsync();
        var (exit, output, errors) = await folder.RunAsync(program, arguments, emulator.BaseUrl, cancellation);
        Assert.True(exit == 0, output + errors);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("Request failed", StringComparison.Ordinal)).ToArray();   // the official client tells of its retries
        Assert.Matches("^created [0-9]+$", lines[0]);
        Assert.Equal(["refused 409 CONFLICT", $"read {name}@sample.example in spite of a 502"], lines[1..]);
        Assert.Contains((await emulator.ControlAsync("GET", "requests")).GetProperty("requests").EnumerateArray(), entry => entry.GetProperty("verdict").GetString() == "fault 502");
    }

    private static async Task SkipWithoutRequestsAsync()
    {
        var (exit, _, _) = await new ProgramFolder(Folder).RunAsync("python3", ["-c", "import requests"], null, TestContext.Current.CancellationToken);
        if (exit != 0) Assert.Skip("Python's requests is not installed");
    }
}
