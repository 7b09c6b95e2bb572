using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Spoke.Emulator.Auth;
using Spoke.Emulator.Control;
using Spoke.Emulator.Faults;
using Spoke.Emulator.Account;

namespace Spoke.Emulator.Http;

/// <summary>Takes a request from the web server through faults, gate, limits and the account, and writes the answer.</summary>
internal sealed class HttpDoor(PortalHost portal, ControlApi control, TimeProvider time)
{
    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (path.StartsWith("/_emulator", StringComparison.Ordinal) || path is "/" or "/health/live" or "/health/ready" or "/favicon.ico")
        {
            await WriteAsync(context, await control.HandleAsync(context.Request.Method, path, context.Request.Query, await BodyAsync(context).ConfigureAwait(false), context.RequestAborted).ConfigureAwait(false), null).ConfigureAwait(false);
            return;
        }
        var started = time.GetTimestamp();
        var number = portal.Journal.NextNumber();
        var body = await BodyAsync(context).ConfigureAwait(false);
        var (reply, verdict, headers, drop) = await AnswerAsync(context, path, body).ConfigureAwait(false);
        var elapsed = time.GetElapsedTime(started).TotalMilliseconds;
        var authorization = context.Request.Headers.Authorization.ToString();
        portal.Journal.Add(new JournalEntry(number, portal.Clock.Now, context.Request.Method, path + context.Request.QueryString.Value, Mask(authorization), reply?.Status ?? 0, elapsed, verdict,
            Excerpt(body), reply is { Status: >= 400 } ? Excerpt(reply.Body) : null));
        if (drop || reply is null)
        {
            context.Abort();
            return;
        }
        await WriteAsync(context, reply, headers).ConfigureAwait(false);
    }

    private async ValueTask<(EmulatorReply? Reply, string Verdict, IReadOnlyList<KeyValuePair<string, string>>? Headers, bool Drop)> AnswerAsync(HttpContext context, string path, byte[] body)
    {
        var request = context.Request;
        var now = portal.Clock.Now;
        var segments = Segments(path);
        var refusal = portal.Gate.Judge(request.Method, path, segments, Authorization(request), request.Query["hapikey"].FirstOrDefault(), now, out var route, out var caller);
        var fault = portal.Faults.Take(request.Method, path);
        if (fault is { Kind: "slow" }) await Task.Delay(TimeSpan.FromMilliseconds(fault.Argument), time, context.RequestAborted).ConfigureAwait(false);
        if (fault is { Kind: "timeout" })
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
            return (null, "fault timeout", null, true);
        }
        if (fault is not null && FaultReplies.For(fault, caller, now) is { } played) return (played, "fault " + fault.Kind, null, false);
        if (refusal is not null) return (refusal, refusal.Status is 401 or 403 ? "refused at the gate" : "no such path", null, false);
        IReadOnlyList<KeyValuePair<string, string>> headers = [];
        if (!route!.Open && portal.Limits.Admit(caller, route.IsSearch, route.IsAssociation, now, out headers) is { } limited) return (limited, "limit reached", null, false);
        if (fault is { Kind: "half-batch" }) body = HalfBatch.Cut(body);
        var call = new EmulatorCall { Method = request.Method, Segments = segments, Query = Query(request), Body = body, At = now, Caller = caller };
        var reply = OwnEndpoints.Handle(call, portal) ?? await portal.CarryOutAsync(call).ConfigureAwait(false) ?? AuthErrors.NotDone(request.Method, route.Template);
        if (fault is { Kind: "half-batch" }) return (new ErrorBody(500, "INTERNAL_ERROR", "There was an internal error.").ToReply(), "fault half-batch", headers, false);
        return (reply, reply.Status switch { 501 => "not done yet", >= 400 => "refused", _ => "done" }, headers, fault is { Kind: "lost-response" });
    }

    private static string? Authorization(HttpRequest request)
    {
        var values = request.Headers.Authorization;
        return values.Count == 1 ? values[0] : null;   // two values are as good as none
    }

    private static List<string> Segments(string path)
    {
        var segments = new List<string>(8);
        foreach (var range in path.AsSpan(1).Split('/')) segments.Add(path.AsSpan(1)[range].ToString());
        if (segments.Count > 1 && segments[^1].Length == 0) segments.RemoveAt(segments.Count - 1);
        return segments;
    }

    private static List<KeyValuePair<string, string>> Query(HttpRequest request)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        if (!request.QueryString.HasValue) return pairs;
        foreach (var (name, values) in request.Query)
            foreach (var value in values) pairs.Add(new(name, value ?? ""));
        return pairs;
    }

    private static async ValueTask<byte[]> BodyAsync(HttpContext context)
    {
        if (context.Request.ContentLength is null or 0 && !context.Request.Headers.ContainsKey("Transfer-Encoding")) return [];
        using var memory = new MemoryStream((int)(context.Request.ContentLength ?? 1024));
        await context.Request.Body.CopyToAsync(memory, context.RequestAborted).ConfigureAwait(false);
        return memory.ToArray();
    }

    private static async Task WriteAsync(HttpContext context, EmulatorReply reply, IReadOnlyList<KeyValuePair<string, string>>? more)
    {
        var response = context.Response;
        response.StatusCode = reply.Status;
        foreach (var (name, value) in reply.Headers) response.Headers[name] = value;
        if (more is not null)
            foreach (var (name, value) in more) response.Headers[name] = value;
        response.Headers["strict-transport-security"] = "max-age=31536000; includeSubDomains; preload";
        if (reply.Status == 204 || reply.Body.IsEmpty) return;
        response.ContentType = reply.ContentType;
        response.ContentLength = reply.Body.Length;
        await response.Body.WriteAsync(reply.Body, context.RequestAborted).ConfigureAwait(false);
    }

    private static string? Mask(string authorization)
    {
        if (authorization.Length == 0) return null;
        var token = authorization[(authorization.IndexOf(' ') + 1)..];
        return token.Length > 16 ? $"{token[..8]}****{token[^4..]}" : "****";
    }

    private static string? Excerpt(ReadOnlyMemory<byte> body) => body.IsEmpty ? null : Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 4000)]);
}
