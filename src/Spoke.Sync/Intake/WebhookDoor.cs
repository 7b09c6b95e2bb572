using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Connections;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Intake;

/// <summary>Where stores push to: verified on the raw bytes, kept, and only then answered with 200.</summary>
public sealed class WebhookDoor(ChangeIntake intake, IReadOnlyList<Connection> connections, TimeProvider time, ILogger? logger = null)
{
    /// <summary>The largest delivery taken: 1 MiB.</summary>
    public const int MostBytes = 1 << 20;

    private static readonly TimeSpan RefusalPace = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan NoticePace = TimeSpan.FromHours(1);
    private const int MostNotices = 100;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _noted = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Connection, string Notice), DateTimeOffset> _noticed = new();
    private volatile string? _said;

    /// <summary>Says where this door is, so that a test finds it.</summary>
    /// <exception cref="StorageException">The database cannot be written.</exception>
    public Task OpenedAsync(Uri address, CancellationToken cancellationToken) => intake.Database.WriteAsync((db, transaction) =>
    {
        foreach (var connection in connections) DoorNotes.PutPlace(db, transaction, connection.Name, new DoorPlace(time.GetUtcNow(), Environment.MachineName, address));
    }, cancellationToken);

    /// <summary>The status to answer with, and a line for the sender.</summary>
    public async Task<(int Status, string Text)> ReceiveAsync(string connection, IReadOnlyDictionary<string, string> headers, Stream body, CancellationToken cancellationToken)
    {
        if (connections.FirstOrDefault(c => c.Name == connection) is not { } found) return Refused(connection, 404, Unknown(connection));
        if (await ReadAsync(body, cancellationToken).ConfigureAwait(false) is not { } bytes) return await RefusedAsync(connection, 413, $"A delivery may have {MostBytes} bytes at most.", default, cancellationToken).ConfigureAwait(false);
        WebhookReading reading;
        try
        {
            reading = found.Store.ReadWebhook(headers, bytes.Span, time.GetUtcNow());
        }
        catch (FormatException wrong)
        {
            return await RefusedAsync(connection, 400, wrong.Message, bytes, cancellationToken).ConfigureAwait(false);
        }
        if (!reading.Accepted) return await RefusedAsync(connection, 401, reading.Problem!, bytes, cancellationToken).ConfigureAwait(false);
        try
        {
            if (reading.TestId is { } test) return await TestedAsync(connection, test, cancellationToken).ConfigureAwait(false);
            if (reading.Notice is { } notice) Tell(connection, notice);
            var variants = await VariantsAsync(connection, reading, cancellationToken).ConfigureAwait(false);
            var added = await intake.AppendAsync(connection, [.. reading.Changes, .. variants], null, cancellationToken).ConfigureAwait(false);
            if (reading.Privacy.Count > 0) added += await intake.AskAsync(connection, reading.Privacy, cancellationToken).ConfigureAwait(false);
            SyncTelemetry.Deliveries.Add(1, new("connection", connection), new("outcome", added > 0 ? "kept" : "repeated"));
            _said = null;
            return (200, added > 0 ? "kept" : "known");
        }
        catch (StorageException failure)
        {
            if (logger is not null && _said != failure.Message) DoorLog.NotKept(logger, connection, failure.Message);   // once, not for every delivery
            _said = failure.Message;
            return Refused(connection, 503, NotKept);
        }
    }

    /// <summary>What every push of a shop says again, such as that it is another's, is told once an hour.</summary>
    private void Tell(string connection, string notice)
    {
        var now = time.GetUtcNow();
        if (logger is null || (_noticed.TryGetValue((connection, notice), out var before) && now - before < NoticePace)) return;
        if (_noticed.Count >= MostNotices) _noticed.Clear();   // those of single requests are all different
        _noticed[(connection, notice)] = now;
        DoorLog.Notice(logger, connection, notice);
    }

    /// <summary>
    /// What a push of products says of variants that only the ledger knows: those of a product that is gone go along, and those that a whole product does not have are asked for.
    /// They are not taken for deleted: a push that comes late knows nothing of those made since.
    /// </summary>
    private async Task<IReadOnlyList<StoreChange>> VariantsAsync(string connection, WebhookReading reading, CancellationToken cancellationToken)
    {
        if (reading is { GoneProducts.Count: 0, WholeProducts.Count: 0 }) return [];
        return await intake.Database.ReadAsync<IReadOnlyList<StoreChange>>(db =>
        [
            .. reading.GoneProducts.SelectMany(product => ProductVariants.Of(db, connection, product.PlatformId).Select(variant => product with { PlatformId = variant, DeliveryId = Delivery(product.DeliveryId, variant) })),
            .. reading.WholeProducts.SelectMany(product => ProductVariants.Of(db, connection, product.PlatformId).Except(product.Variants).Select(variant => StoreChange.Named(EntityKind.Variant, variant, Delivery(product.DeliveryId, variant)))),
        ], cancellationToken).ConfigureAwait(false);

        static string? Delivery(string? ofProduct, string variant) => ofProduct is null ? null : $"{ofProduct}:{variant}";
    }

    internal const string NotKept = "Not kept; send it again.";

    internal static string Unknown(string connection) => $"There is no connection '{connection}'.";

    /// <summary>A test is answered by what nobody else could say in our place. It goes to the disk as a push does, and into neither intake nor ledger.</summary>
    private async Task<(int, string)> TestedAsync(string connection, string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var answer = new TestAnswer(id, await DatabaseId.OfAsync(intake.Database, cancellationToken).ConfigureAwait(false), now);
        await intake.Database.WriteAsync((db, transaction) => DoorNotes.PutTest(db, transaction, connection, now), cancellationToken).ConfigureAwait(false);
        SyncTelemetry.Deliveries.Add(1, new("connection", connection), new("outcome", "test"));
        return (200, answer.ToString());
    }

    /// <summary>Whoever asks why nothing arrives learns of it later; a flood of forgeries costs one write a minute.</summary>
    private async Task<(int, string)> RefusedAsync(string connection, int status, string text, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!TestDelivery.LooksLikeOne(body.Span) && (!_noted.TryGetValue(connection, out var before) || now - before >= RefusalPace))
        {
            _noted[connection] = now;
            try
            {
                await intake.Database.WriteAsync((db, transaction) => DoorNotes.PutRefusal(db, transaction, connection, new DoorRefusal(now, status, text.ReplaceLineEndings(" "))), cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException)
            {
                // it is refused all the same
            }
        }
        return Refused(connection, status, text);
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
    [LoggerMessage(4102, LogLevel.Warning, "Connection {Connection}: {Notice}")]
    public static partial void Notice(ILogger logger, string connection, string notice);

    [LoggerMessage(4101, LogLevel.Error, "Connection {Connection} answers its store's webhooks with 503, so that they come again, until they can be kept: {Problem}")]
    public static partial void NotKept(ILogger logger, string connection, string problem);
}
