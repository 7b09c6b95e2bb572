using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Ledger;

/// <summary>Which variants the ledger has of a product.</summary>
internal static class ProductVariants
{
    // By their bodies: a push of a product costs a read of the store for each of its variants, beside which one pass over the ledger's is little, and an index would have to be kept for every variant that is written.
    public static IEnumerable<string> Of(DbConnection db, string connection, string product) =>
        db.Query<string>("select body from ledger where connection = @connection and kind = @kind and deleted = 0 and body like @named", new { connection, kind = (int)EntityKind.Variant, named = $"%\"ProductId\":\"{product}\"%" })
            .Select(LedgerJson.Read).OfType<Variant>().Where(variant => variant.ProductId == product).Select(variant => variant.PlatformId);
}
