namespace Spoke.Emulator.Faults;

/// <summary>Everything that can be asked for. <c>slow</c> and <c>search-lag</c> take <c>:MS</c>.</summary>
internal static class FaultKinds
{
    private static readonly string[] Named =
        ["429-ten-secondly", "429-daily", "429-search", "423", "500", "502", "503", "504", "timeout", "slow", "lost-response", "half-batch", "search-lag", "hublet-move"];

    /// <summary>Ids of the cause catalogue that a server can play: those that differ in what it answers, and those it answers as if no credential were there.</summary>
    private static readonly string[] Causes =
    [
        .. FaultReplies.AsIfNoCredential,
        "V02", "K01", "K03", "K06", "X01", "X02", "X05", "X06", "X07", "X12", "X13", "X14", "X15",
        "P01", "P02", "P03", "P04", "P05", "P06", "P07", "P10", "P11", "P12", "P13", "R02", "R05", "R06", "R09", "R10", "R11", "R13", "R14",
    ];

    public static IReadOnlyList<string> All { get; } = [.. Named, .. Causes.Order(StringComparer.Ordinal)];
}
