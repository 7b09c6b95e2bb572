using System.Diagnostics;

namespace Spoke.Bench;

/// <summary>The released proxy in a process of its own, before an emulator.</summary>
internal sealed class ProxyProcess(Process process, Uri baseUrl) : IAsyncDisposable
{
    public Uri BaseUrl => baseUrl;

    public Process Process => process;

    public static async Task<ProxyProcess> StartAsync(string repository, Uri portal, CancellationToken cancellationToken)
    {
        // The limit out of the way: what is measured is the way through.
        var start = new ProcessStartInfo(Path.Combine(repository, "artifacts", "bin", "Spoke", "release", "spoke"), ["proxy", "--port", "0", "--limit", "100000000"]) { RedirectStandardOutput = true };
        start.Environment["HUBSPOT_BASE_URL"] = portal.ToString().TrimEnd('/');
        start.Environment["HUBSPOT_ACCESS_TOKEN"] = EmulatorProcess.Token;
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("the proxy ended before it was ready");
        return new ProxyProcess(process, new Uri(line.Split(' ')[1]));
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
