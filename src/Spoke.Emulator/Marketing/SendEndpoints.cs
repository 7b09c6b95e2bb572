using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Marketing;

internal static class SendEndpoints
{
    public static EmulatorReply Send(CrmCall call, SendingArea area, bool transactional)
    {
        var body = call.BodyObject;
        string[] missing = [.. ((string[])["emailId", "message"]).Where(name => !body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)];
        if (missing.Length > 0) throw CrmErrors.MissingField("PublicSingleSendRequestEgg", missing);
        if (!long.TryParse(body.Text("emailId"), NumberStyles.None, CultureInfo.InvariantCulture, out var emailId) || emailId == 0) throw CrmErrors.WrongShape("emailId", "a positive whole number");
        var message = body.GetProperty("message");
        var to = message.RequiredText("PublicSingleSendEmail", "to").Trim().ToLowerInvariant();
        var properties = Members(body, "contactProperties");
        if (ValueRules.IsEmail(to)) UpsertContact(call, to, properties);
        var email = call.Portal.Areas.OfType<EmailsArea>().Single().Emails.Find(emailId);
        var send = area.Queue(new JsonObject
        {
            ["transactional"] = transactional,
            ["emailId"] = emailId,
            ["to"] = to,
            ["from"] = message.Text("from") ?? email?["from"]?["replyTo"]?.ToString(),
            ["sendId"] = message.Text("sendId"),
            ["cc"] = Array(message, "cc"),
            ["bcc"] = Array(message, "bcc"),
            ["replyTo"] = Array(message, "replyTo"),
            ["subject"] = email?["subject"]?.ToString() is { } subject ? MergeTags.Fill(subject, body) : null,
            ["contactProperties"] = Copy(body, "contactProperties"),
            ["customProperties"] = Copy(body, "customProperties"),
            ["status"] = "PENDING",
            ["requestedAt"] = call.AtMs,
        }, call.AtMs);
        return JsonReply.Write(200, send, WriteStatus, changed: true);
    }

    public static EmulatorReply Status(SendingArea area, string id) =>
        JsonReply.Write(200, area.Sends.All.FirstOrDefault(send => send["statusId"]!.GetValue<string>() == id) ?? throw MailErrors.NoSuchSend(id), WriteStatus);

    /// <summary>For tests, at <c>GET /_emulator/outbox</c>: everything that was or would have been sent, latest first.</summary>
    public static EmulatorReply Outbox(SendingArea area) => JsonReply.Write(200, area, static (json, area) =>
    {
        json.WriteStartObject();
        json.WriteNumber("count", area.Sends.Count);
        json.WriteStartArray("messages");
        foreach (var send in area.Sends.All.Reverse())
        {
            json.WriteStartObject();
            foreach (var (name, value) in send)
            {
                if (name.EndsWith("At", StringComparison.Ordinal)) json.WriteTime(name, value!.GetValue<long>());
                else if (value is not null)
                {
                    json.WritePropertyName(name);
                    value.WriteTo(json);
                }
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void WriteStatus(Utf8JsonWriter json, JsonObject send)
    {
        json.WriteStartObject();
        json.WriteString("statusId", send["statusId"]!.GetValue<string>());
        json.WriteString("status", send["status"]!.GetValue<string>());
        json.WriteTime("requestedAt", send["requestedAt"]!.GetValue<long>());
        if (send["completedAt"] is { } completed)
        {
            json.WriteTime("startedAt", send["startedAt"]!.GetValue<long>());
            json.WriteTime("completedAt", completed.GetValue<long>());
            json.WriteString("sendResult", send["sendResult"]!.GetValue<string>());
        }
        if (send["eventId"] is { } eventId)
        {
            json.WriteStartObject("eventId");
            json.WriteString("id", eventId.GetValue<string>());
            json.WriteTime("created", send["completedAt"]!.GetValue<long>());
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    /// <summary>Whoever gets a mail is a contact, with the properties that came along.</summary>
    private static void UpsertContact(CrmCall call, string address, IReadOnlyList<KeyValuePair<string, string>> properties)
    {
        var type = call.Portal.Types.Find("contacts");
        var contact = type.Records.FindUnique(type.Properties.Require("email").Slot, address);
        IReadOnlyList<KeyValuePair<string, string>> values = contact is null ? [new("email", address), .. properties.Where(property => property.Key != "email")] : properties;
        call.Portal.Writer.Apply(call.Portal.Writer.Check(type, contact, values, call.AtMs), call);
    }

    private static IReadOnlyList<KeyValuePair<string, string>> Members(JsonElement body, string name)
    {
        if (!body.TryGetProperty(name, out var bag) || bag.ValueKind == JsonValueKind.Null) return [];
        if (bag.ValueKind != JsonValueKind.Object) throw CrmErrors.WrongShape(name, "an object");
        return [.. bag.EnumerateObject().Select(member => new KeyValuePair<string, string>(member.Name, member.Value.AsText() ?? ""))];
    }

    private static JsonNode? Copy(JsonElement body, string name) => body.TryGetProperty(name, out var value) ? JsonNode.Parse(value.GetRawText()) : null;

    private static JsonNode? Array(JsonElement message, string name)
    {
        foreach (var address in message.Texts(name))
            if (!ValueRules.IsEmail(address[(address.IndexOf('<', StringComparison.Ordinal) + 1)..].TrimEnd('>'))) throw MailErrors.Bad($"{name} holds an invalid email address: {address}", name, address);
        return Copy(message, name);
    }
}
