namespace Spoke.HubSpot;

/// <summary>
/// Those who wait for a place. Callers are served in turn, one of each, and each caller's own in the order they came:
/// one with a thousand in line holds up another with one by one place, not by a thousand. Not safe for concurrent use.
/// </summary>
internal sealed class WaitingLine<T>
{
    private sealed class Lane(string caller)
    {
        public string Caller { get; } = caller;
        public LinkedList<T> Waiting { get; } = new();
    }

    private readonly Dictionary<string, LinkedListNode<Lane>> _byCaller = new(StringComparer.Ordinal);
    private readonly LinkedList<Lane> _turns = new();   // whose turn it is, first

    public bool IsEmpty => _turns.Count == 0;

    /// <returns>What takes this one out of the line again; it says whether it was still in it.</returns>
    public Func<bool> Add(string caller, T item)
    {
        if (!_byCaller.TryGetValue(caller, out var lane)) _byCaller[caller] = lane = _turns.AddLast(new Lane(caller));
        var place = lane.Value.Waiting.AddLast(item);
        return () => Remove(lane, place);
    }

    /// <summary>Takes out whoever is first; his caller goes to the end.</summary>
    public T TakeFirst()
    {
        var lane = _turns.First ?? throw new InvalidOperationException("Nobody waits.");
        var place = lane.Value.Waiting.First!;
        Remove(lane, place);
        if (lane.List is not null)
        {
            _turns.Remove(lane);
            _turns.AddLast(lane);
        }
        return place.Value;
    }

    private bool Remove(LinkedListNode<Lane> lane, LinkedListNode<T> place)
    {
        if (place.List is null) return false;
        lane.Value.Waiting.Remove(place);
        if (lane.Value.Waiting.Count > 0) return true;
        _turns.Remove(lane);
        _byCaller.Remove(lane.Value.Caller);
        return true;
    }
}
