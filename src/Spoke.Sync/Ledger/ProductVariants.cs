using System.Data.Common;
using Dapper;

namespace Spoke.Sync.Ledger;

/// <summary>Which variants the ledger has of a product.</summary>
internal static class ProductVariants
{
    public static IEnumerable<string> Of(DbConnection db, string connection, string product) =>
        db.Query<string>("select platform_id from ledger where connection = @connection and product_id = @product and deleted = 0", new { connection, product });
}
