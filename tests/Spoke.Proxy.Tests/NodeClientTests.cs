using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;

namespace Spoke.Proxy.Tests;

/// <summary>HubSpot's official Node client, unchanged, with a token that is worth nothing, at the proxy.</summary>
public sealed class NodeClientTests
{
    [Fact]
    public async Task Official_client_with_a_junk_token_works_through_the_proxy()
    {
        var home = await InstallAsync();
        await using var scene = await ProxyScene.StartAsync();
        var (exit, output, errors) = await RunAsync("node", ["drive.cjs"], home, scene.Proxy.BaseUrl.ToString().TrimEnd('/'));
        Assert.True(exit == 0, errors);
        var seen = JsonDocument.Parse(output).RootElement;
        Assert.Equal("node@client.example", seen.GetProperty("createdEmail").GetString());
        Assert.Equal("[3,1]", seen.GetProperty("batchRead").GetRawText());
        Assert.Equal(4, seen.GetProperty("everyone").GetInt32());
        Assert.Equal(4, seen.GetProperty("searchTotal").GetInt32());
        Assert.Equal("""[409,"CONFLICT",true]""", seen.GetProperty("conflict").GetRawText());
        Assert.Equal(404, seen.GetProperty("archived").GetInt32());
        var journal = (await scene.AskAsync("requests?limit=1000")).GetProperty("requests").EnumerateArray().ToList();
        Assert.Equal((await scene.ReachedAsync()).Count, journal.Count);
        Assert.DoesNotContain(ProxyScene.JunkToken, (await scene.SendAsync("GET", "/_proxy/har")).Text);
    }

    /// <summary>A folder with the locked packages, kept between runs under the lock file's own hash.</summary>
    private static async Task<string> InstallAsync()
    {
        var source = Path.Combine(AppContext.BaseDirectory, "NodeClient");
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(source, "package-lock.json"), TestContext.Current.CancellationToken)))[..16];
        var home = Path.Combine(Path.GetTempPath(), $"spoke-proxy-node-client-{hash}");
        Directory.CreateDirectory(home);
        foreach (var name in (string[])["package.json", "package-lock.json", ".npmrc", "drive.cjs"])
            File.Copy(Path.Combine(source, name), Path.Combine(home, name), overwrite: true);
        if (File.Exists(Path.Combine(home, "node_modules", ".package-lock.json"))) return home;
        try
        {
            var (exit, _, errors) = await RunAsync("npm", ["ci", "--no-audit", "--no-fund"], home, null);
            Assert.True(exit == 0, errors);
        }
        catch (Win32Exception)
        {
            Assert.Skip("Node.js is not installed");
        }
        return home;
    }

    private static async Task<(int Exit, string Output, string Errors)> RunAsync(string program, string[] arguments, string folder, string? baseUrl)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        if (baseUrl is not null)
        {
            start.Environment["HUBSPOT_BASE_URL"] = baseUrl;
            start.Environment["HUBSPOT_ACCESS_TOKEN"] = ProxyScene.JunkToken;
        }
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }
}
