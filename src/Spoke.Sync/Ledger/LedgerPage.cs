using System.Data.Common;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Ledger;

/// <summary>
/// What the ledger says of the entities of one page before any of them is entered, asked once for all: a question for each costs more than to enter it.
/// Only of pages without customers, for these move what others belong to.
/// </summary>
internal sealed class LedgerPage
{
    private readonly Dictionary<(EntityKind, string), LedgerRow?> _rows;
    private readonly Buyers _buyers;

    private LedgerPage(Dictionary<(EntityKind, string), LedgerRow?> rows, Buyers buyers) => (_rows, _buyers) = (rows, buyers);

    /// <returns>Null: a customer is among them.</returns>
    public static LedgerPage? Of(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, IReadOnlyList<LedgerEntity> entities)
    {
        if (entities.Any(entity => entity is Customer)) return null;
        var rows = new Dictionary<(EntityKind, string), LedgerRow?>();
        foreach (var alike in entities.GroupBy(entity => entity.Kind, entity => entity.PlatformId))
        {
            var ids = alike.Distinct().ToList();
            foreach (var id in ids) rows.Add((alike.Key, id), null);
            foreach (var (id, row) in LedgerStore.Find(db, transaction, dialect, connection, alike.Key, ids)) rows[(alike.Key, id)] = row;
        }
        return new LedgerPage(rows, Buyers.Of(db, transaction, dialect, connection, entities.Select(LedgerEntry.BuyerOf).OfType<(string?, string?)>()));
    }

    /// <summary>What the ledger says of an entity, once: then something else may have been entered.</summary>
    public bool Take(EntityKind kind, string id, out LedgerRow? row) => _rows.Remove((kind, id), out row);

    /// <summary>Those of the page; null: this one is not among them.</summary>
    public Buyers? BuyersWith(string? customerId, string? email) => _buyers.Know(customerId, email) ? _buyers : null;
}
