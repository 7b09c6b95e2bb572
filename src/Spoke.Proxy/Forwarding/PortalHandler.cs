using System.Net.Http.Headers;
using Spoke.HubSpot;

namespace Spoke.Proxy.Forwarding;

/// <summary>
/// Sends a call to its portal: a place in line, the token, the wire, and again where that is harmless. Whatever goes wrong on the way becomes
/// an answer that says so; only a caller who leaves ends in an exception.
/// </summary>
internal sealed class PortalHandler(HttpMessageHandler wire, TimeProvider time) : DelegatingHandler(wire)
{
    // Nobody listens: a few quick looks tell a restart from an outage, and the caller has a right to know soon.
    private const int LooksAtNobody = 3;

    private readonly record struct Attempt(HttpResponseMessage? Answer, ReadOnlyMemory<byte> Body, HubSpotException? Error, bool TimedOut = false);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = ForwardedCall.Of(request);
        var started = time.GetTimestamp();
        TimeSpan Left() => call.Portal.Deadline - time.GetElapsedTime(started) is { Ticks: > 0 } left ? left : TimeSpan.Zero;
        for (var sent = 1; ; sent++)
        {
            BudgetPlace place;
            AccessToken token;
            try
            {
                (token, var header) = await call.Portal.AuthorizeAsync(cancellationToken).ConfigureAwait(false);        // 1. a token, or a clear refusal before anything is sent
                request.Headers.Remove("Authorization");
                request.Headers.TryAddWithoutValidation("Authorization", header);
                var asked = time.GetTimestamp();
                place = await EnterAsync(call, Left(), cancellationToken).ConfigureAwait(false);                        // 2. a place in line
                call.Entry.Sending(token, sent, time.GetElapsedTime(asked));
            }
            catch (HubSpotException refusedHere)
            {
                return Answers.Own(Refusals.BeforeSending(refusedHere), call);
            }
            if (call.Body is { } held) request.Content = Held(held, request.Content);
            var attempt = await SendOnceAsync(request, call, token, place, cancellationToken).ConfigureAwait(false);    // 3. the wire
            if (attempt.Answer is { StatusCode: System.Net.HttpStatusCode.Unauthorized }) await call.Portal.RefusedAsync(cancellationToken).ConfigureAwait(false);
            if (attempt.Error is not { } error) return await Answers.PassAsync(attempt.Answer!, call, cancellationToken).ConfigureAwait(false);
            var final = call.IsStreamed || attempt.TimedOut || (error.StatusCode is null && sent >= LooksAtNobody);     // 4. again, unless the deadline would come first
            if (final || call.Portal.RepeatAfter(error, call.Facts, sent) is not { } wait || wait > Left())
                return attempt.Answer is { } answer ? Answers.Explained(answer, attempt.Body, error, call) : Answers.Own(Refusals.NoAnswer(error, attempt.TimedOut), call);
            attempt.Answer?.Dispose();
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<BudgetPlace> EnterAsync(ForwardedCall call, TimeSpan allowed, CancellationToken cancellationToken)
    {
        // Mostly there is room, and no clock has to be set.
        using var line = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        var entering = call.Portal.EnterAsync(call.Facts, call.Caller, line.Token);
        if (entering.IsCompletedSuccessfully) return entering.Result;
        line.CancelAfter(allowed);
        await using var link = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), line).ConfigureAwait(false);
        try
        {
            return await entering.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HubSpotException(HubSpotErrorKind.RateLimited, $"The call waited {call.Portal.Deadline.TotalSeconds:0.#} s for its turn within HubSpot's limits and was not sent.") { Fix = "Make fewer calls (batches count as one)." };
        }
    }

    private async Task<Attempt> SendOnceAsync(HttpRequestMessage request, ForwardedCall call, AccessToken token, BudgetPlace place, CancellationToken cancellationToken)
    {
        HttpResponseMessage? answer = null;
        // A streamed body takes as long as it takes; whether anything still moves is watched by the forwarder.
        using var patience = call.IsStreamed ? new CancellationTokenSource() : new CancellationTokenSource(call.Portal.AttemptTimeout, time);
        await using var link = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), patience).ConfigureAwait(false);
        try
        {
            answer = await base.SendAsync(request, patience.Token).ConfigureAwait(false);
            if ((int)answer.StatusCode < 400) return new Attempt(answer, default, null);
            var body = await Answers.ReadFailureAsync(answer, patience.Token).ConfigureAwait(false);
            return new Attempt(answer, body, call.Portal.Explain(answer, body, call.Facts, token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            answer?.Dispose();
            return new Attempt(null, default, Lost(call, $"gave no answer within {call.Portal.AttemptTimeout.TotalSeconds:0.#} s", null), TimedOut: true);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            answer?.Dispose();
            return new Attempt(null, default, Lost(call, IsNobody(failure) ? "could not be reached: " + Portal.Masked(failure.Message, token) : "broke the connection off: " + Portal.Masked(failure.Message, token), failure));
        }
        finally
        {
            call.Portal.Answered(place, answer);
        }
    }

    private static HubSpotException Lost(ForwardedCall call, string what, Exception? failure)
    {
        var carriedOut = failure is not null && IsNobody(failure) ? "" : Portal.IsRepeatable(call.Facts) ? "" : " It may have been carried out: read the record before you send it again.";
        return new HubSpotException(HubSpotErrorKind.Unreachable, $"{call.Portal.Origin} {what.TrimEnd('.')}.{carriedOut}") { IsTransient = true };
    }

    private static bool IsNobody(Exception failure) =>
        failure is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError };

    private static ReadOnlyMemoryContent Held(byte[] body, HttpContent? original)
    {
        var content = new ReadOnlyMemoryContent(body);
        if (original is not null)
            foreach (var (name, values) in original.Headers.NonValidated)
                if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)) content.Headers.TryAddWithoutValidation(name, values);
        return content;
    }
}
