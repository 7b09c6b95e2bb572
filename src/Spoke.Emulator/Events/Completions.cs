using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Events;

/// <summary>Sending completions: looked at only so far that they can be taken.</summary>
internal static class Completions
{
    private const int MostInputs = 500;

    public static EmulatorReply Send(CrmCall call, EventsArea area, IReadOnlyList<JsonElement> inputs)
    {
        if (inputs.Count > MostInputs) throw CrmErrors.BatchTooLarge(MostInputs);
        var taken = new List<JsonObject>();
        foreach (var input in inputs)
        {
            var name = input.RequiredText("BehavioralEventHttpCompletionRequest", "eventName");
            if (area.FindDefinition(name) is null) throw EventErrors.UnknownEvent(name);
            if (string.IsNullOrEmpty(input.Text("email")) && string.IsNullOrEmpty(input.Text("objectId")) && string.IsNullOrEmpty(input.Text("utk"))) throw EventErrors.NoTarget();
            var at = call.AtMs;
            if (input.Text("occurredAt") is { } text && !ValueRules.TryMoment(text, out at)) throw CrmErrors.WrongShape("occurredAt", "a time");
            var properties = new JsonObject();
            if (input.TryGetProperty("properties", out var bag) && bag.ValueKind != JsonValueKind.Null)
            {
                if (bag.ValueKind != JsonValueKind.Object) throw CrmErrors.WrongShape("properties", "an object");
                foreach (var member in bag.EnumerateObject()) properties[member.Name] = member.Value.AsText();
            }
            taken.Add(new JsonObject
            {
                ["eventName"] = name,
                ["email"] = input.Text("email"),
                ["objectId"] = input.Text("objectId"),
                ["utk"] = input.Text("utk"),
                ["uuid"] = input.Text("uuid"),
                ["occurredAt"] = JsonReply.Iso(at),
                ["properties"] = properties,
            });
        }
        foreach (var completion in taken) area.Take(completion, call.AtMs);
        return JsonReply.Empty(changed: taken.Count > 0);
    }

    /// <summary>The properties the definition knows, with values of their kinds; the rest is dropped.</summary>
    public static JsonObject Fitting(JsonObject definition, JsonObject given)
    {
        var fitting = new JsonObject();
        foreach (var property in definition["properties"]!.AsArray())
        {
            var name = property!["name"]!.GetValue<string>();
            if (given[name]?.GetValue<string>() is not { Length: > 0 } value) continue;
            var kept = property["type"]!.GetValue<string>() switch
            {
                "number" => decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? value : null,
                "datetime" or "date" => ValueRules.TryMoment(value, out var ms) ? JsonReply.Iso(ms) : null,
                "bool" => value is "true" or "false" ? value : null,
                "enumeration" => property["options"]!.AsArray().Any(option => option!["value"]!.GetValue<string>() == value) ? value : null,
                _ => value,
            };
            if (kept is not null) fitting[name] = kept;
        }
        return fitting;
    }
}
