namespace Spoke.HubSpot;

/// <summary>A request of a collection under way: what the programs that keep collections make of their fields.</summary>
internal sealed class CollectionCall
{
    private readonly Templates _templates;

    public CollectionCall(SourceText source, string? name, LocatedText? method, Templates templates, bool knowsEnvironment)
    {
        _templates = templates;
        Request = new ShownRequest(source, Dialect.Collection) { Name = name, GivenMethod = method is { Length: > 0 } ? method : null, KnowsEnvironment = knowsEnvironment };
        Request.Method = method?.Text.Trim().ToUpperInvariant() is { Length: > 0 } given ? given : "GET";
    }

    public ShownRequest Request { get; }

    public void Address(LocatedText? url)
    {
        if (url is null) return;
        var filled = _templates.Fill(url, Request, gaps: true);
        Request.Url = Request.Url is { } head ? head + filled : filled;
    }

    public void Query(LocatedText name, LocatedText value)
    {
        if (Request.Url is { } url && !url.Text.Contains(name.Text + "=", StringComparison.Ordinal))
            Request.Url = url + Written(url.Text.Contains('?', StringComparison.Ordinal) ? "&" : "?", name.OffsetAt(0)) + name + Written("=", name.OffsetAt(0)) + _templates.Fill(value, Request);
    }

    public void Header(LocatedText name, LocatedText value)
    {
        var filled = _templates.Fill(value, Request);
        if (name.Length > 0) Request.Headers.Add(new ShownHeader(_templates.Fill(name, Request), filled));
    }

    /// <summary>A header of a folder or of the collection: one of the request's own wins.</summary>
    public void InheritedHeader(LocatedText name, LocatedText value)
    {
        if (!Request.Headers.Exists(h => h.Name.Text.Equals(name.Text, StringComparison.OrdinalIgnoreCase))) Header(name, value);
    }

    public void Body(LocatedText? text)
    {
        if (text is { Length: > 0 }) Request.Body = _templates.Fill(text, Request);
    }

    public void FormPart(LocatedText name, LocatedText value) => Request.FormParts.Add(name + Written("=", name.OffsetAt(0)) + _templates.Fill(value, Request));

    /// <summary>What an authentication setting adds to the request.</summary>
    /// <param name="at">Where the setting stands.</param>
    /// <param name="field">A field of the setting by any of its usual names.</param>
    public void Authorize(string type, int at, Func<string, LocatedText?> field)
    {
        switch (type.ToLowerInvariant())
        {
            case "bearer":
                var prefix = field("prefix") is { Length: > 0 } own ? own : Written("Bearer", at);
                Add(prefix, field("token") ?? LocatedText.At(at));
                break;
            case "oauth2" when (field("accessToken") ?? field("access_token")) is { Length: > 0 } token && field("addTokenTo")?.Text is not "queryParams":
                Add(field("headerPrefix") ?? field("tokenPrefix") ?? Written("Bearer", at), token);
                break;
            case "oauth2" or "oauth1" or "inherit":
                var unknown = new LocatedText.Builder(at);
                unknown.AddFilling("token", at);
                Add(Written("Bearer", at), unknown.Build());
                break;
            case "basic":
                Request.User = _templates.Fill((field("username") ?? LocatedText.At(at)) + Written(":", at) + (field("password") ?? LocatedText.Empty), Request);
                if (Request.Authorizations.Any()) Request.User = null;
                break;
            case "apikey" when field("key") is { } key:
                var value = field("value") ?? LocatedText.At(at);
                if ((field("in") ?? field("addTo") ?? field("placement"))?.Text is "query" or "queryParams" or "queryparams") Query(key, value);
                else Header(key, value);
                break;
            default: break;
        }
    }

    private void Add(LocatedText prefix, LocatedText token)
    {
        if (Request.Authorizations.FirstOrDefault() is { } own)
        {
            Request.Remarks.Add(new Sighting("H14", Confidence.Possible, own.Name, "header Authorization", "the request sets this header and an authentication setting as well; which of them is sent depends on the program") { Fix = "Keep one of the two." });
            return;
        }
        Request.Headers.Add(new ShownHeader(Written("Authorization", token.OffsetAt(0)), prefix + Written(" ", token.OffsetAt(0)) + _templates.Fill(token, Request)));
    }

    private static LocatedText Written(string text, int at)
    {
        var built = new LocatedText.Builder(at);
        foreach (var c in text) built.Add(c, at);
        return built.Build();
    }
}
