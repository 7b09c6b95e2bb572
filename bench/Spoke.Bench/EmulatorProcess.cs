using System.Diagnostics;
using Spoke.HubSpot;

namespace Spoke.Bench;

/// <summary>The released emulator in a process of its own, on the same processors.</summary>
internal sealed class EmulatorProcess : IAsyncDisposable
{
    public const string Token = "pat-na1-00000000-0000-4000-8000-000000000001";
    private EmulatorProcess(Process process, Uri baseUrl)
    {
        Process = process;
        BaseUrl = baseUrl;
    }

    public Uri BaseUrl { get; }

    public Process Process { get; }

    public static async Task<EmulatorProcess> StartAsync(string repository, string limits, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Path.Combine(repository, "artifacts", "bin", "Spoke", "release", "spoke"), ["emulator", "--port", "0", "--limits", limits]) { RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("the emulator ended before it was ready");
        return new EmulatorProcess(process, new Uri(line.Split(' ')[1]));
    }

    /// <summary>A client whose own limits do not stand in the way.</summary>
    public HubSpotClient Client(int tenSecondLimit = 100_000_000) => new(new HubSpotClientOptions { BaseUrl = BaseUrl, Token = () => Token, TenSecondLimit = tenSecondLimit });

    public async ValueTask DisposeAsync()
    {
        Process.Kill();
        await Process.WaitForExitAsync();
        Process.Dispose();
    }
}
