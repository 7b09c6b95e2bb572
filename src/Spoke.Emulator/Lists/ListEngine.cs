using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Lists;

/// <summary>Keeps the members of dynamic lists right: looks at the records a change can have moved, and at those that time moves.</summary>
internal sealed class ListEngine(Portal portal, ListStore store)
{
    private readonly Queue<(StoredList List, StoredRecord Record)> waiting = [];
    private IReadOnlyList<IListListener>? listeners;

    /// <summary>A record, its associations or what happened to it became something else.</summary>
    public void Changed(ObjectTypeDefinition type, StoredRecord record, long atMs)
    {
        var gone = IsGone(type, record);
        foreach (var list in store.All)
        {
            if (list.Deleted) continue;
            if (list.IsDynamic && list.Filter is { } filter) Reach(list, filter, type, record);
            else if (gone && list.Type == type && list.Members.Contains(record.Id)) Leave(list, record, atMs);
        }
        Work(atMs);
    }

    /// <summary>The merged record is on every static list one of the two was on.</summary>
    public void Merged(ObjectTypeDefinition type, StoredRecord survivor, IReadOnlyList<long> merged, long atMs)
    {
        foreach (var list in store.All)
        {
            if (list.Deleted || list.Type != type) continue;
            var was = false;
            foreach (var id in merged)
            {
                was |= list.Members.Remove(id);
                list.Members.Forget(id);
                list.Schedule(id, null);
            }
            if (was && !list.IsDynamic) Join(list, survivor, atMs);
            else if (was) list.NoteSize(atMs);
        }
        Changed(type, survivor, atMs);
    }

    /// <summary>Looks at every record, as after a change of the filter.</summary>
    public void Fill(StoredList list, long atMs)
    {
        list.ClearSchedule();
        foreach (var record in list.Type.Records.All) waiting.Enqueue((list, record));
        Work(atMs);
        list.NoteSize(atMs);
    }

    /// <summary>Looks at the records of a list that fell due.</summary>
    public void Due(StoredList list, long nowMs)
    {
        foreach (var id in list.TakeDue(nowMs))
            if (list.Type.Records.Find(id) is { } record) waiting.Enqueue((list, record));
        Work(nowMs);
    }

    /// <summary>Whoever meets the filter at this moment, worked out from nothing.</summary>
    public IEnumerable<long> Anew(StoredList list, long atMs)
    {
        var scope = new ListScope(portal, store, atMs);
        return list.Type.Records.All.Where(record => !record.Archived && list.Filter!.Root.Meets(scope, record)).Select(record => record.Id);
    }

    public void Join(StoredList list, StoredRecord record, long atMs)
    {
        if (!list.Members.Add(record.Id, atMs)) return;
        list.LastAddedMs = atMs;
        Tell(list, record, true, atMs);
    }

    public void Leave(StoredList list, StoredRecord record, long atMs)
    {
        if (!list.Members.Remove(record.Id)) return;
        list.LastRemovedMs = atMs;
        Tell(list, record, false, atMs);
    }

    public void Work(long atMs)
    {
        if (waiting.Count == 0) return;
        var scope = new ListScope(portal, store, atMs);
        while (waiting.TryDequeue(out var next)) Judge(scope, next.List, next.Record, atMs);
    }

    private void Judge(ListScope scope, StoredList list, StoredRecord record, long atMs)
    {
        var alive = !IsGone(list.Type, record);
        var root = list.Filter!.Root;
        if (alive && root.Meets(scope, record)) Join(list, record, atMs);
        else Leave(list, record, atMs);
        long? next = null;
        if (alive)
            foreach (var turn in root.Turns(scope, record))
                if (turn > atMs && (next is null || turn < next)) next = turn;
        list.Schedule(record.Id, next);
    }

    private void Reach(StoredList list, CompiledFilter filter, ObjectTypeDefinition type, StoredRecord record)
    {
        if (list.Type == type) waiting.Enqueue((list, record));
        if (filter.Referenced.Contains(type))
        {
            foreach (var any in list.Type.Records.All) waiting.Enqueue((list, any));
            return;
        }
        if (!filter.Associated.Contains(type)) return;
        var seen = new HashSet<long> { record.Id };
        List<(ObjectTypeDefinition Type, StoredRecord Record)> ring = [(type, record)];
        for (var hop = 0; hop < filter.Hops && ring.Count > 0; hop++)
        {
            var next = new List<(ObjectTypeDefinition, StoredRecord)>();
            foreach (var (_, one) in ring)
                foreach (var edge in one.Edges ?? [])
                {
                    if ((edge.Type.To != list.Type && !filter.Associated.Contains(edge.Type.To)) || !seen.Add(edge.To) || edge.Type.To.Records.Find(edge.To) is not { } other) continue;
                    next.Add((edge.Type.To, other));
                    if (edge.Type.To == list.Type) waiting.Enqueue((list, other));
                }
            ring = next;
        }
    }

    /// <summary>Other lists may ask about membership of this one.</summary>
    private void Tell(StoredList list, StoredRecord record, bool joined, long atMs)
    {
        list.NoteSize(atMs);
        foreach (var dependent in store.DependentsOf(list.Id)) Reach(dependent, dependent.Filter!, list.Type, record);
        foreach (var listener in listeners ??= [.. portal.Areas.OfType<IListListener>()]) listener.MembershipChanged(list, record, joined, atMs);
    }

    private static bool IsGone(ObjectTypeDefinition type, StoredRecord record) => record.Archived || type.Records.Find(record.Id) != record;
}
