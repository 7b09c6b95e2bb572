namespace Spoke.Sync.Planning;

/// <summary>States of a record row.</summary>
internal static class RecordState
{
    public const int InStep = 0;
    public const int Dirty = 1;

    /// <summary>HubSpot refused it, whole or in part; the next change of the record tries again.</summary>
    public const int Quarantined = 2;

    /// <summary>Somebody archived it in HubSpot; it is neither written nor made again until it is restored there.</summary>
    public const int Stopped = 3;
}

/// <summary>States of an association.</summary>
internal static class EdgeState
{
    public const int Wanted = 0;
    public const int There = 1;
    public const int Unwanted = 2;

    /// <summary>HubSpot refused it; the next change of its record tries again.</summary>
    public const int Refused = 3;

    /// <summary>HubSpot refused it and somebody has decided to do without.</summary>
    public const int Dropped = 4;

    /// <summary>It was removed. Should either end be restored from HubSpot's recycling bin, it may come back with it.</summary>
    public const int Removed = 5;
}
