using System.Globalization;

namespace Spoke.Commerce.Connectors.Vendure;

/// <summary>
/// What one poll leaves for the next: since when to look, how far the slow sweeps have come, and which orders were open.
/// An order that is delivered between two polls is found because it was open at the first; nothing else about it moves.
/// </summary>
internal sealed record VendureCheckpoint(DateTimeOffset From, ListPlace OrderSweep, ListPlace CustomerSweep, IReadOnlyList<string> Open)
{
    private const int OpenKept = 5000;   // the newest; older ones are left to the sweep

    public static VendureCheckpoint? Parse(string? text) => text?.Split('|') is [var from, var orders, var customers, var open]
        ? new VendureCheckpoint(DateTimeOffset.Parse(from, CultureInfo.InvariantCulture), ListPlace.Parse(orders), ListPlace.Parse(customers), open.Split(',', StringSplitOptions.RemoveEmptyEntries))
        : null;

    public override string ToString() => $"{From:O}|{OrderSweep}|{CustomerSweep}|{string.Join(',', Open.TakeLast(OpenKept))}";
}
