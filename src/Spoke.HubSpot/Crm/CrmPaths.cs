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

    public static string Lists(ApiVersion version) => Area(version, "lists");

    public static string ListFolders(ApiVersion version) => Lists(version) + "/folders";

    // v4 lies below the area, not above it as the rest of v4 does.
    public static string AssociationLimits(ApiVersion version) => $"/crm/associations/{(version == ApiVersion.V3 ? "v4" : Date(version))}/definitions/configurations";

    public static string AssociationReport(ApiVersion version) => (version == ApiVersion.V3 ? "/crm/v4/associations" : Area(version, "associations")) + "/usage/high-usage-report";

    public static string Schemas(ApiVersion version) => $"/crm-object-schemas/{Date(version)}/schemas";

    public static string Limits(ApiVersion version) => Area(version, "limits");

    public static string Preferences(ApiVersion version) => $"/communication-preferences/{(version == ApiVersion.V3 ? "v4" : Date(version))}";

    public static string TransactionalSend(ApiVersion version) => version == ApiVersion.V3 ? "/marketing/v3/transactional/single-email/send" : $"/marketing/transactional/{Date(version)}/single-email/send";

    // Published for 2026-03 and as v4; not for 2026-09.
    public static string MarketingSend(ApiVersion version) => version == ApiVersion.V2026_03 ? "/marketing/email-campaigns/2026-03/single-send" : "/marketing/v4/email/single-send";

    public static string MarketingEmails(ApiVersion version) => Marketing(version, "emails");

    public static string Campaigns(ApiVersion version) => Marketing(version, "campaigns");

    public static string Events(ApiVersion version) => version == ApiVersion.V2026_09 ? "/events/custom/2026-09" : $"/events/{Date(version)}";

    public static string Occurrences(ApiVersion version) => version == ApiVersion.V3 ? "/events/v3/events" : $"/events/event-occurrences/{Date(version)}";

    public static string Currencies(ApiVersion version) => version == ApiVersion.V3 ? "/settings/v3/currencies" : $"/settings/currencies/{Date(version)}";

    // 2026-09 is published for a developer key in the query; 2026-03 takes an app's token.
    public static string Webhooks(ApiVersion version) => version == ApiVersion.V3 ? "/webhooks/v3" : "/webhooks/2026-03";

    public static string Imports(ApiVersion version) => Area(version, "imports");

    public static string Exports(ApiVersion version) => Area(version, "exports") + "/export";

    // Of files 2026-09 publishes the search alone.
    public static string Files(ApiVersion version) => version == ApiVersion.V3 ? "/files/v3/files" : "/files/2026-03/files";

    public static string FileSearch(ApiVersion version) => $"/files/{Date(version)}/files/search";

    public static string Account(ApiVersion version, string what) => $"/account-info/{Date(version)}/{what}";

    public static string Escape(string text) => Uri.EscapeDataString(text);

    private static string Marketing(ApiVersion version, string area) => version == ApiVersion.V3 ? $"/marketing/v3/{area}" : $"/marketing/{area}/{Date(version)}";

    private static string Area(ApiVersion version, string area) => version == ApiVersion.V3 ? $"/crm/v3/{area}" : $"/crm/{area}/{Date(version)}";
}
