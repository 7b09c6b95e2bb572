using System.Text;
using System.Text.Json;

namespace Spoke.Configuration;

/// <summary>Reads <c>spoke.json</c> (JSON with comments) and says everything that is wrong with it at once, each with its place.</summary>
internal sealed class ConfigurationFile
{
    private static readonly Dictionary<string, string[]> Secrets = new() { ["vendure"] = ["username", "password"], ["sample"] = ["apiKey", "webhookSecret"] };
    private static readonly Dictionary<string, string[]> Needed = new() { ["vendure"] = ["username", "password"], ["sample"] = ["apiKey"] };
    private readonly List<string> _problems = [];
    private readonly string _file;
    private readonly byte[] _bytes;

    private ConfigurationFile(string file, byte[] bytes)
    {
        _file = file;
        _bytes = bytes;
    }

    public static (SpokeConfiguration? Configuration, IReadOnlyList<string> Problems) Read(string file)
    {
        if (!File.Exists(file)) return (null, [$"{file}: there is no such file. docs/configuration.md shows one to begin with."]);
        var reader = new ConfigurationFile(file, File.ReadAllBytes(file));
        var configuration = reader.Read();
        return (reader._problems.Count == 0 ? configuration : null, reader._problems);
    }

    private SpokeConfiguration? Read()
    {
        JsonElement root;
        try
        {
            using var document = JsonDocument.Parse(_bytes, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            root = document.RootElement.Clone();
        }
        catch (JsonException wrong)
        {
            _problems.Add($"{_file}, line {wrong.LineNumber + 1}, column {wrong.BytePositionInLine + 1}: this is not JSON: {wrong.Message.Split(". ")[0]}.");
            return null;
        }
        if (root.ValueKind != JsonValueKind.Object)
        {
            _problems.Add($"{_file}: an object is expected.");
            return null;
        }
        Unknown(root, "", "database", "portals", "stores", "connections", "$schema");
        var portals = Section(root, "portals", Portal);
        var stores = Section(root, "stores", Store);
        var connections = Section(root, "connections", (name, element) => Connection(name, element, portals, stores));
        return new SpokeConfiguration(Database(root), portals, stores, connections);
    }

    private string Database(JsonElement root)
    {
        var text = Override("database") ?? Text(root, "", "database") ?? "sqlite:spoke.db";
        if (text.StartsWith("postgres:", StringComparison.Ordinal)) Say("database", "PostgreSQL is not in this version; write \"sqlite:FILE\"");
        else if (!text.StartsWith("sqlite:", StringComparison.Ordinal) || text.Length == "sqlite:".Length) Say("database", $"'{text}' is no database; write \"sqlite:FILE\"");
        var path = text[(text.IndexOf(':') + 1)..];
        return Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(_file))!);
    }

    private PortalSettings? Portal(string name, JsonElement element)
    {
        var at = "portals." + name;
        Unknown(element, at, "token", "baseUrl");
        var token = Secret(element, at, "token", needed: true);
        var url = Address(element, at, "baseUrl", "https://api.hubapi.com");
        if (url is { Scheme: "http", IsLoopback: false }) Say(at + ".baseUrl", "plain http would send the token in clear; write https");
        return token is null || url is null ? null : new PortalSettings(token, url);
    }

    private StoreSettings? Store(string name, JsonElement element)
    {
        var at = "stores." + name;
        var platform = Override(at + ".platform") ?? Text(element, at, "platform");
        if (platform is null || !Secrets.TryGetValue(platform, out var secrets))
        {
            Say(at + ".platform", $"'{platform}' is not a platform of this version; there are: {string.Join(", ", Secrets.Keys)}");
            return null;
        }
        Unknown(element, at, ["platform", "url", .. secrets]);
        var url = Address(element, at, "url", null);
        var found = new Dictionary<string, SecretReference>();
        foreach (var secret in secrets)
            if (Secret(element, at, secret, Needed[platform].Contains(secret)) is { } reference) found[secret] = reference;
        return url is null ? null : new StoreSettings(platform, url, found);
    }

    private ConnectionSettings? Connection(string name, JsonElement element, IReadOnlyDictionary<string, PortalSettings> portals, IReadOnlyDictionary<string, StoreSettings> stores)
    {
        var at = "connections." + name;
        Unknown(element, at, "store", "portal");
        var store = Text(element, at, "store");
        var portal = Text(element, at, "portal");
        if (store is null) Say(at + ".store", "is missing; name one of stores");
        else if (!stores.ContainsKey(store) && _problems.Count == 0) Say(at + ".store", $"there is no store '{store}'; there are: {string.Join(", ", stores.Keys)}");
        if (portal is null) Say(at + ".portal", "is missing; name one of portals");
        else if (!portals.ContainsKey(portal) && _problems.Count == 0) Say(at + ".portal", $"there is no portal '{portal}'; there are: {string.Join(", ", portals.Keys)}");
        return store is null || portal is null ? null : new ConnectionSettings(store, portal);
    }

    private Dictionary<string, T> Section<T>(JsonElement root, string section, Func<string, JsonElement, T?> read) where T : class
    {
        var all = new Dictionary<string, T>();
        if (!root.TryGetProperty(section, out var element) || element.ValueKind != JsonValueKind.Object || !element.EnumerateObject().Any())
        {
            Say(section, "is missing or empty");
            return all;
        }
        foreach (var member in element.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Object) Say($"{section}.{member.Name}", "an object is expected");
            else if (read(member.Name, member.Value) is { } value) all[member.Name] = value;
        }
        return all;
    }

    private SecretReference? Secret(JsonElement element, string at, string name, bool needed)
    {
        var text = Override($"{at}.{name}") ?? Text(element, at, name);
        if (text is null)
        {
            if (needed) Say($"{at}.{name}", "is missing; write for example \"env:NAME\"");
            return null;
        }
        if (SecretReference.Problem(text) is { } problem)
        {
            Say($"{at}.{name}", problem);   // the text itself is not shown: it may be a secret
            return null;
        }
        return new SecretReference(text);
    }

    private Uri? Address(JsonElement element, string at, string name, string? fallback)
    {
        var text = Override($"{at}.{name}") ?? Text(element, at, name) ?? fallback;
        if (text is not null && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return url;
        Say($"{at}.{name}", text is null ? "is missing" : $"'{text}' is no http(s) address");
        return null;
    }

    private string? Text(JsonElement element, string at, string name)
    {
        if (!element.TryGetProperty(name, out var value)) return null;
        if (value.ValueKind == JsonValueKind.String) return value.GetString();
        Say(at.Length == 0 ? name : $"{at}.{name}", "a text is expected");
        return null;
    }

    private void Unknown(JsonElement element, string at, params string[] known)
    {
        foreach (var member in element.EnumerateObject())
            if (!known.Contains(member.Name)) Say(at.Length == 0 ? member.Name : $"{at}.{member.Name}", $"is not known here; known are: {string.Join(", ", known.Where(k => k[0] != '$'))}");
    }

    /// <summary>Every key can be set from outside: <c>Spoke__Stores__shop__Url</c>.</summary>
    private static string? Override(string path) => Environment.GetEnvironmentVariable("Spoke__" + string.Join("__", path.Split('.').Select(part => char.ToUpperInvariant(part[0]) + part[1..])))
        ?? Environment.GetEnvironmentVariable("Spoke__" + path.Replace(".", "__", StringComparison.Ordinal));

    private void Say(string path, string what) => _problems.Add($"{_file}{Place(path)}: {path} {what}.");

    /// <summary>Line and column of a key, found by walking the text to its path.</summary>
    private string Place(string path)
    {
        var stack = new List<string>();
        var reader = new Utf8JsonReader(_bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        string? name = null;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = reader.GetString();
                    if (string.Join('.', stack.Skip(1).Append(name)) == path) return At(reader.TokenStartIndex);
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    stack.Add(name ?? "");
                    name = null;
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    stack.RemoveAt(stack.Count - 1);
                    break;
            }
        }
        return "";
    }

    private string At(long offset)
    {
        var before = Encoding.UTF8.GetString(_bytes.AsSpan(0, (int)offset));
        return $", line {before.Count(c => c == '\n') + 1}, column {before.Length - before.LastIndexOf('\n')}";
    }
}
