using System.Text.Json;
using Microsoft.Extensions.Logging;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.Medusa;
using Spoke.Commerce.Connectors.Sample;
using Spoke.Commerce.Connectors.Shopify;
using Spoke.Commerce.Connectors.Vendure;
using Spoke.Commerce.Connectors.WooCommerce;
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
            return new Connection(c.Key, Store(store), portals[c.Value.Portal], store.Url.Host, RecordPage(portal.BaseUrl))
            {
                PortalName = c.Value.Portal,
                PushesTo = configuration.PublicUrl is { } address ? new Uri($"{address.AbsoluteUri.TrimEnd('/')}/hooks/{c.Key}") : null,
                PortalSecrets = [.. portal.ClientSecrets.Select(secret => secret.Read())],
                Policies = c.Value.Policies,
                Consent = c.Value.Consent,
                Canary = c.Value.Canary,
                Privacy = c.Value.Privacy,
                Companies = c.Value.Companies,
                NativeTotals = c.Value.NativeTotals,
                CountUnpaid = c.Value.CountUnpaid,
                AbandonedAfter = c.Value.AbandonedAfter,
                Mapping = c.Value.Mapping,
                Reconcile = c.Value.Reconcile,
                WayBack = c.Value.WayBack,
            };
        })];
    }

    /// <summary>What of the way back a connection's store has no place for, in words.</summary>
    public static IReadOnlyList<string> Problems(IReadOnlyList<Connection> connections) =>
        [.. connections.SelectMany(connection => connection.WayBack.Kinds.Where(kind => connection.Store.Writer?.Takes.Contains(kind) != true), (connection, kind) => $"connections.{connection.Name}.wayBack.{JsonNamingPolicy.CamelCase.ConvertName(kind.ToString())}: {connection.Store.Platform} has no place for it; take it out.")];

    private static HubSpotClient Portal(PortalSettings settings, string name, ILoggerFactory loggers) =>
        new(Commands.PortalOptions.Shared(new HubSpotClientOptions { BaseUrl = settings.BaseUrl, Credential = Credential(settings, name, loggers) }), loggerFactory: loggers);

    public static ICredential Credential(PortalSettings settings, string name, ILoggerFactory loggers) => settings.Token.Credential(settings.BaseUrl, $"{settings.Token.Text} of portal {name}", loggers);

    private static IStoreConnector Store(StoreSettings store)
    {
        string Needed(string name) => store.Secrets[name].Read();
        string? Given(string name) => store.Secrets.GetValueOrDefault(name)?.Read();
        var (url, secret, previous) = (store.Url, Given("webhookSecret"), Given("previousWebhookSecret"));
        return store.Platform switch
        {
            "shopify" => new ShopifyConnector(new ShopifyStoreOptions { Url = url, AccessToken = Needed("accessToken"), WebhookSecret = secret, PreviousWebhookSecret = previous }),
            "woocommerce" => new WooConnector(new WooStoreOptions
            {
                Url = url,
                ConsumerKey = Needed("consumerKey"),
                ConsumerSecret = Needed("consumerSecret"),
                WebhookSecret = secret,
                PreviousWebhookSecret = previous,
                Statuses = WooStoreOptions.ReadStatuses(store.Options.GetValueOrDefault("statuses")),
                ConsentKey = store.Options.GetValueOrDefault("consentKey") ?? WooStoreOptions.DefaultConsentKey,
            }),
            "medusa" => new MedusaConnector(new MedusaStoreOptions { Url = url, ApiKey = Given("apiKey"), Username = Given("username"), Password = Given("password"), WebhookSecret = secret, PreviousWebhookSecret = previous }),
            "vendure" => new VendureConnector(new VendureStoreOptions
            {
                Url = url,
                Username = Needed("username"),
                Password = Needed("password"),
                WebhookSecret = secret,
                PreviousWebhookSecret = previous,
                ChannelToken = store.Options.GetValueOrDefault("channelToken"),
                Statuses = OwnStatuses.Read(store.Options.GetValueOrDefault("statuses")),
            }),
            _ => new SampleConnector(new SampleStoreOptions { Url = url, ApiKey = Needed("apiKey"), WebhookSecret = secret, PreviousWebhookSecret = previous }),
        };
    }

    /// <summary>Where a person looks at a record: the emulator's page, or HubSpot's own.</summary>
    public static string RecordPage(Uri baseUrl) => baseUrl.IsLoopback ? $"{baseUrl.GetLeftPart(UriPartial.Authority)}/#/record" : "https://app.hubspot.com/contacts/record";
}
