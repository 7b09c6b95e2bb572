using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Spoke.HubSpot;
using Spoke.Shop;

namespace Spoke.Bench;

/// <summary>
/// <c>spoke serve</c> between a shop and an account with the Professional limits, fifty webhooks a second for a minute: new orders and changes of old ones in turn. Measured for each: from just
/// before the webhook is sent to when the account says that the order was written.
/// </summary>
internal static class LiveLatencyRow
{
    private const int ChangesASecond = 50;
    private const int Seconds = 60;
    private const int History = ChangesASecond * Seconds / 2 + 100;

    public static async Task<Figure> MeasureAsync(string repository, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("spoke-bench-");
        try
        {
            await using var emulator = await EmulatorProcess.StartAsync(repository, "pro", cancellationToken);
            var options = new ShopOptions { DataDirectory = Path.Combine(folder.FullName, "shop"), DemoCustomers = 300, DemoOrders = History, DemoInterval = TimeSpan.FromHours(1) };
            await using var shop = await ShopServer.StartAsync(options, cancellationToken: cancellationToken);
            var config = Path.Combine(folder.FullName, "spoke.json");
            await File.WriteAllTextAsync(config, $$"""
                {
                  "database": "sqlite:{{Path.Combine(folder.FullName, "spoke.db")}}",
                  "portals": { "main": { "token": "env:BENCH_TOKEN", "baseUrl": "{{emulator.BaseUrl}}" } },
                  "stores": { "shop": { "platform": "sample", "url": "{{shop.BaseUrl}}", "apiKey": "env:BENCH_KEY", "webhookSecret": "env:BENCH_SECRET" } },
                  "connections": { "shop-main": { "store": "shop", "portal": "main" } }
                }
                """, cancellationToken);
            var environment = new Dictionary<string, string> { ["BENCH_TOKEN"] = EmulatorProcess.Token, ["BENCH_KEY"] = options.ApiKey, ["BENCH_SECRET"] = options.WebhookSecret };
            await using var serve = await ChildProcess.SpokeAsync(repository, ["serve", "--port", "0", "--config", config], environment, cancellationToken);
            using var look = await StrangerAsync(emulator.BaseUrl, cancellationToken);
            await UntilCountedAsync(look, History, cancellationToken);
            var sent = await SendAsync(new Uri(serve.Address, "hooks/shop-main"), options, await OrdersAsync(shop.BaseUrl, options.ApiKey, cancellationToken), cancellationToken);
            await UntilCountedAsync(look, History + sent.Count / 2, cancellationToken);
            return Of(await LatenciesAsync(look, sent, cancellationToken), sent.Count);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Figure Of(List<double> latencies, int sent)
    {
        latencies.Sort();
        double At(double part) => latencies[(int)Math.Min(latencies.Count - 1, part * latencies.Count)];
        var (half, most) = (At(0.5), At(0.99));
        return new Figure(string.Create(CultureInfo.InvariantCulture, $"{half:0.00} s {most:0.00} s"), "< 1 s < 3 s", latencies.Count == sent && half < 1 && most < 3,
            string.Create(CultureInfo.InvariantCulture, $"p50 and p99 of {sent:N0} changes, {ChangesASecond} a second; {latencies.Count:N0} seen in HubSpot, the slowest after {latencies[^1]:0.00} s"));
    }

    /// <summary>A client of another app, whose calls are not counted against the engine's.</summary>
    private static async Task<HubSpotClient> StrangerAsync(Uri emulator, CancellationToken cancellationToken)
    {
        using var control = new HttpClient { BaseAddress = emulator };
        using var answer = await control.PostAsJsonAsync("/_emulator/tokens", new { kind = "private-app" }, cancellationToken);
        var token = JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellationToken))!["token"]!.GetValue<string>();
        return new HubSpotClient(new HubSpotClientOptions { BaseUrl = emulator, Token = () => token, ShareBudget = false });
    }

    /// <summary>Waits until HubSpot has so many orders, and then until nothing changes for ten seconds, which also fills the budget again.</summary>
    private static async Task UntilCountedAsync(HubSpotClient look, int orders, CancellationToken cancellationToken)
    {
        var (last, since) = (("", -1L), TimeProvider.System.GetTimestamp());
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, cancellationToken);
            var count = await look.Orders.CountAsync(new SearchQuery(), cancellationToken: cancellationToken);
            var lines = await look.Objects("line_items").CountAsync(new SearchQuery(), cancellationToken: cancellationToken);
            if ((lines.ToString(CultureInfo.InvariantCulture), count) != last) (last, since) = ((lines.ToString(CultureInfo.InvariantCulture), count), TimeProvider.System.GetTimestamp());
            if (count >= orders && TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromSeconds(10)) return;
            if (TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromMinutes(2)) throw new InvalidOperationException($"HubSpot has {count} orders of {orders} and nothing moves");
        }
    }

    private static async Task<List<JsonObject>> OrdersAsync(Uri shop, string key, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = shop };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var orders = new List<JsonObject>();
        for (var after = ""; ;)
        {
            var page = JsonNode.Parse(await http.GetStringAsync("/admin/orders?limit=250" + after, cancellationToken))!;
            orders.AddRange(page["items"]!.AsArray().Select(order => order!.AsObject()));
            if (!page["more"]!.GetValue<bool>()) return orders;
            after = "&after=" + page["cursor"];
        }
    }

    /// <summary>Sends at an even pace, whether or not the last was answered.</summary>
    /// <returns>When each was sent, by the order's number.</returns>
    private static async Task<Dictionary<string, (DateTimeOffset At, bool New)>> SendAsync(Uri door, ShopOptions options, List<JsonObject> orders, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var (sent, answers) = (new Dictionary<string, (DateTimeOffset, bool)>(StringComparer.Ordinal), new List<Task>());
        var key = Convert.FromBase64String(options.WebhookSecret["whsec_".Length..]);
        var started = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < ChangesASecond * Seconds; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / ChangesASecond) - TimeProvider.System.GetElapsedTime(started);
            if (due > TimeSpan.Zero) await Task.Delay(due, TimeProvider.System, cancellationToken);
            var order = (JsonObject)orders[i / 2].DeepClone();
            var isNew = i % 2 == 0;
            if (isNew)
            {
                (order["id"], order["number"], order["version"], order["placedAt"]) = ($"live-{i}", $"L{i}", 1, TimeProvider.System.GetUtcNow());
                foreach (var line in order["lines"]!.AsArray()) line!["id"] = $"live-{i}-{line["id"]}";
            }
            else (order["version"], order["tags"]) = (order["version"]!.GetValue<long>() + 1000, new JsonArray($"live-{i}"));
            sent[order["number"]!.GetValue<string>()] = (TimeProvider.System.GetUtcNow(), isNew);
            answers.Add(PostAsync(http, door, key, $"live-{i}", new JsonObject { ["type"] = "order.changed", ["data"] = order }.ToJsonString(), cancellationToken));
        }
        await Task.WhenAll(answers);
        return sent;
    }

    private static async Task PostAsync(HttpClient http, Uri door, byte[] key, string id, string body, CancellationToken cancellationToken)
    {
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, door) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add("webhook-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}"))));
        using var answer = await http.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<List<double>> LatenciesAsync(HubSpotClient look, Dictionary<string, (DateTimeOffset At, bool New)> sent, CancellationToken cancellationToken)
    {
        var latencies = new List<double>(sent.Count);
        await foreach (var order in look.Orders.ListAsync(new ReadOptions { Properties = ["hs_external_order_id", "hs_tags"] }, cancellationToken: cancellationToken))
            if (order["hs_external_order_id"] is { } number && sent.TryGetValue(number, out var change) && (change.New || order["hs_tags"]?.StartsWith("live-", StringComparison.Ordinal) == true))
                latencies.Add(((change.New ? order.CreatedAt : order.UpdatedAt) - change.At).TotalSeconds);
        return latencies;
    }
}
