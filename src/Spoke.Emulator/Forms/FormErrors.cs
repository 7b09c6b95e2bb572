using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Forms;

/// <summary>Every refusal about forms; a submission's faults have a shape of their own, with an <c>errorType</c> each.</summary>
internal static class FormErrors
{
    public static CrmRefusal NoSuchForm(string id) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No form was found with id {id}") { Context = [new("formId", [id])] });

    public static EmulatorReply NotValid(IReadOnlyList<FormFault> faults)
    {
        var correlationId = CorrelationId.Next();
        return JsonReply.Write(400, (faults, correlationId), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("status", "error");
            json.WriteString("message", "The request is not valid");
            json.WriteString("correlationId", state.correlationId);
            json.WriteStartArray("errors");
            foreach (var fault in state.faults)
            {
                json.WriteStartObject();
                json.WriteString("message", $"Error in '{fault.Where}'. {fault.Message}");
                json.WriteString("errorType", fault.Type);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }) with
        { CorrelationId = correlationId, Why = string.Join("; ", faults.Select(fault => $"{fault.Where}: {fault.Message}")) };
    }
}

internal sealed record FormFault(string Where, string Message, string Type);
