using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Ledger;

/// <summary>Which variants the ledger has of a product.</summary>
internal static class ProductVariants
{
    // By their bodies: products are seldom deleted, and an index would have to be kept for every variant that is written.
    public static IEnumerable<string> Of(DbConnection db, string connection, string product) =>
        db.Query<string>("select body from ledger where connection = @connection and kind = @kind and deleted = 0 and body like @named", new { connection, kind = (int)EntityKind.Variant, named = $"%\"ProductId\":\"{product}\"%" })
            .Select(LedgerJson.Read).OfType<Variant>().Where(variant => variant.ProductId == product).Select(variant => variant.PlatformId);
}
