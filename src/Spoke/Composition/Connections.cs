using Microsoft.Extensions.Logging;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.Sample;
using Spoke.Commerce.Connectors.Vendure;
using Spoke.Configuration;
using Spoke.HubSpot;
using Spoke.Sync.Connections;

namespace Spoke.Composition;

/// <summary>From settings to the things that do the work. One line a platform.</summary>
internal static class Connections
{
    public static IReadOnlyList<Connection> From(SpokeConfiguration configuration, ILoggerFactory loggers)
    {
        var portals = configuration.Portals.ToDictionary(p => p.Key, p => Portal(p.Value, p.Key, loggers));
        return [.. configuration.Connections.Select(c =>
        {
            var store = configuration.Stores[c.Value.Store];
            var portal = configuration.Portals[c.Value.Portal];
            return new Connection(c.Key, Store(store), portals[c.Value.Portal], store.Url.Host, RecordPage(portal.BaseUrl));
        })];
    }

    private static HubSpotClient Portal(PortalSettings settings, string name, ILoggerFactory loggers) =>
        new(Commands.PortalOptions.Shared(new HubSpotClientOptions { BaseUrl = settings.BaseUrl, Credential = settings.Token.Credential(settings.BaseUrl, $"{settings.Token.Text} of portal {name}", loggers) }), loggerFactory: loggers);

    private static IStoreConnector Store(StoreSettings settings) => settings.Platform switch
    {
        "vendure" => new VendureConnector(new VendureStoreOptions { Url = settings.Url, Username = settings.Secrets["username"].Read(), Password = settings.Secrets["password"].Read(), WebhookSecret = settings.Secrets.GetValueOrDefault("webhookSecret")?.Read(), PreviousWebhookSecret = settings.Secrets.GetValueOrDefault("previousWebhookSecret")?.Read() }),
        _ => new SampleConnector(new SampleStoreOptions { Url = settings.Url, ApiKey = settings.Secrets["apiKey"].Read(), WebhookSecret = settings.Secrets.GetValueOrDefault("webhookSecret")?.Read(), PreviousWebhookSecret = settings.Secrets.GetValueOrDefault("previousWebhookSecret")?.Read() }),
    };

    /// <summary>Where a person looks at a record: the emulator's page, or HubSpot's own.</summary>
    public static string RecordPage(Uri baseUrl) => baseUrl.IsLoopback ? $"{baseUrl.GetLeftPart(UriPartial.Authority)}/#/record" : "https://app.hubspot.com/contacts/record";
}
