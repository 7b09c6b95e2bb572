using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Spoke.Emulator.Account;
using Spoke.Emulator.Auth;
using Spoke.Emulator.Control;
using Spoke.Emulator.Faults;
using Spoke.Emulator.Forms;
using Spoke.Emulator.Limits;

namespace Spoke.Emulator.Http;

/// <summary>Takes a request from the web server through gate, faults, limits and the account, and writes the answer.</summary>
internal sealed class HttpDoor(PortalHost portal, ControlApi control, TimeProvider time)
{
    /// <summary>What became of a request. No reply: the connection is dropped.</summary>
    private readonly record struct Verdict(EmulatorReply? Reply, string Words, LimitState? Limits = null)
    {
        /// <summary>The work is done, but the connection breaks before the answer is out.</summary>
        public bool Lost { get; init; }

        /// <summary>Whose call it was, when the credential tells.</summary>
        public long HubId { get; init; }
    }

    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (ControlApi.Owns(path))
        {
            await ReplyWriter.WriteAsync(context, await control.HandleAsync(context, path).ConfigureAwait(false), null).ConfigureAwait(false);
            return;
        }
        var started = time.GetTimestamp();
        var number = portal.Journal.NextNumber();
        var at = portal.Clock.Now;
        byte[] body = [];
        Verdict verdict;
        try
        {
            body = await RequestReader.BodyAsync(context).ConfigureAwait(false);
            verdict = FormCors.Preflight(context.Request, path) is { } preflight ? new Verdict(preflight, "preflight of a form") : await JudgeAsync(context, path, body, at).ConfigureAwait(false);
        }
        catch (BadHttpRequestException bad)
        {
            verdict = new Verdict(new ErrorBody(bad.StatusCode, null, $"HTTP {bad.StatusCode} {ReasonPhrases.GetReasonPhrase(bad.StatusCode)}").ToReply() with { Why = bad.Message }, "unreadable request");
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            verdict = new Verdict(null, "the caller went away");
        }
        catch (Exception fault)   // whatever it was: the caller gets an answer in HubSpot's form, and the journal has the cause
        {
            verdict = new Verdict(AuthErrors.Fault(fault), "fault of the emulator");
        }
        Note(context.Request, number, at, path, body, verdict, time.GetElapsedTime(started));
        if (verdict.Lost || verdict.Reply is null) context.Abort();
        else await ReplyWriter.WriteAsync(context, FormCors.Readable(verdict.Reply, context.Request, path), verdict.Limits).ConfigureAwait(false);
    }

    private async ValueTask<Verdict> JudgeAsync(HttpContext context, string path, byte[] body, DateTimeOffset at)
    {
        var request = context.Request;
        var segments = RequestReader.Segments(path);
        var query = RequestReader.Query(request);
        var refusal = portal.Gate.Judge(request.Method, path, segments, RequestReader.Credentials(request, query), at, out var route, out var caller);
        var hub = caller.Token.Length > 0 ? caller.HubId : 0;
        var fault = portal.Faults.Take(new FaultedCall(request, caller, at));
        if (fault is not null && await PlayAsync(fault, context, new FaultScene(route, segments, path, caller, at)).ConfigureAwait(false) is { } played) return played with { HubId = hub };
        var call = new EmulatorCall { Method = request.Method, Segments = segments, Query = query, Body = fault is { Kind: "half-batch" } ? HalfBatch.Cut(body) : body, At = at, Caller = caller, ContentType = request.ContentType };
        return await AnswerAsync(request, call, route, refusal, fault).ConfigureAwait(false) with { HubId = hub };
    }

    private async ValueTask<Verdict> AnswerAsync(HttpRequest request, EmulatorCall call, Route? route, EmulatorReply? refusal, Fault? fault)
    {
        LimitState? limits = null;
        // A refusal for want of scopes is a call of a known app, and counts like any other.
        if (route is { Access: not RouteAccess.Open } && refusal is null or { Status: 403 } && portal.Limits.Admit(call.Caller, route, call.At, out limits) is { } limited)
            return new Verdict(limited, "limit reached", limits);
        if (refusal is not null) return new Verdict(refusal, refusal.Status is 401 or 403 or 477 or 488 ? "refused at the gate" : "no such path", limits);
        if (!call.Body.IsEmpty && BodyFamilies.Refuses(route!, call.ContentType) && Implemented.Among([route!]).Count > 0)
            return new Verdict(AuthErrors.WrongMediaType("application/json"), "refused", limits);

        var reply = await portal.OAuth.HandleAsync(call, request.ContentType ?? "").ConfigureAwait(false)
            ?? OwnEndpoints.Handle(call, portal, request.Headers.Authorization.Count > 0)
            ?? await portal.CarryOutAsync(call).ConfigureAwait(false)
            ?? AuthErrors.NotDone(call.Method, route!.Template);
        if (fault is { Kind: "half-batch" }) return new Verdict(FaultReplies.ServerError(), "fault half-batch", limits);
        if (fault is { Kind: "lost-response" }) return new Verdict(reply, "fault lost-response", limits) { Lost = true };
        return new Verdict(reply, reply.Status switch { 501 => "not done yet", >= 400 => "refused", _ => "done" }, limits);
    }

    /// <summary>Null when the call goes on after the fault.</summary>
    private async ValueTask<Verdict?> PlayAsync(Fault fault, HttpContext context, FaultScene scene)
    {
        if (fault.Kind is "slow" or "timeout")
        {
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, portal.Stopping);
            var delay = fault.Kind == "slow" ? TimeSpan.FromMilliseconds(fault.Argument) : Timeout.InfiniteTimeSpan;
            await Task.Delay(delay, time, ends.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (ends.IsCancellationRequested) return new Verdict(null, "fault " + fault.Kind);
        }
        return FaultReplies.For(fault, scene) is { } reply ? new Verdict(reply, "fault " + fault.Kind) : null;
    }

    private void Note(HttpRequest request, long number, DateTimeOffset at, string path, byte[] body, in Verdict verdict, TimeSpan took)
    {
        var reply = verdict.Reply;
        portal.Journal.Add(new JournalEntry(number, verdict.HubId > 0 ? verdict.HubId : reply?.HubId ?? 0, at, request.Method, request.QueryString.HasValue ? path + request.QueryString.Value : path, Secrets.MaskHeader(request.Headers.Authorization.ToString()),
            verdict.Lost ? 0 : reply?.Status ?? 0, took.TotalMilliseconds, verdict.Words, reply?.Why,
            JournalEntry.Excerpt(body), reply is null ? default : JournalEntry.Excerpt(reply.Body))
        { RequestHeaders = new JournalHeaders(request.Headers), Reply = JournalHeaders.Of(reply) });
    }
}
