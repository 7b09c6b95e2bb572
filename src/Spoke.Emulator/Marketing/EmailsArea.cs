using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;
using Spoke.Emulator.Lists;

namespace Spoke.Emulator.Marketing;

/// <summary>Marketing e-mails as documents: the e-mail, its draft, its revisions; a published one goes to its recipients through the outbox.</summary>
internal sealed class EmailsArea(Portal portal) : PortalArea(portal)
{
    public DocumentShelf Emails { get; } = new();
    public DocumentShelf Drafts { get; } = new();

    /// <summary>By revision id: the e-mail's id, when, by whom, and how it was.</summary>
    public DocumentShelf Revisions { get; } = new();

    public override string Name => "emails";

    public override bool Owns(IReadOnlyList<string> path) => path is ["marketing", "emails", ..];

    public override EmulatorReply? Handle(CrmCall call) => EmailEndpoints.Handle(call, this);

    public override long? NextDueMs
    {
        get
        {
            long? next = null;
            foreach (var email in Emails.All)
                if (email["state"]?.GetValue<string>() == "SCHEDULED" && ValueRules.TryMoment(email["publishDate"]!.GetValue<string>(), out var ms) && (next is null || ms < next)) next = ms;
            return next;
        }
    }

    public override void Run(long dueMs)
    {
        foreach (var (id, email) in Emails.Numbered)
            if (email["state"]?.GetValue<string>() == "SCHEDULED" && ValueRules.TryMoment(email["publishDate"]!.GetValue<string>(), out var ms) && ms <= dueMs) Dispatch(id, email, dueMs);
    }

    public void Publish(long id, JsonObject email, CrmCall call)
    {
        email["isPublished"] = true;
        email["publishedAt"] = JsonReply.Iso(call.AtMs);
        email["publishedById"] = call.Caller.UserId.ToString(CultureInfo.InvariantCulture);
        if (email["type"]!.GetValue<string>() != "BATCH_EMAIL") email["state"] = "AUTOMATED";
        else if (email["publishDate"]?.GetValue<string>() is { } date && ValueRules.TryMoment(date, out var ms) && ms > call.AtMs) email["state"] = "SCHEDULED";
        else Dispatch(id, email, call.AtMs);
    }

    public void Keep(long id, JsonObject email, CrmCall call)
    {
        email["updatedAt"] = JsonReply.Iso(call.AtMs);
        email["updatedById"] = call.Caller.UserId.ToString(CultureInfo.InvariantCulture);
        Emails.Put(id, email);
        Revisions.Put(call.Portal.NextPartId(), new JsonObject { ["email"] = id, ["at"] = call.AtMs, ["user"] = call.Caller.UserId, ["object"] = email.DeepClone() });
    }

    /// <summary>Puts one message for each recipient on the way; whoever opted out gets a result that says so.</summary>
    private void Dispatch(long id, JsonObject email, long atMs)
    {
        email["state"] = "PUBLISHED";
        var sending = Portal.Areas.OfType<SendingArea>().Single();
        var contacts = Portal.Types.Find("contacts");
        var slot = contacts.Properties.Require("email").Slot;
        foreach (var recipient in Recipients(email, "include").Except(Recipients(email, "exclude")))
        {
            if (contacts.Records.Find(recipient) is not { Archived: false } contact || contact.Get(slot) is not { } address) continue;
            sending.Queue(new JsonObject
            {
                ["transactional"] = false,
                ["emailId"] = id,
                ["to"] = address,
                ["from"] = email["from"]?["replyTo"]?.DeepClone(),
                ["subject"] = email["subject"]?.DeepClone(),
                ["status"] = "PENDING",
                ["requestedAt"] = atMs,
            }, atMs);
        }
    }

    private SortedSet<long> Recipients(JsonObject email, string which)
    {
        var ids = new SortedSet<long>();
        foreach (var id in Texts(email["to"]?["contactIds"]?[which]))
            if (long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) ids.Add(number);
        var lists = Portal.Areas.OfType<ListsArea>().Single().Store;
        foreach (var id in Texts(email["to"]?["contactIlsLists"]?[which]))
            if (lists.FindEvenDeleted(id) is { Deleted: false } list) ids.UnionWith(list.Members.Ids);
        return ids;
    }

    private static IEnumerable<string> Texts(JsonNode? node) => node is JsonArray array ? array.Where(item => item is not null).Select(item => item!.ToString()) : [];

    public override void Save(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        Emails.Save(json, "emails");
        Drafts.Save(json, "drafts");
        Revisions.Save(json, "revisions");
        json.WriteEndObject();
    }

    public override void Load(JsonElement saved)
    {
        Emails.Load(saved, "emails");
        Drafts.Load(saved, "drafts");
        Revisions.Load(saved, "revisions");
    }
}
