using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Spoke.EndToEnd.Tests;

/// <summary>The line from the shop to the program: remembers which deliveries were acknowledged, holds one while the program is being started anew, and carries every seventh twice.</summary>
internal sealed class DeliveryLine : IAsyncDisposable
{
    private const int Twice = 7;
    private readonly WebApplication _app;
    private readonly HttpClient _http = new();
    private readonly ConcurrentDictionary<string, string> _acknowledged = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, int> _answers = new();
    private volatile TaskCompletionSource<Uri> _receiver = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private DeliveryLine(WebApplication app) => _app = app;

    public Uri BaseUrl { get; private set; } = null!;

    /// <summary>The deliveries that were answered with 200.</summary>
    public IReadOnlyCollection<string> Acknowledged => [.. _acknowledged.Keys];

    /// <summary>Ends with the next delivery that is acknowledged.</summary>
    public Task NextAcknowledged => _next.Task;

    /// <summary>How often the program answered with a status.</summary>
    public int Answered(int status) => _answers.GetValueOrDefault(status);

    public static async Task<DeliveryLine> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var line = new DeliveryLine(builder.Build());
        line._app.MapPost("/{**path}", line.CarryAsync);
        await line._app.StartAsync(TestContext.Current.CancellationToken);
        line.BaseUrl = new Uri(line._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return line;
    }

    /// <summary>The program takes deliveries there from now on.</summary>
    public void Connect(Uri receiver) => _receiver.TrySetResult(receiver);

    /// <summary>There is no program any more; what comes waits for the next.</summary>
    public void Disconnect() => _receiver = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task CarryAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        try
        {
            var (status, text) = await PassOnAsync(context, body.ToArray());
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(text, context.RequestAborted);
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or TimeoutException)
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;   // killed before it answered: the shop sends it again
        }
    }

    private async Task<(int Status, string Text)> PassOnAsync(HttpContext context, byte[] body)
    {
        var receiver = await _receiver.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, context.RequestAborted);
        var id = context.Request.Headers["webhook-id"].ToString();
        var answer = await PostAsync(receiver, context, body);
        if (answer.Status != 200) return answer;
        var first = _acknowledged.TryAdd(id, answer.Text);
        Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        if (first && _acknowledged.Count % Twice == 0) await PostAsync(receiver, context, body);
        return answer;
    }

    private async Task<(int Status, string Text)> PostAsync(Uri receiver, HttpContext context, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(receiver, context.Request.Path.ToString())) { Content = new ByteArrayContent(body) };
        foreach (var header in context.Request.Headers.Where(h => h.Key.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase))) request.Headers.Add(header.Key, header.Value.ToString());
        using var response = await _http.SendAsync(request, context.RequestAborted);
        var status = (int)response.StatusCode;
        var text = await response.Content.ReadAsStringAsync(context.RequestAborted);
        _answers.AddOrUpdate(status, 1, (_, count) => count + 1);
        return (status, text);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _http.Dispose();
    }
}
