using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Spoke.Proxy.Journal;

/// <summary>Calls of the journal as a HAR 1.2 file, oldest first. Bodies are as long as the journal kept them; what was cut off is said in a comment.</summary>
internal static class HarDocument
{
    private static readonly JsonWriterOptions s_options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Write(IEnumerable<JournalEntry> calls, IReadOnlyDictionary<string, string> originOfPortal)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartObject();
            json.WriteStartObject("log");
            json.WriteString("version", "1.2");
            json.WriteStartObject("creator");
            json.WriteString("name", "spoke proxy");
            json.WriteString("version", typeof(HarDocument).Assembly.GetName().Version?.ToString(3));
            json.WriteEndObject();
            json.WriteStartArray("entries");
            foreach (var call in calls.Reverse()) Write(json, call, originOfPortal.GetValueOrDefault(call.Portal, ""));
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, JournalEntry call, string origin)
    {
        var text = call.Text;
        var (waited, took) = (Math.Round(call.Waited.TotalMilliseconds, 3), Math.Round(call.Took.TotalMilliseconds, 3));
        json.WriteStartObject();
        json.WriteString("startedDateTime", call.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteNumber("time", took);
        json.WriteStartObject("request");
        json.WriteString("method", call.Method);
        json.WriteString("url", origin + text.Target);
        json.WriteString("httpVersion", call.Protocol);
        json.WriteStartArray("cookies");
        json.WriteEndArray();
        Headers(json, text.RequestHeaders);
        Query(json, text.Target);
        if (call.Request.Length > 0)
        {
            json.WriteStartObject("postData");
            json.WriteString("mimeType", Value(text.RequestHeaders, "Content-Type"));
            json.WriteString("text", text.Request);
            Cut(json, call.Request);
            json.WriteEndObject();
        }
        json.WriteNumber("headersSize", -1);
        json.WriteNumber("bodySize", call.Request.Length);
        json.WriteEndObject();
        json.WriteStartObject("response");
        json.WriteNumber("status", call.Status);
        json.WriteString("statusText", call.Status == 0 ? "" : Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(call.Status));
        json.WriteString("httpVersion", call.Protocol);
        json.WriteStartArray("cookies");
        json.WriteEndArray();
        Headers(json, text.AnswerHeaders);
        json.WriteStartObject("content");
        json.WriteNumber("size", call.Answer.Length);
        json.WriteString("mimeType", Value(text.AnswerHeaders, "Content-Type"));
        json.WriteString("text", text.Answer);
        Cut(json, call.Answer);
        json.WriteEndObject();
        json.WriteString("redirectURL", Value(text.AnswerHeaders, "Location"));
        json.WriteNumber("headersSize", -1);
        json.WriteNumber("bodySize", call.Answer.Length);
        json.WriteEndObject();
        json.WriteStartObject("cache");
        json.WriteEndObject();
        json.WriteStartObject("timings");
        json.WriteNumber("blocked", waited);
        json.WriteNumber("send", 0);
        json.WriteNumber("wait", Math.Max(0, Math.Round(took - waited, 3)));
        json.WriteNumber("receive", 0);
        json.WriteEndObject();
        if (call.Cause is not null) json.WriteString("_spokeCause", call.Cause);
        if (call.Fix is not null) json.WriteString("_spokeFix", call.Fix);
        json.WriteNumber("_spokeAttempts", call.Attempts);
        if (call.Ending is not null) json.WriteString("comment", call.Ending);
        json.WriteEndObject();
    }

    private static void Cut(Utf8JsonWriter json, Excerpt body)
    {
        if (body.IsCut) json.WriteString("comment", $"the journal kept {body.Kept.Length} of {body.Length} bytes");
    }

    private static void Headers(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, string>> headers)
    {
        json.WriteStartArray("headers");
        foreach (var (name, value) in headers) Pair(json, name, value);
        json.WriteEndArray();
    }

    private static void Query(Utf8JsonWriter json, string target)
    {
        json.WriteStartArray("queryString");
        if (target.IndexOf('?') is var at and >= 0)
            foreach (var (name, values) in Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(target[at..]))
                foreach (var value in values) Pair(json, name, value ?? "");
        json.WriteEndArray();
    }

    private static void Pair(Utf8JsonWriter json, string name, string value)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("value", value);
        json.WriteEndObject();
    }

    private static string Value(IEnumerable<KeyValuePair<string, string>> headers, string name) => headers.FirstOrDefault(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value ?? "";
}
