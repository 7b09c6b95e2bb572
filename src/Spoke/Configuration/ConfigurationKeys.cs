namespace Spoke.Configuration;

/// <summary>A key of the configuration: what it is called, what it means, what may stand there.</summary>
internal sealed record ConfigurationKey(string Name, string Meaning, bool IsSecret = false, bool IsNeeded = true, bool MayBeGrant = false);

/// <summary>Every key of <c>spoke.json</c>. What reads the file, and the published schema, both go by this list.</summary>
internal static class ConfigurationKeys
{
    public const string Database = "database";
    public const string Grants = "grants";
    public const string Portals = "portals";
    public const string Stores = "stores";
    public const string Connections = "connections";
    public const string Platform = "platform";
    public const string Url = "url";
    public const string Token = "token";
    public const string BaseUrl = "baseUrl";
    public const string Store = "store";
    public const string Portal = "portal";

    public static IReadOnlyList<ConfigurationKey> Root { get; } =
    [
        new("$schema", "Where an editor finds the schema of this file.", IsNeeded: false),
        new(Database, "sqlite:FILE, relative to this file, or postgres: and a connection string with Password=env:NAME.", IsNeeded: false),
        new(Grants, "Where spoke auth login keeps OAuth grants.", IsNeeded: false),
        new(Portals, "HubSpot accounts by a name of your own."),
        new(Stores, "Shops by a name of your own."),
        new(Connections, "What is kept in step: one store and one portal each. The name is part of every key written to HubSpot; do not change it later."),
    ];

    public static IReadOnlyList<ConfigurationKey> OfGrants { get; } = [new(Store, "file: in the user's configuration folder; database: in the database named here. Encrypted in both.", IsNeeded: false)];

    public static IReadOnlyList<ConfigurationKey> OfPortal { get; } =
    [
        new(Token, "Access token of a service key or private app, or stored:NAME for what spoke auth login or spoke auth store kept.", IsSecret: true, MayBeGrant: true),
        new(BaseUrl, "HubSpot's address by default; an emulator's in tests. Plain http only for this machine.", IsNeeded: false),
    ];

    public static IReadOnlyList<ConfigurationKey> OfConnection { get; } = [new(Store, "The name of one of stores."), new(Portal, "The name of one of portals.")];

    /// <summary>What a store of each platform needs beside platform and url.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<ConfigurationKey>> OfPlatform { get; } = new Dictionary<string, IReadOnlyList<ConfigurationKey>>(StringComparer.Ordinal)
    {
        ["vendure"] = [new("username", "Administrator of the Admin API.", IsSecret: true), new("password", "The administrator's password.", IsSecret: true), .. Pushes("Key of the signature on what our plugin in the store pushes.")],
        ["sample"] = [new("apiKey", "The shop's admin key.", IsSecret: true), .. Pushes("Key of the signature on pushed changes.")],
    };

    private static ConfigurationKey[] Pushes(string meaning) => [new("webhookSecret", meaning, IsSecret: true, IsNeeded: false), new("previousWebhookSecret", "The key before it was changed, accepted beside the new one.", IsSecret: true, IsNeeded: false)];

    public static IReadOnlyList<ConfigurationKey> OfStore { get; } = [new(Platform, "What kind of shop it is."), new(Url, "The shop's address.")];
}
