using System.Runtime.InteropServices;

namespace Spoke.HubSpot;

/// <summary>What the processes of one machine hold of a window. Times are milliseconds of the machine's steady clock.</summary>
internal sealed class WindowState
{
    private const long LongestBlockMs = 600_000;
    private const int SlotSize = 6;

    /// <summary>One process: places it holds for calls under way or about to go, until when that is certain, how many callers wait there, and how many places it used that have not come back.</summary>
    public sealed class Slot
    {
        public int Held { get; set; }
        public int Wanting { get; set; }
        public long LeaseUntil { get; set; }
        public int Cooling { get; set; }

        /// <summary>Until when it is taken to want more, though nobody waits there at the moment.</summary>
        public long BusyUntil { get; set; }
    }

    public Dictionary<long, Slot> Slots { get; } = [];

    /// <summary>Used places by the time they come back, in steps of a four-hundredth of the window.</summary>
    public SortedDictionary<long, int> Cooling { get; } = [];

    public int Limit { get; set; }

    /// <summary>Places ever taken, by us and by others.</summary>
    public long Taken { get; set; }

    /// <summary>When an answer last told how the window stands; 0: never.</summary>
    public long LearntAt { get; set; }

    public long BlockedUntil { get; set; }

    /// <summary>UTC ticks until which the account's day is used up.</summary>
    public long DayClosedUntil { get; set; }

    /// <summary>Who else wants places: those that wait, if they looked lately, and those that were served and are busy.</summary>
    public IReadOnlyList<Slot> Contenders(long me, long now, long leasedBeyond) =>
        [.. Slots.Where(other => other.Key != me && (other.Value.BusyUntil > now || (other.Value.Wanting > 0 && other.Value.LeaseUntil > leasedBeyond))).Select(other => other.Value)];

    public int Held => Slots.Values.Sum(slot => slot.Held);

    public int Used => Held + Cooling.Values.Sum();

    /// <summary>Places of whom the lease ran out may have been used up to that moment: they cool like those of a call. What is over goes.</summary>
    public void Pass(long now, long lengthMs, long leaseMs)
    {
        foreach (var (owner, slot) in Slots.Where(slot => slot.Value.LeaseUntil <= now).ToList())
        {
            if (slot.Held > 0) Cool(slot.LeaseUntil + lengthMs, slot.Held, lengthMs);
            Slots.Remove(owner);
        }
        while (Cooling.Count > 0 && Cooling.First() is var first && first.Key <= now) Cooling.Remove(first.Key);
        // The steady clock began anew (the machine was started again), or the file is wrong: nothing can be further away than this.
        foreach (var (at, count) in Cooling.Where(entry => entry.Key > now + lengthMs + 2 * leaseMs).ToList())
        {
            Cooling.Remove(at);
            Cool(now + lengthMs, count, lengthMs);
        }
        foreach (var slot in Slots.Values) (slot.LeaseUntil, slot.BusyUntil) = (Math.Min(slot.LeaseUntil, now + leaseMs), Math.Min(slot.BusyUntil, now + leaseMs));
        if (LearntAt > now) LearntAt = 0;
        if (BlockedUntil > now + LongestBlockMs) BlockedUntil = 0;
    }

    public void Cool(long until, int count, long lengthMs)
    {
        var step = Math.Max(1, lengthMs / 400);
        var at = (until + step - 1) / step * step;
        Cooling[at] = Cooling.GetValueOrDefault(at) + count;
    }

    /// <summary>Places that may be taken now. Where nobody knows how the window stands, one call goes alone to find out.</summary>
    public int Room(long now, long lengthMs, bool probe)
    {
        if (now < BlockedUntil) return 0;
        var room = Limit - Used;
        if (probe && !IsLearnt(now, lengthMs)) room = Math.Min(room, 1 - Held);
        return Math.Max(0, room);
    }

    public bool IsLearnt(long now, long lengthMs) => LearntAt > 0 && LearntAt + lengthMs > now;

    public byte[] ToBytes()
    {
        var numbers = new List<long>(16 + Slots.Count * SlotSize + Cooling.Count * 2) { Limit, Taken, LearntAt, BlockedUntil, DayClosedUntil, Slots.Count, Cooling.Count };
        foreach (var (owner, slot) in Slots) numbers.AddRange([owner, slot.Held, slot.Wanting, slot.LeaseUntil, slot.Cooling, slot.BusyUntil]);
        foreach (var (at, count) in Cooling) numbers.AddRange([at, count]);
        return MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(numbers)).ToArray();
    }

    public static WindowState FromBytes(ReadOnlySpan<byte> bytes)
    {
        var numbers = MemoryMarshal.Cast<byte, long>(bytes);
        var state = new WindowState { Limit = (int)numbers[0], Taken = numbers[1], LearntAt = numbers[2], BlockedUntil = numbers[3], DayClosedUntil = numbers[4] };
        var at = 7;
        for (var i = 0; i < numbers[5]; i++, at += SlotSize) state.Slots[numbers[at]] = new Slot { Held = (int)numbers[at + 1], Wanting = (int)numbers[at + 2], LeaseUntil = numbers[at + 3], Cooling = (int)numbers[at + 4], BusyUntil = numbers[at + 5] };
        for (var i = 0; i < numbers[6]; i++, at += 2) state.Cooling[numbers[at]] = (int)numbers[at + 1];
        return state;
    }
}
