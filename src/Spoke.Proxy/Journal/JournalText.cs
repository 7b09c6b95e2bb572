using System.Text;

namespace Spoke.Proxy.Journal;

/// <summary>A call as people may see it, secrets masked.</summary>
internal sealed class JournalText
{
    public JournalText(JournalEntry entry)
    {
        string Mask(string text) => MaskedText.Of(text, entry.Token);
        Target = Mask(entry.Target);
        Caller = Mask(entry.Caller);
        RequestHeaders = [.. entry.RequestHeaders.Select(h => new KeyValuePair<string, string>(h.Key, Mask(h.Value)))];
        AnswerHeaders = [.. entry.AnswerHeaders.Select(h => new KeyValuePair<string, string>(h.Key, Mask(h.Value)))];
        Request = Mask(Readable(entry.Request, entry.RequestHeaders));
        Answer = Mask(Readable(entry.Answer, entry.AnswerHeaders));
    }

    public string Target { get; }
    public string Caller { get; }
    public IReadOnlyList<KeyValuePair<string, string>> RequestHeaders { get; }
    public IReadOnlyList<KeyValuePair<string, string>> AnswerHeaders { get; }
    public string Request { get; }
    public string Answer { get; }

    public bool Contains(string text) =>
        Target.Contains(text, StringComparison.OrdinalIgnoreCase) || Caller.Contains(text, StringComparison.OrdinalIgnoreCase)
        || Request.Contains(text, StringComparison.OrdinalIgnoreCase) || Answer.Contains(text, StringComparison.OrdinalIgnoreCase)
        || RequestHeaders.Concat(AnswerHeaders).Any(h => h.Key.Contains(text, StringComparison.OrdinalIgnoreCase) || h.Value.Contains(text, StringComparison.OrdinalIgnoreCase));

    private static string Readable(Excerpt body, IEnumerable<KeyValuePair<string, string>> headers)
    {
        if (body.Kept.IsEmpty) return "";
        var type = headers.FirstOrDefault(h => h.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value ?? "";
        var isText = type.Length == 0 || type.Contains("json", StringComparison.OrdinalIgnoreCase) || type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || type.Contains("urlencoded", StringComparison.OrdinalIgnoreCase) || type.Contains("xml", StringComparison.OrdinalIgnoreCase);
        return isText ? Encoding.UTF8.GetString(body.Kept.Span) : $"({body.Length} bytes of {type})";
    }
}
