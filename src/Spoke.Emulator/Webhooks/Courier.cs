using System.Net.Http.Headers;
using Spoke.Emulator.Account;
using Spoke.Emulator.Crm;

namespace Spoke.Emulator.Webhooks;

/// <summary>
/// Sends what the areas of all accounts want sent, outside of their locks, within the width of each lane. Redirects are not followed.
/// What is under way when the emulator stops is not reported, stays due, and goes out again at the next start: at least once, as HubSpot promises.
/// </summary>
internal sealed class Courier : IAsyncDisposable
{
    private const int AnswerBytesKept = 16_384;
    private readonly record struct Key(CrmApi Account, string Area, long Id);

    private readonly PortalHost _host;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<Key, string> _underWay = [];
    private readonly Dictionary<TimeSpan, HttpClient> _clients = [];
    private readonly CancellationTokenSource _stopping = new();
    private TaskCompletionSource _idle = Finished();

    public Courier(PortalHost host, TimeProvider time)
    {
        (_host, _time) = (host, time);
    }

    /// <summary>Sends off what is ready and has room. Call it after anything that may have made something ready.</summary>
    public void Poke(CrmApi account)
    {
        lock (_gate)
        {
            if (_stopping.IsCancellationRequested || !account.Live) return;
            var chosen = account.Look(portal => Choose(account, portal));
            if (chosen.Count == 0) return;
            if (_underWay.Count == 0) _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            foreach (var request in chosen) _underWay[new Key(account, request.Area, request.Id)] = request.Lane;
            foreach (var request in chosen) _ = Task.Run(() => CarryAsync(account, request));
        }
    }

    public bool IsBusy
    {
        get { lock (_gate) return _underWay.Count > 0; }
    }

    /// <summary>Completes when nothing is under way; things may be due later.</summary>
    public Task WhenIdleAsync(CancellationToken cancellationToken)
    {
        lock (_gate) return _idle.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Stops sending; what was under way is broken off.</summary>
    public async ValueTask DisposeAsync()
    {
        Task rest;
        lock (_gate)
        {
            _stopping.Cancel();
            rest = _idle.Task;
        }
        await rest.ConfigureAwait(false);
        foreach (var client in _clients.Values) client.Dispose();
        _stopping.Dispose();
    }

    private List<OutgoingRequest> Choose(CrmApi account, Portal portal)
    {
        var now = _host.Clock.Now.ToUnixTimeMilliseconds();
        var chosen = new List<OutgoingRequest>();
        var taken = new Dictionary<string, int>();
        foreach (var (key, lane) in _underWay)
            if (key.Account == account) taken[lane] = taken.GetValueOrDefault(lane) + 1;
        foreach (var area in portal.Areas.OfType<ISendsOut>())
            foreach (var waiting in area.Ready)
            {
                if (taken.GetValueOrDefault(waiting.Lane) >= waiting.LaneWidth || _underWay.ContainsKey(new Key(account, area.Name, waiting.Id))) continue;
                taken[waiting.Lane] = taken.GetValueOrDefault(waiting.Lane) + 1;
                chosen.Add(area.Compose(waiting.Id, now));
            }
        return chosen;
    }

    private async Task CarryAsync(CrmApi account, OutgoingRequest request)
    {
        try
        {
            var outcome = await SendAsync(request).ConfigureAwait(false);
            // After a reset or a loaded snapshot it is another account, in which this id may mean something else.
            if (!_stopping.IsCancellationRequested && _host.IsCurrent(account))
                await _host.CarryOutAsync(outcome.ToCall(account.HubId, request, _host.Clock.Now)).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate) _underWay.Remove(new Key(account, request.Area, request.Id));
            if (_host.IsCurrent(account)) Poke(account);
            lock (_gate)
                if (_underWay.Count == 0) _idle.TrySetResult();
        }
    }

    private async Task<SendOutcome> SendAsync(OutgoingRequest request)
    {
        var started = _time.GetTimestamp();
        using var patience = new CancellationTokenSource(request.Timeout, _time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stopping.Token);
        try
        {
            using var message = Message(request);
            using var response = await Client(request.ConnectTimeout).SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ends.Token).ConfigureAwait(false);
            var answer = await BeginningAsync(response.Content, ends.Token).ConfigureAwait(false);
            var wait = response.Headers.TryGetValues("Retry-After", out var values) ? values.First() : null;
            return new SendOutcome((int)response.StatusCode, null, Took(), answer, wait);
        }
        catch (OperationCanceledException)
        {
            return new SendOutcome(0, patience.IsCancellationRequested ? $"no answer within {request.Timeout.TotalSeconds} s" : "the emulator was stopped", Took(), "");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or InvalidOperationException or UriFormatException)
        {
            return new SendOutcome(0, failure.InnerException?.Message ?? failure.Message, Took(), "");
        }

        long Took() => (long)_time.GetElapsedTime(started).TotalMilliseconds;
    }

    private static HttpRequestMessage Message(OutgoingRequest request)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), request.Target);
        if (request.Method is not ("GET" or "HEAD"))
            message.Content = new ReadOnlyMemoryContent(request.Body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        foreach (var (name, value) in request.Headers) message.Headers.TryAddWithoutValidation(name, value);
        return message;
    }

    private static async Task<string> BeginningAsync(HttpContent content, CancellationToken cancellationToken)
    {
        using var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[AnswerBytesKept];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return SendOutcome.Excerpt(buffer.AsSpan(0, length), AnswerBytesKept);
    }

    private HttpClient Client(TimeSpan connectTimeout)
    {
        lock (_gate)
        {
            if (_clients.TryGetValue(connectTimeout, out var client)) return client;
            var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ConnectTimeout = connectTimeout, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30) };
            return _clients[connectTimeout] = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        }
    }

    private static TaskCompletionSource Finished()
    {
        var finished = new TaskCompletionSource();
        finished.SetResult();
        return finished;
    }
}
