using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Ledger;

/// <summary>SKUs that several variants of a store have. HubSpot takes each once, so all but the oldest variant go without.</summary>
internal static class SharedSkus
{
    /// <summary>Those among these, each with what is to be said of it.</summary>
    public static IReadOnlyList<(string Sku, LedgerNotice Notice)> Of(DbConnection db, ISqlDialect dialect, string connection, IReadOnlyList<string> skus) => skus.Count == 0 ? [] :
    [
        .. db.Query<(string Sku, string Id)>($"select sku, platform_id from ledger where connection = @connection and +kind = 1 and deleted = 0 and sku {dialect.Among("skus")}", new { connection, skus })
            .GroupBy(variant => variant.Sku, variant => variant.Id).Where(group => group.Skip(1).Any())
            .Select(group => (group.Key, LedgerNotice.SharedSku(group.Key, [.. group.OrderBy(id => id.Length).ThenBy(id => id, StringComparer.Ordinal)]))),
    ];

    /// <summary>The SKUs of variants.</summary>
    public static IReadOnlyList<string> Named(DbConnection db, ISqlDialect dialect, string connection, IReadOnlyList<string> variants) => variants.Count == 0 ? [] :
        db.Query<string>($"select distinct sku from ledger where connection = @connection and kind = 1 and sku is not null and platform_id {dialect.Among("variants")}", new { connection, variants }).AsList();
}
