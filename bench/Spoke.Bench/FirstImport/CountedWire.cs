using System.Net;

namespace Spoke.Bench.FirstImport;

/// <summary>Counts the calls that leave the engine, when, and how many were refused for going too fast.</summary>
internal sealed class CountedWire(TimeProvider time) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
{
    private readonly Lock _gate = new();
    private readonly List<(DateTimeOffset At, bool Writes)> _calls = [];

    public int TooMany { get; private set; }

    public int Count { get { lock (_gate) return _calls.Count; } }

    /// <summary>Calls that write records or associations.</summary>
    public int Writes { get { lock (_gate) return _calls.Count(call => call.Writes); } }

    /// <summary>From the first written record to the last association: when each call of any kind went.</summary>
    public IReadOnlyList<DateTimeOffset> WhilePushing
    {
        get
        {
            lock (_gate)
            {
                var (first, last) = (_calls.FindIndex(call => call.Writes), _calls.FindLastIndex(call => call.Writes));
                return first < 0 ? [] : [.. _calls[first..(last + 1)].Select(call => call.At)];
            }
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        var writes = request.Method == HttpMethod.Post && path.Contains("/batch/", StringComparison.Ordinal) && !path.Contains("/properties/", StringComparison.Ordinal) && !path.EndsWith("/read", StringComparison.Ordinal);
        lock (_gate) _calls.Add((time.GetUtcNow(), writes));
        var answer = await base.SendAsync(request, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.TooManyRequests) lock (_gate) TooMany++;
        return answer;
    }
}
