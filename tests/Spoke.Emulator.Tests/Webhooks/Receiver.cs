using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Spoke.Emulator.Tests.Webhooks;

/// <summary>A server of somebody who receives what the emulator sends; it answers as the test tells it, and with 200 otherwise.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<Received> _arrived = Channel.CreateUnbounded<Received>();

    private Receiver(WebApplication app, string address)
    {
        _app = app;
        Url = address.TrimEnd('/') + "/hook?a=b%40c";
    }

    public string Url { get; }

    /// <summary>The next answers, in order.</summary>
    public ConcurrentQueue<Func<HttpContext, Task>> Answers { get; } = new();

    /// <summary>All that came, in order of arrival.</summary>
    public ConcurrentQueue<Received> All { get; } = new();

    public void Answer(int status, string body = "", string? retryAfter = null) => Answers.Enqueue(context =>
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null) context.Response.Headers.RetryAfter = retryAfter;
        return context.Response.WriteAsync(body);
    });

    public static async Task<Receiver> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Logging.ClearProviders();
        var app = builder.Build();
        Receiver? receiver = null;
        app.Run(context => receiver!.TakeAsync(context));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver = new Receiver(app, app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    /// <summary>The next request that comes, or came already.</summary>
    public async Task<Received> NextAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(20));
        return await _arrived.Reader.ReadAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        using var memory = new MemoryStream();
        await context.Request.Body.CopyToAsync(memory);
        var received = new Received(context.Request.Method, context.Request.Path + context.Request.QueryString, memory.ToArray(),
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        All.Enqueue(received);
        _arrived.Writer.TryWrite(received);
        if (Answers.TryDequeue(out var answer)) await answer(context);
    }
}

internal sealed record Received(string Method, string PathAndQuery, byte[] Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public JsonElement[] Events => [.. Json.EnumerateArray()];

    public string Types => string.Join(' ', Events.Select(one => one.GetProperty("subscriptionType").GetString()));
}
