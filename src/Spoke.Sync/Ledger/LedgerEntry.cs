using System.Data.Common;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Consents;
using Spoke.Sync.Planning;
using Spoke.Sync.Privacy;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Ledger;

/// <summary>Enters one change into the ledger, with all that hangs on it: contacts, aggregates, marks. One transaction; the caller's.</summary>
internal static class LedgerEntry
{
    /// <param name="fresh">Read from the store by us, not pushed to us.</param>
    /// <param name="page">What was asked of the ledger beforehand; null: nothing.</param>
    /// <param name="erased">Under which key an order of an erased person goes on; null: of nobody who was erased.</param>
    /// <returns>Whether the ledger says something else now.</returns>
    public static bool Enter(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, LedgerEntity entity, bool fresh, HeardChange heard, LedgerPage? page = null, string? erased = null)
    {
        var known = Known(db, transaction, connection, entity.Kind, entity.PlatformId, page);
        var before = known?.State ?? LedgerState.Unknown;
        return Keep(db, transaction, dialect, connection, entity.Kind, entity.PlatformId, known, before.Arrived(entity, fresh), heard, page, erased);
    }

    /// <summary>The store has deleted it and says no more.</summary>
    /// <param name="version">Of the deletion; null: the store was asked and has it no more, whatever version of it is known.</param>
    /// <returns>Whether the ledger says something else now.</returns>
    public static bool Delete(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, EntityKind kind, string id, long? version, HeardChange heard, LedgerPage? page = null)
    {
        var known = Known(db, transaction, connection, kind, id, page);
        var before = known?.State ?? LedgerState.Unknown;
        return Keep(db, transaction, dialect, connection, kind, id, known, before.Gone(version ?? before.Version), heard, page);
    }

    /// <summary>By what an order or a cart names whoever it is of; null: it is neither.</summary>
    public static (string? CustomerId, string? Email)? BuyerOf(LedgerEntity? entity) => entity switch
    {
        Order order => (order.CustomerId, order.Email),
        Cart cart => (cart.CustomerId, cart.Email),
        _ => null,
    };

    private static LedgerRow? Known(DbConnection db, DbTransaction transaction, string connection, EntityKind kind, string id, LedgerPage? page) =>
        page is not null && page.Take(kind, id, out var row) ? row : LedgerStore.Find(db, transaction, connection, kind, id);

    private static bool Keep(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, EntityKind kind, string id, LedgerRow? known, LedgerState after, HeardChange heard, LedgerPage? page, string? erased = null)
    {
        var before = known?.State ?? LedgerState.Unknown;
        if (ReferenceEquals(before, after)) return false;   // stale, or heard before
        var contact = after.Entity switch
        {
            Order when Erased.Is(known?.ContactKey) => known!.ContactKey,   // nobody's any more, whatever arrives
            Order when erased is not null => erased,
            _ when BuyerOf(after.Entity) is { } buyer => (page?.BuyersWith(buyer.CustomerId, buyer.Email) ?? Buyers.Of(db, transaction, dialect, connection, [buyer])).Contact(buyer.CustomerId, buyer.Email),
            _ => known?.ContactKey,
        };
        var shows = after.Entity is not null && (before.Hash != after.Hash || before.Entity?.Deleted != after.Entity.Deleted);
        LedgerStore.Put(db, transaction, connection, kind, id, after, contact, shows ? heard : null);
        if (!shows || after.Entity is not { } entity) return false;   // nothing a record would show
        if (entity is Customer customer)
        {
            var address = EmailAddress.Normalise((before.Entity as Customer)?.Email);
            contact = Regroup(db, transaction, dialect, connection, before.Entity as Customer, customer) ?? contact;
            foreach (var consents in (ConsentStore[])[ConsentStore.Email, ConsentStore.Sms])
                if (contact is not null && consents.Of(customer)?.State != consents.Of(before.Entity as Customer)?.State) consents.Mark(db, transaction, connection, contact);
            if (contact is not null && address is not null && address != EmailAddress.Normalise(customer.Email)) ConsentStore.Moved(db, transaction, dialect, connection, [contact]);
        }
        if (entity is Order order2) AggregateStore.Move(db, transaction, connection, Brought(before.Entity, known?.ContactKey), (contact, OrderContribution.Of(order2)));
        if (kind is EntityKind.Order or EntityKind.Cart) LineVariants.Move(db, transaction, dialect, connection, before.Entity, entity);
        DirtyMarks.For(db, transaction, dialect, connection, entity, before.Entity, contact, known?.ContactKey, heard.Because);
        return true;
    }

    /// <returns>The customer's own contact.</returns>
    private static string? Regroup(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, Customer? before, Customer after)
    {
        var (then, now) = (EmailAddress.Normalise(before?.Email), EmailAddress.Normalise(after.Email));
        if (before is not null && then == now && before.Guest == after.Guest) return null;
        var moved = ContactKeys.Regroup(db, transaction, dialect, connection, after.PlatformId, then, now);
        foreach (var member in moved)
        {
            if (member.Kind == EntityKind.Order && LedgerStore.Find(db, transaction, connection, member.Kind, member.PlatformId)?.State.Entity is Order order)
                AggregateStore.Move(db, transaction, connection, (member.Before, OrderContribution.Of(order)), (member.After, OrderContribution.Of(order)));
            DirtyMarks.ForMove(db, transaction, connection, member);
            if (member is { Kind: EntityKind.Customer, After: { } into } && member.PlatformId != after.PlatformId)
            {
                ConsentStore.Email.Mark(db, transaction, connection, into);
                ConsentStore.Sms.Mark(db, transaction, connection, into);
            }
        }
        foreach (var (left, joined) in moved.Select(m => (m.Before, m.After)).Distinct())
        {
            if (left is null || joined is null) continue;
            ConsentStore.Follow(db, transaction, connection, left, joined);
            ContactRecords.Rename(db, transaction, connection, left, joined);
        }
        return moved.FirstOrDefault(m => m.Kind == EntityKind.Customer && m.PlatformId == after.PlatformId)?.After;
    }

    private static (string?, OrderContribution)? Brought(LedgerEntity? entity, string? contact) => entity is Order order ? (contact, OrderContribution.Of(order)) : null;
}
