namespace Spoke.HubSpot;

/// <summary>Reads Bruno: folders of .bru files with collection, folders and environments; its JSON export; OpenCollection's YAML.</summary>
internal static class BrunoReader
{
    private static readonly string[] s_methods = ["get", "post", "put", "patch", "delete", "head", "options"];

    public static bool IsEnvironment(string path, BruFile file) => file.Block("meta") is null && !s_methods.Any(m => file.Block(m) is not null) && file.Blocks.Exists(b => b.Name is "vars" or "vars:secret") && !IsSettings(path);

    public static bool IsSettings(string path) => Path.GetFileName(path) is "collection.bru" or "folder.bru";

    public static void ReadEnvironment(string path, BruFile file, Environments into)
    {
        var set = new VariableSet(Path.GetFileNameWithoutExtension(path));
        foreach (var (key, value) in file.Block("vars")?.Pairs ?? []) set.Set(key.Text, new Setting(value, file.Source));
        foreach (var name in file.Block("vars:secret")?.Names ?? []) set.Set(name, new Setting(null, file.Source));
        into.Named.Add(set);
    }

    /// <summary>The request of a .bru file; null when it holds none.</summary>
    /// <param name="above">Settings of the folders above and of the collection, the nearest first.</param>
    public static ShownRequest? Read(BruFile file, IReadOnlyList<BruFile> above, Environments environments)
    {
        if (file.Blocks.Find(b => s_methods.Contains(b.Name)) is not { } call) return null;
        BruBlock? Vars(BruFile f) => f.Block("vars:pre-request");
        var templates = new Templates(file.Source, name => above.Prepend(file).Select(f => Vars(f)?.Find(name) is { } value ? new Setting(value, f.Source) : null).FirstOrDefault(s => s is not null) ?? environments.Find(name));
        var at = call.Body.OffsetAt(0);
        var built = new CollectionCall(file.Source, file.Block("meta")?.Find("name")?.Text, Written(call.Name, at), templates, environments.IsKnown);
        built.Address(call.Find("url"));
        foreach (var (key, value) in file.Block("params:query")?.Pairs ?? file.Block("query")?.Pairs ?? []) built.Query(key, value);
        foreach (var (key, value) in file.Block("headers")?.Pairs ?? []) built.Header(key, value);
        foreach (var settings in above)
            foreach (var (key, value) in settings.Block("headers")?.Pairs ?? []) built.InheritedHeader(key.MovedTo(at), settings.Source == file.Source ? value : Foreign(built.Request, key.Text, value, settings, at));
        if (file.Block("body:json") is { } json) built.Body(json.Body.Trim());
        else if (file.Block("body:text") is { } text) built.Body(text.Body.Trim());
        else if (file.Block("body:form-urlencoded") is { } form) built.Body(Form(form));
        Authorize(built, file, above, call.Find("auth")?.Text ?? "inherit", at);
        return built.Request;
    }

    private static void Authorize(CollectionCall built, BruFile file, IReadOnlyList<BruFile> above, string mode, int at)
    {
        if (mode is "none") return;
        if (mode != "inherit" && file.Block("auth:" + mode) is { } own)
        {
            built.Authorize(mode, own.Body.OffsetAt(0), own.Find);
            return;
        }
        foreach (var settings in above)
        {
            var inherited = settings.Block("auth")?.Find("mode")?.Text ?? "inherit";
            if (inherited == "none") return;
            if (inherited == "inherit" || settings.Block("auth:" + inherited) is not { } block) continue;
            built.Authorize(inherited, at, field => block.Find(field) is { } value ? Foreign(built.Request, field, value, settings, at) : null);
            return;
        }
    }

    /// <summary>A value of another file stands where it is used, with a word on where it comes from.</summary>
    private static LocatedText Foreign(ShownRequest request, string name, LocatedText value, BruFile file, int at)
    {
        request.Origins[at] = new Setting(value, file.Source).Origin(name).Replace("variable ", "", StringComparison.Ordinal);
        return value.MovedTo(at);
    }

    private static LocatedText Form(BruBlock block)
    {
        var form = LocatedText.At(block.Body.OffsetAt(0));
        foreach (var (key, value) in block.Pairs) form = form.Length == 0 ? key + Written("=", key.OffsetAt(0)) + value : form + Written("&", key.OffsetAt(0)) + key + Written("=", key.OffsetAt(0)) + value;
        return form;
    }

    private static LocatedText Written(string text, int at)
    {
        var built = new LocatedText.Builder(at);
        foreach (var c in text) built.Add(c, at);
        return built.Build();
    }
}
