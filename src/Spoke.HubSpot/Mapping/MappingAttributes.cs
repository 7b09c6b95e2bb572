namespace Spoke.HubSpot;

/// <summary>
/// Makes a partial record or class the type of a HubSpot object: the package's source generator writes the mapping.
/// <c>spoke types</c> writes such types from a portal's own properties.
/// </summary>
/// <param name="objectType">Plural name or type id, such as <c>contacts</c> or <c>2-123</c>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class HubSpotRecordAttribute(string objectType) : Attribute
{
    /// <summary>The object type.</summary>
    public string ObjectType { get; } = objectType;
}

/// <summary>
/// Names the HubSpot property a member holds. Members are <c>string</c>, <c>bool</c>, <c>int</c>, <c>long</c>, <c>decimal</c>, <c>double</c>, <c>DateOnly</c>, <c>DateTimeOffset</c>,
/// an enumeration whose members have <see cref="HubSpotOptionAttribute"/>, or a read-only list of text or of such an enumeration for several options. All may be nullable.
/// </summary>
/// <param name="name">Internal name of the property.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HubSpotPropertyAttribute(string name) : Attribute
{
    /// <summary>Internal name of the property.</summary>
    public string Name { get; } = name;

    /// <summary>HubSpot does not accept a value for it, so none is sent.</summary>
    public bool ReadOnly { get; init; }
}

/// <summary>Marks the member that holds the record's id, a nullable <see cref="RecordId"/>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HubSpotIdAttribute : Attribute;

/// <summary>The value of an option in HubSpot, on a member of an enumeration.</summary>
/// <param name="value">Internal value of the option.</param>
[AttributeUsage(AttributeTargets.Field)]
public sealed class HubSpotOptionAttribute(string value) : Attribute
{
    /// <summary>Internal value of the option.</summary>
    public string Value { get; } = value;
}
