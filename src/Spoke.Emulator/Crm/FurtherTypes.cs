namespace Spoke.Emulator.Crm;

/// <summary>Standard object types beside those a shop meets daily: the rest of commerce, activities, leads, and the objects of HubSpot's object library.</summary>
internal static class FurtherTypes
{
    public static IEnumerable<ObjectTypeDefinition> Create() => [.. Commerce(), .. Activities(), .. Library(), .. Internal()];

    private static IEnumerable<ObjectTypeDefinition> Commerce()
    {
        yield return new()
        {
            Id = "0-14",
            Singular = "quote",
            Plural = "quotes",
            Needs = ["hs_title", "hs_expiration_date"],
            DefaultProperties = ["hs_createdate", "hs_expiration_date", "hs_lastmodifieddate", "hs_object_id", "hs_public_url_key", "hs_status", "hs_title"],
            QueryProperties = ["hs_title", "hs_sender_firstname", "hs_sender_lastname", "hs_sender_email", "hs_sender_company_name", "hs_quote_number", "hs_proposal_slug", "hs_public_url_key"],
        };
        yield return new() { Id = "0-53", Singular = "invoice", Plural = "invoices", Needs = ["hs_currency"], QueryProperties = ["hs_number"] };
        yield return new() { Id = "0-69", Singular = "subscription", Plural = "subscriptions", Aliases = ["commerce_subscription", "commerce_subscriptions"] };
        yield return new()
        {
            Id = "0-101",
            Singular = "commerce_payment",
            Plural = "commerce_payments",
            Aliases = ["payment", "payments"],
            Needs = ["hs_initial_amount", "hs_initiated_date"],
        };
        yield return new() { Id = "0-85", Singular = "fee", Plural = "fees" };
        yield return new() { Id = "0-86", Singular = "tax", Plural = "taxes" };
    }

    private static IEnumerable<ObjectTypeDefinition> Activities()
    {
        yield return new() { Id = "0-48", Singular = "call", Plural = "calls", Needs = ["hs_timestamp"], QueryProperties = ["hs_call_title", "hs_body_preview"] };
        yield return new() { Id = "0-49", Singular = "email", Plural = "emails", Needs = ["hs_timestamp"], QueryProperties = ["hs_email_subject"] };
        yield return new() { Id = "0-47", Singular = "meeting", Plural = "meetings", Needs = ["hs_timestamp"], QueryProperties = ["hs_meeting_title", "hs_meeting_body"] };
        yield return new() { Id = "0-18", Singular = "communication", Plural = "communications", Needs = ["hs_timestamp"] };
        yield return new() { Id = "0-116", Singular = "postal_mail", Plural = "postal_mail", Needs = ["hs_timestamp"] };
    }

    private static IEnumerable<ObjectTypeDefinition> Library()
    {
        yield return WithPipeline("0-136", "lead", "leads", "hs_lead_name");
        yield return WithPipeline("0-162", "service", "services", "hs_name");
        yield return WithPipeline("0-410", "course", "courses", "hs_course_name");
        yield return WithPipeline("0-420", "listing", "listings", "hs_name");
        yield return WithPipeline("0-421", "appointment", "appointments", "hs_appointment_start");
        yield return WithPipeline("0-970", "project", "projects", "hs_name");
    }

    private static IEnumerable<ObjectTypeDefinition> Internal()
    {
        yield return new() { Id = "0-74", Singular = "goal_target", Plural = "goal_targets", Aliases = ["goal", "goals"] };
        yield return new() { Id = "0-115", Singular = "user", Plural = "users", QueryProperties = ["hs_searchable_calculated_name", "hs_email"] };
        yield return new() { Id = "0-19", Singular = "feedback_submission", Plural = "feedback_submissions" };
        // HubSpot publishes paths of these three and no type ids; the numbers are the emulator's own.
        yield return new() { Id = "0-9001", Singular = "contract", Plural = "contracts" };
        yield return new() { Id = "0-9002", Singular = "partner_client", Plural = "partner_clients" };
        yield return new() { Id = "0-9003", Singular = "partner_service", Plural = "partner_services" };
    }

    private static ObjectTypeDefinition WithPipeline(string id, string singular, string plural, string needed) => new()
    {
        Id = id,
        Singular = singular,
        Plural = plural,
        Needs = [needed],
        QueryProperties = [needed],
        PipelineProperty = "hs_pipeline",
        StageProperty = "hs_pipeline_stage",
        StartsInFirstStage = true,
    };
}
