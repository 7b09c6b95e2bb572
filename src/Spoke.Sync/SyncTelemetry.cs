using System.Diagnostics.Metrics;

namespace Spoke.Sync;

/// <summary>The engine's meter, <c>Spoke.Sync</c>.</summary>
public static class SyncTelemetry
{
    public const string MeterName = "Spoke.Sync";

    private static readonly Meter Meter = new(MeterName);

    /// <summary>Webhook deliveries accepted, by connection and outcome (kept, repeated).</summary>
    internal static readonly Counter<long> Deliveries = Meter.CreateCounter<long>("spoke.webhooks.deliveries");

    /// <summary>Webhook deliveries refused, by connection and status: 401 a bad signature, 404 an unknown connection, 413 too large, 400 not the platform's, 503 the database.</summary>
    internal static readonly Counter<long> Refusals = Meter.CreateCounter<long>("spoke.webhooks.refusals");

    /// <summary>Records by what became of them, by connection and result.</summary>
    internal static readonly Counter<long> Records = Meter.CreateCounter<long>("spoke.records");
}
