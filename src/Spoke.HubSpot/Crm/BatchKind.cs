using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>What the batches of one verb have of their own.</summary>
/// <param name="verb">The last part of the path: <c>create</c>, <c>update</c>, <c>upsert</c>, <c>archive</c>.</param>
/// <param name="count">How many inputs there are.</param>
/// <param name="write">Writes the members of an input.</param>
internal sealed class BatchKind(string verb, int count, Action<Utf8JsonWriter, int> write)
{
    public string Verb { get; } = verb;
    public int Count { get; } = count;
    public Action<Utf8JsonWriter, int> Write { get; } = write;

    /// <summary>What makes two inputs the same record; such inputs must not share a call. Null: nothing does.</summary>
    public Func<int, string>? Key { get; init; }

    /// <summary>Whether a record of the answer is that of an input; asked only where HubSpot sent no trace id.</summary>
    public Func<CrmRecord, int, bool> IsRecordOf { get; init; } = (_, _) => false;

    /// <summary>Sending it twice does the same as once.</summary>
    public bool Repeatable { get; init; } = true;

    /// <summary>A call of it had to be sent again: what it met may be its own doing.</summary>
    public bool WasRepeated { get; set; }
}
