using System.Net;

namespace Spoke.Commerce.Connectors.WooCommerce;

/// <summary>
/// How many calls a shop bears at once. WooCommerce states no limit and often runs on a small machine: we begin with two, take one more each minute
/// in which 95 of 100 answers came within a second, and halve when it refuses, fails or does not answer.
/// </summary>
internal sealed class WooPace(TimeProvider time)
{
    private const int Most = 16;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = [];
    private long _windowBegan = time.GetTimestamp();
    private int _answers;
    private int _slow;
    private int _inFlight;

    public int Limit { get; private set; } = 2;

    public async ValueTask EnterAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource turn;
        lock (_lock)
        {
            if (_inFlight < Limit)
            {
                _inFlight++;
                return;
            }
            _waiting.Enqueue(turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        using var registration = cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken));
        await turn.Task.ConfigureAwait(false);   // whoever leaves hands its place over
    }

    /// <param name="well">The shop answered, and did not say that it had too much to do.</param>
    public void Leave(TimeSpan took, bool well)
    {
        lock (_lock)
        {
            _inFlight--;
            if (!well)
            {
                Limit = Math.Max(1, Limit / 2);
                Begin();
            }
            else
            {
                _answers++;
                if (took >= Quick) _slow++;
                if (time.GetElapsedTime(_windowBegan) >= Window)
                {
                    if (_slow * 20 <= _answers && Limit < Most) Limit++;
                    Begin();
                }
            }
            while (_inFlight < Limit && _waiting.TryDequeue(out var next))
                if (next.TrySetResult()) _inFlight++;
        }
    }

    private void Begin() => (_windowBegan, _answers, _slow) = (time.GetTimestamp(), 0, 0);

    /// <summary>Lets calls through as the pace allows, and learns from how they end.</summary>
    public sealed class Handler(WooPace pace, TimeProvider time, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await pace.EnterAsync(cancellationToken).ConfigureAwait(false);
            var began = time.GetTimestamp();
            var well = false;
            try
            {
                var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
                well = (int)response.StatusCode < 500 && response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout);
                return response;
            }
            finally
            {
                pace.Leave(time.GetElapsedTime(began), well);
            }
        }
    }
}
