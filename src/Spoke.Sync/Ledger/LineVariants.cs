using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Ledger;

/// <summary>Which orders and carts name which variants in their lines.</summary>
internal static class LineVariants
{
    private const string Insert = "insert into line_variant (connection, variant_id, kind, parent_id) ";

    /// <summary>Moves what the old version of an order or cart named to what the new one names. A variant that the store has deleted is looked at anew.</summary>
    public static void Move(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, LedgerEntity? before, LedgerEntity after)
    {
        var (then, now) = (Of(before), Of(after));
        if (then.SetEquals(now)) return;
        db.ExecuteLater(dialect, transaction, "variant text", [.. now.Except(then).Select(variant => new object?[] { variant })], rows =>
            Insert + $"select @connection, variant, @kind, @parent from {rows} where true on conflict do nothing", ("connection", connection), ("kind", (long)after.Kind), ("parent", after.PlatformId));
        Forget(db, transaction, connection, after, then.Except(now));
    }

    public static void Forget(DbConnection db, DbTransaction transaction, string connection, LedgerEntity gone) => Forget(db, transaction, connection, gone, Of(gone));

    private static void Forget(DbConnection db, DbTransaction transaction, string connection, LedgerEntity parent, IEnumerable<string> variants)
    {
        foreach (var variant in variants)
        {
            db.ExecuteLater("delete from line_variant where connection = @connection and variant_id = @variant and kind = @kind and parent_id = @PlatformId", new { connection, variant, kind = (int)parent.Kind, parent.PlatformId }, transaction);
            DirtyMarks.OfDeletedVariant(db, transaction, connection, variant);
        }
    }

    /// <summary>From the bodies that were kept all along.</summary>
    public static void Fill(DbConnection db, DbTransaction transaction)
    {
        foreach (var (connection, body) in db.Query<(string, string)>("select connection, body from ledger where kind in (3, 4) and body <> ''", transaction: transaction).AsList())
        {
            var entity = LedgerJson.Read(body);
            foreach (var variant in Of(entity)) db.ExecuteLater(Insert + "values (@connection, @variant, @kind, @PlatformId) on conflict do nothing", new { connection, variant, kind = (int)entity.Kind, entity.PlatformId }, transaction);
        }
    }

    private static HashSet<string> Of(LedgerEntity? entity) => entity switch
    {
        Order order => [.. order.Lines.Select(line => line.VariantId).OfType<string>()],
        Cart { Identifiable: true } cart => [.. cart.Lines.Select(line => line.VariantId).OfType<string>()],   // of others there are no line items
        _ => [],
    };
}
