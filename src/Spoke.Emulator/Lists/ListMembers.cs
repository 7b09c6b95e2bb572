using System.Text.Json;

namespace Spoke.Emulator.Lists;

/// <summary>Who is on a list, in the order of record ids and in the order of joining.</summary>
internal sealed class ListMembers
{
    private readonly Dictionary<long, long> joined = [];
    private readonly Dictionary<long, long> firstJoined = [];
    private readonly SortedSet<long> byId = [];
    private readonly SortedSet<(long AtMs, long Id)> byTime = [];

    public int Count => joined.Count;
    public SortedSet<long> Ids => byId;
    public SortedSet<(long AtMs, long Id)> InJoinOrder => byTime;

    public bool Contains(long id) => joined.ContainsKey(id);

    public long JoinedMs(long id) => joined[id];

    /// <summary>The first time it ever joined, though it may have left since.</summary>
    public long FirstJoinedMs(long id) => firstJoined.GetValueOrDefault(id, joined.GetValueOrDefault(id));

    public bool Add(long id, long atMs)
    {
        if (!joined.TryAdd(id, atMs)) return false;
        firstJoined.TryAdd(id, atMs);
        byId.Add(id);
        byTime.Add((atMs, id));
        return true;
    }

    public bool Remove(long id)
    {
        if (!joined.Remove(id, out var atMs)) return false;
        byId.Remove(id);
        byTime.Remove((atMs, id));
        return true;
    }

    public void Forget(long id) => firstJoined.Remove(id);

    public void Save(Utf8JsonWriter json)
    {
        json.WriteStartArray("members");
        foreach (var (atMs, id) in byTime)
        {
            json.WriteNumberValue(id);
            json.WriteNumberValue(atMs);
        }
        json.WriteEndArray();
        json.WriteStartArray("first");
        foreach (var (id, atMs) in firstJoined.OrderBy(pair => pair.Key))
        {
            if (joined.TryGetValue(id, out var at) && at == atMs) continue;
            json.WriteNumberValue(id);
            json.WriteNumberValue(atMs);
        }
        json.WriteEndArray();
    }

    public void Load(JsonElement saved)
    {
        foreach (var pair in saved.GetProperty("first").EnumerateArray().Select(number => number.GetInt64()).Chunk(2)) firstJoined[pair[0]] = pair[1];
        foreach (var pair in saved.GetProperty("members").EnumerateArray().Select(number => number.GetInt64()).Chunk(2)) Add(pair[0], pair[1]);
    }
}
