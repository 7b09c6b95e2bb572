namespace Spoke.Emulator.Webhooks;

/// <summary>When a delivery that failed is tried again: ten times within a day, with some chance in it that a replay repeats.</summary>
internal static class RetrySchedule
{
    // HubSpot tells the number and the day, not the steps; these grow and end within it whatever the chance.
    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1),
        TimeSpan.FromHours(2), TimeSpan.FromHours(3), TimeSpan.FromHours(4), TimeSpan.FromHours(5), TimeSpan.FromHours(6.8),
    ];

    public static int Retries => Steps.Length;

    /// <summary>How long after the failure of this attempt (the first is 0) the next one comes; null: there is none.</summary>
    public static TimeSpan? After(int attempt, long deliveryId) =>
        attempt < Steps.Length ? Steps[attempt] * (0.95 + Chance(deliveryId, attempt) / 10) : null;

    /// <summary>A number in 0…1 that depends on nothing but the delivery and its attempt.</summary>
    private static double Chance(long id, int attempt)
    {
        var mixed = ((ulong)id * 31 + (ulong)attempt + 1) * 0x9E3779B97F4A7C15;
        mixed ^= mixed >> 29;
        mixed *= 0xBF58476D1CE4E5B9;
        return ((mixed ^ (mixed >> 32)) >> 11) / (double)(1UL << 53);
    }
}
