using Spoke.Emulator.Http;

namespace Spoke.Emulator.Crm;

/// <summary>Which objects of HubSpot's object library the account has switched on: all of them.</summary>
internal sealed class ObjectLibraryArea(Portal portal) : StatelessArea(portal)
{
    public override string Name => "objectLibrary";

    public override bool Owns(IReadOnlyList<string> path) => path.Count > 2 && path[0] == "crm" && path[1] == "object-library";

    public override EmulatorReply? Handle(CrmCall call) => (call.Method, call.Rest) switch
    {
        ("GET", [_, _, "enablement"]) => JsonReply.Write(200, Portal.Types.All, static (json, types) =>
        {
            json.WriteStartObject();
            json.WriteStartObject("enablementByObjectTypeId");
            foreach (var type in types.Where(type => type.Schema is null)) json.WriteBoolean(type.Id, true);
            json.WriteEndObject();
            json.WriteEndObject();
        }),
        ("GET", [_, _, "enablement", var id]) => One(Portal.Types.Find(id)),
        _ => null,
    };

    private static EmulatorReply One(ObjectTypeDefinition type) => JsonReply.Write(200, type.Schema is null, static (json, enabled) =>
    {
        json.WriteStartObject();
        json.WriteBoolean("enablement", enabled);
        json.WriteEndObject();
    });
}
