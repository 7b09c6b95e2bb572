using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Lists;
using Spoke.Emulator.Webhooks;

namespace Spoke.Emulator.Automation;

/// <summary>What stands in the requests of workflows.</summary>
internal static class FlowRequestBodies
{
    /// <summary>A webhook action: chosen values, or the whole record; of a GET in the query.</summary>
    public static OutgoingRequest Webhook(JsonElement action, Enrollment enrollment, ObjectTypeDefinition type, StoredRecord record, Portal portal, long nowMs, string area, TimeSpan connectWithin, TimeSpan answerWithin)
    {
        var method = action.Text("method") ?? "POST";
        var chosen = action.Items("queryParams").Select(one => new KeyValuePair<string, string>(one.Text("name") ?? "", one.TryGetProperty("value", out var value) ? FlowValues.Resolve(value, enrollment, type, record, ListZone.Of(portal), nowMs) ?? "" : "")).ToList();
        var auth = action.TryGetProperty("authSettings", out var settings) ? settings : default;
        var inQuery = method is "GET" or "HEAD" or "DELETE" ? chosen.ToList() : [];
        var headers = new List<KeyValuePair<string, string>>();
        if (auth.Text("type") == "AUTH_KEY")   // secrets are kept by HubSpot's pages; the name stands in for what is behind it
            (auth.Text("location") == "QUERY_PARAM" ? inQuery : headers).Add(new(auth.Text("name") ?? "", auth.Text("secretName") ?? ""));
        var target = WithQuery(action.Text("webhookUrl") ?? "", inQuery);
        var body = inQuery.Count > 0 && method != "POST" ? [] : chosen.Count > 0 ? Bytes(json => WritePairs(json, chosen)) : Bytes(json => WriteRecord(json, type, record, portal.HubId));
        var secret = auth.Text("type") == "SIGNATURE" ? WebhookApp.SecretOf(auth.Int("appId") ?? 0) : null;
        headers.AddRange(RequestHeaders.ForAction(secret, target, method, body, nowMs));
        return new OutgoingRequest(area, enrollment.Id, area, method, target, headers, body, connectWithin, answerWithin);
    }

    /// <summary>A custom action: who asks, about which record, with which inputs.</summary>
    public static byte[] CustomAction(Flow flow, JsonElement action, ActionDefinition definition, Enrollment enrollment, ObjectTypeDefinition type, StoredRecord record, Portal portal, long nowMs) => Bytes(json =>
    {
        json.WriteStartObject();
        json.WriteString("callbackId", enrollment.CallbackId);
        json.WriteStartObject("origin");
        json.WriteNumber("portalId", portal.HubId);
        json.WriteNull("userId");
        json.WriteNumber("actionDefinitionId", definition.Id);
        json.WriteNumber("actionDefinitionVersion", definition.Revisions.Count);
        json.WriteNumber("extensionDefinitionId", definition.Id);
        json.WriteNumber("extensionDefinitionVersionId", definition.Revisions.Count);
        json.WriteEndObject();
        json.WriteStartObject("context");
        json.WriteString("source", "WORKFLOWS");
        json.WriteNumber("workflowId", flow.Id);
        json.WriteNumber("actionId", int.TryParse(enrollment.ActionId, CultureInfo.InvariantCulture, out var number) ? number : 0);
        json.WriteStartObject("actionExecutionIndexIdentifier");
        json.WriteNumber("enrollmentId", enrollment.Id);
        json.WriteNumber("actionExecutionIndex", 0);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("object");
        json.WriteNumber("objectId", record.Id);
        json.WriteString("objectType", type.Singular.ToUpperInvariant());
        json.WriteStartObject("properties");
        foreach (var name in definition.WantedProperties) json.WriteString(name, FlowFilters.Value(type, record, name));
        json.WriteEndObject();
        json.WriteEndObject();
        foreach (var member in (string[])["fields", "inputFields"])
        {
            json.WriteStartObject(member);
            if (action.TryGetProperty("fields", out var fields))
                foreach (var field in fields.EnumerateObject()) json.WriteString(field.Name, FlowValues.Resolve(field.Value, enrollment, type, record, ListZone.Of(portal), nowMs));
            json.WriteEndObject();
        }
        json.WriteEndObject();
    });

    private static void WritePairs(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        json.WriteStartObject();
        foreach (var (name, value) in pairs) json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static void WriteRecord(Utf8JsonWriter json, ObjectTypeDefinition type, StoredRecord record, long hubId)
    {
        json.WriteStartObject();
        json.WriteNumber("objectId", record.Id);
        json.WriteString("objectType", type.Singular.ToUpperInvariant());
        json.WriteString("objectTypeId", type.Id);
        json.WriteNumber("portalId", hubId);
        json.WriteStartObject("properties");
        foreach (var value in record.Values) json.WriteString(type.Properties[value.Slot].Name, value.Value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static Uri WithQuery(string url, IReadOnlyList<KeyValuePair<string, string>> pairs)
    {
        var text = new StringBuilder(url);
        foreach (var (name, value) in pairs)
            text.Append(text.ToString().Contains('?', StringComparison.Ordinal) ? '&' : '?').Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
        return new Uri(text.ToString());
    }

    private static byte[] Bytes(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, JsonReply.Options)) content(json);
        return buffer.WrittenSpan.ToArray();
    }
}
