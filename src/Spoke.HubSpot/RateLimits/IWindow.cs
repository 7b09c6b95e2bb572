namespace Spoke.HubSpot;

/// <summary>A rolling window of a limit: of this process alone (<see cref="RollingWindow"/>) or shared with others (<see cref="SharedWindow"/>).</summary>
internal interface IWindow : IDisposable
{
    int Limit { get; set; }

    int Used { get; }

    /// <summary>Takes a place, waiting for it in line if need be.</summary>
    /// <param name="caller">Whose turn it takes.</param>
    /// <returns>A mark to hand to <see cref="Answered"/> with the call's answer.</returns>
    ValueTask<long> EnterAsync(string caller, CancellationToken cancellationToken);

    /// <summary>The answer has arrived, or never will.</summary>
    /// <param name="limit">The server's limit, where the answer told.</param>
    /// <param name="remaining">How many places the server says are left.</param>
    void Answered(long mark, int? limit = null, int? remaining = null);

    /// <summary>The place was taken and nothing was sent.</summary>
    void GiveBack();

    /// <summary>The server refused: nobody goes before this much time has passed.</summary>
    void Block(TimeSpan wait);
}
