using System.Globalization;

namespace Spoke.Sync.Intake;

/// <summary>What the door answers to a test whose signature holds: the test's id, which database is behind the door, and its clock. A proxy that answers in our place knows none of it.</summary>
internal sealed record TestAnswer(string Id, string Database, DateTimeOffset At)
{
    private const string Word = "spoke-test";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Word} {Id} {Database} {At.ToUnixTimeMilliseconds()}");

    /// <returns>Null: it is no answer of ours.</returns>
    public static TestAnswer? Read(string text) =>
        text.Trim().Split(' ') is [Word, var id, var database, var at] && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var moment) ? new TestAnswer(id, database, DateTimeOffset.FromUnixTimeMilliseconds(moment)) : null;
}
