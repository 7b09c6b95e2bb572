namespace Spoke.Emulator.Crm;

/// <summary>Every area of a portal beside the record engine; this is their list.</summary>
internal static class PortalAreas
{
    public static IReadOnlyList<PortalArea> For(Portal portal) =>
    [
        new Webhooks.WebhookArea(portal),
        new Webhooks.EventJournal.JournalArea(portal),
        new Automation.FlowArea(portal),
        new Automation.ActionArea(portal),
        new ValidationRuleArea(portal),
        new LimitsArea(portal),
        new ObjectLibraryArea(portal),
        new DealSplitArea(portal),
        new BillingArea(portal),
        new ForecastArea(portal),
        new Settings.CurrencyArea(portal),
        new Settings.TaxRateArea(portal),
        new Settings.UserArea(portal),
        new Settings.BusinessUnitArea(portal),
        new Settings.AccountArea(portal),
        new Settings.ContentAuditArea(portal),
        new Settings.CompanyFromDomain(portal),
        new Lists.ListsArea(portal),
        new Preferences.PreferencesArea(portal),
        new Transfers.ImportsArea(portal),
        new Transfers.ExportsArea(portal),
        new Files.FilesArea(portal),
        new Forms.FormsArea(portal),
        new Events.EventsArea(portal),
        new Timeline.TimelineArea(portal),
        new Marketing.EmailsArea(portal),
        new Marketing.SendingArea(portal),
        new Marketing.CampaignsArea(portal),
    ];
}
