using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
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
        var home = await InstallAsync(cancellation);
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions { Port = 0 }, cancellation);
        var (exit, output, errors) = await RunAsync("node", ["drive.cjs"], home, emulator.BaseUrl.ToString().TrimEnd('/'), cancellation);
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
        var home = await InstallAsync(cancellation);
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions { Port = 0 }, cancellation);
        var (exit, output, errors) = await RunAsync("node", ["records.cjs"], home, emulator.BaseUrl.ToString().TrimEnd('/'), cancellation);
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
        var home = await InstallAsync(cancellation);
        await using var emulator = await EmulatorServer.StartAsync(new EmulatorOptions { Port = 0 }, cancellation);
        var (exit, output, errors) = await RunAsync("node", ["drive-hooks.cjs"], home, emulator.BaseUrl.ToString().TrimEnd('/'), cancellation);
        Assert.True(exit == 0, errors);
        Assert.Equal("""{"targetUrl":true,"active":true,"subscriptions":1,"definitions":[true],"flow":true,"event":true,"v1":true,"v3":true,"forged":false,"v2":true,"city":"Bonn"}""", output.Trim());
    }

    /// <summary>A folder with the locked packages, kept between runs under the lock file's own hash.</summary>
    internal static async Task<string> InstallAsync(CancellationToken cancellationToken)
    {
        var source = Path.Combine(AppContext.BaseDirectory, "NodeClient");
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(source, "package-lock.json"), cancellationToken)))[..16];
        var home = Path.Combine(Path.GetTempPath(), $"spoke-node-client-{hash}");
        Directory.CreateDirectory(home);
        foreach (var name in (string[])["package.json", "package-lock.json", ".npmrc", .. Directory.GetFiles(source, "*.cjs").Select(file => Path.GetFileName(file))])
            File.Copy(Path.Combine(source, name), Path.Combine(home, name), overwrite: true);
        if (File.Exists(Path.Combine(home, "node_modules", ".package-lock.json"))) return home;
        try
        {
            var (exit, _, errors) = await RunAsync("npm", ["ci", "--no-audit", "--no-fund"], home, null, cancellationToken);
            Assert.True(exit == 0, errors);
        }
        catch (Win32Exception)
        {
            Assert.Skip("Node.js is not installed");
        }
        return home;
    }

    internal static async Task<(int Exit, string Output, string Errors)> RunAsync(
        string program, string[] arguments, string folder, string? baseUrl, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        if (baseUrl is not null)
        {
            start.Environment["HUBSPOT_BASE_URL"] = baseUrl;
            start.Environment["HUBSPOT_ACCESS_TOKEN"] = EmulatorServer.DefaultToken;
            start.Environment["HUBSPOT_CLIENT_SECRET"] = EmulatorServer.DefaultClientSecret;
        }
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output, await errors);
    }
}
