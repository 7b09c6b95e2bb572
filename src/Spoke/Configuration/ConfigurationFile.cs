using System.Globalization;
using System.Text.Json;
using Spoke.Sync.Companies;
using Spoke.Sync.Connections;
using Spoke.Sync.Consents;
using Spoke.Sync.Privacy;
using Spoke.Sync.Reconcile;

namespace Spoke.Configuration;

/// <summary>Reads <c>spoke.json</c> (JSON with comments) and says everything that is wrong with it at once, each with its place.</summary>
internal sealed class ConfigurationFile
{
    private static readonly string[] PolicyObjects = ["contacts", "companies", "products", "orders", "carts", "line_items"];
    private readonly List<string> _problems = [];
    private readonly string _file;
    private readonly string _folder;
    private GrantDatabase? _grants;
    private readonly Overrides _overrides = new(Environment.GetEnvironmentVariables());

    private ConfigurationFile(string file)
    {
        _file = file;
        _folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
    }

    /// <returns>The configuration; null when there are problems.</returns>
    public static (SpokeConfiguration? Configuration, IReadOnlyList<string> Problems) Read(string file)
    {
        if (!File.Exists(file)) return (null, [$"{file}: there is no such file. docs/configuration.md shows one to begin with."]);
        var reader = new ConfigurationFile(file);
        try
        {
            var configuration = reader.Read(ConfigurationNode.Parse(File.ReadAllBytes(file)));
            return (reader._problems.Count == 0 ? configuration : null, reader._problems);
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
            _problems.Add($"{_file}, line 1, column 1: an object is expected.");
            return null;
        }
        Known(root, "", ConfigurationKeys.Root);
        var database = Database(root);
        _grants = Grants(root, database);
        var publicUrl = PublicUrl(root);
        var portals = Section(root, ConfigurationKeys.Portals, Portal);
        var stores = Section(root, ConfigurationKeys.Stores, Store);
        var (storeNames, portalNames) = (Names(root, ConfigurationKeys.Stores), Names(root, ConfigurationKeys.Portals));
        var connections = Section(root, ConfigurationKeys.Connections, (at, name, element) => Connection(at, name, element, storeNames, portalNames));
        foreach (var (name, settings) in connections)
            if (connections.FirstOrDefault(other => (other.Value.Store, other.Value.Portal) == (settings.Store, settings.Portal)).Key is { } first && first != name)
                Say(root.Find(ConfigurationKeys.Connections)?.Value.Find(name), "connections." + name, $"joins the same store and portal as {first}; everything would be in HubSpot twice");
        foreach (var (name, settings) in connections)
            if (connections.FirstOrDefault(other => other.Value.Portal == settings.Portal) is { Key: { } first } other && !other.Value.Mapping.SharesWith(settings.Mapping))
                Say(root.Find(ConfigurationKeys.Connections)?.Value.Find(name), $"connections.{name}.{ConfigurationKeys.Mapping}", $"differs from that of {first} in contacts or products, and both write the same ones in portal {settings.Portal}; say the same in both");
        foreach (var (name, settings) in connections)
            if (connections.FirstOrDefault(other => other.Value.Portal == settings.Portal) is { Key: { } first } other && other.Value.NativeTotals != settings.NativeTotals)
                Say(root.Find(ConfigurationKeys.Connections)?.Value.Find(name), $"connections.{name}.{ConfigurationKeys.Money}", $"gives order totals another meaning than {first} does in portal {settings.Portal}, and no report could add them up; say the same in both");
        foreach (var (variable, meant) in _overrides.Unknown())
            _problems.Add($"environment variable {variable}: there is no such key{(meant is null ? "" : $"; did you mean {meant}?")}");
        return database is null ? null : new SpokeConfiguration(database, portals, stores, connections) { PublicUrl = publicUrl };
    }

    private Uri? PublicUrl(ConfigurationNode root)
    {
        var (text, place) = Text(root, "", ConfigurationKeys.PublicUrl);
        if (text is null) return null;
        var what = !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") ? $"'{text}' is no http(s) address; write the one under which stores reach spoke serve, such as https://spoke.example"
            : url is { Scheme: "http", IsLoopback: false } ? "is plain http, and stores push only by https; write the https address of the web server in front of spoke serve"
            : url.Query.Length + url.Fragment.Length + url.UserInfo.Length > 0 ? "has more than a host and a path; leave out what stands behind ? or #, and any user; /hooks/CONNECTION is added"
            : null;
        if (what is null) return url;
        Say(place, ConfigurationKeys.PublicUrl, what);
        return null;
    }

    private DatabaseSettings? Database(ConfigurationNode root)
    {
        var (text, place) = Text(root, "", ConfigurationKeys.Database);
        var (settings, problem) = DatabaseSettings.Parse(text ?? DatabaseSettings.Default, _folder);
        if (problem is not null) Say(place, ConfigurationKeys.Database, problem);
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

    private GrantDatabase? Grants(ConfigurationNode root, DatabaseSettings? database)
    {
        if (root.Find(ConfigurationKeys.Grants) is { } section && !section.Value.IsObject) Say(section, ConfigurationKeys.Grants, "an object is expected");
        var element = root.Find(ConfigurationKeys.Grants)?.Value is { IsObject: true } found ? found : new ConfigurationNode(JsonTokenType.StartObject, null, []);
        Known(element, ConfigurationKeys.Grants, ConfigurationKeys.OfGrants);
        var (text, place) = Text(element, ConfigurationKeys.Grants, ConfigurationKeys.Store);
        if (text is not (null or "file" or "database")) Say(place, "grants.store", $"'{text}' is no place for grants; write \"file\" or \"database\"");
        return text == "database" && database is not null ? new GrantDatabase(database) : null;
    }

    private PortalSettings? Portal(string at, ConfigurationMember member, ConfigurationNode element)
    {
        Known(element, at, ConfigurationKeys.OfPortal);
        var token = Secret(element, at, ConfigurationKeys.OfPortal[0], member);
        var url = Address(element, at, ConfigurationKeys.BaseUrl, member, "https://api.hubapi.com");
        var secrets = ConfigurationKeys.OfPortal.Where(key => key.Name is ConfigurationKeys.ClientSecret or ConfigurationKeys.PreviousClientSecret).Select(key => Secret(element, at, key, member)).OfType<SecretReference>().ToList();
        return token is null || url is null ? null : new PortalSettings(token, url, secrets);
    }

    private StoreSettings? Store(string at, ConfigurationMember member, ConfigurationNode element)
    {
        var (platform, place) = Text(element, at, ConfigurationKeys.Platform);
        if (platform is null || !ConfigurationKeys.OfPlatform.TryGetValue(platform, out var keys))
        {
            if (platform is not null || element.Find(ConfigurationKeys.Platform) is null)
                Say(place ?? Place(member), $"{at}.platform", $"{(platform is null ? "is missing" : $"'{platform}' is not a platform of this version{Meant(platform, ConfigurationKeys.OfPlatform.Keys)}")}; there are: {string.Join(", ", ConfigurationKeys.OfPlatform.Keys)}");
            return null;
        }
        Known(element, at, [.. ConfigurationKeys.OfStore, .. keys]);
        var url = Address(element, at, ConfigurationKeys.Url, member, null);
        var secrets = new Dictionary<string, SecretReference>();
        var options = new Dictionary<string, string>();
        foreach (var key in keys)
        {
            if (key.IsSecret)
            {
                if (Secret(element, at, key, member) is { } reference) secrets[key.Name] = reference;
            }
            else if (Text(element, at, key.Name).Text is { } text) options[key.Name] = text;
        }
        if (ConfigurationKeys.WaysIn.TryGetValue(platform, out var ways) && !ways.Any(way => way.All(key => element.Find(key) is not null || _overrides.For($"{at}.{key}") is not null)))
            Say(Place(member), at, $"has no credential; write {string.Join(", or ", ways.Select(way => string.Join(" and ", way)))}");
        return url is null ? null : new StoreSettings(platform, url, secrets) { Options = options };
    }

    private ConnectionSettings? Connection(string at, ConfigurationMember member, ConfigurationNode element, List<string> stores, List<string> portals)
    {
        Known(element, at, ConfigurationKeys.OfConnection);
        if (member.Name.Length > 40 || member.Name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')))
            Say(Place(member), at, "is no name for a connection: it becomes part of every key in HubSpot, so take up to 40 letters, digits, - and _");
        var store = Named(element, at, ConfigurationKeys.Store, member, stores);
        var portal = Named(element, at, ConfigurationKeys.Portal, member, portals);
        var policies = element.Find(ConfigurationKeys.Policies) is { } rules ? Policies($"{at}.{ConfigurationKeys.Policies}", rules) : FieldPolicies.Default;
        var (privacy, place) = Text(element, at, ConfigurationKeys.Privacy);
        if (privacy is not (null or "delete" or "archive" or "keep")) Say(place, $"{at}.{ConfigurationKeys.Privacy}", $"'{privacy}' is none of delete, archive and keep");
        var (money, moneyPlace) = Text(element, at, ConfigurationKeys.Money);
        if (money is not (null or "before_refunds" or "native_compatible")) Say(moneyPlace, $"{at}.{ConfigurationKeys.Money}", $"'{money}' is neither before_refunds nor native_compatible");
        var mapping = element.Find(ConfigurationKeys.Mapping) is { } own ? Templates($"{at}.{ConfigurationKeys.Mapping}", own) : PropertyMap.BuiltIn;
        var consent = element.Find(ConfigurationKeys.Consent) is { } agreed ? Consent($"{at}.{ConfigurationKeys.Consent}", agreed, mapping) : null;
        foreach (var rule in element.Find(ConfigurationKeys.Policies)?.Value.Members ?? [])
            if (rule.Name.Split('.', 2) is [var @object, var property] && mapping.Entries(@object).Any(entry => entry.Property == property) && policies.Of(@object, property).TwoWay)
                Say(rule, $"{at}.{ConfigurationKeys.Policies}.{rule.Name}", "would write HubSpot's value to the store, and what a template makes cannot be taken back; write store, store-enforced or hubspot-only");
        return store is null || portal is null ? null : new ConnectionSettings(store, portal, mapping.OneWay(policies), consent, mapping, YesOrNo(element, at, ConfigurationKeys.Canary), privacy switch { "archive" => ErasurePolicy.Archive, "keep" => ErasurePolicy.Keep, _ => ErasurePolicy.Delete }) { Reconcile = Reconcile($"{at}.{ConfigurationKeys.Reconcile}", element.Find(ConfigurationKeys.Reconcile)), WayBack = Back($"{at}.{ConfigurationKeys.WayBack}", element.Find(ConfigurationKeys.WayBack), mapping), Companies = Companies(element, at), AbandonedAfter = AbandonedAfter(element, at), NativeTotals = money == "native_compatible" };
    }

    private WayBack Back(string at, ConfigurationMember? section, PropertyMap mapping)
    {
        if (section is { Value.IsObject: false }) Say(section, at, "an object is expected");
        var element = section?.Value is { IsObject: true } found ? found : new ConfigurationNode(JsonTokenType.StartObject, null, []);
        Known(element, at, ConfigurationKeys.OfWayBack);
        string? Property(string key, string @object)
        {
            var (property, place) = Text(element, at, key);
            if (property is null) return null;
            var problem = property.Length == 0 || !char.IsAsciiLetterLower(property[0]) || property.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '_') ? $"'{property}' is no property; write its internal name in HubSpot, such as notes_for_the_shop"
                : WayBack.Problem(@object, key == "orderTags", property, mapping);
            if (problem is not null) Say(place, $"{at}.{key}", problem);
            return property;
        }
        return new WayBack(Property("customerTags", "contacts"), Property("customerNote", "contacts"), Property("orderTags", "orders"), Property("orderNote", "orders"));
    }

    private ReconcileSchedule? Reconcile(string at, ConfigurationMember? section)
    {
        if (section is { Value.IsObject: false }) Say(section, at, "an object is expected");
        var element = section?.Value is { IsObject: true } found ? found : new ConfigurationNode(JsonTokenType.StartObject, null, []);
        Known(element, at, ConfigurationKeys.OfReconcile);
        var (every, place) = Text(element, at, "every");
        if (every is not (null or "day" or "week" or "never")) Say(place, $"{at}.every", $"'{every}' is none of day, week and never");
        var (hour, hourPlace) = Text(element, at, "at");
        var time = ReconcileSchedule.Default.At;
        if (hour is not null && !TimeOnly.TryParseExact(hour, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time)) Say(hourPlace, $"{at}.at", $"'{hour}' is no time of day; write hours and minutes in UTC, such as 03:00");
        var repair = YesOrNo(element, at, "repair");
        return every == "never" ? null : new ReconcileSchedule(every == "week" ? ReconcileEvery.Week : ReconcileEvery.Day, time, repair);
    }

    private TimeSpan AbandonedAfter(ConfigurationNode element, string at)
    {
        var (text, place) = Text(element, at, ConfigurationKeys.AbandonedAfter);
        if (text is null) return TimeSpan.FromMinutes(60);
        TimeSpan? time = text.Length is > 1 and < 7 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? text[^1] switch { 'm' => TimeSpan.FromMinutes(count), 'h' => TimeSpan.FromHours(count), 'd' => TimeSpan.FromDays(count), _ => null } : null;
        if (time is { } given && given >= TimeSpan.FromMinutes(10) && given <= TimeSpan.FromDays(7)) return given;
        Say(place, $"{at}.{ConfigurationKeys.AbandonedAfter}", $"'{text}' is no time from 10 minutes to 7 days; write it as 90m, 2h or 1d");
        return TimeSpan.FromMinutes(60);
    }

    private CompanyRules Companies(ConfigurationNode element, string at)
    {
        var (text, place) = Text(element, at, ConfigurationKeys.Companies);
        if (text is not (null or "store" or "domain" or "off")) Say(place, $"{at}.{ConfigurationKeys.Companies}", $"'{text}' is none of store, domain and off");
        var (file, filePlace) = Text(element, at, ConfigurationKeys.FreeMailDomains);
        var lines = new List<string>();
        try
        {
            if (file is not null) lines.AddRange(File.ReadLines(Path.Combine(_folder, file)));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            Say(filePlace, $"{at}.{ConfigurationKeys.FreeMailDomains}", $"'{file}' cannot be read: {unreadable.Message} Name a text file, relative to this one, with a domain a line");
        }
        return new CompanyRules(text switch { "domain" => CompanySource.Domain, "off" => CompanySource.Off, _ => CompanySource.Store }, lines);
    }

    private FieldPolicies Policies(string at, ConfigurationMember section)
    {
        var policies = FieldPolicies.Default;
        if (!section.Value.IsObject)
        {
            Say(section, at, "an object is expected");
            return policies;
        }
        Twice(section.Value, at);
        foreach (var member in section.Value.Members)
        {
            var path = $"{at}.{member.Name}";
            if (member.Name.Split('.', 2) is not [var @object, { Length: > 0 } property] || !PolicyObjects.Contains(@object))
                Say(member, path, $"is no field; write an object and a property, such as contacts.phone. Objects are: {string.Join(", ", PolicyObjects)}");
            else if (member.Value.Kind != JsonTokenType.String) Say(member, path, "a text is expected");
            else if (FieldRule.Parse(@object, property, member.Value.Text!) is { } rule) policies = policies.With(@object, property, rule);
            else Say(member, path, $"'{member.Value.Text}' is no policy{Meant(member.Value.Text!, FieldRule.Words)}; there are: {string.Join(", ", FieldRule.Words)}");
        }
        return policies;
    }

    private PropertyMap Templates(string at, ConfigurationMember section)
    {
        if (!section.Value.IsObject)
        {
            Say(section, at, "an object is expected");
            return PropertyMap.BuiltIn;
        }
        Twice(section.Value, at);
        var members = section.Value.Members.DistinctBy(member => member.Name).ToList();
        foreach (var member in members.Where(member => member.Value.Kind is not (JsonTokenType.String or JsonTokenType.Null))) Say(member, $"{at}.{member.Name}", "a template in quotes is expected, or null");
        var (mapping, problems) = PropertyMap.Read(members.Where(member => member.Value.Kind is JsonTokenType.String or JsonTokenType.Null).Select(member => KeyValuePair.Create(member.Name, member.Value.Kind == JsonTokenType.Null ? null : member.Value.Text)));
        foreach (var problem in problems)
            Say(members.First(member => member.Name == problem.Property), $"{at}.{problem.Property}", problem.Word is null ? problem.Text : $"{problem.Text}{Meant(problem.Word, problem.Candidates)}; there are: {string.Join(", ", problem.Candidates)}");
        return mapping;
    }

    private ConsentRules? Consent(string at, ConfigurationMember section, PropertyMap mapping)
    {
        if (!section.Value.IsObject)
        {
            Say(section, at, "an object is expected");
            return null;
        }
        Known(section.Value, at, ConfigurationKeys.OfConsent);
        var (subscription, _) = Text(section.Value, at, "subscription");
        if (subscription is null && section.Value.Find("subscription") is null) Say(section, $"{at}.subscription", "is missing; name the kind of e-mail in HubSpot, such as \"Marketing Information\"");
        var allow = YesOrNo(section.Value, at, "allowResubscribe");
        var (sms, smsPlace) = Text(section.Value, at, "sms");
        if (sms is not null && (sms.Length == 0 || sms.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '_'))) Say(smsPlace, $"{at}.sms", $"'{sms}' is no property; write its internal name in HubSpot, such as sms_consent");
        else if (sms is not null && mapping.Writes("contacts", sms)) Say(smsPlace, $"{at}.sms", "is written from the store by the mapping; name a property of its own");
        return subscription is null ? null : new ConsentRules(subscription, Text(section.Value, at, "legalBasis").Text, Text(section.Value, at, "explanation").Text, allow) { Sms = sms };
    }

    private bool YesOrNo(ConfigurationNode element, string at, string name)
    {
        var (answer, place) = Text(element, at, name);
        if (answer is not (null or "yes" or "no")) Say(place, $"{at}.{name}", $"'{answer}' is neither \"yes\" nor \"no\"");
        return answer == "yes";
    }

    private string? Named(ConfigurationNode element, string at, string key, ConfigurationMember member, List<string> names)
    {
        var (name, place) = Text(element, at, key);
        if (name is null)
        {
            if (element.Find(key) is null) Say(Place(member), $"{at}.{key}", $"is missing; name one of {key}s");
            return null;
        }
        if (names.Contains(name)) return name;
        Say(place, $"{at}.{key}", $"there is no {key} '{name}'{Meant(name, names)}; there are: {string.Join(", ", names)}");
        return null;
    }

    private Dictionary<string, T> Section<T>(ConfigurationNode root, string section, Func<string, ConfigurationMember, ConfigurationNode, T?> read) where T : class
    {
        var all = new Dictionary<string, T>(StringComparer.Ordinal);
        var found = root.Find(section);
        if (found is { Value.IsObject: false }) Say(found, section, "an object is expected");
        else if (found is null || found.Value.Members.Count == 0) Say(found, section, "is missing or empty");
        else
        {
            Twice(found.Value, section);
            foreach (var member in found.Value.Members.DistinctBy(m => m.Name))
            {
                if (!member.Value.IsObject) Say(member, $"{section}.{member.Name}", "an object is expected");
                else if (read($"{section}.{member.Name}", member, member.Value) is { } value) all[member.Name] = value;
            }
        }
        return all;
    }

    private static List<string> Names(ConfigurationNode root, string section) => [.. root.Find(section)?.Value.Members.Select(m => m.Name).Distinct() ?? []];

    private SecretReference? Secret(ConfigurationNode element, string at, ConfigurationKey key, ConfigurationMember member)
    {
        var path = $"{at}.{key.Name}";
        var (text, place) = Text(element, at, key.Name);
        if (text is null)
        {
            if (key.IsNeeded && element.Find(key.Name) is null) Say(Place(member), path, "is missing; write for example \"env:NAME\"");
            return null;
        }
        var reference = new SecretReference(text, _folder, _grants);
        if ((SecretReference.Problem(text) ?? reference.Absence(key.MayBeGrant)) is not { } problem) return reference;
        Say(place, path, problem);   // the text itself is not shown: it may be a secret
        return null;
    }

    private Uri? Address(ConfigurationNode element, string at, string name, ConfigurationMember member, string? fallback)
    {
        var (text, place) = Text(element, at, name);
        if (text is null && element.Find(name) is not null) return null;   // said already: no text
        text ??= fallback;
        if (text is null || !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            Say(place ?? Place(member), $"{at}.{name}", text is null ? "is missing" : $"'{text}' is no http(s) address");
            return null;
        }
        if (url is { Scheme: "http", IsLoopback: false } && name == ConfigurationKeys.BaseUrl) Say(place ?? Place(member), $"{at}.{name}", "plain http would send the token in clear; write https");
        return url;
    }

    /// <summary>The text of a key and where it comes from: a variable, else the file.</summary>
    private (string? Text, string? Place) Text(ConfigurationNode element, string at, string name)
    {
        var path = at.Length == 0 ? name : $"{at}.{name}";
        if (_overrides.For(path) is { } set) return (set.Value, "environment variable " + set.Variable);
        if (element.Find(name) is not { } member) return (null, null);
        if (member.Value.Kind == JsonTokenType.String) return (member.Value.Text, Place(member));
        Say(member, path, "a text is expected");
        return (null, Place(member));
    }

    private void Known(ConfigurationNode element, string at, IReadOnlyList<ConfigurationKey> keys)
    {
        Twice(element, at);
        foreach (var member in element.Members.Where(m => keys.All(key => key.Name != m.Name)))
            Say(member, at.Length == 0 ? member.Name : $"{at}.{member.Name}", $"is not known here{Meant(member.Name, keys.Select(key => key.Name))}; known are: {string.Join(", ", keys.Where(key => key.Name[0] != '$').Select(key => key.Name))}");
    }

    private void Twice(ConfigurationNode element, string at)
    {
        foreach (var again in element.Members.GroupBy(m => m.Name).SelectMany(group => group.Skip(1)))
            Say(again, at.Length == 0 ? again.Name : $"{at}.{again.Name}", "stands here twice; take one of them out");
    }

    private static string Meant(string word, IEnumerable<string> candidates) => Spelling.Nearest(word, candidates) is { } near ? $", did you mean {near}?" : "";

    private string Place(ConfigurationMember member) => $"{_file}, {member.Place}";

    private void Say(ConfigurationMember? member, string path, string what) => Say(member is null ? null : Place(member), path, what);

    private void Say(string? place, string path, string what) => _problems.Add($"{place ?? _file}: {path} {what}.");
}
