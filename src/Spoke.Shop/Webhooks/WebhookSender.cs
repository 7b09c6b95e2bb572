using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Extensions.Logging;
using Spoke.Shop.Store;

namespace Spoke.Shop.Webhooks;

/// <summary>Posts what lies in the outbox, signed after Standard Webhooks, in order, until it is accepted. A restart goes on where it stopped.</summary>
internal sealed class WebhookSender(ShopDatabase database, Uri target, string secret, TimeProvider time, ILogger logger) : IDisposable
{
    private sealed record Waiting(long Seq, string Id, string Body, long Attempts, long Due);

    /// <summary>A receiver may restart now and then; nobody need hear of that.</summary>
    private const int QuietAttempts = 3;

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(15) };
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly byte[] _key = Convert.FromBase64String(secret.StartsWith("whsec_", StringComparison.Ordinal) ? secret["whsec_".Length..] : secret);

    public void Signal() => _arrived.Release();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var next = await database.ReadAsync(db => db.QueryFirstOrDefault<Waiting>("select seq, id, body, attempts, due from outbox order by seq limit 1"), cancellationToken).ConfigureAwait(false);
            var wait = next is null ? TimeSpan.FromMinutes(1) : DateTimeOffset.FromUnixTimeMilliseconds(next.Due) - time.GetUtcNow();
            if (wait <= TimeSpan.Zero) await PostAsync(next!, cancellationToken).ConfigureAwait(false);
            else await SleepAsync(wait, untilSignal: next is null, cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task SleepAsync(TimeSpan wait, bool untilSignal, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            if (untilSignal) await _arrived.WaitAsync(either.Token).ConfigureAwait(false);
            else await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);   // the first in line is not due: those behind it wait too
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // it is due
        }
    }

    private async Task PostAsync(Waiting message, CancellationToken cancellationToken)
    {
        string problem;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new StringContent(message.Body, Encoding.UTF8, "application/json") };
            var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            request.Headers.Add("webhook-id", message.Id);
            request.Headers.Add("webhook-timestamp", timestamp);
            request.Headers.Add("webhook-signature", "v1," + Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{message.Id}.{timestamp}.{message.Body}"))));
            using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                await database.ReadAsync(db => db.Execute("delete from outbox where seq = @Seq", new { message.Seq }), CancellationToken.None).ConfigureAwait(false);
                return;
            }
            problem = $"answered {(int)response.StatusCode}";
        }
        catch (HttpRequestException failure)
        {
            problem = failure.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            problem = "no answer in 15 s";
        }
        var wait = Math.Min(500L << (int)Math.Min(message.Attempts, 10), 60_000);
        if (message.Attempts >= QuietAttempts) SenderLog.Waiting(logger, message.Id, problem, wait);
        await database.ReadAsync(db => db.Execute("update outbox set attempts = attempts + 1, due = @due where seq = @Seq", new { due = time.GetUtcNow().ToUnixTimeMilliseconds() + wait, message.Seq }), CancellationToken.None).ConfigureAwait(false);
    }
}

internal static partial class SenderLog
{
    [LoggerMessage(8001, LogLevel.Warning, "Webhook {Id} was not accepted ({Problem}); tried again in {Milliseconds} ms")]
    public static partial void Waiting(ILogger logger, string id, string problem, long milliseconds);
}
