using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Spoke.Bench.Clients;

/// <summary>HubSpot's Node client, installed by npm into a folder of its own, in a process of its own.</summary>
internal sealed class NodeContacts : IAsyncDisposable
{
    private readonly Process _process;

    private NodeContacts(Process process) => _process = process;

    /// <summary>Null: there is no Node.js.</summary>
    public static async Task<NodeContacts?> StartAsync(string repository, Uri baseUrl, string contactId, CancellationToken cancellationToken)
    {
        var home = Path.Combine(Path.GetTempPath(), "spoke-bench-node-client-14.0.1");
        Directory.CreateDirectory(home);
        foreach (var file in Directory.GetFiles(Path.Combine(repository, "bench", "Spoke.Bench", "node"))) File.Copy(file, Path.Combine(home, Path.GetFileName(file)), overwrite: true);
        try
        {
            if (!File.Exists(Path.Combine(home, "node_modules", ".package-lock.json")))
            {
                using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error"]) { WorkingDirectory = home, RedirectStandardOutput = true })!;
                await npm.StandardOutput.ReadToEndAsync(cancellationToken);
                await npm.WaitForExitAsync(cancellationToken);
                if (npm.ExitCode != 0) throw new InvalidOperationException("npm could not install HubSpot's client");
            }
            var start = new ProcessStartInfo("node", ["contacts.cjs", baseUrl.ToString().TrimEnd('/'), EmulatorProcess.Token, contactId]) { WorkingDirectory = home, RedirectStandardInput = true, RedirectStandardOutput = true };
            return new NodeContacts(Process.Start(start)!);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <returns>How often a second, and microseconds of processor for each.</returns>
    public async Task<(double PerSecond, double Microseconds)> MeasureAsync(string what, int callers, TimeSpan length, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{what} {length.TotalMilliseconds:0} {callers}").AsMemory(), cancellationToken);
        var said = (await _process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("HubSpot's client ended early")).Split(' ');
        return (double.Parse(said[0], CultureInfo.InvariantCulture), double.Parse(said[1], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
