using System.Text.Json;

namespace Spoke.Emulator.Tests.NodeClient;

/// <summary>HubSpot's official Node client, unchanged, against the emulator.</summary>
[Collection(OneInstallation)]
public sealed class NodeClientTests
{
    /// <summary>Whoever uses the folder of packages: one after the other, so that it is filled once.</summary>
    public const string OneInstallation = "the Node client's folder";

    [Fact]
    public async Task Official_client_drives_contacts_batches_search_associations_properties_and_pipelines()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var node = await ProgramFolder.InstallAsync("NodeClient", cancellation);
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions { Port = 0 }, cancellation);
        var (exit, output, errors) = await node.RunAsync("node", ["drive.cjs"], emulator.BaseUrl, cancellation);
        Assert.True(exit == 0, errors);
        var seen = JsonDocument.Parse(output).RootElement;

        Assert.Equal("node@client.example", seen.GetProperty("createdEmail").GetString());
        Assert.True(seen.GetProperty("createdAtIsDate").GetBoolean());
        Assert.True(seen.GetProperty("sameRecord").GetBoolean());
        Assert.Equal("123", seen.GetProperty("updated").GetString());
        Assert.Equal(3, seen.GetProperty("batchCreated").GetInt32());
        Assert.Equal("[3,1]", seen.GetProperty("batchRead").GetRawText());
        Assert.False(seen.GetProperty("upsertNew").GetBoolean());
        Assert.Equal(4, seen.GetProperty("everyone").GetInt32());
        Assert.Equal(4, seen.GetProperty("searchTotal").GetInt32());
        Assert.Equal("2", seen.GetProperty("searchNext").GetString());
        Assert.Equal("[1,279]", seen.GetProperty("associationTypes").GetRawText());
        Assert.Equal(1, seen.GetProperty("batchAssociated").GetInt32());
        Assert.Equal("node_group", seen.GetProperty("propertyGroup").GetString());
        Assert.True(seen.GetProperty("propertyListed").GetBoolean());
        Assert.Equal("""["Open","Processed","Shipped","Delivered","Cancelled"]""", seen.GetProperty("orderStages").GetRawText());
        Assert.Equal(2, seen.GetProperty("stages").GetInt32());
        Assert.Equal(3, seen.GetProperty("owners").GetInt32());
        Assert.Equal("""[409,"CONFLICT",true]""", seen.GetProperty("conflict").GetRawText());
        Assert.Equal(404, seen.GetProperty("archived").GetInt32());
    }

    [Fact]
    public async Task Official_client_drives_further_objects_merges_schemas_and_settings()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var node = await ProgramFolder.InstallAsync("NodeClient", cancellation);
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions { Port = 0 }, cancellation);
        var (exit, output, errors) = await node.RunAsync("node", ["records.cjs"], emulator.BaseUrl, cancellation);
        Assert.True(exit == 0, errors);
        var seen = JsonDocument.Parse(output).RootElement;

        Assert.True(seen.GetProperty("invoiceContact").GetBoolean());
        Assert.Equal("Hello", seen.GetProperty("call").GetString());
        Assert.Equal("new-stage-id", seen.GetProperty("leadStage").GetString());
        Assert.Equal("""["Ulm by INTEGRATION","Bonn by INTEGRATION"]""", seen.GetProperty("history").GetRawText());
        Assert.True(seen.GetProperty("oldIdFindsMerged").GetBoolean());
        Assert.Equal(404, seen.GetProperty("gone").GetInt32());
        Assert.Equal("1", seen.GetProperty("splits").ToString());
        Assert.Equal(0, seen.GetProperty("schemas").GetInt32());
        Assert.True(seen.GetProperty("users").GetBoolean());
        Assert.Equal(2, seen.GetProperty("teams").GetInt32());
        Assert.Equal(1, seen.GetProperty("units").GetInt32());
    }

    [Fact]
    public async Task Official_client_subscribes_checks_deliveries_and_answers_custom_actions()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var node = await ProgramFolder.InstallAsync("NodeClient", cancellation);
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions { Port = 0 }, cancellation);
        var (exit, output, errors) = await node.RunAsync("node", ["drive-hooks.cjs"], emulator.BaseUrl, cancellation);
        Assert.True(exit == 0, errors);
        Assert.Equal("""{"targetUrl":true,"active":true,"subscriptions":1,"definitions":[true],"flow":true,"event":true,"v1":true,"v3":true,"forged":false,"v2":true,"city":"Bonn"}""", output.Trim());
    }
}
