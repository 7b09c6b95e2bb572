using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Marketing;

/// <summary>How an e-mail was after each save, newest first; any of them can come back.</summary>
internal static class EmailRevisions
{
    public static EmulatorReply? Handle(CrmCall call, EmailsArea area, long id, string[] rest)
    {
        switch (call.Method, rest)
        {
            case ("GET", []): return PageReply.Of(call, area.Revisions.Numbered.Where(pair => pair.Value["email"]!.GetValue<long>() == id).Reverse(), (json, pair) => Write(json, pair.Key, pair.Value, call), total: true);
            case ("GET", [var revision]): return JsonReply.Write(200, (number: long.Parse(revision, CultureInfo.InvariantCulture), one: Require(area, id, revision), call), static (json, state) => Write(json, state.number, state.one, state.call));
            case ("POST", [var revision, "restore"]):
                area.Keep(id, Past(area, id, revision), call);
                return JsonReply.Empty(changed: true);
            case ("POST", [var revision, "restore-to-draft"]):
                var draft = Past(area, id, revision);
                area.Drafts.Put(id, draft);
                return EmailEndpoints.Reply(200, draft, changed: true);
            default: return null;
        }
    }

    private static JsonObject Past(EmailsArea area, long id, string revision) => Require(area, id, revision)["object"]!.DeepClone().AsObject();

    private static JsonObject Require(EmailsArea area, long id, string revision) =>
        area.Revisions.Find(revision) is { } one && one["email"]!.GetValue<long>() == id ? one : throw MailErrors.NoSuchRevision(revision);

    private static void Write(Utf8JsonWriter json, long number, JsonObject revision, CrmCall call)
    {
        var user = revision["user"]!.GetValue<long>();
        var owner = call.Portal.Owners.All.FirstOrDefault(owner => owner.UserId == user);
        json.WriteStartObject();
        json.WriteId("id", number);
        json.WriteTime("updatedAt", revision["at"]!.GetValue<long>());
        json.WriteStartObject("user");
        json.WriteId("id", user);
        json.WriteString("email", owner?.Email ?? "");
        json.WriteString("fullName", owner is null ? "" : $"{owner.FirstName} {owner.LastName}");
        json.WriteEndObject();
        json.WritePropertyName("object");
        revision["object"]!.WriteTo(json);
        json.WriteEndObject();
    }
}
