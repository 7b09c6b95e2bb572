using System.Text.Json;
using Spoke.Sync.Connections;

namespace Spoke.Configuration;

/// <summary>Reads <c>spoke.json</c> (JSON with comments) and says everything that is wrong with it at once, each with its place.</summary>
internal sealed class ConfigurationFile
{
    private readonly string _file;
    private readonly ConfigurationTexts _texts;

    private ConfigurationFile(string file) => (_file, _texts) = (file, new ConfigurationTexts(file));

    /// <returns>The configuration; null when there are problems.</returns>
    public static (SpokeConfiguration? Configuration, IReadOnlyList<string> Problems) Read(string file)
    {
        if (!File.Exists(file)) return (null, [$"{file}: there is no such file. docs/configuration.md shows one to begin with."]);
        var reader = new ConfigurationFile(file);
        try
        {
            var configuration = reader.Read(ConfigurationNode.Parse(File.ReadAllBytes(file)));
            return (reader._texts.Problems.Count == 0 ? configuration : null, reader._texts.Problems);
        }
        catch (JsonException wrong)
        {
            return (null, [$"{file}, line {wrong.LineNumber + 1}, column {wrong.BytePositionInLine + 1}: this is not JSON: {wrong.Message.Split(". ")[0]}."]);
        }
        catch (InvalidOperationException)
        {
            return (null, [$"{file}: this is not UTF-8 text. Save it as UTF-8."]);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return (null, [$"{file}: cannot be read: {unreadable.Message}"]);
        }
    }

    private SpokeConfiguration? Read(ConfigurationNode root)
    {
        if (!root.IsObject)
        {
            _texts.Say($"{_file}, line 1, column 1", "", "an object is expected");
            return null;
        }
        _texts.Known(root, "", ConfigurationKeys.Root);
        var database = Database(root);
        _texts.Grants = Grants(root, database);
        var publicUrl = PublicUrl(root);
        var portals = Section(root, ConfigurationKeys.Portals, Portal);
        var stores = Section(root, ConfigurationKeys.Stores, Store);
        var (storeNames, portalNames) = (Names(root, ConfigurationKeys.Stores), Names(root, ConfigurationKeys.Portals));
        var reader = new ConnectionSection(_texts);
        var connections = Section(root, ConfigurationKeys.Connections, (at, name, element) => reader.Read(at, name, element, storeNames, portalNames));
        string Shop(ConnectionSettings settings) => stores.TryGetValue(settings.Store, out var store) ? store.Url.AbsoluteUri : settings.Store;   // one shop may stand there under two names
        foreach (var (name, settings) in connections)
            if (connections.FirstOrDefault(other => other.Value.Portal == settings.Portal && Shop(other.Value) == Shop(settings)).Key is { } first && first != name)
                _texts.Say(root.Find(ConfigurationKeys.Connections)?.Value.Find(name), "connections." + name, $"joins the same store and portal as {first}; everything would be in HubSpot twice");
        foreach (var (name, settings) in connections)
            if (connections.FirstOrDefault(other => other.Value.Portal == settings.Portal) is { Key: { } first } other && !other.Value.Mapping.SharesWith(settings.Mapping))
                _texts.Say(root.Find(ConfigurationKeys.Connections)?.Value.Find(name), $"connections.{name}.{ConfigurationKeys.Mapping}", $"differs from that of {first} in contacts or products, and both write the same ones in portal {settings.Portal}; say the same in both");
        foreach (var (name, settings) in connections)
            if (connections.FirstOrDefault(other => other.Value.Portal == settings.Portal) is { Key: { } first } other && other.Value.NativeTotals != settings.NativeTotals)
                _texts.Say(root.Find(ConfigurationKeys.Connections)?.Value.Find(name), $"connections.{name}.{ConfigurationKeys.Money}", $"gives order totals another meaning than {first} does in portal {settings.Portal}, and no report could add them up; say the same in both");
        _texts.SayUnknownVariables();
        return database is null ? null : new SpokeConfiguration(database, portals, stores, connections) { PublicUrl = publicUrl };
    }

    private Uri? PublicUrl(ConfigurationNode root)
    {
        var (text, place) = _texts.Text(root, "", ConfigurationKeys.PublicUrl);
        if (text is null) return null;
        var what = !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") ? $"'{text}' is no http(s) address; write the one under which stores reach spoke serve, such as https://spoke.example"
            : url is { Scheme: "http", IsLoopback: false } ? "is plain http, and stores push only by https; write the https address of the web server in front of spoke serve"
            : url.Query.Length + url.Fragment.Length + url.UserInfo.Length > 0 ? "has more than a host and a path; leave out what stands behind ? or #, and any user; /hooks/CONNECTION is added"
            : null;
        if (what is null) return url;
        _texts.Say(place, ConfigurationKeys.PublicUrl, what);
        return null;
    }

    private DatabaseSettings? Database(ConfigurationNode root)
    {
        var (text, place) = _texts.Text(root, "", ConfigurationKeys.Database);
        var (settings, problem) = DatabaseSettings.Parse(text ?? DatabaseSettings.Default, _texts.Folder);
        if (problem is not null) _texts.Say(place, ConfigurationKeys.Database, problem);
        return settings;
    }

    /// <summary>Where <c>spoke.json</c> has grants kept, whatever else is wrong with it; null for files, and where there is no such file.</summary>
    public static GrantDatabase? Grants(string file)
    {
        if (!File.Exists(file)) return null;
        try
        {
            var reader = new ConfigurationFile(file);
            var root = ConfigurationNode.Parse(File.ReadAllBytes(file));
            return root.IsObject ? reader.Grants(root, reader.Database(root)) : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null;   // config check says what is wrong
        }
    }

    /// <summary>Whether a connection makes companies whose portal has this reference for a token, whatever else is wrong with <c>spoke.json</c>: before a login the grant is not there yet.</summary>
    public static bool MakesCompanies(string file, string token)
    {
        if (!File.Exists(file)) return false;
        try
        {
            var texts = new ConfigurationTexts(file);
            var root = ConfigurationNode.Parse(File.ReadAllBytes(file));
            string? Of(string section, string? name, string key) =>
                name is not null && root.IsObject && root.Find(section)?.Value.Find(name)?.Value is { IsObject: true } element ? texts.Text(element, $"{section}.{name}", key).Text : null;
            return root.IsObject && Names(root, ConfigurationKeys.Connections).Any(name =>
                Of(ConfigurationKeys.Portals, Of(ConfigurationKeys.Connections, name, ConfigurationKeys.Portal), ConfigurationKeys.Token) == token
                && SyncScopes.MakeCompanies(ConnectionSection.SourceOf(Of(ConfigurationKeys.Connections, name, ConfigurationKeys.Companies)), ConfigurationKeys.HaveCompanies.Contains(Of(ConfigurationKeys.Stores, Of(ConfigurationKeys.Connections, name, ConfigurationKeys.Store), ConfigurationKeys.Platform) ?? "")));
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return false;   // config check says what is wrong
        }
    }

    private GrantDatabase? Grants(ConfigurationNode root, DatabaseSettings? database)
    {
        var element = _texts.Object(root.Find(ConfigurationKeys.Grants), ConfigurationKeys.Grants);
        _texts.Known(element, ConfigurationKeys.Grants, ConfigurationKeys.OfGrants);
        var (text, place) = _texts.Text(element, ConfigurationKeys.Grants, ConfigurationKeys.Store);
        if (text is not (null or "file" or "database")) _texts.Say(place, "grants.store", $"'{text}' is no place for grants; write \"file\" or \"database\"");
        return text == "database" && database is not null ? new GrantDatabase(database) : null;
    }

    private PortalSettings? Portal(string at, ConfigurationMember member, ConfigurationNode element)
    {
        _texts.Known(element, at, ConfigurationKeys.OfPortal);
        var token = _texts.Secret(element, at, ConfigurationKeys.OfPortal[0], member);
        var url = _texts.Address(element, at, ConfigurationKeys.BaseUrl, member, "https://api.hubapi.com");
        var secrets = ConfigurationKeys.OfPortal.Where(key => key.Name is ConfigurationKeys.ClientSecret or ConfigurationKeys.PreviousClientSecret).Select(key => _texts.Secret(element, at, key, member)).OfType<SecretReference>().ToList();
        return token is null || url is null ? null : new PortalSettings(token, url, secrets);
    }

    private StoreSettings? Store(string at, ConfigurationMember member, ConfigurationNode element)
    {
        var (platform, place) = _texts.Text(element, at, ConfigurationKeys.Platform);
        if (platform is null || !ConfigurationKeys.OfPlatform.TryGetValue(platform, out var keys))
        {
            if (platform is not null || element.Find(ConfigurationKeys.Platform) is null)
                _texts.Say(place ?? _texts.Place(member), $"{at}.platform", $"{(platform is null ? "is missing" : $"'{platform}' is not a platform of this version{ConfigurationTexts.Meant(platform, ConfigurationKeys.OfPlatform.Keys)}")}; there are: {string.Join(", ", ConfigurationKeys.OfPlatform.Keys)}");
            return null;
        }
        _texts.Known(element, at, [.. ConfigurationKeys.OfStore, .. keys]);
        var url = _texts.Address(element, at, ConfigurationKeys.Url, member, null);
        var secrets = new Dictionary<string, SecretReference>();
        var options = new Dictionary<string, string>();
        foreach (var key in keys)
        {
            if (key.IsSecret)
            {
                if (_texts.Secret(element, at, key, member) is { } reference) secrets[key.Name] = reference;
            }
            else if (_texts.Text(element, at, key.Name).Text is { } text) options[key.Name] = text;
        }
        if (ConfigurationKeys.WaysIn.TryGetValue(platform, out var ways) && !ways.Any(way => way.All(key => element.Find(key) is not null || _texts.IsSetOutside($"{at}.{key}"))))
            _texts.Say(_texts.Place(member), at, $"has no credential; write {string.Join(", or ", ways.Select(way => string.Join(" and ", way)))}");
        return url is null ? null : new StoreSettings(platform, url, secrets) { Options = options };
    }

    private Dictionary<string, T> Section<T>(ConfigurationNode root, string section, Func<string, ConfigurationMember, ConfigurationNode, T?> read) where T : class
    {
        var all = new Dictionary<string, T>(StringComparer.Ordinal);
        var found = root.Find(section);
        if (found is { Value.IsObject: false }) _texts.Say(found, section, "an object is expected");
        else if (found is null || found.Value.Members.Count == 0) _texts.Say(found, section, "is missing or empty");
        else
        {
            _texts.Twice(found.Value, section);
            foreach (var member in found.Value.Members.DistinctBy(m => m.Name))
            {
                if (!member.Value.IsObject) _texts.Say(member, $"{section}.{member.Name}", "an object is expected");
                else if (read($"{section}.{member.Name}", member, member.Value) is { } value) all[member.Name] = value;
            }
        }
        return all;
    }

    private static List<string> Names(ConfigurationNode root, string section) => [.. root.Find(section)?.Value.Members.Select(m => m.Name).Distinct() ?? []];

}
