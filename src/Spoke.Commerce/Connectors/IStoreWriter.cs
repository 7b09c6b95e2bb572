using Spoke.Commerce.Ledger;

namespace Spoke.Commerce.Connectors;

/// <summary>Writes into a store what flows back from HubSpot and from warehouses.</summary>
public interface IStoreWriter
{
    /// <summary>What this platform can take at all.</summary>
    IReadOnlySet<StoreWriteKind> Takes { get; }

    /// <summary>Carries out one write. Doing it again with the same <see cref="StoreWrite.Key"/> is harmless: a lost answer leads to no second note and no second shipment.</summary>
    /// <exception cref="StoreException">The store could not be reached, or refused us as a whole; whether it was carried out is not known.</exception>
    Task<StoreWriteOutcome> WriteAsync(StoreWrite write, CancellationToken cancellationToken);
}

public enum StoreWriteKind { CustomerFields, EmailConsent, SmsConsent, CustomerTags, OrderTags, CustomerNote, OrderNote, Fulfilment }

public enum CustomerField { Email, FirstName, LastName, Phone, Company, Street, City, State, PostalCode, Country }

/// <summary>One thing to write.</summary>
/// <param name="Key">Unique for this write, the same when it is repeated.</param>
/// <param name="PlatformId">The customer or order it is about.</param>
public abstract record StoreWrite(string Key, string PlatformId);

/// <param name="Fields">What to set; null clears.</param>
public sealed record CustomerFieldsWrite(string Key, string PlatformId, IReadOnlyDictionary<CustomerField, string?> Fields) : StoreWrite(Key, PlatformId);

public sealed record ConsentWrite(string Key, string PlatformId, ConsentChannel Channel, Consent Consent) : StoreWrite(Key, PlatformId);

/// <param name="Of">Customer or Order.</param>
public sealed record TagsWrite(string Key, EntityKind Of, string PlatformId, IReadOnlyList<string> Add, IReadOnlyList<string> Remove) : StoreWrite(Key, PlatformId);

/// <param name="Of">Customer or Order.</param>
/// <param name="Text">For the shop's people, not for the buyer.</param>
public sealed record NoteWrite(string Key, EntityKind Of, string PlatformId, string Text) : StoreWrite(Key, PlatformId);

/// <summary>A shipment of some or all lines of an order.</summary>
/// <param name="ShipmentId">The warehouse's id; our own echo is known by it.</param>
/// <param name="Lines">Order line ids with quantities; empty: all that is left.</param>
/// <param name="Delivered">It has arrived, as far as the platform can say so.</param>
public sealed record FulfilmentWrite(string Key, string PlatformId, string ShipmentId, IReadOnlyList<FulfilledLine> Lines, string? Carrier, string? TrackingNumber, string? TrackingUrl, bool Delivered = false) : StoreWrite(Key, PlatformId);

public sealed record FulfilledLine(string LineId, int Quantity);

public enum StoreWriteResult
{
    Written,

    /// <summary>The store had it so already, or an earlier try was carried out.</summary>
    Unchanged,

    /// <summary>The store does not take it; trying again changes nothing until somebody acts.</summary>
    Refused,

    /// <summary>The store has no such customer or order any more.</summary>
    Gone,
}

/// <summary>What became of a write.</summary>
/// <param name="Now">The entity as the store has it afterwards, so that its echo is known; null: not told.</param>
/// <param name="Problem">Why it was refused.</param>
/// <param name="Fix">What somebody can do about it.</param>
public sealed record StoreWriteOutcome(StoreWriteResult Result, StoreChange? Now = null, string? Problem = null, string? Fix = null);
