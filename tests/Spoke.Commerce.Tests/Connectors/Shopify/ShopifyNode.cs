using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;

namespace Spoke.Commerce.Tests.Connectors.Shopify;

/// <summary>
/// Shopify's own packages, from the npm registry: the client, and the schemas of the Admin API that the package @shopify/dev-mcp carries.
/// Of that one only the schemas are unpacked: what it depends on is the whole of Shopify's tooling.
/// </summary>
internal static class ShopifyNode
{
    private const string Schemas = "@shopify/dev-mcp@1.16.0";

    /// <summary>A folder with the locked packages, kept between runs under the hash of what is in it.</summary>
    public static async Task<string> InstallAsync(CancellationToken cancellationToken)
    {
        var source = Path.Combine(AppContext.BaseDirectory, "Connectors", "Shopify", "NodeClient");
        var locked = await File.ReadAllTextAsync(Path.Combine(source, "package-lock.json"), cancellationToken) + Schemas;
        var home = Path.Combine(Path.GetTempPath(), $"spoke-shopify-node-{Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(locked)))[..16]}");
        Directory.CreateDirectory(home);
        using var one = await OneAtATimeAsync(home, cancellationToken);
        foreach (var file in Directory.EnumerateFiles(source)) File.Copy(file, Path.Combine(home, Path.GetFileName(file)), overwrite: true);
        var done = Path.Combine(home, "done");
        if (File.Exists(done)) return home;
        try
        {
            await RunAsync("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], home, null, cancellationToken);
            var packed = JsonDocument.Parse(await RunAsync("npm", ["pack", Schemas, "--json"], home, null, cancellationToken)).RootElement;
            var file = (packed.ValueKind == JsonValueKind.Array ? packed[0] : packed.EnumerateObject().First().Value).GetProperty("filename").GetString()!;
            await RunAsync("tar", ["xzf", file, "--wildcards", "package/dist/data/admin_2*.json.gz"], home, null, cancellationToken);
            File.Delete(Path.Combine(home, file));
        }
        catch (Win32Exception)
        {
            Assert.Skip("Node.js is not installed");
        }
        await File.WriteAllTextAsync(done, "", cancellationToken);
        return home;
    }

    public static async Task<string> RunAsync(string program, string[] arguments, string folder, IReadOnlyDictionary<string, string>? environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        await process.WaitForExitAsync(cancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await errors}");
        return await output;
    }

    // Several test programs may run at once.
    private static async Task<FileStream> OneAtATimeAsync(string home, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(home + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
            }
        }
    }
}
