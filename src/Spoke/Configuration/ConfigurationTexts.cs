using System.Text.Json;

namespace Spoke.Configuration;

/// <summary>The texts of a configuration with their places: from a variable, else from the file. Gathers everything that is wrong.</summary>
internal sealed class ConfigurationTexts(string file)
{
    private readonly List<string> _problems = [];
    private readonly Overrides _overrides = new(Environment.GetEnvironmentVariables());

    /// <summary>The file's folder, against which paths in it are read.</summary>
    public string Folder { get; } = Path.GetDirectoryName(Path.GetFullPath(file))!;

    /// <summary>Where grants are kept; null: in files.</summary>
    public GrantDatabase? Grants { get; set; }

    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Whether a variable gives the key, whatever the file says.</summary>
    public bool IsSetOutside(string path) => _overrides.For(path) is not null;

    /// <summary>Says which variables name no key.</summary>
    public void SayUnknownVariables()
    {
        foreach (var (variable, meant) in _overrides.Unknown())
            _problems.Add($"environment variable {variable}: there is no such key{(meant is null ? "" : $"; did you mean {meant}?")}");
    }

    /// <summary>An object that may be left out; empty where it is, or where there is something else.</summary>
    public ConfigurationNode Object(ConfigurationMember? section, string at)
    {
        if (section is { Value.IsObject: false }) Say(section, at, "an object is expected");
        return section?.Value is { IsObject: true } found ? found : new ConfigurationNode(JsonTokenType.StartObject, null, []);
    }

    public bool YesOrNo(ConfigurationNode element, string at, string name)
    {
        var (answer, place) = Text(element, at, name);
        if (answer is not (null or "yes" or "no")) Say(place, $"{at}.{name}", $"'{answer}' is neither \"yes\" nor \"no\"");
        return answer == "yes";
    }

    public SecretReference? Secret(ConfigurationNode element, string at, ConfigurationKey key, ConfigurationMember member)
    {
        var path = $"{at}.{key.Name}";
        var (text, place) = Text(element, at, key.Name);
        if (text is null)
        {
            if (key.IsNeeded && element.Find(key.Name) is null) Say(Place(member), path, "is missing; write for example \"env:NAME\"");
            return null;
        }
        var reference = new SecretReference(text, Folder, Grants);
        if ((SecretReference.Problem(text) ?? reference.Absence(key.MayBeGrant)) is not { } problem) return reference;
        Say(place, path, problem);   // the text itself is not shown: it may be a secret
        return null;
    }

    public Uri? Address(ConfigurationNode element, string at, string name, ConfigurationMember member, string? fallback)
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
    public (string? Text, string? Place) Text(ConfigurationNode element, string at, string name)
    {
        var path = at.Length == 0 ? name : $"{at}.{name}";
        if (_overrides.For(path) is { } set) return (set.Value, "environment variable " + set.Variable);
        if (element.Find(name) is not { } member) return (null, null);
        if (member.Value.Kind == JsonTokenType.String) return (member.Value.Text, Place(member));
        Say(member, path, "a text is expected");
        return (null, Place(member));
    }

    public void Known(ConfigurationNode element, string at, IReadOnlyList<ConfigurationKey> keys)
    {
        Twice(element, at);
        foreach (var member in element.Members.Where(m => keys.All(key => key.Name != m.Name)))
            Say(member, at.Length == 0 ? member.Name : $"{at}.{member.Name}", $"is not known here{Meant(member.Name, keys.Select(key => key.Name))}; known are: {string.Join(", ", keys.Where(key => key.Name[0] != '$').Select(key => key.Name))}");
    }

    public void Twice(ConfigurationNode element, string at)
    {
        foreach (var again in element.Members.GroupBy(m => m.Name).SelectMany(group => group.Skip(1)))
            Say(again, at.Length == 0 ? again.Name : $"{at}.{again.Name}", "stands here twice; take one of them out");
    }

    public static string Meant(string word, IEnumerable<string> candidates) => Spelling.Nearest(word, candidates) is { } near ? $", did you mean {near}?" : "";

    public string Place(ConfigurationMember member) => $"{file}, {member.Place}";

    public void Say(ConfigurationMember? member, string path, string what) => Say(member is null ? null : Place(member), path, what);

    public void Say(string? place, string path, string what) => _problems.Add($"{place ?? file}: {(path.Length == 0 ? what : $"{path} {what}")}.");
}
