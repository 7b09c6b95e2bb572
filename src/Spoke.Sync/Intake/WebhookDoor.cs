using Microsoft.Extensions.Logging;
using Spoke.Commerce.Connectors;
using Spoke.Sync.Connections;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Intake;

/// <summary>Where stores push to: verified on the raw bytes, kept, and only then answered with 200.</summary>
public sealed class WebhookDoor(ChangeIntake intake, IReadOnlyList<Connection> connections, TimeProvider time, ILogger? logger = null)
{
    /// <summary>The largest delivery taken: 1 MiB.</summary>
    public const int MostBytes = 1 << 20;

    private volatile string? _said;

    /// <summary>The status to answer with, and a line for the sender.</summary>
    public async Task<(int Status, string Text)> ReceiveAsync(string connection, IReadOnlyDictionary<string, string> headers, Stream body, CancellationToken cancellationToken)
    {
        if (connections.FirstOrDefault(c => c.Name == connection) is not { } found) return Refused(connection, 404, $"There is no connection '{connection}'.");
        if (await ReadAsync(body, cancellationToken).ConfigureAwait(false) is not { } bytes) return Refused(connection, 413, $"A delivery may have {MostBytes} bytes at most.");
        WebhookReading reading;
        try
        {
            reading = found.Store.ReadWebhook(headers, bytes.Span, time.GetUtcNow());
        }
        catch (FormatException wrong)
        {
            return Refused(connection, 400, wrong.Message);
        }
        if (!reading.Accepted) return Refused(connection, 401, reading.Problem!);
        try
        {
            var added = await intake.AppendAsync(connection, reading.Changes, null, cancellationToken).ConfigureAwait(false);
            if (reading.Privacy.Count > 0) added += await intake.AskAsync(connection, reading.Privacy, cancellationToken).ConfigureAwait(false);
            SyncTelemetry.Deliveries.Add(1, new("connection", connection), new("outcome", added > 0 ? "kept" : "repeated"));
            _said = null;
            return (200, added > 0 ? "kept" : "known");
        }
        catch (StorageException failure)
        {
            if (logger is not null && _said != failure.Message) DoorLog.NotKept(logger, connection, failure.Message);   // once, not for every delivery
            _said = failure.Message;
            return Refused(connection, 503, "Not kept; send it again.");
        }
    }

    private static (int, string) Refused(string connection, int status, string text)
    {
        // An unknown name is a stranger's text and makes no series of its own.
        SyncTelemetry.Refusals.Add(1, new("connection", status == 404 ? "unknown" : connection), new("status", status));
        return (status, text);
    }

    /// <returns>Null when there is more than is taken.</returns>
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        using var memory = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
        {
            if (memory.Length + read > MostBytes) return null;
            memory.Write(buffer, 0, read);
        }
        return memory.ToArray();
    }
}

internal static partial class DoorLog
{
    [LoggerMessage(4101, LogLevel.Error, "Connection {Connection} answers its store's webhooks with 503, so that they come again, until they can be kept: {Problem}")]
    public static partial void NotKept(ILogger logger, string connection, string problem);
}
