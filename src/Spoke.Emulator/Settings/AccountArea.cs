using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Settings;

/// <summary>
/// What people do on HubSpot's own pages and no published call does: settings of the account, and taking records out of the recycle bin.
/// Reached through the emulator's control interface only; the gate knows no such paths.
/// </summary>
internal sealed class AccountArea(Portal portal) : StatelessArea(portal)
{
    public override string Name => "account";

    public override bool Owns(IReadOnlyList<string> path) => path.Count == 2 && path[0] == "_emulator";

    public override EmulatorReply? Handle(CrmCall call) => (call.Method, call.Rest[1]) switch
    {
        ("GET", "account") => Settings(changed: false),
        ("PUT", "account") => Set(call),
        ("POST", "restore") => Restore(call),
        _ => null,
    };

    private EmulatorReply Set(CrmCall call)
    {
        Portal.Settings.Read(call.BodyObject);
        return Settings(changed: true);
    }

    private EmulatorReply Restore(CrmCall call)
    {
        var type = Portal.Types.Find(call.BodyObject.RequiredText("Restore", "objectType"));
        var record = RecordLookup.Require(type, call.Body.RequiredText("Restore", "id"), null, archived: true, call.AtMs);
        Portal.Writer.Restore(type, record);
        return JsonReply.Write(200, (record, view: RecordView.Of(type, null)), static (json, state) => RecordJson.Write(json, state.record, state.view), changed: true);
    }

    private EmulatorReply Settings(bool changed) => JsonReply.Write(200, Portal.Settings, static (json, settings) => settings.Write(json), changed);
}
