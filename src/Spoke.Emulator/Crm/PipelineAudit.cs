using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Who changed a pipeline or a stage, newest first, out of the account's audit log.</summary>
internal static class PipelineAudit
{
    public static void Note(CrmCall call, string what, ObjectTypeDefinition type, string action, string id) => call.Portal.Audit.Add("CRM_SETTINGS", what, action, $"{type.Id}/{id}");

    public static EmulatorReply Of(CrmCall call, string what, ObjectTypeDefinition type, string id) =>
        JsonReply.Results(call.Portal.Audit.About(what, $"{type.Id}/{id}").Reverse().Select(entry => (entry, id, call.Portal.HubId)), static (json, one) =>
        {
            json.WriteStartObject();
            json.WriteNumber("portalId", one.HubId);
            json.WriteString("identifier", one.id);
            json.WriteString("action", one.entry.Action);
            json.WriteTime("timestamp", one.entry.AtMs);
            json.WriteNumber("fromUserId", one.entry.UserId);
            json.WriteEndObject();
        });
}
