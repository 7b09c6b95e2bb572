using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Automation;

/// <summary>An app says that a blocked execution of its action is over.</summary>
internal static class CallbackEndpoints
{
    public static EmulatorReply? Handle(CrmCall call, FlowArea area)
    {
        if (call.Method != "POST") return null;
        switch (call.Rest)
        {
            case [_, _, _, "complete"]:
                var inputs = call.BodyObject.Items("inputs").Select(one => (Blocked: Require(area, one.RequiredText("CallbackCompletionBatchRequest", "callbackId")), Outputs: Outputs(one))).ToArray();
                foreach (var (blocked, outputs) in inputs) area.Complete(blocked, outputs, call.AtMs);
                return JsonReply.Empty(changed: inputs.Length > 0);
            case [_, _, _, var id, "complete"]:
                area.Complete(Require(area, id), Outputs(call.BodyObject), call.AtMs);
                return JsonReply.Empty(changed: true);
            default: return null;
        }
    }

    private static JsonElement Outputs(JsonElement input) => input.TryGetProperty("outputFields", out var fields) && fields.ValueKind == JsonValueKind.Object ? fields : throw CrmErrors.MissingField("CallbackCompletionRequest", "outputFields");

    private static Enrollment Require(FlowArea area, string callbackId) =>
        area.Enrollments.Values.FirstOrDefault(one => one.CallbackId == callbackId && one.State == EnrollmentState.Blocked) ?? throw FlowErrors.NoCallback(callbackId);
}
