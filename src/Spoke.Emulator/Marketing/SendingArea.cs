using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;
using Spoke.Emulator.Lists;
using Spoke.Emulator.Preferences;

namespace Spoke.Emulator.Marketing;

/// <summary>
/// Single e-mails to one person, as marketing or as transactional mail. Nothing is sent: what would have been lies in an outbox.
/// A send is pending for a second of the emulator's clock and then has a result.
/// </summary>
internal sealed class SendingArea(Portal portal) : PortalArea(portal), IFactSource
{
    private const long SendingMs = 1_000;
    private readonly SortedSet<string> bounced = new(StringComparer.Ordinal);
    private readonly DueList due = new();

    public DocumentShelf Sends { get; } = new();
    public DocumentShelf SmtpTokens { get; } = new();

    public override string Name => "sending";

    public override bool Owns(IReadOnlyList<string> path) => path is
        ["marketing", "transactional", ..] or ["marketing", "email-campaigns", "single-send"] or ["marketing", "email", "single-send"] or ["marketing", "email", "send-statuses", _] or ["marketing", "outbox"];

    public override EmulatorReply? Handle(CrmCall call) => (call.Method, call.Rest.Skip(1).ToArray()) switch
    {
        ("POST", ["transactional", "single-email", "send"]) => SendEndpoints.Send(call, this, transactional: true),
        ("POST", ["email-campaigns", "single-send"] or ["email", "single-send"]) => SendEndpoints.Send(call, this, transactional: false),
        ("GET", ["email", "send-statuses", var id]) => SendEndpoints.Status(this, id),
        ("GET", ["outbox"]) => SendEndpoints.Outbox(this),
        (_, ["transactional", "smtp-tokens", ..]) => SmtpTokenEndpoints.Handle(call, this, [.. call.Rest.Skip(3)]),
        _ => null,
    };

    public override long? NextDueMs => due.NextMs;

    public JsonObject Queue(JsonObject send, long atMs)
    {
        var id = Portal.NextPartId();
        send["statusId"] = DocumentShelf.GuidOf(id);
        Sends.Put(id, send);
        due.Add(atMs + SendingMs, id);
        return send;
    }

    public override void Run(long dueMs)
    {
        foreach (var (at, id) in due.Take(dueMs))
        {
            if (Sends.Find(id) is { } send) Finish(id, send, at);
        }
    }

    private void Finish(long id, JsonObject send, long atMs)
    {
        var result = ResultOf(id, send);
        send["status"] = "COMPLETE";
        send["sendResult"] = result;
        send["startedAt"] = atMs;
        send["completedAt"] = atMs;
        if (result != "SENT") return;
        send["eventId"] = DocumentShelf.GuidOf(id + 1_000_000_000);
        var address = send["to"]!.GetValue<string>();
        // A name under .invalid exists nowhere (RFC 2606): the first mail to it bounces.
        if (address.EndsWith(".invalid", StringComparison.Ordinal)) bounced.Add(address);
        if (Contact(address) is { } contact) ListsArea.Touch(Portal, Portal.Types.Find("contacts"), contact, atMs);
    }

    private string ResultOf(long id, JsonObject send)
    {
        var address = send["to"]!.GetValue<string>();
        if (!ValueRules.IsEmail(address)) return "INVALID_TO_ADDRESS";
        if (bounced.Contains(address)) return "PREVIOUSLY_BOUNCED";
        if (send["sendId"] is { } key && Sends.Numbered.Any(other => other.Key < id && other.Value["sendId"]?.GetValue<string>() == key.GetValue<string>() && other.Value["emailId"]!.GetValue<long>() == send["emailId"]!.GetValue<long>())) return "IDEMPOTENT_IGNORE";
        if (send["transactional"]!.GetValue<bool>()) return "SENT";
        var preferences = Portal.Areas.OfType<PreferencesArea>().Single();
        if (preferences.IsOutOfAll(address)) return "PREVIOUSLY_UNSUBSCRIBED_PORTAL";
        return preferences.StateOf(address, SubscriptionType.All[0]) == "UNSUBSCRIBED" ? "PREVIOUSLY_UNSUBSCRIBED_MESSAGE" : "SENT";
    }

    public IEnumerable<Fact> FactsOf(StoredRecord record, FactQuery query)
    {
        if (query.Kind != "EMAIL_EVENT" || query.What is not ("SENT" or "RECEIVED" or "BOUNCED" or "RECEIVED_BUT_NOT_OPENED" or "SENT_BUT_NOT_RECEIVED" or "SENT_BUT_LINK_NOT_CLICKED")) yield break;
        var contacts = Portal.Types.Find("contacts");
        if (record.Get(contacts.Properties.Require("email").Slot) is not { } address || contacts.Records.Find(record.Id) != record) yield break;
        var wantsBounce = query.What is "BOUNCED" or "SENT_BUT_NOT_RECEIVED";
        foreach (var send in Sends.All)
        {
            if (send["sendResult"]?.GetValue<string>() != "SENT" || send["to"]!.GetValue<string>() != address) continue;
            if (query.Id is not null && send["emailId"]!.GetValue<long>().ToString(CultureInfo.InvariantCulture) != query.Id) continue;
            if (query.What.StartsWith("SENT", StringComparison.Ordinal) && !wantsBounce || bounced.Contains(address) == wantsBounce) yield return new Fact(send["completedAt"]!.GetValue<long>(), name => send[name]?.ToString());
        }
    }

    private StoredRecord? Contact(string address)
    {
        var contacts = Portal.Types.Find("contacts");
        return contacts.Records.FindUnique(contacts.Properties.Require("email").Slot, address);
    }

    public override void Save(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        Sends.Save(json, "sends");
        SmtpTokens.Save(json, "tokens");
        json.WriteStartArray("bounced");
        foreach (var address in bounced) json.WriteStringValue(address);
        json.WriteEndArray();
        due.Save(json, "due");
        json.WriteEndObject();
    }

    public override void Load(JsonElement saved)
    {
        Sends.Load(saved, "sends");
        SmtpTokens.Load(saved, "tokens");
        foreach (var address in saved.GetProperty("bounced").EnumerateArray()) bounced.Add(address.GetString()!);
        due.Load(saved, "due");
    }
}
