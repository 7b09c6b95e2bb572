namespace Spoke.Sync.Pulling;

/// <summary>When something last changed in its store, as far as its version tells: most platforms' versions are unix milliseconds, some only count.</summary>
internal static class StoreTime
{
    private static readonly DateTimeOffset Earliest = new(2005, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <returns>Null for versions that only count.</returns>
    public static DateTimeOffset? Of(long version, DateTimeOffset now) =>
        version < Earliest.ToUnixTimeMilliseconds() || version > now.AddDays(1).ToUnixTimeMilliseconds() ? null : DateTimeOffset.FromUnixTimeMilliseconds(version);
}
