using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Account;
using Spoke.Emulator.Faults;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Control;

/// <summary>Sets, lists, switches and clears faults. The lag of search is one too, though it lasts until cleared.</summary>
internal sealed class FaultControl(PortalHost portal)
{
    /// <summary>One fault, or several in their order as <c>{"faults":[…]}</c>: all of them or none.</summary>
    public EmulatorReply Add(JsonElement request)
    {
        Fault[] faults = request.TryGetProperty("faults", out var several) && several.ValueKind == JsonValueKind.Array
            ? [.. several.EnumerateArray().Select(FaultRequest.Read)]
            : [FaultRequest.Read(request)];
        foreach (var fault in faults)
            if (fault.Match.HubId is { } asked && portal.Find(asked) is null) throw new ArgumentException($"There is no portal {asked}.");
        foreach (var fault in faults)
        {
            if (fault.Kind != "search-lag") portal.Faults.Add(fault);
            else if (fault.Match.HubId is { } hub) portal.Find(hub)!.SearchLag = TimeSpan.FromMilliseconds(fault.Argument);
            else portal.SetSearchLag(TimeSpan.FromMilliseconds(fault.Argument));
        }
        return faults is [{ Id: > 0 } one] ? EmulatorReply.NoContent with { Headers = [new("location", string.Create(CultureInfo.InvariantCulture, $"/_emulator/faults/{one.Id}"))] } : EmulatorReply.NoContent;
    }

    /// <param name="hub">Only those that name this portal; null: all.</param>
    public EmulatorReply Clear(long? hub)
    {
        if (hub is { } one)
        {
            portal.Faults.Clear(one);
            portal.Find(one)!.SearchLag = TimeSpan.Zero;
            return EmulatorReply.NoContent;
        }
        portal.Faults.Clear();
        portal.SetSearchLag(TimeSpan.Zero);
        return EmulatorReply.NoContent;
    }

    /// <summary><c>DELETE faults/ID</c>, <c>POST faults/ID/on</c>, <c>POST faults/ID/off</c>. Null: no such call.</summary>
    public EmulatorReply? One(string method, string rest)
    {
        var parts = rest.Split('/');
        if (!int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return null;
        bool? found = (method, parts) switch
        {
            ("DELETE", [_]) => portal.Faults.Remove(id),
            ("POST", [_, "on"]) => portal.Faults.Switch(id, on: true),
            ("POST", [_, "off"]) => portal.Faults.Switch(id, on: false),
            _ => null,
        };
        return found is false ? throw new KeyNotFoundException($"There is no fault {id}. It may have been played out; GET /_emulator/faults lists those that wait.") : found is null ? null : EmulatorReply.NoContent;
    }

    public EmulatorReply List() => OwnEndpoints.Json(json =>
    {
        json.WriteStartArray("faults");
        foreach (var fault in portal.Faults.All) Write(json, fault);
        json.WriteEndArray();
        json.WriteNumber("searchLagMs", portal.Main.SearchLag.TotalMilliseconds);
        json.WriteStartArray("kinds");
        foreach (var kind in FaultKinds.All) json.WriteStringValue(kind);
        json.WriteEndArray();
    });

    public static EmulatorReply Kinds() => OwnEndpoints.Json(json =>
    {
        json.WriteStartArray("kinds");
        foreach (var kind in FaultKinds.Described)
        {
            json.WriteStartObject();
            json.WriteString("kind", kind.TakesMilliseconds ? kind.Name + ":MS" : kind.Name);
            json.WriteString("does", kind.Does);
            json.WriteBoolean("cause", kind.IsCause);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("notPlayed");
        foreach (var (id, why) in FaultKinds.NotPlayed)
        {
            json.WriteStartObject();
            json.WriteString("cause", id);
            json.WriteString("title", CauseTitles.Of(id));
            json.WriteString("why", why);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    private static void Write(Utf8JsonWriter json, Fault fault)
    {
        json.WriteStartObject();
        json.WriteNumber("id", fault.Id);
        json.WriteString("kind", fault.Name);
        json.WriteBoolean("on", fault.On);
        json.WriteString("method", fault.Match.Method);
        json.WriteString("path", fault.Match.Path?.Text);
        if (fault.Match.Token is { } token) json.WriteString("token", Secrets.MaskToken(token));
        if (fault.Match.HubId is { } hub) json.WriteNumber("portal", hub);
        if (fault.Match.Headers is { Count: > 0 } headers)
        {
            json.WriteStartObject("headers");
            foreach (var (name, value) in headers) json.WriteString(name, Secrets.Mask(value));
            json.WriteEndObject();
        }
        if (fault.Left is { } left) json.WriteNumber("left", left);
        else json.WriteNull("left");
        json.WriteNumber("played", fault.Played);
        if (fault.Plan.After > 0) json.WriteNumber("after", fault.Plan.After);
        if (fault.Plan.Every > 1) json.WriteNumber("every", fault.Plan.Every);
        if (fault.Plan.Probability < 1)
        {
            json.WriteNumber("probability", fault.Plan.Probability);
            json.WriteNumber("seed", fault.Plan.Seed);
        }
        if (fault.Plan.From is { } from) json.WriteString("from", from);
        if (fault.Plan.Until is { } until) json.WriteString("until", until);
        json.WriteEndObject();
    }
}
