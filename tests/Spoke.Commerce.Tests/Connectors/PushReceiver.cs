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
    private readonly Channel<PushedDelivery> _arrived = Channel.CreateUnbounded<PushedDelivery>();
    private Func<PushedDelivery, int> _answer = _ => 200;

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
    public void Answer(Func<PushedDelivery, int> status) => _answer = status;

    /// <summary>The next of which this holds; others are passed over.</summary>
    public async Task<PushedDelivery> NextAsync(Func<PushedDelivery, bool> wanted, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(40));   // what is not pushed by then will not be: better a failure than a test that never ends
        var passed = new List<string>();
        try
        {
            await foreach (var delivery in _arrived.Reader.ReadAllAsync(patience.Token))
            {
                if (wanted(delivery)) return delivery;
                passed.Add(Encoding.UTF8.GetString(delivery.Body));
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
        throw new Xunit.Sdk.XunitException($"The push that was waited for did not come. Others did: {string.Join('\n', passed)}");
    }

    /// <summary>Turns away whatever of this comes for the first time, until one of them comes again. (A newer message may have taken the place of one that was turned away.)</summary>
    public async Task<(PushedDelivery First, PushedDelivery Again)> TwiceAsync(Func<Task> act, Func<PushedDelivery, bool> wanted, CancellationToken cancellationToken)
    {
        var tried = new HashSet<string>();
        Answer(delivery => wanted(delivery) && tried.Add(Id(delivery)) ? 503 : 200);
        await act();
        var first = new Dictionary<string, PushedDelivery>();
        while (true)
        {
            var delivery = await NextAsync(wanted, cancellationToken);
            if (first.TryGetValue(Id(delivery), out var before)) return (before, delivery);
            first.Add(Id(delivery), delivery);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _arrived.Writer.TryComplete();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    public static bool Tells(PushedDelivery delivery, string text) => Encoding.UTF8.GetString(delivery.Body).Contains(text, StringComparison.Ordinal);

    private static string Id(PushedDelivery delivery) => delivery.Headers["webhook-id"];

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var delivery = new PushedDelivery(context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()), body.ToArray(), TimeProvider.System.GetUtcNow());
        lock (_arrived)
        {
            context.Response.StatusCode = _answer(delivery);
            _arrived.Writer.TryWrite(delivery);
        }
    }
}
