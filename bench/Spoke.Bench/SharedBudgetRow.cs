using System.Diagnostics;
using System.Globalization;
using Spoke.HubSpot;

namespace Spoke.Bench;

/// <summary>Four processes with more to do than their common limit lets through, over three real windows: what part of it they use together, and what is refused.</summary>
internal static class SharedBudgetRow
{
    public const string Verb = "use-budget";
    private const int Processes = 4;
    private const int Windows = 3;
    private const int Limit = 190;

    public static async Task<Figure> MeasureAsync(string repository, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("spoke-bench-");
        await using var emulator = await EmulatorProcess.StartAsync(repository, "pro", cancellationToken);
        try
        {
            string[] arguments = [Verb, emulator.BaseUrl.ToString(), folder.FullName, (10 * Windows).ToString(CultureInfo.InvariantCulture)];
            var clients = Enumerable.Range(0, Processes).Select(_ => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!).ToList();
            foreach (var client in clients) await client.StandardOutput.ReadLineAsync(cancellationToken);
            foreach (var client in clients) await client.StandardInput.WriteLineAsync("go".AsMemory(), cancellationToken);
            var counts = new List<(int Done, int Refused)>();
            foreach (var client in clients)
                using (client)
                {
                    var said = (await client.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("a client ended early")).Split(' ');
                    counts.Add((int.Parse(said[0], CultureInfo.InvariantCulture), int.Parse(said[1], CultureInfo.InvariantCulture)));
                    await client.WaitForExitAsync(cancellationToken);
                }
            var (done, refused) = (counts.Sum(c => c.Done), counts.Sum(c => c.Refused));
            var use = (double)done / (Windows * Limit);
            return new Figure(use.ToString("0.0%", CultureInfo.InvariantCulture) + $", {refused} x 429", ">= 95%, 0", use >= 0.95 && refused == 0, $"{string.Join(" + ", counts.Select(c => c.Done))} of {Windows * Limit} calls in {10 * Windows} s");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>One of the four, in a process of its own.</summary>
    public static async Task<int> UseAsync(Uri address, string folder, int seconds)
    {
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = address, Token = () => EmulatorProcess.Token, BudgetFolder = folder });
        Console.WriteLine("ready");
        await Console.In.ReadLineAsync();   // all begin together
        var (done, refused) = (0, 0);
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            while (!end.IsCancellationRequested)
                try
                {
                    await client.SendAsync(new HubSpotRequest("GET", "/account-info/2026-09/details"), new RequestOptions { NoRepeat = true }, end.Token);
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
        Console.WriteLine($"{done} {refused}");
        return 0;
    }
}
