using System.Globalization;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Webhooks;

/// <summary>Who did it, in the words deliveries use. A write by an app's token is an INTEGRATION with the app's id, as live payloads show.</summary>
internal readonly record struct ChangeSource(string Name, string? Id)
{
    public static ChangeSource Of(RecordChange change) => change.Source == "API"
        ? new ChangeSource("INTEGRATION", change.Caller.AppId.ToString(CultureInfo.InvariantCulture))
        : new ChangeSource(change.Source, change.Caller.AppId == 0 ? null : change.Caller.AppId.ToString(CultureInfo.InvariantCulture));
}
