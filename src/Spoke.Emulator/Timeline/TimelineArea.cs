using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Forms;
using Spoke.Emulator.Http;
using Spoke.Emulator.Lists;

namespace Spoke.Emulator.Timeline;

/// <summary>
/// Timeline events of apps: the templates an app has, and the events it put on records. A template is kept with its app as <c>{"appId","template"}</c>;
/// an event with its template, as it is answered.
/// </summary>
internal sealed class TimelineArea(Portal portal) : PortalArea(portal), IFactSource
{
    private readonly Dictionary<(string Template, string Event), long> _places = [];

    public DocumentShelf Templates { get; } = new();
    public DocumentShelf Events { get; } = new();

    public override string Name => "timeline";

    public override bool Owns(IReadOnlyList<string> path) => path is ["integrators", "timeline", ..];

    public override EmulatorReply? Handle(CrmCall call) => (call.Method, call.Rest.Skip(2).ToArray(), call.Route.Version) switch
    {
        (_, [var app, "event-templates", .. var rest], "v3") => TemplateEndpoints.Handle(call, this, app, rest),
        ("POST", ["events"], "v3") => EventEndpoints.Create(call, this),
        ("POST", ["events", "batch", "create"], "v3") => EventEndpoints.CreateBatch(call, this),
        ("GET", ["events", var template, var id, .. var view], "v3") => EventEndpoints.Read(call, this, template, id, view),
        ("POST", ["events"], _) => AppEventEndpoints.Create(call, this),
        ("POST", ["events", "batch"], _) => AppEventEndpoints.CreateBatch(call, this),
        ("POST", ["types", "projects"], _) => AppEventEndpoints.Resolve(call, this),
        _ => null,
    };

    /// <summary>The app's template, or the refusal that there is none.</summary>
    public JsonObject RequireTemplate(string id, string appId) =>
        Templates.Find(id) is { } kept && kept["appId"]!.GetValue<string>() == appId ? kept["template"]!.AsObject() : throw TimelineErrors.NoSuchTemplate(id);

    public IEnumerable<JsonObject> TemplatesOf(string appId) =>
        Templates.All.Where(kept => kept["appId"]!.GetValue<string>() == appId).Select(kept => kept["template"]!.AsObject());

    public JsonObject? FindEvent(string templateId, string id) => _places.TryGetValue((templateId, id), out var place) ? Events.Find(place) : null;

    /// <summary>Keeps an event; the same id of the same template takes the place of the one before.</summary>
    public void Put(JsonObject occurrence)
    {
        var key = (occurrence["eventTemplateId"]!.GetValue<string>(), occurrence["id"]!.GetValue<string>());
        if (!_places.TryGetValue(key, out var place)) _places[key] = place = Portal.NextPartId();
        Events.Put(place, occurrence);
    }

    /// <summary>Takes a template away, and with it the events made from it.</summary>
    public void Remove(string templateId)
    {
        Templates.Remove(long.Parse(templateId, System.Globalization.CultureInfo.InvariantCulture));
        foreach (var (key, place) in _places.Where(one => one.Key.Template == templateId).ToArray())
        {
            _places.Remove(key);
            Events.Remove(place);
        }
    }

    /// <summary>Whom an event is about; one known only by a browser's cookie is nobody's until a form submission tells whose browser it is.</summary>
    public StoredRecord? RecordOf(JsonObject occurrence)
    {
        if (occurrence["objectId"]?.GetValue<string>() is { } id) return Portal.Types.Find(occurrence["objectType"]!.GetValue<string>()).Records.Find(id);
        return occurrence["utk"]?.GetValue<string>() is { } cookie ? Portal.Areas.OfType<FormsArea>().Single().ContactOf(cookie) : null;
    }

    public IEnumerable<Fact> FactsOf(StoredRecord record, FactQuery query)
    {
        if (query.Kind is not ("INTEGRATION_EVENT" or "UNIFIED_EVENTS")) yield break;
        foreach (var occurrence in Events.All)
            if ((query.Id is null || occurrence["eventTemplateId"]!.GetValue<string>() == query.Id) && RecordOf(occurrence) == record && ValueRules.TryMoment(occurrence["timestamp"]!.GetValue<string>(), out var at))
                yield return new Fact(at, token => occurrence["tokens"]![token]?.GetValue<string>());
    }

    public override void Save(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        Templates.Save(json, "templates");
        Events.Save(json, "events");
        json.WriteEndObject();
    }

    public override void Load(JsonElement saved)
    {
        Templates.Load(saved, "templates");
        Events.Load(saved, "events");
        foreach (var (place, occurrence) in Events.Numbered) _places[(occurrence["eventTemplateId"]!.GetValue<string>(), occurrence["id"]!.GetValue<string>())] = place;
    }
}
