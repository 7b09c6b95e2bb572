using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors;

/// <summary>
/// One store platform: reads what the store holds, pages at a time, and says it in ledger terms.
/// Reading and normalising are apart so that the intake can keep the store's own bytes before anything is made of them.
/// </summary>
public interface IStoreConnector : IAsyncDisposable
{
    /// <summary>The word in the configuration: <c>vendure</c>, <c>sample</c>.</summary>
    string Platform { get; }

    /// <summary>Who the store is. Also the cheapest proof that the address and the credential are right.</summary>
    /// <exception cref="StoreException">The store could not be reached, or refused us.</exception>
    Task<StoreInfo> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>Reads everything of one kind in a stable order. <paramref name="cursor"/> is that of the last page that was made durable, or null to begin.</summary>
    /// <exception cref="StoreException">The store could not be reached, or refused us, after the connector's own retries.</exception>
    IAsyncEnumerable<StorePage> ReadAllAsync(EntityKind kind, string? cursor, CancellationToken cancellationToken);

    /// <summary>Reads what may have changed since <paramref name="checkpoint"/> (the cursor of the last page of this method, or null: since <paramref name="since"/>). May repeat; never leaves out.</summary>
    /// <exception cref="StoreException">The store could not be reached, or refused us, after the connector's own retries.</exception>
    IAsyncEnumerable<StorePage> ReadChangesAsync(string? checkpoint, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>What there is to read on this platform, in the order of reading.</summary>
    IReadOnlyList<EntityKind> Kinds { get; }

    /// <summary>Of which kinds <see cref="ReadAllAsync"/> brings everything there is, so that what it does not bring is gone. Carts come and go; a shop may keep older orders from us.</summary>
    IReadOnlyList<EntityKind> ReadWhole => [EntityKind.Variant, EntityKind.Customer, EntityKind.Order];

    /// <summary>One entity as the store has it now; null: the store has no such thing.</summary>
    /// <exception cref="StoreException">The store could not be reached, or refused us, after the connector's own retries.</exception>
    Task<StoreChange?> ReadOneAsync(EntityKind kind, string platformId, CancellationToken cancellationToken);

    /// <summary>What can flow back into the store; null: nothing.</summary>
    IStoreWriter? Writer { get; }

    /// <summary>The pushes a store makes once they are asked for; null: it is not asked through its API.</summary>
    IStoreSubscriptions? Subscriptions { get; }

    /// <summary>Checks a push on its raw bytes and takes it apart. Pure: no call, no clock but the given one.</summary>
    /// <exception cref="FormatException">It is signed, yet no change can be made of it; the message says why.</exception>
    WebhookReading ReadWebhook(IReadOnlyDictionary<string, string> headers, ReadOnlySpan<byte> body, DateTimeOffset now);

    /// <summary>The headers with which the platform would post these bytes, signed with the store's webhook secret, for a <see cref="TestDelivery"/>; null: there is no secret to sign with. Pure.</summary>
    /// <param name="id">Of the delivery.</param>
    IReadOnlyDictionary<string, string>? SignTest(string id, ReadOnlySpan<byte> body, DateTimeOffset now) => null;

    /// <summary>Says a change in ledger terms. Pure: the same change gives the same entities. An order may bring its guest customer along.</summary>
    /// <exception cref="FormatException">The payload is not what this platform sends; the message names the place.</exception>
    IReadOnlyList<LedgerEntity> Normalise(StoreChange change);
}

/// <summary>One thing the store told us, in its own bytes.</summary>
/// <param name="Version">Source version, as in <see cref="LedgerEntity.Version"/>.</param>
/// <param name="Payload">UTF-8 JSON as the store sent it; empty for a bare deletion, and for an entity that is only named.</param>
/// <param name="DeliveryId">The sender's id of this delivery, for dropping repeats; null when polled.</param>
public sealed record StoreChange(EntityKind Kind, string PlatformId, long Version, ReadOnlyMemory<byte> Payload, bool Deleted = false, string? DeliveryId = null)
{
    /// <summary>The push says which entity has changed and not how it looks now: the engine reads it by <see cref="IStoreConnector.ReadOneAsync"/>.</summary>
    public bool IsOnlyNamed => Payload.IsEmpty && !Deleted;

    /// <summary>An entity that is only named.</summary>
    public static StoreChange Named(EntityKind kind, string platformId, string? deliveryId) => new(kind, platformId, 0, ReadOnlyMemory<byte>.Empty, false, deliveryId);
}

/// <summary>A page of changes with the cursor to go on from once they are durable.</summary>
/// <param name="Total">How many there are of this kind in all, if the store says so.</param>
public sealed record StorePage(IReadOnlyList<StoreChange> Changes, string Cursor, int? Total = null);

/// <param name="TimeZone">IANA name, if the store says it.</param>
public sealed record StoreInfo(string Name, string Url, string MainCurrency, string? TimeZone = null)
{
    /// <summary>The platform's version, if it can be told.</summary>
    public string? Version { get; init; }

    /// <summary>What the operator has to know: how far back orders can be read, a scope that is missing, a version that lacks something.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];
}

/// <summary>What a push turned out to be.</summary>
/// <param name="Problem">Why it was refused; null when it was accepted.</param>
public sealed record WebhookReading(IReadOnlyList<StoreChange> Changes, string? Problem = null)
{
    /// <summary>Products that are gone, where the platform does not say which variants they had: each stands for all that the ledger has of it, and its <see cref="StoreChange.PlatformId"/> is the product's.</summary>
    public IReadOnlyList<StoreChange> GoneProducts { get; init; } = [];

    /// <summary>Products of which the push names every variant: what else the ledger has of them was taken off, or came after the push, and is asked for.</summary>
    public IReadOnlyList<WholeProduct> WholeProducts { get; init; } = [];

    /// <summary>Requests about a person's data that the platform passes on.</summary>
    public IReadOnlyList<PrivacyRequest> Privacy { get; init; } = [];

    /// <summary>The id of a <see cref="TestDelivery"/>, of which nothing is to be kept; null: it is none.</summary>
    public string? TestId { get; init; }

    /// <summary>What the operator should learn of, such as that our app was uninstalled; null: nothing.</summary>
    public string? Notice { get; init; }

    public bool Accepted => Problem is null;

    /// <summary>To be asked once the signature is known to hold, before anything else is made of the body.</summary>
    /// <returns>Null: the body is no test.</returns>
    internal static WebhookReading? Test(ReadOnlySpan<byte> body) => TestDelivery.IdOf(body) is { } id ? new WebhookReading([]) { TestId = id } : null;
}

/// <param name="Variants">The ids of all its variants.</param>
/// <param name="DeliveryId">As in <see cref="StoreChange.DeliveryId"/>; null: repeats are not known.</param>
public sealed record WholeProduct(string PlatformId, IReadOnlySet<string> Variants, string? DeliveryId);

/// <summary>The store could not be reached or refused us. The message says what happened, to what, and what to do next.</summary>
public sealed class StoreException(string message, bool isTransient, Exception? inner = null) : Exception(message, inner)
{
    public bool IsTransient { get; } = isTransient;
}
