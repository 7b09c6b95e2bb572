namespace Spoke.HubSpot;

/// <summary>Turns curl's options into a request, with what curl makes of them.</summary>
internal sealed class CurlCall(ShownRequest request)
{
    private readonly List<LocatedText> _data = [];
    private bool _asQuery;
    private bool _head;
    private bool _json;
    private LocatedText? _cookie;
    private string? _upload;

    public void Short(char option, LocatedText? value)
    {
        var name = option switch
        {
            'H' => "header",
            'd' => "data",
            'X' => "request",
            'u' => "user",
            'b' => "cookie",
            'A' => "user-agent",
            'e' => "referer",
            'F' => "form",
            'L' => "location",
            'G' => "get",
            'I' => "head",
            'T' => "upload-file",
            'K' => "config",
            _ => "",
        };
        Long(name, value);
    }

    public void Long(string option, LocatedText? value)
    {
        switch (option)
        {
            case "header" when value is not null: Header(value); break;
            case "data" or "data-raw" or "data-binary" or "data-ascii" or "data-urlencode" when value is not null: Data(option, value); break;
            case "json" when value is not null: _json = true; Data("data", value); break;
            case "request" when value is not null: request.GivenMethod = value; break;
            case "user" when value is not null: request.User = value; break;
            case "cookie" when value is not null: _cookie = value; break;
            case "user-agent" when value is not null: Named("User-Agent", value); break;
            case "referer" when value is not null: Named("Referer", value); break;
            case "form" or "form-string" when value is not null: request.FormParts.Add(value); break;
            case "url" when value is not null: request.Url ??= value; break;
            case "oauth2-bearer" when value is not null: Named("Authorization", Bearer(value)); break;
            case "upload-file" when value is not null: _upload = value.Text; break;
            case "config" when value is not null: request.HeaderFile = value; break;
            case "location" or "location-trusted": request.FollowsRedirects = true; break;
            case "get": _asQuery = true; break;
            case "head": _head = true; break;
            default: break;
        }
    }

    /// <summary>A word without an option: the address, or something that lost its option.</summary>
    public void Bare(LocatedText word, ShellLine line, int index)
    {
        if (word.Length == 0 || word.Text is "&" or "\\" or "^" or "`") return;
        if (word.Text.Contains(':', StringComparison.Ordinal) && !word.Text.Contains("://", StringComparison.Ordinal) && word.Text.AsSpan().TrimStart("\"'\u201C\u2018").StartsWith("Authorization", StringComparison.OrdinalIgnoreCase))
        {
            request.Remarks.Add(new Sighting("H01", Confidence.Certain, word, "command line", "the header stands there without -H in front, so curl takes it for an address and sends no Authorization header") { Fix = "Put -H in front of the header." });
            return;
        }
        if (request.Url is null || (!request.Url.Text.Contains("://", StringComparison.Ordinal) && word.Text.Contains("://", StringComparison.Ordinal))) request.Url = word;
        else if (index > 0 && request.Dialect == Dialect.Cmd && line.Words.Exists(w => w.Text.Text.StartsWith('\'')))
            return;   // the rest of an argument that cmd cut at its spaces
    }

    public void Finish(ShellLine line)
    {
        if (_cookie is not null) Named("Cookie", _cookie);
        if (_data.Count > 0)
        {
            var body = _data[0];
            foreach (var more in _data.Skip(1)) body = Joined(body, more);
            if (_asQuery && request.Url is { } url) request.Url = WithQuery(url, body);
            else request.Body = body;
        }
        if (_upload is not null && request.Body is null) request.BodyFile ??= _upload;
        request.Method = request.GivenMethod?.Text.Trim().ToUpperInvariant() is { Length: > 0 } given ? given
            : _head ? "HEAD" : _upload is not null ? "PUT" : request.Body is not null || request.BodyFile is not null || request.FormParts.Count > 0 ? "POST" : "GET";
        if (_json && request.Header("Content-Type") is null) request.Headers.Add(new ShownHeader(Written("Content-Type"), Written("application/json")));
        if (line.Unclosed is { } open)
            request.Remarks.Add(new Sighting("R12", Confidence.Likely, open, "command line", "a quote opens here and never closes: what is shown cannot be what ran") { Fix = "Close the quote; then look at what is really sent with curl -v." });
        if (line.Ampersand is { } cut && request.Authorizations.Any() && IsBehind(cut))
            request.Remarks.Add(new Sighting("H01", Confidence.Certain, cut, "command line", "the shell ends the command at this bare &, so the header behind it is never sent") { Fix = "Put the address in quotes." });
        if (line.BlankBehindBackslash is { } blank && request.Authorizations.Any() && IsBehind(blank))
            request.Remarks.Add(new Sighting("H01", Confidence.Likely, blank, "command line", "a blank stands behind the backslash, so the line does not go on: unless the paste added it, the command ends here, and the header below is never sent") { Fix = "Take the blank away: the backslash must be the last character of its line." });
        SingleQuotesOfCmd(line);
    }

    private bool IsBehind(LocatedText cut) => request.Authorizations.First().Name is var name && name.OffsetAt(0) > cut.OffsetAt(0);

    /// <summary>To cmd a single quote is a letter like any other.</summary>
    private void SingleQuotesOfCmd(ShellLine line)
    {
        if (request.Dialect != Dialect.Cmd || line.Words.Find(w => w.Text.Text.StartsWith("'Authorization", StringComparison.OrdinalIgnoreCase)) is not { } word) return;
        request.Remarks.Add(new Sighting("H01", Confidence.Certain, word.Text.Slice(0, 1), "option -H", "cmd does not know single quotes: it cuts the header at its spaces, and no Authorization header is sent") { Fix = "Use double quotes in cmd." });
    }

    private void Header(LocatedText text)
    {
        if (text.Text.StartsWith('@'))
        {
            request.HeaderFile = text;
            return;
        }
        var bare = StripCurly(text, out var curly);
        var colon = bare.Text.IndexOf(':');
        if (curly is not null && bare.Text.TrimStart().StartsWith("Authorization", StringComparison.OrdinalIgnoreCase))
            request.Remarks.Add(new Sighting("H10", Confidence.Certain, curly, "header Authorization", $"{CharacterNames.Of(curly.Text[0])} is no quote to the shell: it cuts the header into pieces and the quote becomes part of its name") { ColumnInPart = null, Fix = "Type plain quotes; copy commands from a page's code block, not from a document or chat." });
        if (colon < 0)
        {
            if (bare.Text.EndsWith(';')) { request.Headers.Add(new ShownHeader(bare.Slice(0, bare.Length - 1), bare.Slice(bare.Length))); return; }
            if (bare.Text.TrimStart().StartsWith("Authorization", StringComparison.OrdinalIgnoreCase) || bare.Text.StartsWith("Bearer", StringComparison.OrdinalIgnoreCase))
                request.Remarks.Add(new Sighting("H01", Confidence.Certain, bare, "option -H", "it has no colon, so curl sends no such header at all") { Fix = "Write Authorization: Bearer TOKEN, with a colon behind the name." });
            return;
        }
        var name = bare.Slice(0, colon);
        var value = bare.Slice(colon + 1);
        if (value.Text.Trim(' ', '\t').Length == 0)
        {
            if (name.Text.Equals("Authorization", StringComparison.OrdinalIgnoreCase))
                request.Remarks.Add(new Sighting("V06", Confidence.Certain, bare, "option -H", "nothing follows the colon, and curl leaves an empty header out"));
            return;
        }
        request.Headers.Add(new ShownHeader(name, AfterColon(value)));
    }

    /// <summary>One blank behind the colon is the usual separator; the rest belongs to the value.</summary>
    public static LocatedText AfterColon(LocatedText value)
    {
        var start = 0;
        while (start < value.Length && value.Text[start] is ' ' or '\t') start++;
        return value.Slice(start);
    }

    private static LocatedText StripCurly(LocatedText text, out LocatedText? curly)
    {
        curly = text.Length > 0 && CharacterNames.IsCurlyQuote(text.Text[0]) ? text.Slice(0, 1) : null;
        if (curly is null) return text;
        var end = CharacterNames.IsCurlyQuote(text.Text[^1]) && text.Length > 1 ? text.Length - 1 : text.Length;
        return text.Slice(1, end - 1);
    }

    private void Data(string option, LocatedText value)
    {
        if (option != "data-raw" && value.Text.StartsWith('@')) { request.BodyFile = value.Text[1..]; return; }
        _data.Add(value);
    }

    private void Named(string name, LocatedText value) => request.Headers.Add(new ShownHeader(Written(name), value));

    private static LocatedText Bearer(LocatedText token)
    {
        var built = new LocatedText.Builder(token.OffsetAt(0));
        foreach (var c in "Bearer ") built.Add(c, token.OffsetAt(0));
        built.Add(token);
        return built.Build();
    }

    private LocatedText Written(string text)
    {
        var at = request.Url?.OffsetAt(0) ?? 0;
        var built = new LocatedText.Builder(at);
        foreach (var c in text) built.Add(c, at);
        return built.Build();
    }

    private static LocatedText Joined(LocatedText a, LocatedText b) => a + Char('&', b.OffsetAt(0)) + b;

    private static LocatedText WithQuery(LocatedText url, LocatedText query) => url + Char(url.Text.Contains('?', StringComparison.Ordinal) ? '&' : '?', query.OffsetAt(0)) + query;

    private static LocatedText Char(char c, int at)
    {
        var built = new LocatedText.Builder(at);
        built.Add(c, at);
        return built.Build();
    }
}
