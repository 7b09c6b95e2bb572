namespace Spoke.Emulator.Crm;

/// <summary>The pipelines of a fresh portal. The order pipeline has the same ids in every HubSpot account.</summary>
internal static class StandardPipelines
{
    private const long CreatedMs = 1_577_836_800_000;

    public static void AddTo(ObjectTypes types)
    {
        Add(types, "deals", "default", "Sales Pipeline",
            Deal("appointmentscheduled", "Appointment Scheduled", "0.2"), Deal("qualifiedtobuy", "Qualified To Buy", "0.4"),
            Deal("presentationscheduled", "Presentation Scheduled", "0.6"), Deal("decisionmakerboughtin", "Decision Maker Bought-In", "0.8"),
            Deal("contractsent", "Contract Sent", "0.9"), Deal("closedwon", "Closed Won", "1.0", true), Deal("closedlost", "Closed Lost", "0.0", true));
        Add(types, "tickets", "0", "Support Pipeline",
            Ticket("1", "New"), Ticket("2", "Waiting on contact"), Ticket("3", "Waiting on us"), Ticket("4", "Closed", true));
        Add(types, "orders", "14a2e10e-5471-408a-906e-c51f3b04369e", "Order Pipeline",
            Order("4b27b500-f031-4927-9811-68a0b525cbae", "Open"), Order("937ea84d-0a4f-4dcf-9028-3f9c2aafbf03", "Processed", true),
            Order("aa99e8d0-c1d5-4071-b915-d240bbb1aed9", "Shipped", true), Order("3725360f-519b-4b18-a593-494d60a29c9f", "Delivered", true),
            Order("3c85a297-e9ce-400b-b42e-9f16853d69d6", "Cancelled"));
        Add(types, "leads", "lead-pipeline-id", "Lead Pipeline",
            Lead("new-stage-id", "New", "NEW"), Lead("attempting-stage-id", "Attempting", "IN_PROGRESS"), Lead("connected-stage-id", "Connected", "IN_PROGRESS"),
            Lead("qualified-stage-id", "Qualified", "QUALIFIED", true), Lead("unqualified-stage-id", "Unqualified", "UNQUALIFIED", true));
        Add(types, "services", "ba9cdbd6-e220-45b2-a5a2-d67ebdcbade6", "Service Pipeline",
            Order("8e2b21d0-7a90-4968-8f8c-a8525cc49c70", "New"), Order("600b692d-a3fe-4052-9cd7-278b134d7941", "In progress"),
            Order("de53e7d9-6b57-4701-b576-92de01c9ed65", "Closed", true));
        // Of the rest only the first two project ids are on record; the others are the emulator's own.
        Add(types, "projects", "139663aa-09ee-418e-b67d-c8cfcd3e5ce3", "Project Pipeline",
            Order("c51bb66c-8141-44ef-82ec-703ae9c3a19f", "Not started"), Order("project-in-progress", "In progress"), Order("project-completed", "Completed", true));
        Add(types, "courses", "course-pipeline", "Course Pipeline", Order("course-open", "Open"), Order("course-in-progress", "In progress"), Order("course-completed", "Completed", true));
        Add(types, "listings", "listing-pipeline", "Listing Pipeline", Order("listing-active", "Active"), Order("listing-pending", "Pending"), Order("listing-sold", "Sold", true));
        Add(types, "appointments", "appointment-pipeline", "Appointment Pipeline",
            Order("appointment-scheduled", "Scheduled"), Order("appointment-completed", "Completed", true), Order("appointment-cancelled", "Cancelled", true));
    }

    private static void Add(ObjectTypes types, string type, string id, string label, params (string Id, string Label, string Key, string Value, bool Closed)[] stages)
    {
        var pipeline = new Pipeline(id) { Label = label, CreatedMs = CreatedMs, UpdatedMs = CreatedMs };
        foreach (var (stageId, stageLabel, key, value, closed) in stages)
        {
            var metadata = new Dictionary<string, string> { [key] = value };
            if (key == "probability") metadata["isClosed"] = closed ? "true" : "false";
            pipeline.Stages.Add(new PipelineStage(stageId)
            {
                Label = stageLabel,
                DisplayOrder = pipeline.Stages.Count,
                Metadata = metadata,
                CreatedMs = CreatedMs,
                UpdatedMs = CreatedMs,
            });
        }
        types.Find(type).Pipelines.Add(pipeline);
    }

    private static (string, string, string, string, bool) Deal(string id, string label, string probability, bool closed = false) =>
        (id, label, "probability", probability, closed);

    private static (string, string, string, string, bool) Ticket(string id, string label, bool closed = false) =>
        (id, label, "ticketState", closed ? "CLOSED" : "OPEN", closed);

    private static (string, string, string, string, bool) Order(string id, string label, bool closed = false) =>
        (id, label, "state", closed ? "CLOSED" : "OPEN", closed);

    private static (string, string, string, string, bool) Lead(string id, string label, string state, bool closed = false) =>
        (id, label, "leadState", state, closed);
}
