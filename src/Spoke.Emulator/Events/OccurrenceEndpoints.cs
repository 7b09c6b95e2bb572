using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Events;

/// <summary>Reading what happened, latest first.</summary>
internal static class OccurrenceEndpoints
{
    public static EmulatorReply List(CrmCall call, EventsArea area)
    {
        IEnumerable<JsonObject> found = area.Occurrences.All;
        if (call.Http.QueryValue("eventType") is { } eventType) found = found.Where(one => one["eventType"]!.GetValue<string>() == eventType);
        var objectType = call.Http.QueryValue("objectType") is { } typeName ? call.Portal.Types.Find(typeName) : null;
        if (objectType is not null) found = found.Where(one => call.Portal.Types.Find(one["objectType"]!.GetValue<string>()) == objectType);
        if (call.Http.QueryValue("objectId") is { } objectId)
        {
            if (objectType is null) throw CrmErrors.Bad("objectType is required when objectId is given", "objectType", "");
            found = found.Where(one => one["objectId"]!.GetValue<string>() == objectId);
        }
        foreach (var (name, value) in call.Http.Query)
        {
            if (name.StartsWith("objectProperty.", StringComparison.Ordinal))
            {
                if (objectType is null) throw CrmErrors.Bad("objectType is required when objectProperty is given", "objectType", "");
                var property = objectType.Properties.Find(name["objectProperty.".Length..]) ?? throw CrmErrors.Bad($"Property {name["objectProperty.".Length..]} does not exist on {objectType.Id}");
                found = found.Where(one => objectType.Records.Find(one["objectId"]!.GetValue<string>())?.Get(property.Slot) == value);
            }
            else if (name.StartsWith("property.", StringComparison.Ordinal)) found = found.Where(one => one["properties"]![name["property.".Length..]]?.GetValue<string>() == value);
        }
        if (Moment(call, "occurredAfter") is { } after) found = found.Where(one => At(one) > after);
        if (Moment(call, "occurredBefore") is { } before) found = found.Where(one => At(one) < before);
        if (call.Names("id") is { Count: > 0 } ids) found = found.Where(one => ids.Contains(one["id"]!.GetValue<string>()));
        found = call.Http.QueryValue("sort") switch
        {
            null or "" or "-occurredAt" => found.OrderByDescending(At).ThenByDescending(one => one["id"]!.GetValue<string>(), StringComparer.Ordinal),
            "occurredAt" => found.OrderBy(At).ThenBy(one => one["id"]!.GetValue<string>(), StringComparer.Ordinal),
            var other => throw CrmErrors.Bad($"sort must be one of [occurredAt, -occurredAt], not {other}", "sort", other),
        };
        return PageReply.Of(call, found, static (json, one) => one.WriteTo(json), standard: 100, most: 1000);
    }

    public static EmulatorReply Types(EventsArea area) => JsonReply.Write(200, area, static (json, area) =>
    {
        json.WriteStartObject();
        json.WriteStartArray("eventTypes");
        foreach (var definition in area.Definitions.All) json.WriteStringValue(definition["fullyQualifiedName"]!.GetValue<string>());
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static long At(JsonObject one) => ValueRules.TryMoment(one["occurredAt"]!.GetValue<string>(), out var ms) ? ms : 0;

    private static long? Moment(CrmCall call, string name) => call.Http.QueryValue(name) is not { Length: > 0 } text ? null
        : ValueRules.TryMoment(text, out var ms) ? ms : throw CrmErrors.Bad($"Unable to parse value for query parameter: {name}");
}
