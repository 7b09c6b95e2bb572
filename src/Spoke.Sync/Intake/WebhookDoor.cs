using Spoke.Sync.Connections;

namespace Spoke.Sync.Intake;

/// <summary>Where stores push to: verified on the raw bytes, kept, and only then answered with 200.</summary>
public sealed class WebhookDoor(ChangeIntake intake, IReadOnlyList<Connection> connections, TimeProvider time)
{
    /// <summary>The status to answer with, and a line for the sender.</summary>
    public async Task<(int Status, string Text)> ReceiveAsync(string connection, IReadOnlyDictionary<string, string> headers, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (connections.FirstOrDefault(c => c.Name == connection) is not { } found) return (404, $"There is no connection '{connection}'.");
        var reading = found.Store.ReadWebhook(headers, body.Span, time.GetUtcNow());
        if (!reading.Accepted) return (401, reading.Problem!);
        await intake.AppendAsync(connection, reading.Changes, null, cancellationToken).ConfigureAwait(false);
        return (200, "kept");
    }
}
