using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Spoke.Emulator.Account;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Control;

/// <summary>Requests as an HTTP Archive 1.2, secrets masked, bodies as far as the journal keeps them.</summary>
internal static class JournalExport
{
    public static EmulatorReply Har(IReadOnlyList<JournalEntry> entries, string address) => OwnEndpoints.Json(json =>
    {
        json.WriteStartObject("log");
        json.WriteString("version", "1.2");
        json.WriteStartObject("creator");
        json.WriteString("name", "spoke emulator");
        json.WriteString("version", typeof(JournalExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0");
        json.WriteEndObject();
        json.WriteStartArray("entries");
        foreach (var entry in entries) Write(json, entry, address);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, JournalEntry entry, string address)
    {
        json.WriteStartObject();
        json.WriteString("startedDateTime", entry.At.UtcDateTime);
        json.WriteNumber("time", Math.Round(entry.Milliseconds, 3));
        WriteRequest(json, entry, address);
        WriteResponse(json, entry);
        json.WriteStartObject("cache");
        json.WriteEndObject();
        json.WriteStartObject("timings");
        json.WriteNumber("send", 0);
        json.WriteNumber("wait", Math.Round(entry.Milliseconds, 3));
        json.WriteNumber("receive", 0);
        json.WriteEndObject();
        json.WriteString("comment", entry.Why is null ? entry.Verdict : $"{entry.Verdict}: {Secrets.Mask(entry.Why)}");
        json.WriteEndObject();
    }

    private static void WriteRequest(Utf8JsonWriter json, JournalEntry entry, string address)
    {
        var path = entry.ShownPath;
        json.WriteStartObject("request");
        json.WriteString("method", entry.Method);
        json.WriteString("url", address + path);
        json.WriteString("httpVersion", "HTTP/1.1");
        WriteEmpty(json, "cookies");
        WritePairs(json, "headers", entry.RequestHeaders.Shown);
        var query = path.IndexOf('?', StringComparison.Ordinal);
        WritePairs(json, "queryString", query < 0 ? [] : QueryHelpers.ParseQuery(path[query..]).SelectMany(pair => pair.Value.Select(value => new KeyValuePair<string, string>(pair.Key, value ?? ""))));
        if (JournalEntry.Shown(entry.Request) is { } body)
        {
            json.WriteStartObject("postData");
            json.WriteString("mimeType", entry.RequestHeaders.Shown.FirstOrDefault(header => header.Key.Equals("content-type", StringComparison.OrdinalIgnoreCase)).Value ?? "application/octet-stream");
            json.WriteString("text", body);
            WriteEmpty(json, "params");
            json.WriteEndObject();
        }
        json.WriteNumber("headersSize", -1);
        json.WriteNumber("bodySize", entry.Request.Length);
        json.WriteEndObject();
    }

    /// <summary>A dropped connection is status 0, as browsers write it.</summary>
    private static void WriteResponse(Utf8JsonWriter json, JournalEntry entry)
    {
        var head = entry.Status == 0 ? null : entry.Reply;
        json.WriteStartObject("response");
        json.WriteNumber("status", entry.Status);
        json.WriteString("statusText", entry.Status == 0 ? "" : ReasonPhrases.GetReasonPhrase(entry.Status));
        json.WriteString("httpVersion", "HTTP/1.1");
        WriteEmpty(json, "cookies");
        var length = head is null || entry.Status == 204 ? 0 : head.Length;
        WritePairs(json, "headers", head is null ? [] : Headers(head, length));
        json.WriteStartObject("content");
        json.WriteNumber("size", length);
        json.WriteString("mimeType", head is null || length == 0 ? "" : head.ContentType);
        if (head is not null && JournalEntry.Shown(entry.Response) is { } text)
        {
            json.WriteString("text", text);
            if (entry.Response.Length < length) json.WriteString("comment", $"the first {entry.Response.Length} bytes");
        }
        json.WriteEndObject();
        json.WriteString("redirectURL", Secrets.Mask(head?.Headers.FirstOrDefault(header => header.Key == "location").Value ?? ""));
        json.WriteNumber("headersSize", -1);
        json.WriteNumber("bodySize", head is null ? -1 : length);
        json.WriteEndObject();
    }

    private static IEnumerable<KeyValuePair<string, string>> Headers(EmulatorReplyHead head, int length)
    {
        foreach (var (name, value) in head.Headers) yield return new(name, Secrets.Mask(value));
        if (head.CorrelationId is { } id) yield return new("x-hubspot-correlation-id", id);
        if (length == 0) yield break;
        yield return new("content-type", head.ContentType);
        yield return new("content-length", length.ToString(CultureInfo.InvariantCulture));
    }

    private static void WritePairs(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        json.WriteStartArray(name);
        foreach (var (key, value) in pairs)
        {
            json.WriteStartObject();
            json.WriteString("name", key);
            json.WriteString("value", value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteEmpty(Utf8JsonWriter json, string name)
    {
        json.WriteStartArray(name);
        json.WriteEndArray();
    }
}
