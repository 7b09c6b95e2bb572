namespace Spoke.Emulator.Tests.NodeClient;

/// <summary>Postman's runner with the collection of docs/postman, unchanged.</summary>
public sealed class NewmanTests
{
    [Fact]
    public async Task Collection_passes()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var node = await ProgramFolder.InstallAsync(Path.Combine("NodeClient", "Newman"), cancellation);
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions(), cancellation);
        var postman = Path.Combine(AppContext.BaseDirectory, "Postman", "spoke-emulator.postman_");
        var (exit, output, errors) = await node.RunAsync("node", ["node_modules/newman/bin/newman.js", "run", postman + "collection.json", "-e", postman + "environment.json",
            "--env-var", $"baseUrl={emulator.BaseUrl.ToString().TrimEnd('/')}", "--disable-unicode", "--color", "off"], null, cancellation);
        Assert.True(exit == 0, output + errors);
        Assert.Matches(@"assertions \|\s+3[0-9] \|\s+0 ", output);
    }
}
