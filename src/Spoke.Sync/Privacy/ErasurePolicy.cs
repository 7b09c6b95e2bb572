namespace Spoke.Sync.Privacy;

/// <summary>What becomes of the HubSpot contact of a person who is erased.</summary>
public enum ErasurePolicy
{
    /// <summary>Deleted for good, with all that HubSpot keeps of the person.</summary>
    Delete,

    /// <summary>Moved to the recycle bin.</summary>
    Archive,

    /// <summary>Left as it is, without our key: whoever runs the account answers for it.</summary>
    Keep,
}
