using System.Text.Json;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Settings;

/// <summary>Business units of a user: every account has the one it began with, and everybody belongs to it.</summary>
internal sealed class BusinessUnitArea(Portal portal) : StatelessArea(portal)
{
    public override string Name => "businessUnits";

    public override bool Owns(IReadOnlyList<string> path) => path.Count > 2 && path[0] == "business-units" && path[^2] == "user";

    public override EmulatorReply? Handle(CrmCall call)
    {
        if (call.Method != "GET") return null;
        var user = call.Rest[^1];
        if (Portal.Owners.Find(user) is null) throw new CrmRefusal(new ErrorBody(404, "OBJECT_NOT_FOUND", $"User {user} could not be found") { Context = [new("userId", [user])] });
        const string name = "Account";
        var asked = call.Names("name");
        (string Name, bool WithLogo)[] units = asked is { Count: > 0 } && !asked.Contains(name) ? [] : [(name, call.Names("properties")?.Contains("logoMetadata") == true)];
        return JsonReply.Results(units, Write);
    }

    private static void Write(Utf8JsonWriter json, (string Name, bool WithLogo) unit)
    {
        json.WriteStartObject();
        json.WriteString("id", "0");
        json.WriteString("name", unit.Name);
        if (unit.WithLogo)
        {
            json.WriteStartObject("logoMetadata");
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }
}
