namespace Spoke.HubSpot;

/// <summary>A type that maps to a HubSpot object. Written by the source generator for types with <see cref="HubSpotRecordAttribute"/>.</summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
public interface IHubSpotRecord<TSelf>
    where TSelf : IHubSpotRecord<TSelf>
{
    /// <summary>The object type.</summary>
    static abstract ObjectType HubSpotObjectType { get; }

    /// <summary>The properties it maps, which reads ask for.</summary>
    static abstract IReadOnlyList<string> HubSpotProperties { get; }

    /// <summary>From a record read with these properties. An option the type does not know reads as null.</summary>
    /// <exception cref="FormatException">A value is not of the member's type; the message names the property.</exception>
    static abstract TSelf FromHubSpot(CrmRecord record);

    /// <summary>The values to write. Members that are null are left out, so that what was not read is not cleared; write "" through <see cref="CrmObjects"/> to clear.</summary>
    IReadOnlyDictionary<string, string?> ToHubSpot();
}
