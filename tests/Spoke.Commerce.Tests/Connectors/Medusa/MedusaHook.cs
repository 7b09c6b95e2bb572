using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Spoke.Commerce.Tests.Connectors.Medusa;

/// <summary>One delivery as it arrived.</summary>
public sealed record Delivered(IReadOnlyDictionary<string, string> Headers, byte[] Body, DateTimeOffset At);

/// <summary>Where the store's pushes arrive, and are kept as they are.</summary>
public sealed class MedusaHook : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly List<Delivered> _deliveries = [];
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private MedusaHook(WebApplication app) => _app = app;

    public Uri Url { get; private set; } = null!;

    /// <summary>Deliveries that were answered with 503 because the test asked for it.</summary>
    public List<Delivered> Refused { get; } = [];

    public static async Task<MedusaHook> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var hook = new MedusaHook(app);
        app.MapPost("/hooks/medusa", hook.TakeAsync);
        await app.StartAsync();
        hook.Url = new Uri(app.Urls.First() + "/hooks/medusa");
        return hook;
    }

    /// <summary>Answers the next delivery that holds the text with 503.</summary>
    public string? FailOnce { private get; set; }

    /// <summary>The first delivery, past or to come, that is wanted.</summary>
    public async Task<Delivered> FindAsync(Func<Delivered, bool> wanted, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));   // the store is told nothing, so a push that never comes can only be waited for
        for (var seen = 0; ;)
        {
            Task arrival;
            lock (_lock)
            {
                for (; seen < _deliveries.Count; seen++)
                    if (wanted(_deliveries[seen])) return _deliveries[seen];
                arrival = _arrival.Task;
            }
            await arrival.WaitAsync(patience.Token);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<int> ReadAsync(HttpRequest request)
    {
        using var memory = new MemoryStream();
        await request.Body.CopyToAsync(memory);
        var delivered = new Delivered(request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString()), memory.ToArray(), TimeProvider.System.GetUtcNow());
        lock (_lock)
        {
            if (FailOnce is { } text && System.Text.Encoding.UTF8.GetString(delivered.Body).Contains(text, StringComparison.Ordinal))
            {
                FailOnce = null;
                Refused.Add(delivered);
                return StatusCodes.Status503ServiceUnavailable;
            }
            _deliveries.Add(delivered);
            _arrival.SetResult();
            _arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        return StatusCodes.Status200OK;
    }

    private async Task TakeAsync(HttpContext context) => context.Response.StatusCode = await ReadAsync(context.Request);
}
