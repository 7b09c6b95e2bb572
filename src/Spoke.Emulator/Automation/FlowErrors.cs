using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Automation;

/// <summary>Refusals about workflows, enrolments and custom actions.</summary>
internal static class FlowErrors
{
    public static CrmRefusal NotFound(string id) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"Flow with id {id} was not found.") { Context = [new("flowId", [id])] });

    public static CrmRefusal Invalid(string message, string key, string value) => CrmErrors.Bad(message, key, value);

    public static CrmRefusal OldRevision(string sent, string current) =>
        new(new ErrorBody(409, "CONFLICT", $"The flow has been changed since revision {sent}. Read it again and send revision {current}.") { Context = [new("revisionId", [sent])] });

    public static CrmRefusal NotForContacts(string id) => CrmErrors.Bad($"Workflow {id} does not enroll contacts.", "workflowId", id);

    public static CrmRefusal NotOn(string id) => CrmErrors.Bad($"Workflow {id} is not enabled.", "workflowId", id);

    public static CrmRefusal NoContact(string email) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", "contact does not exist") { Context = [new("email", [email])] });

    public static CrmRefusal NoDefinition(string id) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No action definition exists with id {id}.") { Context = [new("definitionId", [id])] });

    public static CrmRefusal NoFunction(string type) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No function of type {type} exists for this definition.") { Context = [new("functionType", [type])] });

    public static CrmRefusal NoRevision(string id) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No revision exists with id {id}.") { Context = [new("revisionId", [id])] });

    public static CrmRefusal NoCallback(string id) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No blocked execution exists with callback id {id}.") { Context = [new("callbackId", [id])] });
}
