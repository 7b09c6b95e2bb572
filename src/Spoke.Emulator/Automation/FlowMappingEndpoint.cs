using System.Globalization;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Automation;

/// <summary>Which number a workflow has in the older API.</summary>
internal static class FlowMappingEndpoint
{
    public static EmulatorReply Handle(CrmCall call, FlowArea area)
    {
        var found = new List<Flow>();
        var errors = new List<ErrorBody>();
        foreach (var input in call.BodyObject.Items("inputs"))
        {
            var byFlow = input.RequiredText("ApiFlowBatchFetchMigrationCoordinate", "type") == "FLOW_ID";
            var id = input.RequiredText("ApiFlowBatchFetchMigrationCoordinate", byFlow ? "flowId" : "workflowId");
            var flow = byFlow ? area.Find(id) : area.Flows.Values.FirstOrDefault(one => one.WorkflowId.ToString(CultureInfo.InvariantCulture) == id);
            if (flow is null) errors.Add(FlowErrors.NotFound(id).Body);
            else found.Add(flow);
        }
        return JsonReply.Write(errors.Count == 0 ? 200 : 207, (found, errors, call.AtMs), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("status", "COMPLETE");
            json.WriteStartArray("results");
            foreach (var flow in state.found)
            {
                json.WriteStartObject();
                json.WriteNumber("flowId", flow.Id);
                json.WriteNumber("workflowId", flow.WorkflowId);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteBatchEnd(state.errors, state.AtMs);
        });
    }
}
