namespace Spoke.Emulator.Limits;

/// <summary>What a reply's headers tell about the limits; daily figures only for tokens that are not OAuth.</summary>
internal readonly record struct LimitState(int Max, int Remaining, long Daily, long DailyRemaining)
{
    public bool HasDaily => Daily > 0;
}
