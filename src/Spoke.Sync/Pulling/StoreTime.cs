namespace Spoke.Sync.Pulling;

/// <summary>When something last changed in its store, as far as its version tells: most platforms' versions are unix milliseconds, some only count.</summary>
internal static class StoreTime
{
    private static readonly DateTimeOffset Earliest = new(2005, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="heard">When we heard of it at the latest, for versions that only count.</param>
    public static DateTimeOffset Of(long version, DateTimeOffset heard) =>
        version < Earliest.ToUnixTimeMilliseconds() || version > heard.AddDays(1).ToUnixTimeMilliseconds() ? heard : DateTimeOffset.FromUnixTimeMilliseconds(version);
}
