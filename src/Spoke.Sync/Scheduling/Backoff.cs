namespace Spoke.Sync.Scheduling;

/// <summary>How long to wait after failures: twice as long after each, up to a longest.</summary>
internal static class Backoff
{
    private static readonly TimeSpan LongestOfRecords = TimeSpan.FromMinutes(5);

    /// <param name="failures">Before this one.</param>
    public static TimeSpan After(int failures, TimeSpan first, TimeSpan longest)
    {
        var wait = first * Math.Pow(2, Math.Min(failures, 10));
        return wait < longest ? wait : longest;
    }

    /// <summary>For one record, value or association: 1, 2, 4 s … 5 minutes, in milliseconds.</summary>
    public static long OfRecord(long failures) => (long)After((int)Math.Min(failures, 10), TimeSpan.FromSeconds(1), LongestOfRecords).TotalMilliseconds;
}
