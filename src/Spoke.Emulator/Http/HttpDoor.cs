using Microsoft.AspNetCore.Http;
using Spoke.Emulator.Account;
using Spoke.Emulator.Auth;
using Spoke.Emulator.Control;
using Spoke.Emulator.Faults;
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
    }

    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (ControlApi.Owns(path))
        {
            var answer = await control.HandleAsync(context, path, await RequestReader.BodyAsync(context).ConfigureAwait(false)).ConfigureAwait(false);
            await ReplyWriter.WriteAsync(context, answer, null).ConfigureAwait(false);
            return;
        }
        var started = time.GetTimestamp();
        var number = portal.Journal.NextNumber();
        var at = portal.Clock.Now;
        var body = await RequestReader.BodyAsync(context).ConfigureAwait(false);
        var verdict = await JudgeAsync(context, path, body, at).ConfigureAwait(false);
        Note(context.Request, number, at, path, body, verdict, time.GetElapsedTime(started));
        if (verdict.Lost || verdict.Reply is null) context.Abort();
        else await ReplyWriter.WriteAsync(context, verdict.Reply, verdict.Limits).ConfigureAwait(false);
    }

    private async ValueTask<Verdict> JudgeAsync(HttpContext context, string path, byte[] body, DateTimeOffset at)
    {
        var request = context.Request;
        var segments = RequestReader.Segments(path);
        var query = RequestReader.Query(request);
        var refusal = portal.Gate.Judge(request.Method, path, segments, RequestReader.Credentials(request, query), at, out var route, out var caller);
        var fault = portal.Faults.Take(new FaultedCall(request, caller, at));
        if (fault is not null && await PlayAsync(fault, context, new FaultScene(route, segments, path, caller, at)).ConfigureAwait(false) is { } played) return played;
        LimitState? limits = null;
        // A refusal for want of scopes is a call of a known app, and counts like any other.
        if (route is { Access: not RouteAccess.Open } && refusal is null or { Status: 403 } && portal.Limits.Admit(caller, route, at, out limits) is { } limited)
            return new Verdict(limited, "limit reached", limits);
        if (refusal is not null) return new Verdict(refusal, refusal.Status is 401 or 403 or 488 ? "refused at the gate" : "no such path", limits);

        var call = new EmulatorCall { Method = request.Method, Segments = segments, Query = query, Body = fault is { Kind: "half-batch" } ? HalfBatch.Cut(body) : body, At = at, Caller = caller };
        var reply = OwnEndpoints.Handle(call, portal) ?? await portal.CarryOutAsync(call).ConfigureAwait(false) ?? AuthErrors.NotDone(request.Method, route!.Template);
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
        portal.Journal.Add(new JournalEntry(number, at, request.Method, request.QueryString.HasValue ? path + request.QueryString.Value : path, Secrets.MaskHeader(request.Headers.Authorization.ToString()),
            verdict.Lost ? 0 : reply?.Status ?? 0, took.TotalMilliseconds, verdict.Words, reply?.Why,
            JournalEntry.Excerpt(body), reply is null ? default : JournalEntry.Excerpt(reply.Body))
        { RequestHeaders = new JournalHeaders(request.Headers), Reply = JournalHeaders.Of(reply) });
    }
}
