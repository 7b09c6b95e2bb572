using System.Globalization;
using System.Text.RegularExpressions;

namespace Spoke.HubSpot;

/// <summary>Reads an excerpt of a log: each entry that speaks of a call to HubSpot becomes a call with its time, process and answer.</summary>
internal static partial class LogReader
{
    private const int MostCalls = 500;

    [GeneratedRegex("""^(?:(?<process>[\w.-]+)[ \t]*\|[ \t]*)?(?:[\["']|\{[^{}\r\n]{0,40}?:[ \t]*")?(?<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:[ \t]?(?:Z|[+-]\d\d:?\d\d))?|\d\d?/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d(?:[ \t][+-]\d{4})?)(?!\d)""", RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex("""\b(?<method>GET|POST|PUT|PATCH|DELETE|OPTIONS|HEAD)\b["', :=\]>-]{1,6}(?:"?(?:url|uri|path)"?[:= ]+"?)?(?<url>https?://[^\s"'<>\\,)]+|/[A-Za-z0-9][^\s"'<>\\,)]*)""")]
    private static partial Regex MethodAndUrl();

    [GeneratedRegex("""https?://[^\s"'<>\\,)]*hub[^\s"'<>\\,)]*""")]
    private static partial Regex UrlAlone();

    [GeneratedRegex("""(?:\bstatus(?:[ _-]?code)?\\?["']?[ \t]*[:=]?[ \t]*|HTTP/\d(?:\.\d)?\\?"?[ \t]+|->[ \t]*|=>[ \t]*|\breturned[ \t]+|\bresponse[ \t:=]+|\bcode[ \t:=]+|\bgot[ \t]+)(?<status>[1-5]\d\d)\b(?!\.\d|ms)""", RegexOptions.IgnoreCase)]
    private static partial Regex NamedStatus();

    [GeneratedRegex(@"^[""')\]]*[ \t:,(-]+(?<status>[1-5]\d\d)(?=[\s,;:)""'\]]|$)")]
    private static partial Regex StatusBehindUrl();

    [GeneratedRegex("""\b(?:pid|worker|process|proc|pod|instance|container|host|replica|node)(?:[_-]?(?:id|name))?\\?["']?[ \t]*[:=#][ \t]*\\?["']?(?<process>[\w.-]+)|\[(?<process>(?:worker|web|job|pid|proc|node|app|consumer|sync)[\w.:#-]*\d|\d{2,7})\]|\b(?<process>(?:worker|web|consumer|replica)[-_#]?\d+)\b""", RegexOptions.IgnoreCase)]
    private static partial Regex ProcessName();

    [GeneratedRegex("""\bAuthorization\\?["']?[ \t]*[:=][ \t]*\\?["']?(?<value>[^"'\\,;}\r\n]+)""", RegexOptions.IgnoreCase)]
    private static partial Regex AuthorizationShown();

    [GeneratedRegex(@"hubapi|hubspot|""category""|/oauth/(?:v\d|20\d\d-\d\d)/token|/crm/(?:v\d|objects)|EXPIRED_AUTHENTICATION|expired \d+ second", RegexOptions.IgnoreCase)]
    private static partial Regex OfHubSpot();

    public static bool IsOne(string text) => Entry().Count(text) is var count && (count >= 2 || count == 1 && Entry().Match(text).Index == 0);

    /// <summary>The calls of the excerpt; none when no entry speaks of one.</summary>
    public static List<ShownRequest> Read(SourceText source)
    {
        var entries = Entry().Matches(source.Text);
        var calls = new List<ShownRequest>();
        for (var i = 0; i < entries.Count && calls.Count < MostCalls; i++)
        {
            var end = i + 1 < entries.Count ? entries[i + 1].Index : source.Text.Length;
            if (One(source, entries[i], end) is { } call) calls.Add(call);
        }
        Session.Link(calls);
        return calls;
    }

    private static ShownRequest? One(SourceText source, Match entry, int end)
    {
        var from = entry.Index + entry.Length;
        var text = source.Text[from..Math.Min(end, from + 20_000)];
        if (!OfHubSpot().IsMatch(text)) return null;
        var call = new ShownRequest(source, Dialect.Log) { SentAt = Time(entry.Groups["time"].Value), Process = Process(entry, text) };
        var shown = MethodAndUrl().Match(text);
        var url = shown.Success ? shown.Groups["url"] : UrlAlone().Match(text);
        if (shown.Success) call.GivenMethod = LocatedText.Of(source, from + shown.Groups["method"].Index, shown.Groups["method"].Length);
        call.Method = call.GivenMethod?.Text ?? "GET";
        if (url.Success) call.Url = LocatedText.Of(source, from + url.Index, url.Length).TrimEndOf('.', ';', ':', ']', '}');
        if (AuthorizationShown().Match(text) is { Success: true } header)
            call.Headers.Add(new ShownHeader(LocatedText.Of(source, from + header.Index, 13), LocatedText.Of(source, from + header.Groups["value"].Index, header.Groups["value"].Length)));
        var read = AnswerReader.Read(source, from, end);
        var status = url.Success && StatusBehindUrl().Match(text[(url.Index + url.Length)..]) is { Success: true } behind ? behind : NamedStatus().Match(text);
        var code = status.Success ? int.Parse(status.Groups["status"].ValueSpan, CultureInfo.InvariantCulture) : read?.Status;
        if (code is null && read?.Envelope is null) return null;
        var at = status.Success ? text.IndexOf(status.Groups["status"].Value, StringComparison.Ordinal) : 0;
        call.Answer = new ShownAnswer { Status = code, Envelope = read?.Envelope, Body = read?.Envelope is null ? "" : read.Body, Place = read?.Envelope is null ? LocatedText.Of(source, from + Math.Max(0, at), status.Success ? 3 : 1) : read.Place };
        return call;
    }

    private static string? Process(Match entry, string text)
    {
        if (entry.Groups["process"].Success) return entry.Groups["process"].Value;
        var line = text.IndexOf('\n') is var end and >= 0 ? text[..end] : text;
        return ProcessName().Match(line.Length > 300 ? line[..300] : line) is { Success: true } named ? named.Groups["process"].Value : null;
    }

    private static DateTimeOffset? Time(string text)
    {
        text = text.Replace(',', '.');
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return time;
        string[] forms = ["d/MMM/yyyy:HH:mm:ss zzz", "d/MMM/yyyy:HH:mm:ss"];
        return DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time) ? time : null;
    }
}
