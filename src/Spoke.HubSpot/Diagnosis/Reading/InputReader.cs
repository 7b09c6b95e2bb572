using System.Globalization;
using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>What was read out of one or several files.</summary>
internal sealed class ShownInput
{
    public List<ShownRequest> Requests { get; } = [];

    /// <summary>Facts about the input worth telling.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Why it was not read as it was asked for; null when it was.</summary>
    public string? Refused { get; set; }

    /// <summary>What kind of export was found, though it holds no call to judge.</summary>
    public string? Empty { get; set; }
}

/// <summary>Tells what each file is, takes environments first, and reads the requests of the others.</summary>
internal static partial class InputReader
{
    [GeneratedRegex(@"(?:^|[/\\])http-client(?:\.private)?\.env\.json$", RegexOptions.IgnoreCase)]
    private static partial Regex HttpEnvironmentName();

    [GeneratedRegex(@"(?:^|[/\\])(?:\.env(?:\.[\w-]+)?|[\w-]+\.env)$", RegexOptions.IgnoreCase)]
    private static partial Regex DotEnvName();

    [GeneratedRegex(@"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=[ \t]*(?:""([^""\r\n]*)""|'([^'\r\n]*)'|([^\r\n]*?))[ \t]*\r?$", RegexOptions.Multiline)]
    private static partial Regex DotEnvLine();

    [GeneratedRegex(@"^type:[ \t]*[""']?[\w-]+\.insomnia\.rest|^opencollection:|^info:[ \t]*\r?\n(?:[ \t]+[^\r\n]*\r?\n)+(?:\r?\n)*http:|^name:[^\r\n]*\r?\n(?:\r?\n)*variables:|^variables:[ \t]*\r?\n[ \t]*-[ \t]+name:", RegexOptions.Multiline)]
    private static partial Regex YamlExport();

    [GeneratedRegex(@"^(?:meta|vars|auth|get|post|headers)(?::[\w-]+)?[ \t]*[{\[][ \t]*\r?$", RegexOptions.Multiline)]
    private static partial Regex BruMark();

    private sealed record Part(SourceText Source, ShownValue? Value, BruFile? Bru, bool IsYaml)
    {
        public string Path => Source.Name ?? "";
    }

    public static ShownInput Read(IReadOnlyList<SourceText> files, string? environment)
    {
        var input = new ShownInput();
        var several = files.Count > 1;
        var parts = files.Select(PartOf).ToList();
        var environments = new Environments { Chosen = environment };
        var rest = parts.Where(part => !TakenAsEnvironment(part, several, environments)).ToList();
        foreach (var part in rest) InnerEnvironments(part, environments);
        if (environment is not null && !environments.Named.Exists(s => s.Name.Equals(environment, StringComparison.OrdinalIgnoreCase)))
            input.Refused = environments.Named.Count == 0 ? $"There is no environment '{environment}': none of these files defines one."
                : $"There is no environment '{environment}'; there {(environments.Named.Count == 1 ? "is" : "are")} {string.Join(", ", environments.Named.Select(s => s.Name).Distinct().Take(10))}.";
        foreach (var part in rest) Requests(part, rest, environments, several, input);
        if (environment is null && environments.Named.Count > 1 && input.Requests.Exists(r => r.Dialect is Dialect.Collection or Dialect.Http))
            input.Notes.Add($"There are {environments.Named.Count.ToString(CultureInfo.InvariantCulture)} environments; what differs between them is left open. --environment NAME chooses one.");
        if (input.Requests.Count > 1 && !input.Requests.TrueForAll(r => r.Dialect is Dialect.Transcript))
            for (var i = 0; i < input.Requests.Count; i++) input.Requests[i].Number = i + 1;
        return input;
    }

    private static Part PartOf(SourceText source)
    {
        if (JsonValues.Read(source) is { } json) return new Part(source, json, null, false);
        if (source.Name?.EndsWith(".bru", StringComparison.OrdinalIgnoreCase) == true || BruMark().Count(source.Text) > 1 || source.Text.StartsWith("vars {", StringComparison.Ordinal)) return new Part(source, null, BruFile.Read(source), false);
        return YamlExport().IsMatch(source.Text) && YamlValues.Read(source) is { } yaml ? new Part(source, yaml, null, true) : new Part(source, null, null, false);
    }

    private static bool TakenAsEnvironment(Part part, bool several, Environments into)
    {
        if (part.Bru is { } bru)
        {
            if (!BrunoReader.IsEnvironment(part.Path, bru)) return false;
            BrunoReader.ReadEnvironment(part.Path, bru, into);
            return true;
        }
        if (part.Value is { IsObject: true } value)
        {
            if (HttpEnvironmentName().IsMatch(part.Path)) HttpEnvironments(value, into);
            else if (value["rest-client.environmentVariables"] is { IsObject: true } settings) HttpEnvironments(settings, into);
            else if (PostmanReader.IsEnvironment(value)) PostmanReader.ReadEnvironment(value, into);
            else if ((part.IsYaml || several) && BrunoJsonReader.IsEnvironment(value)) BrunoJsonReader.ReadEnvironment(value, into);
            else return false;
            return true;
        }
        if (!several || !DotEnvName().IsMatch(part.Path)) return false;
        var set = new VariableSet(".env");
        foreach (Match line in DotEnvLine().Matches(part.Source.Text))
        {
            var group = line.Groups[2].Success ? line.Groups[2] : line.Groups[3].Success ? line.Groups[3] : line.Groups[4];
            var setting = new Setting(LocatedText.Of(part.Source, group.Index, group.Length), part.Source);
            foreach (var name in new[] { "process.env." + line.Groups[1].Value, "$dotenv " + line.Groups[1].Value, "$processEnv " + line.Groups[1].Value }) set.Set(name, setting);
        }
        into.Shared.Add(set);
        return true;
    }

    /// <summary>An object of environments by name; what they share goes by <c>$shared</c>. The private file of the same name adds to it.</summary>
    private static void HttpEnvironments(ShownValue root, Environments into)
    {
        foreach (var (name, values) in root.Members)
        {
            var shared = name.Text == "$shared";
            var set = into.Named.Find(s => s.Name == name.Text) ?? new VariableSet(name.Text);
            set.AddMembers(values);
            if (shared) into.Shared.Add(set);
            else if (!into.Named.Contains(set)) into.Named.Add(set);
        }
    }

    private static void InnerEnvironments(Part part, Environments into)
    {
        if (part.Value is not { IsObject: true } value) return;
        if (InsomniaReader.IsV4(value) || InsomniaReader.IsV5(value)) InsomniaReader.ReadEnvironments(value, into);
        else if (BrunoJsonReader.IsExport(value) || BrunoJsonReader.IsSettings(value)) BrunoJsonReader.ReadEnvironments(value, into);
    }

    private static void Requests(Part part, List<Part> all, Environments environments, bool several, ShownInput input)
    {
        var before = input.Requests.Count;
        if (part.Bru is { } bru)
        {
            if (!BrunoReader.IsSettings(part.Path) && BrunoReader.Read(bru, Above(part, all), environments) is { } request) input.Requests.Add(request);
            return;
        }
        if (part.Value is { } value)
        {
            string? kind = null;
            if (HarReader.IsOne(value))
            {
                kind = "a HAR recording without a call to HubSpot";
                input.Requests.AddRange(HarReader.Read(value, out var others));
                if (others > 0 && input.Requests.Count > before) input.Notes.Add($"{others.ToString(CultureInfo.InvariantCulture)} other calls of the recording do not go to HubSpot.");
                if (value.IsBroken) input.Notes.Add("The recording breaks off; what stands before the break was read.");
            }
            else if (PostmanReader.IsCollection(value)) { kind = "a Postman collection without a request"; input.Requests.AddRange(PostmanReader.Read(value, environments)); }
            else if (InsomniaReader.IsV4(value) || InsomniaReader.IsV5(value)) { kind = "an Insomnia export without a request"; input.Requests.AddRange(InsomniaReader.Read(value, environments)); }
            else if (BrunoJsonReader.IsExport(value)) { kind = "a Bruno export without a request"; input.Requests.AddRange(BrunoJsonReader.Read(value, environments)); }
            else if (BrunoJsonReader.IsRequest(value)) input.Requests.Add(BrunoJsonReader.One(value, value["http"]!, [.. Settings(part, all)], value["info"]?.StringOf("name"), environments));
            else if (value.Members.Count > 0 && BrunoJsonReader.IsSettings(value)) return;
            if (kind is not null && input.Requests.Count == before) input.Empty = kind;
            if (kind is not null || input.Requests.Count > before) return;
            if (several) return;   // JSON of some other purpose
        }
        var read = RequestReader.Read(part.Source, environments);
        // Among several files only what calls HubSpot counts.
        if (several) read.RemoveAll(r => r.Dialect is Dialect.Fragment || r.Dialect is Dialect.Program && !part.Source.Text.Contains("hub", StringComparison.OrdinalIgnoreCase));
        input.Requests.AddRange(read);
    }

    private static List<BruFile> Above(Part part, List<Part> all)
    {
        var above = new List<BruFile>();
        foreach (var folder in Folders(part.Path))
            foreach (var name in new[] { "folder.bru", "collection.bru" })
                if (all.Find(p => p.Path == (folder.Length == 0 ? name : folder + "/" + name))?.Bru is { } settings) above.Add(settings);
        return above;
    }

    private static IEnumerable<ShownValue> Settings(Part part, List<Part> all)
    {
        foreach (var folder in Folders(part.Path))
            foreach (var name in new[] { "folder.yml", "opencollection.yml" })
                if (all.Find(p => p.Path == (folder.Length == 0 ? name : folder + "/" + name))?.Value is { } settings) yield return settings;
    }

    private static IEnumerable<string> Folders(string path)
    {
        for (var folder = path; folder.Length > 0;)
        {
            var slash = folder.LastIndexOf('/');
            folder = slash < 0 ? "" : folder[..slash];
            yield return folder;
        }
    }
}
