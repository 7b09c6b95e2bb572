using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Reads a HAR recording: the calls to HubSpot in it, with their answers.</summary>
internal static partial class HarReader
{
    /// <summary>Most calls that are judged.</summary>
    private const int MostCalls = 2000;

    [GeneratedRegex(@"^/(crm|crm-objects|oauth|account-info|webhooks|automation|marketing|cms|conversations|communication-preferences|events|files|forms|settings|contacts|companies|deals|owners|properties|engagements|media-bridge)/")]
    private static partial Regex ApiPath();

    public static bool IsOne(ShownValue root) => root["log"]?["entries"] is { IsList: true };

    /// <summary>The calls in the order in which they were sent.</summary>
    /// <param name="others">How many calls to other places there are.</param>
    public static List<ShownRequest> Read(ShownValue root, out int others)
    {
        var entries = root["log"]!["entries"]!.Items.Where(e => e["request"] is { IsObject: true }).Select(One).ToList();
        var ours = entries.Where(IsOurs).ToHashSet();
        // A redirect leads from HubSpot to elsewhere and back.
        foreach (var request in entries)
            if (request.Answer is { Status: >= 300 and < 400 } answer && Target(request, answer) is { } to && entries.Find(e => e != request && e.Url?.Text == to) is { } next && (ours.Contains(request) || ours.Contains(next))) { ours.Add(request); ours.Add(next); }
        var calls = entries.Where(ours.Contains).OrderBy(e => e.SentAt ?? DateTimeOffset.MinValue).Take(MostCalls).ToList();
        if (calls.Count == 0) calls = [.. entries.Where(e => ApiPath().IsMatch(e.Address.ApiPath)).Take(MostCalls)];
        others = entries.Count - calls.Count;
        var sanitized = !entries.Exists(e => e.Headers.Exists(h => h.Is("Authorization") || h.Is("Cookie")) || e.Answer?.Headers.ContainsKey("set-cookie") == true);
        foreach (var call in calls) call.IsSanitized = sanitized;
        Session.Link(calls);
        return calls;
    }

    public static string? Target(ShownRequest request, ShownAnswer answer)
    {
        if (!answer.Headers.TryGetValue("location", out var to) || to.Length == 0) return null;
        return Uri.TryCreate(request.Url?.Text, UriKind.Absolute, out var from) && Uri.TryCreate(from, to, out var full) ? full.OriginalString.StartsWith('/') ? full.ToString() : full.AbsoluteUri : to;
    }

    private static bool IsOurs(ShownRequest request)
    {
        var host = request.Address.Host.Text.ToLowerInvariant();
        return request.Address.IsHubSpot || host is "api.hubspot.com" or "app.hubspot.com" or "app-eu1.hubspot.com" || host.Contains("hubapi", StringComparison.Ordinal) || EditDistance.Of(host, "api.hubapi.com") <= 4
            || request.Headers.Exists(h => h.Value.Text.Contains("pat-", StringComparison.Ordinal) && TokenJudgement.Of(h.Value.Text.Replace("Bearer ", "", StringComparison.OrdinalIgnoreCase).Trim()).Kind is not null)
            || request.Headers.Exists(h => h.Name.Text.StartsWith("X-HubSpot-Signature", StringComparison.OrdinalIgnoreCase))
            || request.Address.IsLoopback && ApiPath().IsMatch(request.Address.ApiPath) || request.Answer?.IsHubSpots == true;
    }

    private static ShownRequest One(ShownValue entry)
    {
        var shown = entry["request"]!;
        var request = new ShownRequest(entry.Source, Dialect.Har) { GivenMethod = shown.TextOf("method"), Url = shown.TextOf("url") };
        request.Method = request.GivenMethod?.Text.Trim().ToUpperInvariant() is { Length: > 0 } method ? method : "GET";
        if (DateTimeOffset.TryParse(entry.StringOf("startedDateTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)) request.SentAt = at;
        foreach (var header in shown.ListOf("headers"))
            if (header.TextOf("name") is { Length: > 0 } name && name.Text[0] != ':') request.Headers.Add(new ShownHeader(name, header.TextOf("value") ?? LocatedText.At(header.Start)));
        if (shown["postData"] is { } posted)
        {
            request.Body = posted.TextOf("text") is { Length: > 0 } body ? body : null;
            foreach (var part in posted.ListOf("params"))
                if (request.Body is null && part.TextOf("name") is { } name) request.FormParts.Add(name + Literal("=", name.OffsetAt(name.Length)) + (part.TextOf("value") ?? LocatedText.Empty));
        }
        if (entry["response"] is { IsObject: true } response) request.Answer = Answer(entry, response);
        return request;
    }

    private static LocatedText Literal(string text, int at)
    {
        var built = new LocatedText.Builder(at);
        foreach (var c in text) built.Add(c, at);
        return built.Build();
    }

    private static ShownAnswer? Answer(ShownValue entry, ShownValue response)
    {
        var place = response.TextOf("status");
        var status = int.TryParse(place?.Text, CultureInfo.InvariantCulture, out var number) ? number : 0;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in response.ListOf("headers"))
            if (header.StringOf("name") is { } name) headers[name] = header.StringOf("value") ?? "";
        if (response.StringOf("redirectURL") is { Length: > 0 } to) headers["location"] = to;
        // Failing bodies are read; of a success nobody needs more than its beginning.
        var content = response["content"];
        var body = content?.StringOf("text") ?? "";
        if (content?.StringOf("encoding") == "base64") body = Decoded(body);
        if (body.Length > 200_000) body = body[..200_000];
        var error = entry.StringOf("_error") ?? response.StringOf("_error") ?? entry["_response"]?.StringOf("error");
        if (status == 0) return new ShownAnswer { Headers = headers, Body = error ?? "", Place = place, NetworkError = error ?? "no answer" };
        return new ShownAnswer { Status = status, Headers = headers, Body = body, Place = place, Envelope = body.AsSpan().TrimStart().StartsWith("{", StringComparison.Ordinal) ? ErrorEnvelope.Parse(Encoding.UTF8.GetBytes(body)) : null };
    }

    private static string Decoded(string body)
    {
        var bytes = new byte[body.Length];
        return Convert.TryFromBase64String(body, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : "";
    }
}
