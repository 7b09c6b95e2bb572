namespace Spoke.Emulator.Crm;

/// <summary>Every area of a portal beside the record engine; this is their list.</summary>
internal static class PortalAreas
{
    public static IReadOnlyList<PortalArea> For(Portal portal) =>
    [
        new Lists.ListsArea(portal),
        new Preferences.PreferencesArea(portal),
        new Transfers.ImportsArea(portal),
        new Transfers.ExportsArea(portal),
        new Files.FilesArea(portal),
        new Forms.FormsArea(portal),
        new Events.EventsArea(portal),
        new Marketing.EmailsArea(portal),
        new Marketing.SendingArea(portal),
    ];
}
