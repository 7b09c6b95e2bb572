using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Account;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Faults;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Control;

/// <summary>Sets, lists and clears faults. The lag of search is one too, though it lasts until cleared.</summary>
internal sealed class FaultControl(PortalHost portal)
{
    public EmulatorReply Add(JsonElement request)
    {
        var text = request.Text("kind") ?? throw Unknown("kind is missing.");
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var kind = colon < 0 ? text : text[..colon];
        if (!FaultKinds.All.Contains(kind)) throw Unknown($"There is no fault '{text}'.");
        var argument = colon < 0 ? 0 : int.Parse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture);
        if (kind is "slow" or "search-lag" && colon < 0) throw new ArgumentException($"{kind} needs milliseconds: {kind}:500");
        long? hub = request.Text("portal") is { } named ? long.Parse(named, NumberStyles.None, CultureInfo.InvariantCulture) : null;
        if (hub is { } asked && portal.Find(asked) is null) throw new ArgumentException($"There is no portal {asked}.");
        if (kind == "search-lag")
        {
            if (hub is { } one) portal.Find(one)!.SearchLag = TimeSpan.FromMilliseconds(argument);
            else portal.SetSearchLag(TimeSpan.FromMilliseconds(argument));
            return EmulatorReply.NoContent;
        }
        var match = request.TryGetProperty("match", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : request;
        var times = request.Int("times") ?? 1;
        if (times < 1) throw new ArgumentException("times is 1 or more.");
        portal.Faults.Add(new Fault(match.Text("method"), match.Text("path"), kind, argument, times) { HubId = hub, Token = request.Text("token") });
        return EmulatorReply.NoContent;
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

    public EmulatorReply List() => OwnEndpoints.Json(json =>
    {
        json.WriteStartArray("faults");
        foreach (var fault in portal.Faults.All)
        {
            json.WriteStartObject();
            json.WriteString("kind", fault.Kind == "slow" ? $"slow:{fault.Argument}" : fault.Kind);
            json.WriteString("method", fault.Method);
            json.WriteString("path", fault.Path);
            if (fault.HubId is { } hub) json.WriteNumber("portal", hub);
            if (fault.Token is { } token) json.WriteString("token", Secrets.MaskToken(token));
            json.WriteNumber("left", fault.Left);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("searchLagMs", portal.Main.SearchLag.TotalMilliseconds);
        json.WriteStartArray("kinds");
        foreach (var kind in FaultKinds.All) json.WriteStringValue(kind);
        json.WriteEndArray();
    });

    private static ArgumentException Unknown(string what) => new($"{what} Known kinds: {string.Join(", ", FaultKinds.All)}");
}
