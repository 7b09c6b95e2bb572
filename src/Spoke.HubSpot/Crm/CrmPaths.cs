namespace Spoke.HubSpot;

/// <summary>Where each area lives in each generation of paths.</summary>
internal static class CrmPaths
{
    public static string Date(ApiVersion version) => version switch { ApiVersion.V2026_03 => "2026-03", ApiVersion.V2026_09 => "2026-09", _ => "v3" };

    public static string Objects(ApiVersion version, ObjectType type) => Area(version, "objects") + "/" + Escape(type.Name);

    public static string Properties(ApiVersion version, ObjectType type) => Area(version, "properties") + "/" + Escape(type.Name);

    public static string Pipelines(ApiVersion version, ObjectType type) => Area(version, "pipelines") + "/" + Escape(type.Name);

    public static string Owners(ApiVersion version) => Area(version, "owners");

    public static string Associations(ApiVersion version, ObjectType from, ObjectType to) =>
        $"{(version == ApiVersion.V3 ? "/crm/v4/associations" : Area(version, "associations"))}/{Escape(from.Name)}/{Escape(to.Name)}";

    public static string RecordAssociations(ApiVersion version, ObjectType from, RecordId id, ObjectType to) =>
        $"{(version == ApiVersion.V3 ? "/crm/v4/objects" : Area(version, "objects"))}/{Escape(from.Name)}/{Escape(id.Value)}/associations/{Escape(to.Name)}";

    public static string Account(ApiVersion version, string what) => $"/account-info/{Date(version)}/{what}";

    public static string Escape(string text) => Uri.EscapeDataString(text);

    private static string Area(ApiVersion version, string area) => version == ApiVersion.V3 ? $"/crm/v3/{area}" : $"/crm/{area}/{Date(version)}";
}
