using System.Collections.Concurrent;

namespace Spoke.Sync.Tests.Scenarios;

/// <summary>A call as it went out, and what came back.</summary>
/// <param name="Status">0: its answer was lost.</param>
internal sealed record Call(string Method, string Path, string Body, int Status)
{
    /// <summary>It asks for something to be changed.</summary>
    public bool Writes => Method != "GET" && !Path.Contains("/batch/read", StringComparison.Ordinal) && !Path.EndsWith("/search", StringComparison.Ordinal) && !Path.Contains("access-token-info", StringComparison.Ordinal);

    public bool Is(string end) => Path.Split('?')[0].EndsWith(end, StringComparison.Ordinal);
}

/// <summary>Sees every call of a client, and how many are under way at once. Where a test says so it answers in HubSpot's place.</summary>
internal sealed class Wire : DelegatingHandler
{
    private readonly ConcurrentQueue<Call> _calls = new();
    private int _underWay;
    private int _most;

    public Wire() : base(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
    }

    public IReadOnlyList<Call> Calls => [.. _calls];

    /// <summary>The most calls that were under way at one time.</summary>
    public int MostUnderWay => Volatile.Read(ref _most);

    /// <summary>Answers a call that HubSpot is not to see: its path and body; null: it goes on to HubSpot.</summary>
    public Func<string, string, HttpResponseMessage?>? Answer { get; set; }

    /// <summary>What happens right before a call goes out: its path.</summary>
    public Func<string, Task>? Sending { get; set; }

    /// <summary>What happens before the answer to a call is heard: its path.</summary>
    public Func<string, Task>? Answered { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var now = Interlocked.Increment(ref _underWay);
        for (var most = Volatile.Read(ref _most); now > most && Interlocked.CompareExchange(ref _most, now, most) != most; most = Volatile.Read(ref _most)) ;
        var path = request.RequestUri!.PathAndQuery;
        try
        {
            if (Sending is { } sending) await sending(path);
            var response = Answer?.Invoke(path, body) ?? await base.SendAsync(request, cancellationToken);
            _calls.Enqueue(new Call(request.Method.Method, path, body, (int)response.StatusCode));
            if (Answered is { } answered) await answered(path);
            return response;
        }
        catch (HttpRequestException)
        {
            _calls.Enqueue(new Call(request.Method.Method, path, body, 0));
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }
}
