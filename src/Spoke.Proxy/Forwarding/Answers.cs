using System.Net;
using System.Net.Http.Headers;
using Spoke.HubSpot;
using Spoke.Proxy.Access;
using Spoke.Proxy.Journal;

namespace Spoke.Proxy.Forwarding;

/// <summary>Answers on their way back. Status and body of HubSpot's stay as they are; only links that lead on lead through the proxy.</summary>
internal static class Answers
{
    public const string CauseHeader = "Spoke-Cause";
    public const string FixHeader = "Spoke-Fix";
    private const int SmallBody = 256 * 1024;
    private const int ReadOfFailure = 1024 * 1024;

    /// <summary>Not a failure.</summary>
    public static async Task<HttpResponseMessage> PassAsync(HttpResponseMessage answer, ForwardedCall call, CancellationToken cancellationToken)
    {
        Lead(answer, call);
        call.Entry.Answered((int)answer.StatusCode, answer);
        if ((int)answer.StatusCode is 204 or 304 || call.Facts.Method == "HEAD") return answer;
        var isJson = answer.Content.Headers.ContentType?.MediaType is "application/json";
        if (isJson && answer.Content.Headers.ContentLength is <= SmallBody)
        {
            var body = PagingLinks.Rewrite(await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false), call.Portal, call.OwnBase);
            call.Entry.Answer.Keep(body);
            answer.Content = Replace(answer.Content, new ByteArrayContent(body), keepLength: false);
            return answer;
        }
        var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        if (isJson) stream = new PagingLinkStream(stream, call.Portal, call.OwnBase);
        answer.Content = Replace(answer.Content, new StreamContent(new WatchedStream(stream, call.Entry.Answer)), keepLength: !isJson);
        return answer;
    }

    /// <summary>A failure, with what it means in two more headers.</summary>
    public static HttpResponseMessage Explained(HttpResponseMessage answer, ReadOnlyMemory<byte> body, HubSpotException error, ForwardedCall call)
    {
        var (cause, fix) = (error.Cause ?? error.Kind.ToString(), FixAdvice.Of(error));
        answer.Headers.TryAddWithoutValidation(CauseHeader, cause);
        answer.Headers.TryAddWithoutValidation(FixHeader, HeaderText.Ascii(fix));
        Lead(answer, call);
        call.Entry.Answered((int)answer.StatusCode, answer, cause, fix);
        if (error.Kind == HubSpotErrorKind.ScopeMissing) call.Entry.RequiredScopes = error.RequiredScopes;
        call.Entry.Answer.Add(body.Span);
        return answer;
    }

    /// <summary>The proxy's own word.</summary>
    public static HttpResponseMessage Own(ProxyRefusal refusal, ForwardedCall call)
    {
        var body = refusal.ToJson();
        var answer = new HttpResponseMessage((HttpStatusCode)refusal.Status) { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
        answer.Headers.TryAddWithoutValidation(CauseHeader, refusal.SpokeCause);
        answer.Headers.TryAddWithoutValidation(FixHeader, HeaderText.Ascii(refusal.Fix));
        call.Entry.Answered(refusal.Status, answer, refusal.SpokeCause, refusal.Fix);
        call.Entry.Answer.Add(body);
        return answer;
    }

    /// <summary>The body of a failure, to be understood and then passed on. One too long for that is passed on without being read.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadFailureAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.Content.Headers.ContentLength is > ReadOfFailure) return default;
        var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var (head, whole) = await HeldBody.ReadAsync(stream, ReadOfFailure, cancellationToken).ConfigureAwait(false);
        answer.Content = Replace(answer.Content, whole ? new ByteArrayContent(head) : new StreamContent(new PrefixedStream(head, stream)), keepLength: false);
        return whole ? head : default;
    }

    /// <summary>A redirect or a place to look at that lies in the portal is reached through the proxy.</summary>
    private static void Lead(HttpResponseMessage answer, ForwardedCall call)
    {
        if (answer.Headers.NonValidated.TryGetValues("Location", out var values) && PagingLinks.Through(values.ToString(), call.Portal, call.OwnBase) is { } through)
        {
            answer.Headers.Remove("Location");
            answer.Headers.TryAddWithoutValidation("Location", through);
        }
    }

    private static HttpContent Replace(HttpContent original, HttpContent replacement, bool keepLength)
    {
        foreach (var (name, values) in original.Headers.NonValidated)
            if (keepLength || !name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)) replacement.Headers.TryAddWithoutValidation(name, values);
        if (replacement is ByteArrayContent) replacement.Headers.ContentLength = replacement.Headers.ContentLength;   // reckoned only when it is asked for, and copied only when it is set
        return replacement;
    }
}
