using System.Diagnostics;
using Spoke.HubSpot;

namespace Spoke.Bench;

/// <summary>The released emulator.</summary>
internal sealed class EmulatorProcess(ChildProcess child) : IAsyncDisposable
{
    public const string Token = "pat-na1-00000000-0000-4000-8000-000000000001";

    public Uri BaseUrl { get; } = child.Address;

    public Process Process => child.Process;

    public long Memory => child.Memory;

    public static async Task<EmulatorProcess> StartAsync(string repository, string limits, CancellationToken cancellationToken) =>
        new(await ChildProcess.SpokeAsync(repository, ["emulator", "--port", "0", "--limits", limits], null, cancellationToken));

    /// <summary>A client whose own limits do not stand in the way.</summary>
    public HubSpotClient Client(int tenSecondLimit = 100_000_000) => new(new HubSpotClientOptions { BaseUrl = BaseUrl, Token = () => Token, TenSecondLimit = tenSecondLimit });

    public ValueTask DisposeAsync() => child.DisposeAsync();
}
