using System.Globalization;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Transfers;

/// <summary>Every refusal about imports and exports.</summary>
internal static class TransferErrors
{
    public static CrmRefusal NotPositive(string name, string value) => CrmErrors.Bad($"{name} must be positive.", name, value);

    public static CrmRefusal NoSuchImport(string id) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"Import {id} does not exist") { Context = [new("importId", [id])] });

    public static CrmRefusal NoSuchExport(string id) => new(new ErrorBody(404, "OBJECT_NOT_FOUND", $"Export {id} does not exist") { Context = [new("exportId", [id])] });

    public static CrmRefusal NotYourExport(long hubId, string id) => new(new ErrorBody(403, "FORBIDDEN",
        string.Create(CultureInfo.InvariantCulture, $"Permission to get export file cannot be granted for exportId {id} and portalId {hubId}")));

    public static CrmRefusal Import(string message) => CrmErrors.Bad(message);

    public static CrmRefusal TooManyRows(string file, int most) => new(new ErrorBody(429, "RATE_LIMITS", string.Create(CultureInfo.InvariantCulture, $"The file {file} has more than {most} rows")));

    public static EmulatorReply NotMultipart() => new ErrorBody(415, null, "HTTP 415 Unsupported Media Type: the body must be multipart/form-data with the parts importRequest and files").ToReply();
}
