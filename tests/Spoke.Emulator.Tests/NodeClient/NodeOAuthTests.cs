using System.Text.Json;

namespace Spoke.Emulator.Tests.NodeClient;

/// <summary>An app installed by HubSpot's official Node client, unchanged.</summary>
[Collection(NodeClientTests.OneInstallation)]
public sealed class NodeOAuthTests
{
    [Fact]
    public async Task Official_client_installs_an_app_refreshes_and_revokes()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var node = await ProgramFolder.InstallAsync("NodeClient", cancellation);
        await using var emulator = await EmulatorClient.StartAsync();
        await emulator.ControlAsync("PATCH", $"apps/{EmulatorServer.DefaultClientId}", """{"consent":"approve","consentPortal":1000002}""");
        var (exit, output, errors) = await node.RunAsync("node", ["oauth.cjs", EmulatorServer.DefaultClientId, EmulatorServer.DefaultClientSecret], emulator.BaseUrl, cancellation);
        Assert.True(exit == 0, errors);
        var seen = JsonDocument.Parse(output).RootElement;
        Assert.Equal("node", seen.GetProperty("state").GetString());
        Assert.Equal(1800, seen.GetProperty("expiresIn").GetInt32());
        Assert.Equal(0, seen.GetProperty("contacts").GetInt32());
        Assert.Equal("""["crm.objects.contacts.read","oauth","tickets"]""", seen.GetProperty("scopes").GetRawText());
        Assert.Equal(1000002, seen.GetProperty("hub").GetInt32());
        Assert.True(seen.GetProperty("sameRefreshToken").GetBoolean());
        Assert.True(seen.GetProperty("client").GetBoolean());
        Assert.Equal("""[400,"BAD_REFRESH_TOKEN"]""", seen.GetProperty("refused").GetRawText());
    }
}
