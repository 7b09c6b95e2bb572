using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Sync.Planning;
using Spoke.Sync.Tests.Pulling;

namespace Spoke.Sync.Tests.Ledger;

/// <summary>What somebody should look at in the store: told in the plan and, once, in the log, and taken in all the same.</summary>
public sealed class NoticeTests
{
    [Fact]
    public async Task An_address_that_is_none_is_told_of_customer_and_order_without_showing_it()
    {
        await using var rig = await PullRig.StartAsync();
        var log = new LogLines();
        await rig.UseAsync(log: log);
        rig.Store.Put(Some.Customer("7", 0, "ada.at.example"));
        rig.Store.Put(Some.Customer("8", 0, "bob@example.com"));
        rig.Store.Put(Some.Order("1", 0, email: "nobody at all"));
        rig.Store.Put(Some.Order("2", 0, customer: "8", email: "bob.at.example"));
        rig.Store.Put(Some.Order("3", 0, email: "guest@example.com"));
        Assert.True((await rig.PassAsync()).InStep);
        string[] told =
        [
            "shop-main: InvalidEmail. The e-mail address of customer 7 is none; the contact is kept without it, with what was typed in spoke_email_raw. Correct the address in the store.",
            "shop-main: InvalidEmail. The e-mail address of order N1 is none; it has no customer either, so the order has no contact. Correct the address in the store.",
            "shop-main: InvalidEmail. The e-mail address of order N2 is none; its contact goes by the customer.",
        ];
        Assert.Equal(told, log.Warnings.Order(StringComparer.Ordinal));
        await rig.PassAsync();
        Assert.Equal(3, log.Warnings.Count());
        Assert.Equal(3, (await rig.ContactsAsync()).Count);
    }

    [Fact]
    public async Task A_plan_says_how_many_addresses_are_none()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("7", 0, "ada.at.example"));
        rig.Store.Put(Some.Customer("8", 0, "bob@example.com"));
        rig.Store.Put(Some.Order("1", 0, email: "nobody at all"));
        var notice = Assert.Single(await NoticesAsync(rig));
        Assert.Equal(("InvalidEmail", 2), (notice.Kind, notice.Count));
        Assert.StartsWith("The e-mail address of customer 7 is none", notice.Example);
        await rig.PassAsync();
        Assert.Empty(await NoticesAsync(rig));
    }

    [Fact]
    public async Task A_SKU_on_several_variants_is_told_once_with_the_one_that_keeps_it()
    {
        await using var rig = await PullRig.StartAsync();
        var log = new LogLines();
        await rig.UseAsync(log: log);
        rig.Store.Put(Some.Variant("10", 0, "tea"));
        rig.Store.Put(Some.Variant("9", 0, "TEA"));
        rig.Store.Put(Some.Variant("11", 0, "COFFEE"));
        rig.Store.Put(Some.Variant("12", 0, null));
        var notice = Assert.Single(await NoticesAsync(rig));
        Assert.Equal(("SharedSku", 1), (notice.Kind, notice.Count));
        Assert.Contains("is on 2 variants of the store, 9, 10. HubSpot takes it once: 9 has it there", notice.Example);
        rig.Store.Put(Some.Variant("13", 0, "Tea", "Another"));
        await rig.PassAsync();
        rig.Store.Put(Some.Variant("13", 0, "Tea", "By another name"));
        await rig.PassAsync();
        Assert.Contains("3 variants of the store, 9, 10, 13", Assert.Single(log.Warnings), StringComparison.Ordinal);
        Assert.Empty(await NoticesAsync(rig));
    }

    private static async Task<IReadOnlyList<PlanNotice>> NoticesAsync(PullRig rig) =>
        Assert.Single((await new PlanMaker(rig.Database, [rig.Connection], new SyncOptions(), rig.Time, NullLogger.Instance).MakeAsync(null, null, PullRig.Token)).Connections).Notices;
}
