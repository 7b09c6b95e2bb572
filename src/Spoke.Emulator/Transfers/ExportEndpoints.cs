using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Transfers;

internal static class ExportEndpoints
{
    private const long FileLivesMs = 5 * 60 * 1000;

    public static EmulatorReply? Handle(CrmCall call, ExportsArea area) => (call.Method, call.Rest.ToArray()) switch
    {
        ("POST", ["crm", "exports", "export", "async"]) => Start(call, area),
        ("GET", ["crm", "exports", "export", "async", "tasks", var id, "status"]) => Status(call, Require(call, area, id), id),
        ("GET", ["crm", "exports", "export", var id]) => One(Require(call, area, id), id),
        ("GET", ["exported-files", _, var key, var until, _]) => File(call, area, key, until),
        _ => null,
    };

    private static EmulatorReply Start(CrmCall call, ExportsArea area)
    {
        var body = call.BodyObject;
        string[] missing = [.. ((string[])["exportType", "exportName", "format", "objectType"]).Where(name => string.IsNullOrEmpty(body.Text(name)))];
        if (missing.Length > 0) throw CrmErrors.MissingField("PublicExportRequest", missing);
        if (body.Text("exportType") is not ("VIEW" or "LIST")) throw CrmErrors.Bad($"exportType must be one of [VIEW, LIST], not {body.Text("exportType")}", "exportType", body.Text("exportType")!);
        if (body.Text("format") is not ("CSV" or "XLS" or "XLSX")) throw CrmErrors.Bad($"format must be one of [CSV, XLS, XLSX], not {body.Text("format")}", "format", body.Text("format")!);
        if (body.Text("format") == "XLS") throw new NotDoneYet();   // the workbooks of before 2007, which nothing writes any more
        ExportFile.Write(call.Portal, body);   // refused now rather than failed later
        var id = area.Queue(new JsonObject
        {
            ["request"] = JsonNode.Parse(body.GetRawText()),
            ["state"] = "ENQUEUED",
            ["createdAt"] = call.AtMs,
            ["updatedAt"] = call.AtMs,
            ["app"] = call.Caller.AppId,
        }, call.AtMs);
        return JsonReply.Write(202, (call, id), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteId("id", state.id);
            json.WriteStartObject("links");
            json.WriteString("status", $"{state.call.LinkBase}/{string.Join('/', state.call.Http.Segments)}/tasks/{state.id}/status");
            json.WriteEndObject();
            json.WriteEndObject();
        }, changed: true);
    }

    /// <summary>Only the app that asked for an export gets it.</summary>
    private static JsonObject Require(CrmCall call, ExportsArea area, string id)
    {
        if (!long.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) throw CrmErrors.Bad("Unable to parse value for path parameter: exportId");
        if (number <= 0) throw TransferErrors.NotPositive("exportId", id);
        var export = area.Exports.Find(number) ?? throw TransferErrors.NoSuchExport(id);
        return export["app"]!.GetValue<long>() == call.Caller.AppId ? export : throw TransferErrors.NotYourExport(call.Portal.HubId, id);
    }

    private static EmulatorReply Status(CrmCall call, JsonObject export, string id) => JsonReply.Write(200, (call, export, id), static (json, state) =>
    {
        var (status, done) = state.export["state"]!.GetValue<string>() switch { "DONE" => ("COMPLETE", true), "FAILED" => ("CANCELED", true), _ => ("PENDING", false) };
        json.WriteStartObject();
        json.WriteString("status", status);
        if (status == "COMPLETE")
        {
            var until = state.call.AtMs + FileLivesMs;
            json.WriteString("result", string.Create(CultureInfo.InvariantCulture, $"{state.call.LinkBase}/exported-files/{state.call.Portal.HubId}/{KeyOf(state.id, until)}/{until}/{Uri.EscapeDataString(state.export["request"]!["exportName"]!.ToString())}.{(IsWorkbook(state.export) ? "xlsx" : "csv")}"));
        }
        json.WriteTime("requestedAt", state.export["createdAt"]!.GetValue<long>());
        json.WriteTime("startedAt", state.export["createdAt"]!.GetValue<long>());
        json.WriteTime("completedAt", done ? state.export["updatedAt"]!.GetValue<long>() : state.call.AtMs);
        json.WriteEndObject();
    });

    private static EmulatorReply One(JsonObject export, string id) => JsonReply.Write(200, (export, id), static (json, state) =>
    {
        var request = state.export["request"]!;
        json.WriteStartObject();
        json.WriteString("id", state.id);
        json.WriteString("exportState", state.export["state"]!.GetValue<string>());
        json.WriteString("exportType", request["exportType"]!.ToString());
        json.WriteString("exportName", request["exportName"]!.ToString());
        json.WriteString("objectType", request["objectType"]!.ToString());
        json.WritePropertyName("objectProperties");
        (request["objectProperties"] ?? new JsonArray()).WriteTo(json);
        if (state.export["rows"]?.GetValue<int>() is { } rows) json.WriteNumber("recordCount", rows);
        json.WriteTime("createdAt", state.export["createdAt"]!.GetValue<long>());
        json.WriteTime("updatedAt", state.export["updatedAt"]!.GetValue<long>());
        json.WriteEndObject();
    });

    private static EmulatorReply File(CrmCall call, ExportsArea area, string key, string until)
    {
        if (!long.TryParse(until, NumberStyles.None, CultureInfo.InvariantCulture, out var untilMs) || untilMs < call.AtMs) return Denied();
        foreach (var (id, export) in area.Exports.Numbered)
            if (export["text"]?.GetValue<string>() is { } text && KeyOf(id.ToString(CultureInfo.InvariantCulture), untilMs) == key)
                return IsWorkbook(export) ? new EmulatorReply(200, ExportSheet.Write(ImportSheet.OfCsv(text), ExportFile.NumberColumns(call.Portal, export["request"]!.AsObject())), ExportSheet.ContentType) : new EmulatorReply(200, Encoding.UTF8.GetBytes(text), "text/csv;charset=utf-8");
        return Denied();
    }

    private static bool IsWorkbook(JsonObject export) => export["request"]!["format"]!.ToString() == "XLSX";

    // The file lies with another company, whose storage answers so.
    private static EmulatorReply Denied() => new(403, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"u8.ToArray(), "application/xml");

    private static string KeyOf(string id, long untilMs) => DocumentShelf.GuidOf(long.Parse(id, CultureInfo.InvariantCulture) ^ (untilMs << 8));
}
