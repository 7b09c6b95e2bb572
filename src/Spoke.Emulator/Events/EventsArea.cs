using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Automation;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Forms;
using Spoke.Emulator.Http;
using Spoke.Emulator.Lists;

namespace Spoke.Emulator.Events;

/// <summary>
/// Custom events: their definitions, completions that are sent, and occurrences that can be read. A completion is taken at once and carried out a second later
/// by the emulator's clock; what does not fit its definition is dropped then, without a word, as HubSpot does.
/// </summary>
internal sealed class EventsArea(Portal portal) : PortalArea(portal), IFactSource
{
    private const long DelayMs = 1_000;
    private readonly DueList due = new();

    public DocumentShelf Definitions { get; } = new();

    /// <summary>Completions on their way, as they were sent.</summary>
    public DocumentShelf Waiting { get; } = new();
    public DocumentShelf Occurrences { get; } = new();

    public override string Name => "events";

    public override bool Owns(IReadOnlyList<string> path) => path is ["events", "event-definitions" or "send" or "events" or "event-occurrences", ..] or ["events", "custom", "event-definitions" or "send", ..];

    public override string Source => "BEHAVIORAL_EVENTS";

    public override EmulatorReply? Handle(CrmCall call)
    {
        string[] rest = [.. call.Rest.Skip(call.Rest[1] == "custom" ? 2 : 1)];
        return (call.Method, rest) switch
        {
            (_, ["event-definitions", ..]) => DefinitionEndpoints.Handle(call, this, rest[1..]),
            ("POST", ["send"]) => Completions.Send(call, this, [call.BodyObject]),
            ("POST", ["send", "batch"]) => Completions.Send(call, this, call.BodyObject.Items("inputs")),
            ("GET", ["events" or "event-occurrences"]) => OccurrenceEndpoints.List(call, this),
            ("GET", ["events" or "event-occurrences", "event-types"]) => OccurrenceEndpoints.Types(this),
            _ => null,
        };
    }

    public JsonObject? FindDefinition(string name) =>
        Definitions.All.FirstOrDefault(definition => definition["fullyQualifiedName"]!.GetValue<string>() == name || definition["name"]!.GetValue<string>() == name);

    public void Take(JsonObject completion, long atMs)
    {
        var id = Portal.NextPartId();
        Waiting.Put(id, completion);
        due.Add(atMs + DelayMs, id);
    }

    public override long? NextDueMs => due.NextMs;

    public override void Run(long dueMs)
    {
        foreach (var (at, id) in due.Take(dueMs))
        {
            var completion = Waiting.Find(id);
            Waiting.Remove(id);
            if (completion is not null) Happen(id, completion, at);
        }
    }

    private void Happen(long id, JsonObject completion, long atMs)
    {
        if (FindDefinition(completion["eventName"]!.GetValue<string>()) is not { } definition) return;
        var key = completion["uuid"]?.GetValue<string>() ?? DocumentShelf.GuidOf(id);
        if (Occurrences.All.Any(one => one["id"]!.GetValue<string>() == key)) return;
        var type = Portal.Types.Find(definition["primaryObjectId"]!.GetValue<string>());
        if (Target(completion, type, atMs) is not { } record) return;
        Occurrences.Put(id, new JsonObject
        {
            ["id"] = key,
            ["objectType"] = definition["primaryObject"]!.DeepClone(),
            ["objectId"] = record.Id.ToString(CultureInfo.InvariantCulture),
            ["eventType"] = definition["fullyQualifiedName"]!.DeepClone(),
            ["occurredAt"] = completion["occurredAt"]!.DeepClone(),
            ["properties"] = Completions.Fitting(definition, completion["properties"]!.AsObject()),
        });
        ListsArea.Touch(Portal, type, record, atMs);
        var told = Completions.Fitting(definition, completion["properties"]!.AsObject()).ToDictionary(one => one.Key, one => one.Value!.GetValue<string>());
        Portal.Areas.OfType<FlowArea>().Single().Completed(definition["objectTypeId"]!.GetValue<string>(), type, record, told, atMs);
    }

    /// <summary>Whom it happened to: an id, an address (a contact is made if there is none), or a browser's cookie that a form submission tied to a contact.</summary>
    private StoredRecord? Target(JsonObject completion, ObjectTypeDefinition type, long atMs)
    {
        if (completion["objectId"]?.GetValue<string>() is { } objectId) return type.Records.Find(objectId) is { Archived: false } record ? record : null;
        if (type.EmailProperty is not { } property) return null;
        if (completion["email"]?.GetValue<string>() is { } address)
        {
            if (type.Records.FindUnique(type.Properties.Require(property).Slot, address.Trim().ToLowerInvariant()) is { } contact) return contact;
            return ValueRules.IsEmail(address.Trim()) ? Portal.Writer.Apply(Portal.Writer.Check(type, null, [new(property, address)], atMs), atMs, new Caller(Portal.HubId, 0, 0, new HashSet<string>(), "")) : null;
        }
        return completion["utk"]?.GetValue<string>() is { } cookie && Portal.Areas.OfType<FormsArea>().Single().ContactOf(cookie) is { Archived: false } visitor ? visitor : null;
    }

    public IEnumerable<Fact> FactsOf(StoredRecord record, FactQuery query)
    {
        if (query.Kind != "UNIFIED_EVENTS") yield break;
        var id = record.Id.ToString(CultureInfo.InvariantCulture);
        var name = query.Id is null ? null : Definitions.All.FirstOrDefault(one => one["objectTypeId"]!.GetValue<string>() == query.Id)?["fullyQualifiedName"]!.GetValue<string>() ?? query.Id;
        foreach (var occurrence in Occurrences.All)
            if (occurrence["objectId"]!.GetValue<string>() == id && (name is null || occurrence["eventType"]!.GetValue<string>() == name) && ValueRules.TryMoment(occurrence["occurredAt"]!.GetValue<string>(), out var at))
                yield return new Fact(at, detail => occurrence["properties"]![detail]?.GetValue<string>());
    }

    public override void Save(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        Definitions.Save(json, "definitions");
        Waiting.Save(json, "waiting");
        Occurrences.Save(json, "occurrences");
        due.Save(json, "due");
        json.WriteEndObject();
    }

    public override void Load(JsonElement saved)
    {
        Definitions.Load(saved, "definitions");
        Waiting.Load(saved, "waiting");
        Occurrences.Load(saved, "occurrences");
        due.Load(saved, "due");
    }
}
