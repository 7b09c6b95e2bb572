using System.Text.Json;

namespace Spoke.Emulator.Crm;

/// <summary>Numbers of an area's things with the moments at which they fall due, the earliest first.</summary>
internal sealed class DueList
{
    private readonly SortedSet<(long DueMs, long Id)> due = [];

    /// <summary>When the first falls due, in unix milliseconds; null: none is waiting.</summary>
    public long? NextMs => due.Count > 0 ? due.Min.DueMs : null;

    public void Add(long dueMs, long id) => due.Add((dueMs, id));

    /// <summary>Takes out, one by one, what has fallen due; what is added meanwhile is taken too when its moment has come.</summary>
    public IEnumerable<(long DueMs, long Id)> Take(long nowMs)
    {
        while (due.Count > 0 && due.Min is var first && first.DueMs <= nowMs)
        {
            due.Remove(first);
            yield return first;
        }
    }

    public void Save(Utf8JsonWriter json, string name)
    {
        json.WriteStartArray(name);
        foreach (var (dueMs, id) in due)
        {
            json.WriteNumberValue(dueMs);
            json.WriteNumberValue(id);
        }
        json.WriteEndArray();
    }

    public void Load(JsonElement saved, string name)
    {
        foreach (var pair in saved.GetProperty(name).EnumerateArray().Select(number => number.GetInt64()).Chunk(2)) Add(pair[0], pair[1]);
    }
}
