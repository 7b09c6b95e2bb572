namespace Spoke.Emulator.Webhooks;

/// <summary>A request an area wants made, complete with its signature.</summary>
/// <param name="Id">Under which the area hears what became of it.</param>
/// <param name="Timeout">From the first byte to the last of the answer.</param>
internal sealed record OutgoingRequest(
    string Area, long Id, string Lane, string Method, Uri Target, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body, TimeSpan ConnectTimeout, TimeSpan Timeout);

/// <summary>One of the requests that may go out now.</summary>
/// <param name="Lane">Requests of one lane share <paramref name="LaneWidth"/> places.</param>
internal readonly record struct WaitingRequest(long Id, string Lane, int LaneWidth);
