using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Transfers;

internal static class ImportEndpoints
{
    private const int MostRows = 1_048_576;

    public static EmulatorReply? Handle(CrmCall call, ImportsArea area)
    {
        string[] rest = [.. call.Rest.Skip(2)];
        switch (call.Method, rest)
        {
            case ("GET", []): return PageReply.Of(call, area.Imports.Numbered.Where(pair => pair.Value["app"]!.GetValue<long>() == call.Caller.AppId).Reverse(), (json, pair) => Write(json, pair.Key, pair.Value));
            case ("POST", []): return Start(call, area);
            case ("GET", [var id]) when Require(area, id) is var (number, import): return JsonReply.Write(200, (number, import), static (json, state) => Write(json, state.number, state.import));
            case ("POST", [var id, "cancel"]): return Cancel(call, Require(area, id).Import);
            case ("GET", [var id, "errors"]): return Errors(call, Require(area, id).Import);
            default: return null;
        }
    }

    private static (long Id, JsonObject Import) Require(ImportsArea area, string id)
    {
        if (!long.TryParse(id, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) throw CrmErrors.Bad("Unable to parse value for path parameter: importId");
        if (number <= 0) throw TransferErrors.NotPositive("importId", id);
        return area.Imports.Find(number) is { } import ? (number, import) : throw TransferErrors.NoSuchImport(id);
    }

    private static EmulatorReply Start(CrmCall call, ImportsArea area)
    {
        if (MultipartBody.Read(call.Http.ContentType, call.Http.Body) is not { } parts) return TransferErrors.NotMultipart();
        var request = parts.FirstOrDefault(part => part.Name == "importRequest")?.Text ?? throw TransferErrors.Import("The part importRequest is missing");
        JsonObject document;
        ImportPlan plan;
        try
        {
            using var parsed = JsonDocument.Parse(request);
            plan = ImportPlan.Read(call.Portal, parsed.RootElement);
            document = JsonNode.Parse(request)!.AsObject();
        }
        catch (JsonException error)
        {
            throw CrmErrors.InvalidJson(error, request.Length == 0);
        }
        var files = new JsonArray();
        foreach (var file in plan.Files)
        {
            var part = parts.FirstOrDefault(part => part.Name == "files" && part.FileName == file.FileName) ?? throw TransferErrors.Import($"The file {file.FileName} of the importRequest was not sent");
            if (file.IsWorkbook)
            {
                files.Add((JsonNode)new JsonObject { ["id"] = call.Portal.NextPartId(), ["name"] = file.FileName, ["bytes"] = Convert.ToBase64String(part.Content.Span) });
                continue;
            }
            var text = Encoding.UTF8.GetString(part.Content.Span).TrimStart('\uFEFF');
            if (text.AsSpan().Count('\n') > MostRows) throw TransferErrors.TooManyRows(file.FileName, MostRows);
            files.Add((JsonNode)new JsonObject { ["id"] = call.Portal.NextPartId(), ["name"] = file.FileName, ["text"] = text });
        }
        var id = call.Portal.NextPartId();
        var import = new JsonObject
        {
            ["state"] = "STARTED",
            ["createdAt"] = call.AtMs,
            ["updatedAt"] = call.AtMs,
            ["due"] = call.AtMs + ImportsArea.StepMs,
            ["app"] = call.Caller.AppId,
            ["user"] = call.Caller.UserId,
            ["request"] = document,
            ["files"] = files,
            ["types"] = new JsonArray([.. plan.Files.SelectMany(file => file.Columns).Where(column => column.Type is not null).Select(column => column.Type!.Id).Distinct().Select(type => (JsonNode)type)]),
            ["counters"] = new JsonObject(),
            ["errors"] = new JsonArray(),
        };
        area.Imports.Put(id, import);
        return JsonReply.Write(200, (id, import), static (json, state) => Write(json, state.id, state.import), changed: true);
    }

    private static EmulatorReply Cancel(CrmCall call, JsonObject import)
    {
        var running = import["due"] is not null;
        if (running)
        {
            import["state"] = "CANCELED";
            import["due"] = null;
            import["updatedAt"] = call.AtMs;
        }
        return JsonReply.Write(200, (call, running), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("status", state.running ? "CANCELED" : "COMPLETE");
            json.WriteTime("startedAt", state.call.AtMs);
            json.WriteTime("completedAt", state.call.AtMs);
            json.WriteEndObject();
        }, changed: running);
    }

    private static EmulatorReply Errors(CrmCall call, JsonObject import)
    {
        var (messages, rows) = (call.Http.QueryValue("includeErrorMessage") != "false", call.Http.QueryValue("includeRowData") != "false");
        return PageReply.Of(call, import["errors"]!.AsArray(), (json, error) =>
        {
            json.WriteStartObject();
            foreach (var (name, stored) in error!.AsObject())
            {
                if (stored is not { } value || (name == "errorMessage" && !messages)) continue;
                json.WritePropertyName(name);
                if (name == "sourceData" && !rows)
                {
                    value = value.DeepClone();
                    value["rowData"] = new JsonArray();
                }
                value.WriteTo(json);
            }
            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, long id, JsonObject import)
    {
        json.WriteStartObject();
        json.WriteId("id", id);
        json.WriteString("state", import["state"]!.GetValue<string>());
        json.WriteTime("createdAt", import["createdAt"]!.GetValue<long>());
        json.WriteTime("updatedAt", import["updatedAt"]!.GetValue<long>());
        json.WriteString("importName", import["request"]!["name"]?.ToString());
        json.WriteString("importSource", "API");
        json.WriteBoolean("optOutImport", false);
        json.WritePropertyName("mappedObjectTypeIds");
        import["types"]!.WriteTo(json);
        json.WritePropertyName("importRequestJson");
        import["request"]!.WriteTo(json);
        json.WriteStartObject("metadata");
        json.WritePropertyName("counters");
        import["counters"]!.WriteTo(json);
        json.WriteStartArray("fileIds");
        foreach (var file in import["files"]!.AsArray()) json.WriteStringValue(file!["id"]!.GetValue<long>().ToString(CultureInfo.InvariantCulture));
        json.WriteEndArray();
        json.WriteStartArray("objectLists");
        if (import["list"]?.GetValue<string>() is { } list)
        {
            json.WriteStartObject();
            json.WriteString("listId", list);
            json.WriteString("objectType", "CONTACT");
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
