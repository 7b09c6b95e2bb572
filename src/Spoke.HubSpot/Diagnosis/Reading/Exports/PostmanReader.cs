namespace Spoke.HubSpot;

/// <summary>Reads Postman's collections (v2.0 and v2.1), environments and globals. Authentication comes down from collection and folder.</summary>
internal static class PostmanReader
{
    private const int DeepestFolder = 40;

    public static bool IsCollection(ShownValue root) => root["item"] is { IsList: true } && root["info"] is { IsObject: true };

    public static bool IsEnvironment(ShownValue root) => root["values"] is { IsList: true } && (root["_postman_variable_scope"] is not null || root["_postman_exported_at"] is not null || root["values"]!.Items.Exists(v => v["key"] is not null));

    public static void ReadEnvironment(ShownValue root, Environments into)
    {
        var set = new VariableSet(root.StringOf("name") ?? "environment");
        set.AddList(root.ListOf("values"), "key");
        (root.StringOf("_postman_variable_scope") == "globals" ? into.Shared : into.Named).Add(set);
    }

    public static List<ShownRequest> Read(ShownValue root, Environments environments)
    {
        var own = new VariableSet("collection");
        own.AddList(root.ListOf("variable"), "key");
        var templates = new Templates(root.Source, name => environments.Find(name) ?? own.Find(name));
        var requests = new List<ShownRequest>();
        Folder(root, root["auth"], "", 0, requests, templates, environments.IsKnown);
        return requests;
    }

    private static void Folder(ShownValue folder, ShownValue? auth, string path, int depth, List<ShownRequest> requests, Templates templates, bool known)
    {
        foreach (var item in folder.ListOf("item"))
        {
            var name = path + (item.StringOf("name") ?? "");
            var inherited = item["auth"] is { IsObject: true } own ? own : auth;
            if (item["item"] is { IsList: true } && depth < DeepestFolder) Folder(item, inherited, name + " / ", depth + 1, requests, templates, known);
            else if (item["request"] is { } request) requests.Add(One(item, request, inherited, name, templates, known));
        }
    }

    private static ShownRequest One(ShownValue item, ShownValue request, ShownValue? inherited, string name, Templates templates, bool known)
    {
        var call = new CollectionCall(item.Source, name, request.TextOf("method"), templates, known);
        var url = request.IsText ? request : request["url"];
        if (url is { IsObject: true }) Address(call, url);
        else call.Address(url?.Text);
        foreach (var header in request.ListOf("header"))
            if (header["disabled"]?.IsTrue != true && header.TextOf("key") is { } key) call.Header(key, header.TextOf("value") ?? LocatedText.At(header.Start));
        if (request["body"] is { } body && body["disabled"]?.IsTrue != true) Body(call, body);
        var auth = request["auth"] is { IsObject: true } own ? own : inherited;
        if (auth?.StringOf("type") is { } type) call.Authorize(type, auth.Start, field => Field(auth[type], field));
        return call.Request;
    }

    private static void Address(CollectionCall call, ShownValue url)
    {
        if (url.TextOf("raw") is { Length: > 0 } raw) { call.Address(raw); return; }
        var at = url.Start;
        call.Address(url.TextOf("protocol") is { } protocol ? protocol + Literal("://", at) : null);
        call.Address(url["host"] is { IsList: true } host ? Joined(host.Items, ".", at) : url.TextOf("host"));
        if (url["path"] is { IsList: true } path) call.Address(Literal("/", at) + Joined(path.Items, "/", at));
        foreach (var pair in url.ListOf("query"))
            if (pair["disabled"]?.IsTrue != true && pair.TextOf("key") is { } key) call.Query(key, pair.TextOf("value") ?? LocatedText.At(pair.Start));
    }

    private static LocatedText Joined(List<ShownValue> parts, string between, int at)
    {
        var joined = LocatedText.At(at);
        for (var i = 0; i < parts.Count; i++) joined = i == 0 ? parts[i].Text : joined + Literal(between, parts[i].Start) + parts[i].Text;
        return joined;
    }

    private static LocatedText Literal(string text, int at)
    {
        var built = new LocatedText.Builder(at);
        foreach (var c in text) built.Add(c, at);
        return built.Build();
    }

    private static void Body(CollectionCall call, ShownValue body)
    {
        var mode = body.StringOf("mode");
        if (mode == "raw") call.Body(body.TextOf("raw"));
        else if (mode is "urlencoded" or "formdata")
        {
            LocatedText? form = null;
            foreach (var pair in body.ListOf(mode))
            {
                if (pair["disabled"]?.IsTrue == true || pair.TextOf("key") is not { } key) continue;
                var value = pair.TextOf("value") ?? LocatedText.At(pair.Start);
                if (mode == "formdata") call.FormPart(key, value);
                else form = form is null ? key + Literal("=", pair.Start) + value : form + Literal("&", pair.Start) + key + Literal("=", pair.Start) + value;
            }
            call.Body(form);
        }
    }

    /// <summary>In v2.1 a list of key and value, in v2.0 an object.</summary>
    private static LocatedText? Field(ShownValue? settings, string name) =>
        settings is { IsList: true } ? settings.Items.Find(i => i.StringOf("key") == name)?.TextOf("value") : settings?.TextOf(name);
}
