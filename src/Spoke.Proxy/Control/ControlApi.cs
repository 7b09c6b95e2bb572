using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Spoke.Proxy.Forwarding;
using Spoke.Proxy.Journal;
using Spoke.Proxy.Scopes;

namespace Spoke.Proxy.Control;

/// <summary>What people and programs ask of the proxy itself, under <c>/_proxy/</c>.</summary>
internal sealed class ControlApi(CallJournal journal, ScopesSeen scopes, IReadOnlyList<Portal> portals)
{
    public const string Root = "/_proxy";
    private const string Calls = "GET requests?search=&limit=, har?search=, scopes, state; DELETE requests, scopes; and a page at /_proxy/";
    private static readonly JsonWriterOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static bool Owns(PathString path) => path.StartsWithSegments(Root, StringComparison.Ordinal);

    public Task HandleAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var call = request.Path.Value![Root.Length..].Trim('/');
        response.Headers.CacheControl = "no-store";
        switch (request.Method, call)
        {
            case ("GET", "requests"): return WriteAsync(context, Requests(request));
            case ("GET", "har"):
                response.Headers.ContentDisposition = "attachment; filename=spoke-proxy.har";
                return WriteAsync(context, HarDocument.Write(journal.Find(request.Query["search"]), portals.ToDictionary(p => p.Name, p => p.Origin)));
            case ("GET", "scopes"): return WriteAsync(context, ScopesReport.Write(scopes));
            case ("GET", "state"): return WriteAsync(context, State());
            case ("DELETE", "requests"): journal.Clear(); response.StatusCode = 204; return Task.CompletedTask;
            case ("DELETE", "scopes"): scopes.Clear(); response.StatusCode = 204; return Task.CompletedTask;
            default:
                response.StatusCode = 404;
                return WriteAsync(context, Json(json => json.WriteString("error", $"There is no {request.Method} {request.Path}. Under {Root}/ there are: {Calls}.")));
        }
    }

    private ReadOnlyMemory<byte> Requests(HttpRequest request)
    {
        var limit = int.TryParse(request.Query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 200;
        return Json(json =>
        {
            json.WriteStartArray("requests");
            foreach (var entry in journal.Find(request.Query["search"]).Take(limit)) Write(json, entry);
            json.WriteEndArray();
        });
    }

    private static void Write(Utf8JsonWriter json, JournalEntry entry)
    {
        var text = entry.Text;
        json.WriteStartObject();
        json.WriteNumber("number", entry.Number);
        json.WriteString("at", entry.At);
        json.WriteString("portal", entry.Portal);
        json.WriteString("caller", text.Caller);
        json.WriteString("method", entry.Method);
        json.WriteString("path", text.Target);
        json.WriteNumber("status", entry.Status);
        json.WriteNumber("attempts", entry.Attempts);
        json.WriteNumber("waitedMs", Math.Round(entry.Waited.TotalMilliseconds, 2));
        json.WriteNumber("tookMs", Math.Round(entry.Took.TotalMilliseconds, 2));
        json.WriteString("token", entry.Token.Masked);
        json.WriteString("cause", entry.Cause);
        json.WriteString("fix", entry.Fix);
        if (entry.Ending is not null) json.WriteString("ending", entry.Ending);
        Headers(json, "requestHeaders", text.RequestHeaders);
        json.WriteString("requestBody", text.Request);
        json.WriteNumber("requestBytes", entry.Request.Length);
        Headers(json, "answerHeaders", text.AnswerHeaders);
        json.WriteString("answerBody", text.Answer);
        json.WriteNumber("answerBytes", entry.Answer.Length);
        json.WriteEndObject();
    }

    private static void Headers(Utf8JsonWriter json, string name, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        json.WriteStartArray(name);
        foreach (var header in headers) json.WriteStringValue($"{header.Key}: {header.Value}");
        json.WriteEndArray();
    }

    private ReadOnlyMemory<byte> State() => Json(json =>
    {
        json.WriteStartArray("portals");
        foreach (var portal in portals)
        {
            json.WriteStartObject();
            json.WriteString("name", portal.Name);
            json.WriteString("address", portal.Origin);
            json.WriteNumber("tenSecondLimit", portal.Budget.TenSecondLimit);
            json.WriteNumber("tenSecondUsed", portal.Budget.TenSecondUsed);
            if (portal.Budget.DailyLimit is { } limit) json.WriteNumber("dailyLimit", limit);
            if (portal.Budget.DailyRemaining is { } left) json.WriteNumber("dailyRemaining", left);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    internal static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, s_readable))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    private static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> json)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted).ConfigureAwait(false);
    }
}
