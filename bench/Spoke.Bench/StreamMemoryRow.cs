using System.Diagnostics;
using System.Globalization;
using Spoke.HubSpot;

namespace Spoke.Bench;

/// <summary>A million contacts streamed by the client in a process of its own: the most memory it held up to the 100,000th, after a warm-up, and up to the last.</summary>
internal static class StreamMemoryRow
{
    public const string Verb = "stream-contacts";
    private const int Records = 1_000_000;
    private const int First = 100_000;
    private const int Look = 1_000;

    public static async Task<Figure> MeasureAsync(string repository, CancellationToken cancellationToken)
    {
        await using var emulator = await EmulatorProcess.StartAsync(repository, "off", cancellationToken);
        using (var client = emulator.Client())
            await Parallel.ForEachAsync(Enumerable.Range(0, Records / 1_000), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken }, async (thousand, stop) =>
                await client.Contacts.BatchCreateAsync([.. Enumerable.Range(thousand * 1_000, 1_000).Select(i => new CrmRecordInput(new Dictionary<string, string?> { ["email"] = $"c{i}@bench.example", ["firstname"] = $"First {i % 500}", ["lastname"] = $"Last {i % 5_000}" }))], cancellationToken: stop));
        using var streaming = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [Verb, emulator.BaseUrl.ToString()]) { RedirectStandardOutput = true })!;
        var said = (await streaming.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("the client ended early")).Split(' ').Select(part => double.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        await streaming.WaitForExitAsync(cancellationToken);
        var (count, early, late, seconds) = ((int)said[0], said[1], said[2], said[3]);
        if (count != Records) throw new InvalidOperationException($"{count} came, {Records} expected");
        var ratio = late / early;
        return new Figure(ratio.ToString("0.00x", CultureInfo.InvariantCulture), "<= 1.10x", ratio <= 1.1, string.Create(CultureInfo.InvariantCulture, $"{late / 1e6:0.0} MB at most over 1,000,000 records, {early / 1e6:0.0} MB over the first 100,000; {count / seconds:#,##0} records a second"));
    }

    /// <summary>The client; prints records, both peaks in bytes, and seconds.</summary>
    public static async Task<int> StreamAsync(Uri address)
    {
        using var client = new HubSpotClient(new HubSpotClientOptions { BaseUrl = address, Token = () => EmulatorProcess.Token, TenSecondLimit = 100_000_000 });
        var (count, early, peak, started) = (0, 0L, 0L, TimeProvider.System.GetTimestamp());
        await foreach (var contact in client.Contacts.ListAsync(new ReadOptions { Properties = ["email", "firstname", "lastname"] }))
        {
            if (contact["email"] is null) throw new InvalidOperationException("a contact came without its address");
            if (++count % Look != 0) continue;
            peak = Math.Max(peak, Environment.WorkingSet);
            if (count == First) early = peak;
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} {early} {peak} {TimeProvider.System.GetElapsedTime(started).TotalSeconds}"));
        return 0;
    }
}
