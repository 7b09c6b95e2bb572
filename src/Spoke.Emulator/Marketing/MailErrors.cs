using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Marketing;

/// <summary>Every refusal about sending and marketing e-mails.</summary>
internal static class MailErrors
{
    public static CrmRefusal NoSuchSend(string id) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No email send was found for status id {id}") { Context = [new("statusId", [id])] });

    public static CrmRefusal NoSuchToken(string id) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"No SMTP API token was found with id {id}") { Context = [new("tokenId", [id])] });

    public static CrmRefusal NoSuchEmail(string id) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"Email with id {id} does not exist") { Context = [new("id", [id])] });

    public static CrmRefusal NoSuchRevision(string id) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"Revision {id} does not exist") { Context = [new("revisionId", [id])] });

    public static CrmRefusal Bad(string message, string key, string value) => CrmErrors.Bad(message, key, value);
}
