namespace Spoke.HubSpot;

/// <summary>What a process had of the last window, and how much more it wants: who had least comes first, until all had the same (max-min fairness).</summary>
internal readonly record struct FairShare(int Had, int Wants)
{
    /// <summary>How much of what is free goes to one of them. Each works this out for itself and the parts add up to no more than what is free.</summary>
    public static int Of(int free, FairShare mine, IReadOnlyList<FairShare> others)
    {
        if (free <= 0 || mine.Wants <= 0) return 0;
        if (others.Count == 0) return Math.Min(free, mine.Wants);
        // The highest level up to which everybody can be filled: the bounds close in on it.
        var (low, high) = (0L, (long)free + others.Append(mine).Max(one => one.Had));
        while (low < high)
        {
            var level = (low + high + 1) / 2;
            if (mine.UpTo(level) + others.Sum(other => other.UpTo(level)) <= free) low = level;
            else high = level - 1;
        }
        var part = mine.UpTo(low);
        // Fewer are left than would get one more at the next level: they are for whoever looks first, or they would be nobody's.
        var left = free - part - others.Sum(other => other.UpTo(low));
        return (int)Math.Min(mine.Wants, part + (mine.UpTo(low + 1) > part && left > 0 ? 1 : 0));
    }

    private long UpTo(long level) => Math.Clamp(level - Had, 0, Wants);
}
