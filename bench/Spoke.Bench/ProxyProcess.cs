using System.Diagnostics;

namespace Spoke.Bench;

/// <summary>The released proxy before an emulator.</summary>
internal sealed class ProxyProcess(ChildProcess child) : IAsyncDisposable
{
    public Uri BaseUrl { get; } = child.Address;

    public Process Process => child.Process;

    public static async Task<ProxyProcess> StartAsync(string repository, Uri portal, CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string> { ["HUBSPOT_BASE_URL"] = portal.ToString().TrimEnd('/'), ["HUBSPOT_ACCESS_TOKEN"] = EmulatorProcess.Token };
        // The limit out of the way: what is measured is the way through.
        return new ProxyProcess(await ChildProcess.SpokeAsync(repository, ["proxy", "--port", "0", "--limit", "100000000"], environment, cancellationToken));
    }

    public ValueTask DisposeAsync() => child.DisposeAsync();
}
