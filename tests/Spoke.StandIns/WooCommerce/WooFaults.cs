using Microsoft.AspNetCore.Http;

namespace Spoke.StandIns.WooCommerce;

/// <summary>What goes wrong on demand, and a count of what was asked.</summary>
public sealed class WooFaults
{
    private readonly Lock _lock = new();
    private readonly Queue<int> _statuses = [];
    private int _inFlight;

    /// <summary>Every answer waits as long, by the shop's time provider.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Sent along with a failure.</summary>
    public TimeSpan? RetryAfter { get; set; }

    /// <summary>Method and address of each request so far.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>The most requests that were answered at once.</summary>
    public int MostInFlight { get; private set; }

    /// <summary>Called when a request has arrived, before it is answered; it is answered once the task has ended.</summary>
    public Func<HttpRequest, Task>? Arrived { get; set; }

    /// <summary>The next requests are answered with these statuses.</summary>
    public void Next(params int[] statuses)
    {
        lock (_lock) Array.ForEach(statuses, _statuses.Enqueue);
    }

    internal async Task<int?> BeforeAsync(HttpContext context, TimeProvider time)
    {
        int? status;
        lock (_lock)
        {
            Requests.Add($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
            MostInFlight = Math.Max(MostInFlight, ++_inFlight);
            status = _statuses.TryDequeue(out var next) ? next : null;
        }
        try
        {
            if (Arrived is { } arrived) await arrived(context.Request);
            if (Delay > TimeSpan.Zero) await Task.Delay(Delay, time, context.RequestAborted);
            return status;
        }
        finally
        {
            lock (_lock) _inFlight--;
        }
    }
}
