using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Ledger;
using Spoke.Sync.Tests.Pushing;

namespace Spoke.Sync.Tests.Ledger;

/// <summary>A page that asks beforehand ends as if each entity had asked for itself.</summary>
public sealed class LedgerPageTests
{
    // More than once in the page, older than known, of somebody else than before, of an account, of a guest, of nobody.
    private static readonly Order[] Orders =
    [
        Some.Order("1", 3, email: "guest@example.com", total: 2000, lines: ["a", "b"]),
        Some.Order("2", 1, customer: "7", lines: ["a"]),
        Some.Order("1", 2, customer: "7", total: 1500),
        Some.Order("1", 4, customer: "8", total: 1700, cancelled: true),
        Some.Order("3", 1, email: "A@Example.com"),
        Some.Order("4", 1),
        Some.Order("5", 1, customer: "9", email: "b@example.com"),
        Some.Order("2", 2, email: "new@example.com", lines: ["b"]),
    ];

    [Fact]
    public async Task Asked_once_for_all_or_by_each_the_ledger_says_the_same()
    {
        var (asked, alone) = (await EnteredAsync(beforehand: true), await EnteredAsync(beforehand: false));
        Assert.Equal(alone, asked);
        Assert.Contains("shop-main:customer:7", asked);
        Assert.Contains("shop-main:customer:guest:new@example.com", asked);
    }

    [Fact]
    public async Task A_page_with_a_customer_is_not_asked_beforehand()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.Database.WriteAsync((db, transaction) => Assert.Null(LedgerPage.Of(db, transaction, rig.Database.Dialect, "shop-main", [.. Orders, Some.Customer("9", 1, "c@example.com")])), PushRig.Token);
    }

    private static async Task<string> EnteredAsync(bool beforehand)
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Customer("7", 1, "a@example.com"), Some.Customer("8", 1, "b@example.com"), Some.Order("1", 1, customer: "7", total: 1000, lines: ["a"]), Some.Order("6", 1, customer: "8"));
        await rig.Database.WriteAsync((db, transaction) =>
        {
            var page = beforehand ? LedgerPage.Of(db, transaction, rig.Database.Dialect, "shop-main", Orders) : null;
            foreach (var order in Orders) LedgerEntry.Enter(db, transaction, rig.Database.Dialect, "shop-main", order, fresh: order.PlatformId != "2", PushRig.Heard, page);
            foreach (var gone in (string[])["6", "4", "1"]) LedgerEntry.Delete(db, transaction, rig.Database.Dialect, "shop-main", EntityKind.Order, gone, null, PushRig.Heard, page);   // 6 is not of the page
        }, PushRig.Token);
        return await rig.Database.ReadAsync(db => string.Join('\n', ((string[])
        [
            "select platform_id, version, gone_version, deleted, contact_key, body from ledger order by kind, platform_id",
            "select object, record_key, state, generation from record order by object, record_key",
            "select contact_key, currency, orders_count, total_spent from aggregates order by contact_key, currency",
            "select variant_id, kind, parent_id from line_variant order by variant_id, parent_id",
        ]).SelectMany(query => db.Query(query)).Select(row => string.Join(' ', ((IDictionary<string, object?>)row).Values))), PushRig.Token);
    }
}
