using System.Globalization;
using Spoke.HubSpot;

namespace Spoke.Bench;

/// <summary>16 callers with more to do than the limit lets through, over three real windows: what part of the limit is used, and what is refused.</summary>
internal static class BudgetRow
{
    private const int Windows = 3;
    private const int Limit = 190;

    public static async Task<Figure> MeasureAsync(string repository, CancellationToken cancellationToken)
    {
        await using var emulator = await EmulatorProcess.StartAsync(repository, "pro", cancellationToken);
        using var client = emulator.Client(tenSecondLimit: 100);   // what a fresh client assumes; the rest is learnt
        var refused = 0;
        var once = new RequestOptions { NoRepeat = true };
        var (started, done) = (TimeProvider.System.GetTimestamp(), 0);
        var length = TimeSpan.FromSeconds(10 * Windows);
        using var end = new CancellationTokenSource(length);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end.Token, cancellationToken);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            while (TimeProvider.System.GetElapsedTime(started) < length)
                try
                {
                    await client.SendAsync(new HubSpotRequest("GET", "/account-info/2026-09/details"), once, either.Token);
                    Interlocked.Increment(ref done);
                }
                catch (HubSpotException refusal) when (refusal.Kind == HubSpotErrorKind.RateLimited)
                {
                    Interlocked.Increment(ref refused);
                }
                catch (OperationCanceledException) when (end.IsCancellationRequested)
                {
                    return;
                }
        }));
        var use = (double)done / (Windows * Limit);
        return new Figure(use.ToString("0.0%", CultureInfo.InvariantCulture) + $", {refused} x 429", ">= 95%, 0", use >= 0.95 && refused == 0, $"{done} of {Windows * Limit} calls in {length.TotalSeconds:0} s");
    }
}
