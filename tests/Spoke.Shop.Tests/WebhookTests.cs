using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Spoke.Shop.Tests;

/// <summary>Pushes, as whoever receives them sees them.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private static readonly byte[] Key = Convert.FromBase64String("c3Bva2Utc2FtcGxlLXNob3Atd2ViaG9vay1rZXk=");
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-shop-").FullName;
    private readonly Channel<(IHeaderDictionary Headers, string Body)> _arrived = Channel.CreateUnbounded<(IHeaderDictionary, string)>();
    private readonly List<WebApplication> _receivers = [];
    private volatile int _refusals;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var receiver in _receivers) await receiver.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Each_change_is_pushed_in_order_under_a_signature_that_checks()
    {
        var url = await ReceiveAsync(0);
        await using var shop = await RunningShop.StartAsync(o => o.WebhookUrl = url, _folder);
        await shop.BuyAsync();
        string[] expected = ["cart.changed", "cart.changed", "cart.changed", "customer.changed", "order.changed", "cart.changed"];
        foreach (var type in expected)
        {
            var (headers, body) = await NextAsync();
            var signed = $"{headers["webhook-id"]}.{headers["webhook-timestamp"]}.{body}";
            Assert.Equal("v1," + Convert.ToBase64String(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(signed))), headers["webhook-signature"].ToString());
            Assert.Equal(type, JsonDocument.Parse(body).RootElement.GetProperty("type").GetString());
        }
    }

    [Fact]
    public async Task A_receiver_that_refuses_gets_it_again_and_what_comes_behind_waits()
    {
        _refusals = 2;
        var url = await ReceiveAsync(0);
        await using var shop = await RunningShop.StartAsync(o => o.WebhookUrl = url, _folder);
        await shop.BuyAsync();
        var ids = new List<string>();
        for (var i = 0; i < 6; i++) ids.Add((await NextAsync()).Headers["webhook-id"].ToString());
        Assert.Equal(ids.OrderBy(id => int.Parse(id["msg_".Length..])), ids);
        Assert.Equal(6, ids.Distinct().Count());
    }

    [Fact]
    public async Task What_could_not_be_delivered_is_after_the_shop_has_been_restarted()
    {
        var url = await ReceiveAsync(0);
        await _receivers[0].DisposeAsync();   // nobody listens there now
        _receivers.Clear();
        string number;
        await using (var shop = await RunningShop.StartAsync(o => o.WebhookUrl = url, _folder)) number = (await shop.BuyAsync()).GetProperty("number").GetString()!;
        await ReceiveAsync(new Uri(url).Port);
        await using var again = await RunningShop.StartAsync(o => o.WebhookUrl = url, _folder);
        var numbers = new List<string?>();
        for (var i = 0; i < 6; i++)
        {
            var message = JsonDocument.Parse((await NextAsync()).Body).RootElement;
            if (message.GetProperty("type").GetString() == "order.changed") numbers.Add(message.GetProperty("data").GetProperty("number").GetString());
        }
        Assert.Equal([number], numbers);
    }

    private async Task<(IHeaderDictionary Headers, string Body)> NextAsync() => await _arrived.Reader.ReadAsync(TestContext.Current.CancellationToken);

    private async Task<string> ReceiveAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        _receivers.Add(app);
        app.MapPost("/hook", async (HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            if (Interlocked.Decrement(ref _refusals) >= 0) return Results.StatusCode(503);
            await _arrived.Writer.WriteAsync((new HeaderDictionary(context.Request.Headers.ToDictionary(h => h.Key, h => h.Value)), body), context.RequestAborted);
            return Results.Ok();
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app.Urls.First() + "/hook";
    }
}
