using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Spoke.Commerce.Tests.Connectors;

/// <summary>Where a store under test posts to. It takes everything, but for what it was told to turn away.</summary>
internal sealed class PushReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<Delivery> _arrived = Channel.CreateUnbounded<Delivery>();
    private Func<Delivery, int> _answer = _ => 200;

    private PushReceiver(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First() + "/hooks/store");

    public static async Task<PushReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new PushReceiver(builder.Build());
        receiver._app.MapPost("/hooks/store", receiver.ReceiveAsync);
        await receiver._app.StartAsync(cancellationToken);
        return receiver;
    }

    /// <summary>How to answer from now on.</summary>
    public void Answer(Func<Delivery, int> status) => _answer = status;

    /// <summary>The next of which this holds; others are passed over.</summary>
    public async Task<Delivery> NextAsync(Func<Delivery, bool> wanted, CancellationToken cancellationToken)
    {
        await foreach (var delivery in _arrived.Reader.ReadAllAsync(cancellationToken))
            if (wanted(delivery)) return delivery;
        throw new InvalidOperationException("the receiver was stopped");
    }

    /// <summary>Turns away the first of which this holds, and gives it and its repetition.</summary>
    public async Task<(Delivery First, Delivery Again)> TwiceAsync(Func<Task> act, Func<Delivery, bool> wanted, CancellationToken cancellationToken)
    {
        var refused = new List<string>();
        Answer(delivery =>
        {
            if (!wanted(delivery) || refused.Count > 0) return 200;
            refused.Add(Id(delivery));
            return 503;
        });
        await act();
        var first = await NextAsync(wanted, cancellationToken);
        return (first, await NextAsync(delivery => Id(delivery) == Id(first), cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        _arrived.Writer.TryComplete();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    public static bool Tells(Delivery delivery, string text) => Encoding.UTF8.GetString(delivery.Body).Contains(text, StringComparison.Ordinal);

    private static string Id(Delivery delivery) => delivery.Headers["webhook-id"];

    private async Task<IResult> ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var delivery = new Delivery(context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()), body.ToArray(), TimeProvider.System.GetUtcNow());
        int status;
        lock (_arrived)
        {
            status = _answer(delivery);
            _arrived.Writer.TryWrite(delivery);
        }
        return Results.StatusCode(status);
    }
}
