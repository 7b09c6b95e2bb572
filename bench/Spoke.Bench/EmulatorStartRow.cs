using System.Globalization;
using Spoke.HubSpot;

namespace Spoke.Bench;

/// <summary>From the start of the process to the first answered call, in the middle of five starts.</summary>
internal static class EmulatorStartRow
{
    public static async Task<Figure> MeasureAsync(string repository, CancellationToken cancellationToken)
    {
        var starts = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            var started = TimeProvider.System.GetTimestamp();
            await using var emulator = await EmulatorProcess.StartAsync(repository, "pro", cancellationToken);
            using var client = emulator.Client();
            await client.SendAsync(new HubSpotRequest("GET", "/crm/v3/objects/contacts?limit=100&archived=false"), cancellationToken: cancellationToken);
            starts.Add(TimeProvider.System.GetElapsedTime(started).TotalSeconds);
        }
        var median = Rounds.Median(starts);
        return new Figure(median.ToString("0.00", CultureInfo.InvariantCulture) + " s", "< 1 s", median < 1, string.Create(CultureInfo.InvariantCulture, $"five starts, {starts.Min():0.00} to {starts.Max():0.00} s"));
    }
}
