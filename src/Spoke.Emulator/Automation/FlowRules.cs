using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Webhooks;

namespace Spoke.Emulator.Automation;

/// <summary>What a workflow's document must hold to be taken.</summary>
internal static class FlowRules
{
    private static readonly string[] Kinds = ["SINGLE_CONNECTION", "STATIC_BRANCH", "LIST_BRANCH", "AB_TEST_BRANCH", "CUSTOM_CODE", "WEBHOOK"];
    private static readonly string[] Criteria = ["LIST_BASED", "EVENT_BASED", "MANUAL", "DATASET"];

    /// <exception cref="CrmRefusal">The message names the place.</exception>
    public static void Check(Portal portal, JsonElement input, string request)
    {
        var type = input.RequiredText(request, "type");
        if (type is not ("CONTACT_FLOW" or "PLATFORM_FLOW")) throw FlowErrors.Invalid("Invalid input JSON on line 1, column 1: `type` must be CONTACT_FLOW or PLATFORM_FLOW", "type", type);
        var objectType = portal.Types.Find(input.Text("objectTypeId") ?? (type == "CONTACT_FLOW" ? "0-1" : throw CrmErrors.MissingField(request, "objectTypeId")));
        if (type == "CONTACT_FLOW" && objectType.Id != "0-1") throw FlowErrors.Invalid("A CONTACT_FLOW enrolls contacts: `objectTypeId` must be 0-1", "objectTypeId", objectType.Id);
        if (!input.TryGetProperty("actions", out _)) throw CrmErrors.MissingField(request, "actions");
        var actions = new Dictionary<string, JsonElement>();
        foreach (var action in input.Items("actions"))
        {
            CheckAction(action);
            if (!actions.TryAdd(action.Text("actionId")!, action)) throw FlowErrors.Invalid($"Action ids must be unique: {action.Text("actionId")} is there twice", "actionId", action.Text("actionId")!);
        }
        foreach (var (id, action) in actions)
            foreach (var next in Targets(action))
                if (!actions.ContainsKey(next)) throw FlowErrors.Invalid($"Action {id} leads to action {next}, which does not exist", "nextActionId", next);
        if (input.Text("startActionId") is { } start ? !actions.ContainsKey(start) : actions.Count > 0) throw FlowErrors.Invalid("`startActionId` must be the id of one of the actions", "startActionId", input.Text("startActionId") ?? "");
        if (input.TryGetProperty("enrollmentCriteria", out var criteria) && criteria.ValueKind == JsonValueKind.Object && !Criteria.Contains(criteria.RequiredText("EnrollmentCriteria", "type")))
            throw FlowErrors.Invalid($"Invalid input JSON on line 1, column 1: `enrollmentCriteria.type` must be one of {string.Join(", ", Criteria)}", "type", criteria.Text("type")!);
        FlowHours.Check(input);
        FlowSchedule.Check(input, objectType);
    }

    private static void CheckAction(JsonElement action)
    {
        action.RequiredText("ApiAction", "actionId");
        var kind = action.RequiredText("ApiAction", "type");
        if (!Kinds.Contains(kind)) throw FlowErrors.Invalid($"Invalid input JSON on line 1, column 1: `actions.type` must be one of {string.Join(", ", Kinds)}", "type", kind);
        if (kind == "SINGLE_CONNECTION")
        {
            action.RequiredText("ApiSingleConnectionAction", "actionTypeId");
            action.RequiredText("ApiSingleConnectionAction", "actionTypeVersion");
            if (!action.TryGetProperty("fields", out var fields) || fields.ValueKind != JsonValueKind.Object) throw CrmErrors.MissingField("ApiSingleConnectionAction", "fields");
        }
        if (kind == "WEBHOOK") TargetAddress.Check(action.RequiredText("ApiWebhookAction", "webhookUrl"));
    }

    private static IEnumerable<string> Targets(JsonElement action) =>
        new[] { FlowRunner.Next(action), FlowRunner.Next(action, "defaultBranch") }
            .Concat(((string[])["staticBranches", "listBranches", "testBranches"]).SelectMany(name => action.Items(name)).Select(branch => FlowRunner.Next(branch)))
            .OfType<string>();
}
