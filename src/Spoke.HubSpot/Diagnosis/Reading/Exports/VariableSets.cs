using System.Globalization;

namespace Spoke.HubSpot;

/// <summary>What a variable of an export or an environment file holds.</summary>
/// <param name="Value">Its text; null: known only to the program that runs the request.</param>
/// <param name="Source">The file it stands in.</param>
internal sealed record Setting(LocatedText? Value, SourceText Source)
{
    /// <summary>Where it stands, in words.</summary>
    public string Origin(string name) =>
        $"variable {name}{(Source.Name is { } file ? ", " + file : "")}{(Value is { } value ? ", line " + Source.At(value.OffsetAt(0)).Line.ToString(CultureInfo.InvariantCulture) : "")}";
}

/// <summary>The variables of one environment, folder or collection.</summary>
internal sealed class VariableSet(string name)
{
    private readonly Dictionary<string, Setting> _settings = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    public int Count => _settings.Count;

    public Setting? Find(string variable) => _settings.GetValueOrDefault(variable);

    public void Set(string variable, Setting setting) => _settings[variable] = setting;

    /// <summary>Takes each member of an object that is a text or a number; objects inside by dotted names.</summary>
    public void AddMembers(ShownValue? values, string prefix = "")
    {
        if (values is not { IsObject: true }) return;
        foreach (var (name, value) in values.Members)
        {
            if (value.IsObject && value["provider"] is not null) Set(prefix + name.Text, new Setting(null, value.Source));
            else if (value.IsObject && prefix.Length < 200) AddMembers(value, prefix + name.Text + ".");
            else if (!value.IsList) Set(prefix + name.Text, new Setting(value.Text, value.Source));
        }
    }

    /// <summary>Takes a list of objects with a name (or key) and a value, leaving out those switched off.</summary>
    public void AddList(IEnumerable<ShownValue> list, string nameMember = "name")
    {
        foreach (var item in list)
        {
            if (item.StringOf(nameMember) is not { } name || item["enabled"]?.IsFalse == true || item["disabled"]?.IsTrue == true) continue;
            var value = item.TextOf("value") ?? item["value"]?.TextOf("data");
            // The value of a secret is not exported.
            Set(name, new Setting(value is { Length: > 0 } ? value : item["secret"]?.IsTrue == true || item.StringOf("type") == "secret" ? null : value ?? LocatedText.At(item.Start), item.Source));
        }
    }
}

/// <summary>The environments that were given, and which of them counts.</summary>
internal sealed class Environments
{
    /// <summary>Name of the one to use; null: the only one, or none.</summary>
    public string? Chosen { get; init; }

    public List<VariableSet> Shared { get; } = [];

    public List<VariableSet> Named { get; } = [];

    /// <summary>Something that defines variables was given, so a variable that nothing defines is missing for certain.</summary>
    public bool IsKnown => Shared.Exists(s => s.Count > 0) || Named.Exists(s => s.Count > 0);

    /// <summary>The setting in the environment that counts; where several could, one that is not known.</summary>
    public Setting? Find(string variable)
    {
        var chosen = Named.Where(s => Chosen is null || s.Name.Equals(Chosen, StringComparison.OrdinalIgnoreCase)).Select(s => s.Find(variable)).ToList();
        var found = chosen.OfType<Setting>().ToList();
        if (found.Count > 0 && found.TrueForAll(f => f.Value?.Text == found[0].Value?.Text)) return found[0];
        if (found.Count > 1) return found[0] with { Value = null };
        return Shared.Select(s => s.Find(variable)).LastOrDefault(s => s is not null);
    }
}
