using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;
using Spoke.Emulator.Lists;

namespace Spoke.Emulator.Forms;

/// <summary>Forms, what people filled in, and which browser belongs to whom since then.</summary>
internal sealed class FormsArea(Portal portal) : PortalArea(portal), IFactSource
{
    /// <summary>Event type of a submission; its property <see cref="FormId"/> names the form.</summary>
    public const string Submitted = "4-1639801", FormId = "hs_form_id";

    private readonly SortedDictionary<string, long> visitors = new(StringComparer.Ordinal);

    public DocumentShelf Forms { get; } = new();

    /// <summary>In the order they came: form, time, values, contact.</summary>
    public DocumentShelf Submissions { get; } = new();

    public override string Name => "forms";

    public override bool Owns(IReadOnlyList<string> path) => path is ["marketing", "forms", ..] or ["submissions", "integration", ..] or ["form-integrations", "submissions", "forms", _];

    public override EmulatorReply? Handle(CrmCall call) => (call.Method, call.Rest.ToArray()) switch
    {
        (_, ["marketing", "forms", .. var rest]) => FormEndpoints.Handle(call, this, rest),
        ("POST", ["submissions", "integration", "submit", var hub, var form]) => FormSubmission.Submit(call, this, hub, form, secure: false),
        ("POST", ["submissions", "integration", "secure", "submit", var hub, var form]) => FormSubmission.Submit(call, this, hub, form, secure: true),
        ("GET", [_, _, _, var form]) => FormEndpoints.Submissions(call, this, form),
        _ => null,
    };

    public JsonObject? Find(string guid, bool archived = false) => Forms.All.FirstOrDefault(form => form["id"]!.GetValue<string>() == guid && form["archived"]!.GetValue<bool>() == archived);

    /// <summary>Whose browser has this cookie, as far as a submission told.</summary>
    public StoredRecord? ContactOf(string cookie) => visitors.TryGetValue(cookie, out var id) ? Portal.Types.Find("contacts").Records.Find(id) : null;

    public void Know(string cookie, StoredRecord contact) => visitors[cookie] = contact.Id;

    public IEnumerable<Fact> FactsOf(StoredRecord record, FactQuery query)
    {
        var asEvent = query is { Kind: "UNIFIED_EVENTS", Id: Submitted };
        if (!asEvent && query.Kind is not ("FORM_SUBMISSION" or "FORM_SUBMISSION_ON_PAGE")) yield break;
        var contacts = Portal.Types.Find("contacts").Records;
        foreach (var submission in Submissions.All)
        {
            if (submission["contact"]?.GetValue<long>() is not { } id || contacts.Find(id) != record || (!asEvent && query.Id is not null && submission["form"]!.GetValue<string>() != query.Id)) continue;
            if (query.What.Length > 0 && submission["pageId"]?.GetValue<string>() != query.What) continue;
            yield return new Fact(submission["at"]!.GetValue<long>(), name => name == FormId ? submission["form"]!.GetValue<string>() : null);
        }
    }

    public override void Save(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        Forms.Save(json, "forms");
        Submissions.Save(json, "submissions");
        json.WriteStartObject("visitors");
        foreach (var (cookie, id) in visitors) json.WriteNumber(cookie, id);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public override void Load(JsonElement saved)
    {
        Forms.Load(saved, "forms");
        Submissions.Load(saved, "submissions");
        foreach (var member in saved.GetProperty("visitors").EnumerateObject()) visitors[member.Name] = member.Value.GetInt64();
    }
}
