using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>One possible value of an ingredient, and how it differs from what was shown; null: it is what was shown.</summary>
internal readonly record struct Ingredient<T>(T Value, string? Differs, string? Fix);

/// <summary>What a signature may have been made of: for each ingredient what was shown first, then what it is commonly mistaken for.</summary>
internal static class SignatureIngredients
{
    public static List<Ingredient<string>> Addresses(ShownDelivery shown, string? publicAddress)
    {
        var host = shown.Header("Host") ?? "";
        var target = shown.Target ?? "/";
        var seen = target.Contains("://", StringComparison.Ordinal) ? target : $"{(IsLocal(host) ? "http" : "https")}://{host}{target}";
        var list = new List<Ingredient<string>> { new(seen, null, null) };
        var path = PathOf(seen);
        if (publicAddress is not null)
        {
            Add(publicAddress, "address: HubSpot called the address given, not the one the request shows", "Check against the address that HubSpot calls: take it from configuration, not from the request.");
            Add(OriginOf(publicAddress) + path, "host: HubSpot called the host given, and the path is the request's", "Check against the public host: take scheme and host from configuration.");
        }
        var proxy = "Check against the address that HubSpot called: take scheme and host from configuration, or let the framework read X-Forwarded-Proto and X-Forwarded-Host from your own proxy.";
        foreach (var name in new[] { shown.Header("X-Forwarded-Host"), shown.Header("X-Original-Host"), Forwarded(shown, "host"), host })
        {
            if (string.IsNullOrEmpty(name)) continue;
            var first = name.Split(',')[0].Trim();
            foreach (var scheme in new[] { "https", "http" })
            {
                Add($"{scheme}://{first}{path}", first == host ? $"scheme: HubSpot called {scheme}://, a proxy passed on another" : $"host: HubSpot called {scheme}://{first}, a proxy passed on {host}", proxy);
                var bare = first.Split(':')[0];
                if (bare != first) Add($"{scheme}://{bare}{path}", $"port: HubSpot signed the host without :{first.Split(':')[1]}", proxy);
                if (shown.Header("X-Forwarded-Prefix") is { Length: > 0 } prefix) Add($"{scheme}://{first}{prefix.TrimEnd('/')}{path}", $"path: a proxy took {prefix} away before passing the request on", "Put the path that your proxy takes away back before checking.");
                if ((shown.Header("X-Original-URL") ?? shown.Header("X-Original-URI") ?? shown.Header("X-Forwarded-Uri")) is { Length: > 0 } original && original[0] == '/') Add($"{scheme}://{first}{original}", "path: a proxy rewrote the path before passing the request on", "Check against the path as HubSpot called it; your proxy sends it in a header of its own.");
            }
        }
        foreach (var (value, _, _) in list.ToArray())
        {
            var question = value.IndexOf('?', StringComparison.Ordinal);
            var head = question < 0 ? value : value[..question];
            var query = question < 0 ? "" : value[question..];
            Add(head.EndsWith('/') ? head.TrimEnd('/') + query : head + "/" + query, "path: HubSpot called it " + (head.EndsWith('/') ? "without" : "with") + " a slash at the end", "Register the address in HubSpot exactly as your server serves it, or check against what HubSpot calls.");
            if (query.Length > 0) Add(head, "query: HubSpot signed the address without its query, so the query was added on the way", "Check against the address as HubSpot called it, without what a proxy added.");
            Add(Uri.UnescapeDataString(value), "decoding: the address was signed with every escape undone", "Check against the address as it stood on the wire.");
            if (query.Contains('+', StringComparison.Ordinal)) Add(head + query.Replace("+", "%20", StringComparison.Ordinal), "encoding: a blank in the query stood as %20 on the wire, not as +", "Use the raw query, not one your framework wrote anew.");
        }
        return list;

        void Add(string value, string differs, string fix)
        {
            if (!list.Exists(known => known.Value == value)) list.Add(new(value, differs, fix));
        }
    }

    /// <summary>Version 3 undoes some escapes of the address; code that does not know it signs the address as it stands.</summary>
    public static List<Ingredient<bool>> Decoding(WebhookSignatureVersion version)
    {
        var list = new List<Ingredient<bool>> { new(version == WebhookSignatureVersion.V3, null, null) };
        if (version == WebhookSignatureVersion.V3) list.Add(new(false, "decoding: the address was signed with its escapes, such as %2F and %3A, left as they stand", "Undo the escapes the guide lists before computing version 3, and only those."));
        return list;
    }

    public static List<Ingredient<byte[]>> Bodies(byte[] body)
    {
        var list = new List<Ingredient<byte[]>> { new(body, null, null) };
        const string Raw = "Check the signature over the bytes as they arrive, before any parser or middleware sees them.";
        var text = Encoding.UTF8.GetString(body);
        Add(text.TrimEnd('\r', '\n'), "body: a line end was added behind it", "Keep the body without adding a line end; editors add one.");
        Add(text.Replace("\r\n", "\n", StringComparison.Ordinal), "body: its line ends were changed to CR LF", Raw);
        Add(text.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n'), "body: its line ends were changed to CR LF and one was added", Raw);
        Add(text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal), "body: its line ends were changed to LF", Raw);
        Add(text.TrimStart('\uFEFF'), "body: a byte order mark was put before it", Raw);
        Add("", "body: HubSpot signed none, so it was added on the way", Raw);
        if (Rewritten(body, relaxed: true) is { } compact)
        {
            Add(compact, "body: it was parsed and written again with other white space", Raw);
            Add(compact.Replace("/", "\\/", StringComparison.Ordinal), "body: it was parsed and written again; its slashes were escaped on the wire", Raw);
            if (Rewritten(body, relaxed: false) is { } ascii) Add(ascii, "body: it was parsed and written again; letters beyond ASCII were \\u escapes on the wire", Raw);
            Add(Spaced(compact), "body: it was parsed and written again without the blanks that followed commas and colons on the wire", Raw);
        }
        AddBytes(Encoding.Latin1.GetBytes(text), "body: it was read in one encoding and written in another", "Do not turn the body into text before checking; if you must, as UTF-8.");
        AddBytes(Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(body)), "body: it was read in one encoding and written in another", "Do not turn the body into text before checking; if you must, as UTF-8.");
        return list;

        void Add(string value, string differs, string fix) => AddBytes(Encoding.UTF8.GetBytes(value), differs, fix);

        void AddBytes(byte[] value, string differs, string fix)
        {
            if (!list.Exists(known => known.Value.AsSpan().SequenceEqual(value))) list.Add(new(value, differs, fix));
        }
    }

    /// <summary>A timestamp that lost its milliseconds may have been any of that second.</summary>
    public static List<Ingredient<string>> Timestamps(string shown)
    {
        var list = new List<Ingredient<string>> { new(shown, null, null) };
        if (!long.TryParse(shown, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return list;
        const string Raw = "Use the header X-HubSpot-Request-Timestamp as it arrives, in milliseconds.";
        var seconds = number < 100_000_000_000;
        if (seconds && number < 10_000_000_000) Within(number * 1000, 0, "timestamp: it is in seconds here; HubSpot signed milliseconds");
        else if (!seconds)
        {
            list.Add(new((number / 1000).ToString(CultureInfo.InvariantCulture), "timestamp: it was signed in seconds", Raw));
            if (number % 1000 == 0) Within(number, 1, "timestamp: its milliseconds were cut off; HubSpot signed them");
        }
        return list;

        void Within(long second, int from, string differs)
        {
            for (var ms = from; ms < 1000; ms++) list.Add(new((second + ms).ToString(CultureInfo.InvariantCulture), differs, Raw));
        }
    }

    public static List<Ingredient<string>> Methods(string shown)
    {
        var list = new List<Ingredient<string>> { new(shown, null, null) };
        foreach (var other in new[] { shown.ToUpperInvariant(), "POST", "GET", "PUT" })
            if (!list.Exists(known => known.Value == other)) list.Add(new(other, $"method: HubSpot signed {other}, not {shown}", "Use the request's own method, in capitals."));
        return list;
    }

    public static List<Ingredient<string>> Secrets(IReadOnlyList<(string Name, string Value)> given)
    {
        var list = new List<Ingredient<string>>();
        foreach (var (name, value) in given) Add(value, list.Count == 0 ? null : $"secret: HubSpot signed with the one in {name}, not with the one in {given[0].Name}", "Check against this secret as well; during a rotation against both.");
        foreach (var (name, value) in given)
        {
            Add(value.Trim(), $"secret: the one in {name} has white space around it", "Trim the secret where it is read; write secret files with printf instead of echo.");
            Add(value.Trim().Trim('"', '\''), $"secret: the one in {name} has quotes around it", "Take the quotes out of the stored value.");
            Add(value.Trim().ToLowerInvariant(), $"secret: the one in {name} has capitals that it should not have", "Copy the secret again from the app's settings.");
        }
        return list;

        void Add(string value, string? differs, string fix)
        {
            if (!list.Exists(known => known.Value == value)) list.Add(new(value, differs, differs is null ? null : fix));
        }
    }

    private static bool IsLocal(string host) => host.StartsWith("localhost", StringComparison.OrdinalIgnoreCase) || host.StartsWith("127.", StringComparison.Ordinal) || host.StartsWith("10.", StringComparison.Ordinal) || host.StartsWith("192.168.", StringComparison.Ordinal);

    private static string OriginOf(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority) : address;

    private static string PathOf(string address)
    {
        var from = address.IndexOf("://", StringComparison.Ordinal) + 3;
        var slash = address.IndexOf('/', from);
        return slash < 0 ? "" : address[slash..];
    }

    private static string? Forwarded(ShownDelivery shown, string name) =>
        shown.Header("Forwarded")?.Split(',', ';').Select(part => part.Trim()).FirstOrDefault(part => part.StartsWith(name + "=", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim('"');

    private static string? Rewritten(byte[] body, bool relaxed)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            using var memory = new MemoryStream();
            using (var json = new Utf8JsonWriter(memory, new JsonWriterOptions { Encoder = relaxed ? System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping : System.Text.Encodings.Web.JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.BasicLatin) }))
                document.RootElement.WriteTo(json);
            return Encoding.UTF8.GetString(memory.ToArray());
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;   // no JSON, or half of a surrogate pair in it
        }
    }

    /// <summary>As Python's json.dumps writes it.</summary>
    private static string Spaced(string compact)
    {
        var text = new StringBuilder(compact.Length + 64);
        var inside = false;
        for (var i = 0; i < compact.Length; i++)
        {
            var c = compact[i];
            text.Append(c);
            if (inside && c == '\\' && i + 1 < compact.Length) text.Append(compact[++i]);
            else if (c == '"') inside = !inside;
            else if (!inside && c is ',' or ':') text.Append(' ');
        }
        return text.ToString();
    }
}
