using System.Globalization;
using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Automation;

/// <summary>Definitions of custom workflow actions, by app.</summary>
internal sealed class ActionArea(Portal portal) : PortalArea(portal)
{
    private long _lastId = 10_000_000;

    public override string Name => "customActions";

    public SortedDictionary<long, ActionDefinition> Definitions { get; } = [];

    public override bool Owns(IReadOnlyList<string> path) => path is ["automation", "actions", not "callbacks", ..];

    public override EmulatorReply? Handle(CrmCall call) => ActionEndpoints.Handle(call, this);

    public ActionDefinition? Find(string id) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Definitions.GetValueOrDefault(number) : null;

    public ActionDefinition Add(long appId)
    {
        var definition = new ActionDefinition(++_lastId, appId);
        return Definitions[definition.Id] = definition;
    }

    /// <summary>Requests under way were made from another definition.</summary>
    public void Changed(long atMs)
    {
        foreach (var flows in Portal.Areas.OfType<FlowArea>()) flows.BeginRequestsAnew(atMs);
    }

    public override void Save(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("lastId", _lastId);
        json.WriteStartArray("definitions");
        foreach (var definition in Definitions.Values) definition.Save(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public override void Load(JsonElement saved)
    {
        _lastId = saved.GetProperty("lastId").GetInt64();
        foreach (var definition in saved.GetProperty("definitions").EnumerateArray().Select(ActionDefinition.Load)) Definitions[definition.Id] = definition;
    }
}
