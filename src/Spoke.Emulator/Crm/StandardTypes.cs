namespace Spoke.Emulator.Crm;

/// <summary>The object types a portal has from the start, as a table: names, ids, required properties, default answers.</summary>
internal static class StandardTypes
{
    public static void AddTo(ObjectTypes types)
    {
        foreach (var type in Create().Concat(FurtherTypes.Create()))
        {
            DefaultProperties.AddTo(type);
            types.Add(type);
        }
    }

    private static IEnumerable<ObjectTypeDefinition> Create()
    {
        yield return new()
        {
            Id = "0-1",
            Singular = "contact",
            Plural = "contacts",
            CreatedProperty = "createdate",
            ModifiedProperty = "lastmodifieddate",
            EmailProperty = "email",
            NeedsOneOf = ["email", "firstname", "lastname"],
            DefaultProperties = ["createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"],
            QueryProperties = ["firstname", "lastname", "email", "phone", "hs_additional_emails", "fax", "mobilephone", "company"],
        };
        yield return new()
        {
            Id = "0-2",
            Singular = "company",
            Plural = "companies",
            CreatedProperty = "createdate",
            NeedsOneOf = ["name", "domain"],
            DefaultProperties = ["createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"],
            QueryProperties = ["website", "phone", "name", "domain"],
        };
        yield return new()
        {
            Id = "0-3",
            Singular = "deal",
            Plural = "deals",
            CreatedProperty = "createdate",
            Needs = ["dealname"],
            PipelineProperty = "pipeline",
            StageProperty = "dealstage",
            DefaultProperties = ["amount", "closedate", "createdate", "dealname", "dealstage", "hs_lastmodifieddate", "hs_object_id", "pipeline"],
            QueryProperties = ["dealname", "pipeline", "dealstage", "description", "dealtype"],
        };
        yield return new()
        {
            Id = "0-5",
            Singular = "ticket",
            Plural = "tickets",
            CreatedProperty = "createdate",
            Needs = ["subject", "hs_pipeline_stage"],
            PipelineProperty = "hs_pipeline",
            StageProperty = "hs_pipeline_stage",
            DefaultProperties = ["content", "createdate", "hs_lastmodifieddate", "hs_object_id", "hs_pipeline", "hs_pipeline_stage", "hs_ticket_category", "hs_ticket_priority", "subject"],
            QueryProperties = ["subject", "content", "hs_pipeline_stage", "hs_ticket_category", "hs_ticket_id"],
        };
        yield return new()
        {
            Id = "0-7",
            Singular = "product",
            Plural = "products",
            CreatedProperty = "createdate",
            Needs = ["name"],
            DefaultProperties = ["createdate", "description", "hs_lastmodifieddate", "hs_object_id", "name", "price"],
            QueryProperties = ["name", "description", "price", "hs_sku"],
        };
        yield return new()
        {
            Id = "0-8",
            Singular = "line_item",
            Plural = "line_items",
            CreatedProperty = "createdate",
            SearchDefaults = ["amount", "createdate", "hs_lastmodifieddate", "hs_object_id", "price", "quantity"],
        };
        yield return new()
        {
            Id = "0-123",
            Singular = "order",
            Plural = "orders",
            PipelineProperty = "hs_pipeline",
            StageProperty = "hs_pipeline_stage",
            StartsInFirstStage = true,
        };
        yield return new() { Id = "0-142", Singular = "cart", Plural = "carts" };
        yield return new() { Id = "0-84", Singular = "discount", Plural = "discounts" };
        yield return new() { Id = "0-46", Singular = "note", Plural = "notes", Needs = ["hs_timestamp"], QueryProperties = ["hs_note_body"] };
        yield return new() { Id = "0-27", Singular = "task", Plural = "tasks", Needs = ["hs_timestamp"], QueryProperties = ["hs_task_body", "hs_task_subject"] };
    }
}
