using System.Collections.Concurrent;
using System.Net;

namespace Spoke.Commerce.Tests.Connectors;

/// <summary>Passes calls on and keeps what came back.</summary>
internal sealed class Recording() : DelegatingHandler(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
{
    public ConcurrentQueue<string> Bodies { get; } = [];

    /// <summary>The store's clock as we see it is ahead by so much: what lies in the past is no longer "lately".</summary>
    public TimeSpan ClockAhead { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        Bodies.Enqueue(await response.Content.ReadAsStringAsync(cancellationToken));
        if (response.Headers.Date is { } date) response.Headers.Date = date + ClockAhead;
        return response;
    }
}

/// <summary>Fails so many calls, each in its own way, before it passes them on.</summary>
internal sealed class Failing(params Func<HttpResponseMessage>[] failures) : DelegatingHandler(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
{
    private readonly Queue<Func<HttpResponseMessage>> _failures = new(failures);

    public int Calls { get; private set; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Calls++;
        return _failures.TryDequeue(out var failure) ? Task.FromResult(failure()) : base.SendAsync(request, cancellationToken);
    }

    public static HttpResponseMessage Answer(HttpStatusCode status, TimeSpan? retryAfter = null)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent("<html>try later</html>") };
        if (retryAfter is { } wait) response.Headers.RetryAfter = new(wait);
        return response;
    }
}

/// <summary>Answers every call with one text.</summary>
internal sealed class Answering(HttpStatusCode status, string body, Uri? location = null) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(body) };
        response.Headers.Location = location;
        return Task.FromResult(response);
    }
}

/// <summary>Real time, but no wait takes any; how long each would have been is kept.</summary>
internal sealed class Hurried : TimeProvider
{
    public List<TimeSpan> Waits { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Waits.Add(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
