using System.Text.Json;

namespace Spoke.Emulator.Crm;

/// <summary>An area that tells of what others keep, and keeps nothing itself.</summary>
internal abstract class StatelessArea(Portal portal) : PortalArea(portal)
{
    public override void Save(Utf8JsonWriter json) => json.WriteNullValue();

    public override void Load(JsonElement saved)
    {
    }
}
