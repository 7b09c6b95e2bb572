namespace Spoke.HubSpot;

/// <summary>Reads Insomnia's exports: v4 (JSON, a flat list of resources) and v5 (YAML, a tree).</summary>
internal static class InsomniaReader
{
    private const int DeepestFolder = 40;

    public static bool IsV4(ShownValue root) => root["resources"] is { IsList: true } && (root["__export_format"] is not null || root.StringOf("_type") == "export");

    public static bool IsV5(ShownValue root) => root.StringOf("type")?.Contains("insomnia", StringComparison.OrdinalIgnoreCase) == true && (root["collection"] is not null || root["environments"] is not null);

    /// <summary>The environments an export holds; also what an export of environments alone consists of.</summary>
    public static void ReadEnvironments(ShownValue root, Environments into)
    {
        if (IsV4(root))
        {
            var resources = root.ListOf("resources").Where(r => r.StringOf("_type") == "environment").ToList();
            foreach (var resource in resources)
                Add(resource.StringOf("name"), resource["data"], resource.StringOf("parentId")?.StartsWith("env_", StringComparison.Ordinal) == true, into);
            return;
        }
        foreach (var environment in root["environments"] is { IsList: true } list ? list.Items : root["environments"] is { IsObject: true } one ? [one] : [])
        {
            Add(environment.StringOf("name"), environment["data"], isSub: false, into);
            foreach (var sub in environment.ListOf("subEnvironments")) Add(sub.StringOf("name"), sub["data"], isSub: true, into);
        }
    }

    private static void Add(string? name, ShownValue? data, bool isSub, Environments into)
    {
        var set = new VariableSet(name ?? "environment");
        set.AddMembers(data);
        (isSub ? into.Named : into.Shared).Add(set);
    }

    public static List<ShownRequest> Read(ShownValue root, Environments environments) => IsV4(root) ? Flat(root, environments) : Tree(root, environments);

    private static List<ShownRequest> Flat(ShownValue root, Environments environments)
    {
        var resources = root.ListOf("resources").ToList();
        var byId = new Dictionary<string, ShownValue>(StringComparer.Ordinal);
        foreach (var resource in resources)
            if (resource.StringOf("_id") is { } id) byId[id] = resource;
        var requests = new List<ShownRequest>();
        foreach (var resource in resources.Where(r => r.StringOf("_type") == "request"))
        {
            var folders = new List<ShownValue>();
            for (var parent = resource.StringOf("parentId"); parent is not null && byId.TryGetValue(parent, out var folder) && folders.Count < DeepestFolder; parent = folder.StringOf("parentId")) folders.Add(folder);
            requests.Add(One(resource, folders, environments));
        }
        return requests;
    }

    private static List<ShownRequest> Tree(ShownValue root, Environments environments)
    {
        var requests = new List<ShownRequest>();
        void Walk(IEnumerable<ShownValue> items, List<ShownValue> folders)
        {
            foreach (var item in items)
            {
                if (item["children"] is { IsList: true } children && folders.Count < DeepestFolder) Walk(children.Items, [item, .. folders]);
                else if (item["url"] is not null && (item["method"] is not null || item["meta"]?.StringOf("id")?.StartsWith("req_", StringComparison.Ordinal) == true)) requests.Add(One(item, folders, environments));
            }
        }
        Walk(root.ListOf("collection"), []);
        return requests;
    }

    private static ShownRequest One(ShownValue item, List<ShownValue> folders, Environments environments)
    {
        var sets = folders.Select(f => f["environment"]).Where(e => e is { IsObject: true }).Select(e =>
        {
            var set = new VariableSet("folder");
            set.AddMembers(e);
            return set;
        }).ToList();
        var templates = new Templates(item.Source, name => sets.Select(s => s.Find(name)).FirstOrDefault(s => s is not null) ?? environments.Find(name));
        var name = string.Join(" / ", folders.Where(f => f.StringOf("_type") != "workspace").Select(f => f.StringOf("name") ?? "").Reverse().Append(item.StringOf("name") ?? ""));
        var call = new CollectionCall(item.Source, name, item.TextOf("method"), templates, environments.IsKnown);
        call.Address(item.TextOf("url"));
        foreach (var parameter in item.ListOf("parameters"))
            if (parameter["disabled"]?.IsTrue != true && parameter.TextOf("name") is { Length: > 0 } key) call.Query(key, parameter.TextOf("value") ?? LocatedText.At(parameter.Start));
        foreach (var holder in folders.Prepend(item))
            foreach (var header in holder.ListOf("headers"))
                if (header["disabled"]?.IsTrue != true && header.TextOf("name") is { } key)
                {
                    var value = header.TextOf("value") ?? LocatedText.At(header.Start);
                    if (holder == item) call.Header(key, value);
                    else call.InheritedHeader(key, value);
                }
        call.Body(item["body"]?.TextOf("text"));
        // The nearest setting counts; one without a type leaves it to the folder above, "none" does not.
        if (folders.Prepend(item).Select(h => h["authentication"]).FirstOrDefault(a => a?.StringOf("type") is { Length: > 0 }) is { } auth && auth["disabled"]?.IsTrue != true)
            call.Authorize(auth.StringOf("type")!, auth.Start, auth.TextOf);
        return call.Request;
    }
}
