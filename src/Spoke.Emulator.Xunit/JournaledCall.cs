namespace Spoke.Emulator.Xunit;

/// <summary>A call the emulator received, secrets masked, bodies cut at 4,000 bytes.</summary>
/// <param name="Number">Counts up from the start, over resets too.</param>
/// <param name="Path">With the query.</param>
/// <param name="Status">0: the connection was dropped.</param>
/// <param name="Verdict">What became of it: <c>done</c>, <c>refused at the gate</c>, <c>fault 502</c>, …</param>
/// <param name="Why">The reason of a refusal.</param>
public sealed record JournaledCall(long Number, DateTimeOffset At, string Method, string Path, int Status, string Verdict, string? Why, string? Request, string? Response)
{
    /// <summary>One line for a failed assert.</summary>
    public override string ToString() => $"{Number}. {Method} {Path} -> {Status} {Verdict}{(Why is null ? "" : ": " + Why)}";
}
