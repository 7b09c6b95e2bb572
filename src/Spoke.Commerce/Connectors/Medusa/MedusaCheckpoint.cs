using System.Globalization;

namespace Spoke.Commerce.Connectors.Medusa;

/// <summary>What one poll leaves for the next: since when to look, how far the slow sweeps have come, and which orders were open, those first that have waited longest.</summary>
internal sealed record MedusaCheckpoint(DateTimeOffset From, ListPlace OrderSweep, ListPlace CustomerSweep, ListPlace ProductSweep, IReadOnlyList<string> Open)
{
    private const int OpenKept = 5000;   // others are left to the sweep

    public static MedusaCheckpoint? Parse(string? text) => text?.Split('|') is [var from, var orders, var customers, var products, var open]
        ? new MedusaCheckpoint(DateTimeOffset.Parse(from, CultureInfo.InvariantCulture), ListPlace.Parse(orders), ListPlace.Parse(customers), ListPlace.Parse(products), open.Split(',', StringSplitOptions.RemoveEmptyEntries))
        : null;

    public override string ToString() => $"{From:O}|{OrderSweep}|{CustomerSweep}|{ProductSweep}|{string.Join(',', Open.TakeLast(OpenKept))}";
}
