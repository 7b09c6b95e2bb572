using System.Diagnostics;
using System.Globalization;
using Spoke.HubSpot;

namespace Spoke.Bench;

/// <summary>
/// Four processes with more to do than their common limit lets through, over real windows: what part of it they use together, how evenly, and what is
/// refused. With a stranger: a fifth program calls with the same app at a steady rate, shares no file and knows no limit; what it uses is part of the window.
/// </summary>
internal static class SharedBudgetRow
{
    public const string Verb = "use-budget";
    private const int Processes = 4;
    private static readonly TimeSpan s_strangerEvery = TimeSpan.FromSeconds(0.25);
    private const int Limit = 190;

    /// <param name="windows">Ten seconds each.</param>
    public static async Task<Figure> MeasureAsync(string repository, int windows, bool stranger, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("spoke-bench-");
        await using var emulator = await EmulatorProcess.StartAsync(repository, "pro", cancellationToken);
        try
        {
            string[] arguments = [Verb, emulator.BaseUrl.ToString(), folder.FullName, (10 * windows).ToString(CultureInfo.InvariantCulture)];
            var clients = Enumerable.Range(0, Processes).Select(_ => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!).ToList();
            foreach (var client in clients) await client.StandardOutput.ReadLineAsync(cancellationToken);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var strange = stranger ? CallAsync(emulator, end.Token) : Task.FromResult((Done: 0, Refused: 0));
            foreach (var client in clients) await client.StandardInput.WriteLineAsync("go".AsMemory(), cancellationToken);
            var counts = new List<(int Done, int Refused)>();
            foreach (var client in clients)
                using (client)
                {
                    var said = (await client.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("a client ended early")).Split(' ');
                    counts.Add((int.Parse(said[0], CultureInfo.InvariantCulture), int.Parse(said[1], CultureInfo.InvariantCulture)));
                    await client.WaitForExitAsync(cancellationToken);
                }
            await end.CancelAsync();
            var theirs = await strange;
            return stranger ? WithStranger(counts, theirs, windows) : Alone(counts, windows);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Figure Alone(List<(int Done, int Refused)> counts, int windows)
    {
        var (done, refused) = (counts.Sum(c => c.Done), counts.Sum(c => c.Refused));
        var use = (double)done / (windows * Limit);
        return new Figure(use.ToString("0.0%", CultureInfo.InvariantCulture) + $", {refused} x 429", ">= 95%, 0", use >= 0.95 && refused == 0, $"{Parts(counts)} of {windows * Limit} calls in {10 * windows} s");
    }

    /// <summary>What a stranger uses is known after the fact, so now and then a call of ours is refused; what counts is that it stays at that.</summary>
    private static Figure WithStranger(List<(int Done, int Refused)> counts, (int Done, int Refused) theirs, int windows)
    {
        var (done, refused) = (counts.Sum(c => c.Done), counts.Sum(c => c.Refused));
        var (use, share) = ((double)(done + theirs.Done) / (windows * Limit), (double)refused / (done + refused));
        return new Figure(string.Create(CultureInfo.InvariantCulture, $"{use:0.0%}, {share:0.0%} 429"), ">= 85%, <= 5%", use >= 0.85 && share <= 0.05,
            $"{Parts(counts)} and {theirs.Done} of the stranger, of {windows * Limit} calls in {10 * windows} s; refused: {refused} of ours, {theirs.Refused} of the stranger");
    }

    private static string Parts(IEnumerable<(int Done, int Refused)> counts) => string.Join(" + ", counts.Select(c => c.Done));

    private static async Task<(int Done, int Refused)> CallAsync(EmulatorProcess emulator, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = emulator.BaseUrl, DefaultRequestHeaders = { Authorization = new("Bearer", EmulatorProcess.Token) } };
        using var timer = new PeriodicTimer(s_strangerEvery);
        var (done, refused) = (0, 0);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                using var answer = await http.GetAsync("/account-info/2026-09/details", cancellationToken);
                if (answer.IsSuccessStatusCode) done++;
                else refused++;
            }
        }
        catch (OperationCanceledException)
        {
            // the four are done
        }
        return (done, refused);
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
