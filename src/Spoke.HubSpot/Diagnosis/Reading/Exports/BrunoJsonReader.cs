namespace Spoke.HubSpot;

/// <summary>Reads Bruno's JSON export and the YAML of OpenCollection, which is Bruno's newer form.</summary>
internal static class BrunoJsonReader
{
    private const int DeepestFolder = 40;

    public static bool IsExport(ShownValue root) => root["items"] is { IsList: true } && (root["brunoConfig"] is not null || root["environments"] is { IsList: true } || root["root"] is not null || root["opencollection"] is not null || root["items"]!.Items.Exists(i => i["request"] is not null || i["http"] is not null));

    /// <summary>A file of an OpenCollection folder that is one request.</summary>
    public static bool IsRequest(ShownValue root) => root["http"] is { IsObject: true } && root["info"] is { IsObject: true };

    /// <summary>The settings of an OpenCollection folder.</summary>
    public static bool IsSettings(ShownValue root) => root["opencollection"] is not null && root["items"] is null;

    public static bool IsEnvironment(ShownValue root) => root["variables"] is { IsList: true } && root["items"] is null && root["info"] is null && root["request"] is null;

    public static void ReadEnvironment(ShownValue root, Environments into)
    {
        var set = new VariableSet(root.StringOf("name") ?? "environment");
        set.AddList(root.ListOf("variables"));
        into.Named.Add(set);
    }

    public static void ReadEnvironments(ShownValue root, Environments into)
    {
        foreach (var environment in root.ListOf("environments").Concat(root["config"]?.ListOf("environments") ?? [])) ReadEnvironment(environment, into);
    }

    public static List<ShownRequest> Read(ShownValue root, Environments environments)
    {
        var requests = new List<ShownRequest>();
        Walk(root.ListOf("items"), [root], "", environments, requests);
        return requests;
    }

    private static void Walk(IEnumerable<ShownValue> items, List<ShownValue> above, string path, Environments environments, List<ShownRequest> requests)
    {
        foreach (var item in items)
        {
            var name = path + (item.StringOf("name") ?? item["info"]?.StringOf("name") ?? "");
            if (item["items"] is { IsList: true } inner && above.Count < DeepestFolder) Walk(inner.Items, [item, .. above], name + " / ", environments, requests);
            else if (item["request"] is { IsObject: true } or null && (item["request"] ?? item["http"]) is { IsObject: true } request) requests.Add(One(item, request, above, name, environments));
        }
    }

    public static ShownRequest One(ShownValue item, ShownValue request, List<ShownValue> above, string? name, Environments environments)
    {
        // Settings of a folder stand in root.request, of OpenCollection in request.
        var settings = above.Select(a => a["root"]?["request"] ?? a["request"]).Where(s => s is { IsObject: true }).Select(s => s!).ToList();
        var sets = settings.Prepend(request).Select(s =>
        {
            var set = new VariableSet("vars");
            set.AddList(s["vars"]?.ListOf("req") ?? s.ListOf("variables"));
            return set;
        }).ToList();
        var templates = new Templates(item.Source, variable => sets.Select(s => s.Find(variable)).FirstOrDefault(s => s is not null) ?? environments.Find(variable));
        var call = new CollectionCall(item.Source, name, request.TextOf("method"), templates, environments.IsKnown);
        call.Address(request.TextOf("url"));
        foreach (var parameter in request.ListOf("params"))
            if (parameter["enabled"]?.IsFalse != true && parameter["disabled"]?.IsTrue != true && parameter.StringOf("type") != "path" && parameter.TextOf("name") is { } key) call.Query(key, parameter.TextOf("value") ?? LocatedText.At(parameter.Start));
        foreach (var holder in settings.Prepend(request))
            foreach (var header in holder.ListOf("headers"))
                if (header["enabled"]?.IsFalse != true && header["disabled"]?.IsTrue != true && header.TextOf("name") is { } key)
                {
                    var value = header.TextOf("value") ?? LocatedText.At(header.Start);
                    if (holder == request) call.Header(key, value);
                    else call.InheritedHeader(key, value);
                }
        if (request["body"] is { } body) call.Body(body.TextOf("json") ?? body.TextOf("text") ?? body.TextOf("data"));
        Authorize(call, settings.Prepend(request).Select(s => s["auth"]));
        return call.Request;
    }

    private static void Authorize(CollectionCall call, IEnumerable<ShownValue?> settings)
    {
        foreach (var auth in settings)
        {
            if (auth is null || (auth.IsObject ? auth.StringOf("mode") ?? auth.StringOf("type") : auth.Text.Text) is not { } mode || mode is "inherit" or "") continue;
            if (mode != "none") call.Authorize(mode, auth.Start, field => auth[mode] is { IsObject: true } inner ? inner.TextOf(field) : auth.TextOf(field));
            return;
        }
    }
}
