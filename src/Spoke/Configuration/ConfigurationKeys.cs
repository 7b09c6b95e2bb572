namespace Spoke.Configuration;

/// <summary>A key of the configuration: what it is called, what it means, what may stand there.</summary>
internal sealed record ConfigurationKey(string Name, string Meaning, bool IsSecret = false, bool IsNeeded = true, bool MayBeGrant = false);

/// <summary>Every key of <c>spoke.json</c>. What reads the file, and the published schema, both go by this list.</summary>
internal static class ConfigurationKeys
{
    public const string Database = "database";
    public const string Grants = "grants";
    public const string PublicUrl = "publicUrl";
    public const string Portals = "portals";
    public const string Stores = "stores";
    public const string Connections = "connections";
    public const string Platform = "platform";
    public const string Url = "url";
    public const string Token = "token";
    public const string BaseUrl = "baseUrl";
    public const string Store = "store";
    public const string Portal = "portal";
    public const string ClientSecret = "clientSecret";
    public const string PreviousClientSecret = "previousClientSecret";
    public const string Policies = "policies";
    public const string Consent = "consent";
    public const string Canary = "canary";
    public const string Privacy = "privacy";
    public const string Companies = "companies";
    public const string FreeMailDomains = "freeMailDomains";
    public const string AbandonedAfter = "abandonedAfter";
    public const string Money = "money";
    public const string CountUnpaid = "countUnpaid";
    public const string Mapping = "mapping";
    public const string Reconcile = "reconcile";
    public const string WayBack = "wayBack";

    public static IReadOnlyList<ConfigurationKey> Root { get; } =
    [
        new("$schema", "Where an editor finds the schema of this file.", IsNeeded: false),
        new(Database, "sqlite:FILE, relative to this file, or postgres: and a connection string with Password=env:NAME.", IsNeeded: false),
        new(Grants, "Where spoke auth login keeps OAuth grants.", IsNeeded: false),
        new(PublicUrl, "https address under which stores reach spoke serve, in front of /hooks/CONNECTION. With it their subscriptions are made and looked after.", IsNeeded: false),
        new(Portals, "HubSpot accounts by a name of your own."),
        new(Stores, "Shops by a name of your own."),
        new(Connections, "What is kept in step: one store and one portal each. The name is part of every key written to HubSpot; do not change it later."),
    ];

    public static IReadOnlyList<ConfigurationKey> OfGrants { get; } = [new(Store, "file: in the user's configuration folder; database: in the database named here. Encrypted in both.", IsNeeded: false)];

    public static IReadOnlyList<ConfigurationKey> OfPortal { get; } =
    [
        new(Token, "Access token of a service key or private app, or stored:NAME for what spoke auth login or spoke auth store kept.", IsSecret: true, MayBeGrant: true),
        new(BaseUrl, "HubSpot's address by default; an emulator's in tests. Plain http only for this machine.", IsNeeded: false),
        new(ClientSecret, "The app's client secret, with which HubSpot signs its webhooks. Deliveries go to /hooks/hubspot/NAME.", IsSecret: true, IsNeeded: false),
        new(PreviousClientSecret, "The client secret before it was changed, accepted for a while.", IsSecret: true, IsNeeded: false),
    ];

    public static IReadOnlyList<ConfigurationKey> OfConnection { get; } =
    [
        new(Store, "The name of one of stores."), new(Portal, "The name of one of portals."),
        new(Policies, "Whose value stands, by field: \"contacts.phone\": \"hubspot\". Fields that are not named keep their default.", IsNeeded: false),
        new(Canary, "yes: the first 50 records are written, then nothing until spoke sync --once --approve.", IsNeeded: false),
        new(Mapping, "Properties by Liquid templates over the store's data: \"contacts.jobtitle\": \"{{ customer.note }}\"; null takes a built-in one away.", IsNeeded: false),
        new(Consent, "How marketing consent is kept in step. Without it, it is not.", IsNeeded: false),
        new(Reconcile, "When serve compares the ledger with all of HubSpot; every night by default.", IsNeeded: false),
        new(WayBack, "Properties of HubSpot that become tags and notes in the store. Without it, none do.", IsNeeded: false),
        new(Companies, "Which companies are made in HubSpot: store, those the store itself keeps; domain, also one for each domain of work e-mails; off.", IsNeeded: false),
        new(FreeMailDomains, "A file with further domains that stand for no company, one a line; !domain takes one off the built-in list.", IsNeeded: false),
        new(AbandonedAfter, "How long after the last activity a cart counts as abandoned: 90m, 2h, 1d. 10m to 7d; 60m by default.", IsNeeded: false),
        new(Money, "What an order's total is in HubSpot: before_refunds; or native_compatible, without the lines that were given back, as HubSpot's own Shopify app writes it. One meaning a portal.", IsNeeded: false),
        new(CountUnpaid, "yes: orders that nobody has paid count too, for a shop that never marks what is paid, such as by cash on delivery.", IsNeeded: false),
        new(Privacy, "What becomes of the HubSpot contact of a person who is erased: delete for good, archive, or keep.", IsNeeded: false),
    ];

    public static IReadOnlyList<ConfigurationKey> OfWayBack { get; } =
    [
        new("customerTags", "A property of contacts; its values become tags of the customer.", IsNeeded: false),
        new("customerNote", "A property of contacts; its text becomes a note at the customer.", IsNeeded: false),
        new("orderTags", "A property of orders, hs_tags or one of your own; its values become tags of the order.", IsNeeded: false),
        new("orderNote", "A property of orders; its text becomes a note at the order.", IsNeeded: false),
    ];

    public static IReadOnlyList<ConfigurationKey> OfReconcile { get; } =
    [
        new("every", "day, week (on Sunday) or never.", IsNeeded: false),
        new("at", "Time of day in UTC, HH:MM; 03:00 by default.", IsNeeded: false),
        new("repair", "yes: what differs is written again, within the bounds of spoke reconcile --repair. no, the default: it is only told.", IsNeeded: false),
    ];

    public static IReadOnlyList<ConfigurationKey> OfConsent { get; } =
    [
        new("subscription", "The kind of e-mail in HubSpot that the store's consent is about: its name or id."),
        new("sms", "The contact property in HubSpot for consent to SMS: a yes and no, or granted and denied. Without it, SMS is not kept in step.", IsNeeded: false),
        new("legalBasis", "Demanded by HubSpot for opting in where data privacy is turned on, such as CONSENT_WITH_NOTICE.", IsNeeded: false),
        new("explanation", "How people come to agree; goes with legalBasis.", IsNeeded: false),
        new("allowResubscribe", "yes: a later grant by the person lifts an earlier denial. no, the default: it waits in quarantine.", IsNeeded: false),
    ];

    /// <summary>What a store of each platform needs beside platform and url.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<ConfigurationKey>> OfPlatform { get; } = new Dictionary<string, IReadOnlyList<ConfigurationKey>>(StringComparer.Ordinal)
    {
        ["shopify"] = [new("accessToken", "Access token of the app, for the Admin API.", IsSecret: true), .. Pushes("The app's client secret, with which pushes are signed.")],
        ["woocommerce"] =
        [
            new("consumerKey", "Key of the REST API, ck_ and so on, of a shop manager, with Read/Write.", IsSecret: true),
            new("consumerSecret", "The key's secret, cs_ and so on.", IsSecret: true),
            .. Pushes("Key of the signature on pushed changes; whsec_ and base64 if the Spoke plugin pushes too."),
            new("statuses", "What statuses of the shop's own mean: packed=processing, on-the-road=shipped.", IsNeeded: false),
            new("consentKey", "The customer's meta key for marketing consent; _spoke_marketing_consent by default.", IsNeeded: false),
        ],
        ["medusa"] =
        [
            new("apiKey", "Secret API key of the Admin (sk_…); or username and password in its place.", IsSecret: true, IsNeeded: false),
            new("username", "E-mail address of a user of the Admin.", IsSecret: true, IsNeeded: false),
            new("password", "The user's password.", IsSecret: true, IsNeeded: false),
            .. Pushes("Key of the signature on what the subscriber in the store pushes; without it there are no carts."),
        ],
        ["vendure"] =
        [
            new("username", "Administrator of the Admin API.", IsSecret: true),
            new("password", "The administrator's password.", IsSecret: true),
            .. Pushes("Key of the signature on what our plugin in the store pushes."),
            new("statuses", "What states of orders of the store's own mean: AwaitingCourier=processing.", IsNeeded: false),
            new("channelToken", "Token of the channel to read; the default channel without it.", IsNeeded: false),
        ],
        ["sample"] = [new("apiKey", "The shop's admin key.", IsSecret: true), .. Pushes("Key of the signature on pushed changes.")],
    };

    /// <summary>Platforms that keep companies themselves.</summary>
    public static IReadOnlyList<string> HaveCompanies { get; } = ["shopify"];

    private static ConfigurationKey[] Pushes(string meaning) => [new("webhookSecret", meaning, IsSecret: true, IsNeeded: false), new("previousWebhookSecret", "The key before it was changed, accepted beside the new one.", IsSecret: true, IsNeeded: false)];

    /// <summary>Platforms with more than one way in: each is a list of keys that belong together, and one of them is needed.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyList<string>>> WaysIn { get; } = new Dictionary<string, IReadOnlyList<IReadOnlyList<string>>>(StringComparer.Ordinal)
    {
        ["medusa"] = [["apiKey"], ["username", "password"]],
    };

    public static IReadOnlyList<ConfigurationKey> OfStore { get; } = [new(Platform, "What kind of shop it is."), new(Url, "The shop's address.")];
}
