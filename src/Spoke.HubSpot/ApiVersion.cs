namespace Spoke.HubSpot;

/// <summary>Which generation of paths the client speaks. Date versions replace v3 and v4, which go unsupported in 2027.</summary>
public enum ApiVersion
{
    /// <summary>Paths such as <c>/crm/objects/2026-09/contacts</c>. The default.</summary>
    V2026_09,

    /// <summary>Paths such as <c>/crm/objects/2026-03/contacts</c>.</summary>
    V2026_03,

    /// <summary>Paths such as <c>/crm/v3/objects/contacts</c> and, for associations, <c>/crm/v4/…</c>.</summary>
    V3,
}
