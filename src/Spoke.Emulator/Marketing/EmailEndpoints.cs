using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Marketing;

/// <summary>Marketing e-mails: list, get, create, change, copy, delete, draft, publish, variations.</summary>
internal static class EmailEndpoints
{
    private static readonly string[] ReadOnly = ["id", "createdAt", "createdById", "updatedAt", "updatedById", "isPublished", "publishedAt", "type", "clonedFrom", "isAb", "isTransactional"];

    public static EmulatorReply? Handle(CrmCall call, EmailsArea area)
    {
        string[] rest = [.. call.Rest.Skip(2)];
        switch (call.Method, rest)
        {
            case ("GET", []): return List(call, area);
            case ("POST", []): return Create(call, area);
            case ("POST", ["clone"]): return Clone(call, area, call.BodyObject.RequiredText("EmailCloneRequestVNext", "id"), call.Body.Text("cloneName"), call.Body.Text("language"), 200);
            case ("POST", ["ab-test", "create-variation"]): return EmailVariations.Create(call, area);
            case ("GET", ["statistics", "list"]): return EmailStatistics.List(call);
            case ("GET", ["statistics", "histogram"]): return EmailStatistics.Histogram(call);
            case (_, [var id]) when Require(area, id, call.Flag("archived")) is var (number, email): return One(call, area, number, email);
            case ("GET", [var id, "ab-test", "get-variation"]): return EmailVariations.Get(call, area, Require(area, id).Email);
            case (_, [var id, "draft"]) when Require(area, id) is var (number, email): return Draft(call, area, number, email);
            case ("POST", [var id, "draft", "reset"]): return JsonReply.Empty(area.Drafts.Remove(Require(area, id).Id));
            case ("POST", [var id, "publish"]) when Require(area, id) is var (number, email): return Publish(call, area, number, email);
            case ("POST", [var id, "unpublish"]) when Require(area, id) is var (number, email):
                email["isPublished"] = false;
                email["state"] = email["type"]!.GetValue<string>() == "BATCH_EMAIL" ? "DRAFT" : "AUTOMATED_DRAFT";
                area.Keep(number, email, call);
                return JsonReply.Empty(changed: true);
            case (_, [var id, "revisions", ..]) when Require(area, id) is var (number, _): return EmailRevisions.Handle(call, area, number, rest[2..]);
            default: return null;
        }
    }

    public static (long Id, JsonObject Email) Require(EmailsArea area, string id, bool archived = false) =>
        area.Emails.Find(id) is { } email && email["archived"]!.GetValue<bool>() == archived ? (long.Parse(id, CultureInfo.InvariantCulture), email) : throw MailErrors.NoSuchEmail(id);

    public static EmulatorReply Reply(int status, JsonObject email, bool changed = false) => JsonReply.Write(status, email, static (json, email) => email.WriteTo(json), changed);

    private static EmulatorReply List(CrmCall call, EmailsArea area)
    {
        var emails = area.Emails.All.Where(email => email["archived"]!.GetValue<bool>() == call.Flag("archived"));
        if (call.Http.QueryValue("isPublished") is { } published) emails = emails.Where(email => email["isPublished"]!.GetValue<bool>() == (published == "true"));
        if (call.Http.QueryValue("type") is { } type) emails = emails.Where(email => email["type"]!.GetValue<string>() == type);
        if (call.Http.QueryValue("campaign") is { } campaign) emails = emails.Where(email => email["campaign"]?.ToString() == campaign);
        foreach (var field in (string[])["created", "updated", "published"])
        {
            if (Moment(call, field + "After") is { } after) emails = emails.Where(email => Time(email, field + "At") > after);
            if (Moment(call, field + "Before") is { } before) emails = emails.Where(email => Time(email, field + "At") is { } at && at < before);
            if (Moment(call, field + "At") is { } exact) emails = emails.Where(email => Time(email, field + "At") == exact);
        }
        foreach (var sort in (call.Names("sort") ?? []).Reverse())
        {
            var name = sort.TrimStart('-');
            if (name is not ("name" or "createdAt" or "updatedAt" or "createdBy" or "updatedBy" or "publishedAt" or "id")) throw MailErrors.Bad($"Emails cannot be sorted by {name}", "sort", sort);
            emails = sort.StartsWith('-') ? emails.OrderByDescending(email => email[name]?.ToString(), StringComparer.Ordinal) : emails.OrderBy(email => email[name]?.ToString(), StringComparer.Ordinal);
        }
        return PageReply.Of(call, emails, (json, email) => View(call, email).WriteTo(json), most: 300, total: true);
    }

    private static EmulatorReply One(CrmCall call, EmailsArea area, long id, JsonObject email)
    {
        switch (call.Method)
        {
            case "GET": return Reply(200, View(call, email));
            case "DELETE":
                email["archived"] = true;
                email["deletedAt"] = JsonReply.Iso(call.AtMs);
                return JsonReply.Empty(changed: true);
            case "PATCH":
                DocumentShelf.Merge(email, Input(call));
                area.Keep(id, email, call);
                return Reply(200, email, changed: true);
            default: throw new NotDoneYet();
        }
    }

    private static EmulatorReply Create(CrmCall call, EmailsArea area)
    {
        var name = call.BodyObject.RequiredText("EmailCreateRequest", "name");
        var id = call.Portal.NextRecordId();
        var automated = call.Body.Text("subcategory")?.StartsWith("automated", StringComparison.Ordinal) == true || call.Body.Text("state")?.StartsWith("AUTOMATED", StringComparison.Ordinal) == true;
        var email = new JsonObject
        {
            ["id"] = id.ToString(CultureInfo.InvariantCulture),
            ["name"] = name,
            ["type"] = automated ? "AUTOMATED_EMAIL" : "BATCH_EMAIL",
            ["subcategory"] = automated ? "automated" : "batch",
            ["state"] = automated ? "AUTOMATED_DRAFT" : "DRAFT",
            ["language"] = "en",
            ["subject"] = "",
            ["archived"] = false,
            ["isAb"] = false,
            ["isPublished"] = false,
            ["isTransactional"] = false,
            ["sendOnPublish"] = true,
            ["jitterSendTime"] = false,
            ["businessUnitId"] = "0",
            ["activeDomain"] = "",
            ["emailTemplateMode"] = "DRAG_AND_DROP",
            ["content"] = new JsonObject(),
            ["from"] = new JsonObject(),
            ["to"] = new JsonObject(),
            ["webversion"] = new JsonObject(),
            ["subscriptionDetails"] = new JsonObject { ["subscriptionId"] = Preferences.SubscriptionType.All[0].IdText },
            ["createdAt"] = JsonReply.Iso(call.AtMs),
            ["createdById"] = call.Caller.UserId.ToString(CultureInfo.InvariantCulture),
        };
        DocumentShelf.Merge(email, Input(call));
        area.Keep(id, email, call);
        return Reply(201, email, changed: true);
    }

    public static EmulatorReply Clone(CrmCall call, EmailsArea area, string source, string? name, string? language, int status, Action<JsonObject>? change = null)
    {
        var copy = Require(area, source).Email.DeepClone().AsObject();
        var id = call.Portal.NextRecordId();
        copy["id"] = id.ToString(CultureInfo.InvariantCulture);
        copy["clonedFrom"] = source;
        copy["name"] = name ?? $"{copy["name"]} (clone)";
        if (language is not null) copy["language"] = language;
        copy["state"] = copy["type"]!.GetValue<string>() == "BATCH_EMAIL" ? "DRAFT" : "AUTOMATED_DRAFT";
        copy["isPublished"] = false;
        copy.Remove("publishedAt");
        copy["createdAt"] = JsonReply.Iso(call.AtMs);
        change?.Invoke(copy);
        area.Keep(id, copy, call);
        return Reply(status, copy, changed: true);
    }

    private static EmulatorReply? Draft(CrmCall call, EmailsArea area, long id, JsonObject email)
    {
        if (call.Method == "GET") return Reply(200, area.Drafts.Find(id) ?? email);
        if (call.Method != "PATCH") return null;
        var patch = Input(call);
        var draft = area.Drafts.Find(id) ?? email.DeepClone().AsObject();
        DocumentShelf.Merge(draft, patch);
        draft["updatedAt"] = JsonReply.Iso(call.AtMs);
        area.Drafts.Put(id, draft);
        return Reply(200, draft, changed: true);
    }

    private static EmulatorReply Publish(CrmCall call, EmailsArea area, long id, JsonObject email)
    {
        if (area.Drafts.Find(id) is { } draft)
        {
            email = draft;
            area.Drafts.Remove(id);
        }
        if (email["subject"]?.ToString() is null or "") throw MailErrors.Bad("An email needs a subject before it can be published.", "subject", "");
        area.Publish(id, email, call);
        area.Keep(id, email, call);
        return JsonReply.Empty(changed: true);
    }

    private static JsonObject Input(CrmCall call)
    {
        var input = JsonNode.Parse(call.BodyObject.GetRawText())!.AsObject();
        foreach (var name in ReadOnly) input.Remove(name);
        foreach (var name in (string[])["content", "from", "to", "webversion", "subscriptionDetails", "testing", "rssData"])
            if (input[name] is not (null or JsonObject)) throw CrmErrors.WrongShape(name, "an object");
        if (input["businessUnitId"] is { } unit) input["businessUnitId"] = unit.ToString();
        return input;
    }

    private static JsonObject View(CrmCall call, JsonObject email)
    {
        var view = email;
        if (call.Flag("includeStats"))
        {
            view = email.DeepClone().AsObject();
            view["stats"] = EmailStatistics.Of(call.Portal, [long.Parse(email["id"]!.GetValue<string>(), CultureInfo.InvariantCulture)], 0, long.MaxValue);
        }
        if (call.Names("includedProperties") is not { Count: > 0 } names) return view;
        var part = new JsonObject { ["id"] = email["id"]!.DeepClone(), ["isAb"] = email["isAb"]!.DeepClone() };
        foreach (var name in names)
            if (view[name] is { } value) part[name] = value.DeepClone();
        return part;
    }

    private static long? Moment(CrmCall call, string name) => call.Http.QueryValue(name) is not { Length: > 0 } text ? null
        : ValueRules.TryMoment(text, out var ms) ? ms : throw CrmErrors.Bad($"Unable to parse value for query parameter: {name}");

    private static long? Time(JsonObject email, string name) => email[name]?.GetValue<string>() is { } text && ValueRules.TryMoment(text, out var ms) ? ms : null;
}
