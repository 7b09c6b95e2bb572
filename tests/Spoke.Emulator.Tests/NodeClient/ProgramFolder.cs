using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;

namespace Spoke.Emulator.Tests.NodeClient;

/// <summary>A folder in which programs run against an emulator; one with locked npm packages is kept between runs under the lock file's own hash.</summary>
internal sealed class ProgramFolder
{
    private static readonly SemaphoreSlim OneAtATime = new(1);
    private readonly string _home;

    public ProgramFolder(string home) => _home = home;

    /// <summary>Puts one more file into the folder.</summary>
    public void Add(string file) => File.Copy(file, Path.Combine(_home, Path.GetFileName(file)), overwrite: true);

    /// <summary>Installs what a folder of the tests locks, and puts its files beside. Skips the test without Node.js.</summary>
    /// <param name="folder">Beside the tests: <c>NodeClient</c>.</param>
    public static async Task<ProgramFolder> InstallAsync(string folder, CancellationToken cancellationToken)
    {
        var source = Path.Combine(AppContext.BaseDirectory, folder);
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(source, "package-lock.json"), cancellationToken)))[..16];
        var home = Path.Combine(Path.GetTempPath(), $"spoke-node-client-{hash}");
        await OneAtATime.WaitAsync(cancellationToken);
        try
        {
            Directory.CreateDirectory(home);
            foreach (var file in Directory.GetFiles(source)) File.Copy(file, Path.Combine(home, Path.GetFileName(file)), overwrite: true);
            var node = new ProgramFolder(home);
            if (File.Exists(Path.Combine(home, "node_modules", ".package-lock.json"))) return node;
            var (exit, _, errors) = await node.RunAsync("npm", ["ci", "--no-audit", "--no-fund"], null, cancellationToken);
            Assert.True(exit == 0, errors);
            return node;
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    /// <summary>Runs a program in the folder, with the emulator's address and token in its environment.</summary>
    public async Task<(int Exit, string Output, string Errors)> RunAsync(string program, string[] arguments, Uri? emulator, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = _home, RedirectStandardOutput = true, RedirectStandardError = true };
        if (emulator is not null)
        {
            start.Environment["HUBSPOT_BASE_URL"] = emulator.ToString().TrimEnd('/');
            start.Environment["HUBSPOT_ACCESS_TOKEN"] = EmulatorServer.DefaultToken;
            start.Environment["HUBSPOT_CLIENT_ID"] = EmulatorServer.DefaultClientId;
            start.Environment["HUBSPOT_CLIENT_SECRET"] = EmulatorServer.DefaultClientSecret;
        }
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output, await errors);
        }
        catch (Win32Exception)
        {
            Assert.Skip($"{program} is not installed");
            throw;
        }
    }
}
