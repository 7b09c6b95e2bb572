using Spoke.Emulator;
using Spoke.HubSpot;
using Spoke.Sync.Quarantine;

namespace Spoke.Sync.Tests.Pushing;

/// <summary>HubSpot has written something and we have not heard of it: what is believed to be there is not relied on.</summary>
public sealed class UnheardOutcomeTests
{
    [Fact]
    public async Task A_value_that_goes_back_after_a_lost_answer_goes_back_in_HubSpot_too()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Order("1", 1, email: "a@example.com", total: 1000));
        await rig.PassAsync();
        await LoseAsync(rig, "*/orders/batch/update", Some.Order("1", 2, email: "a@example.com", total: 2000));
        Assert.Equal("20.00", (await rig.OneAsync("orders", "shop-main:order:1", "hs_total_price"))["hs_total_price"]);
        await rig.EnterAsync(Some.Order("1", 3, email: "a@example.com", total: 1000));
        await rig.PassAsync();
        Assert.Equal("10.00", (await rig.OneAsync("orders", "shop-main:order:1", "hs_total_price"))["hs_total_price"]);
        Assert.Equal(0, (await rig.PassAsync()).Written);
    }

    [Fact]
    public async Task What_a_lost_creation_set_and_the_store_has_no_more_is_cleared()
    {
        await using var rig = await PushRig.StartAsync();
        await LoseAsync(rig, "*/contacts/batch/upsert", Some.Customer("1", 1, "a@example.com") with { Phone = "+4930123456" });
        await rig.EnterAsync(Some.Customer("1", 2, "a@example.com"));
        await rig.PassAsync();
        Assert.Equal("", (await rig.OneAsync("contacts", "shop-main:customer:1", "phone"))["phone"] ?? "");
    }

    [Fact]
    public async Task What_a_lost_creation_made_and_the_store_has_no_more_is_archived()
    {
        await using var rig = await PushRig.StartAsync();
        await LoseAsync(rig, "*/products/batch/upsert", Some.Variant("1", 1, "TEA"));
        Assert.Single(await rig.AllAsync("products"));
        await rig.EnterAsync(Some.Variant("1", 2, "TEA", deleted: true));
        await rig.PassAsync();
        Assert.Empty(await rig.AllAsync("products"));
        Assert.Equal((0, 0), (await rig.QuarantinedAsync(), rig.Waiting));
    }

    [Fact]
    public async Task What_a_lost_removal_took_away_and_the_store_has_again_is_made_anew()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Variant("1", 1, "TEA"));
        await rig.PassAsync();
        await LoseAsync(rig, "*/products/batch/archive", Some.Variant("1", 2, "TEA", deleted: true));
        Assert.Empty(await rig.AllAsync("products"));
        await rig.EnterAsync(Some.Variant("1", 3, "TEA"));
        await rig.PassAsync();
        Assert.Single(await rig.AllAsync("products"));
        Assert.Equal((0, 0), (await rig.QuarantinedAsync(), rig.Waiting));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_removal_of_ours_that_HubSpot_tells_of_before_we_heard_the_answer_is_nobody_elses(bool again)
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Variant("1", 1, "TEA"));
        await rig.PassAsync();
        var id = (await rig.OneAsync("products", "shop-main:variant:1")).Id.Value;
        await LoseAsync(rig, "*/products/batch/archive", Some.Variant("1", 2, "TEA", deleted: true));
        await new StoppedRecords(rig.Database, rig.Portal, "shop-main", TimeProvider.System).StopAsync("products", [id], PushRig.Token);
        if (again) await rig.EnterAsync(Some.Variant("1", 3, "TEA"));
        await rig.PassAsync();
        Assert.Equal(again ? 1 : 0, (await rig.AllAsync("products")).Count);
        Assert.Equal((0, 0), (await rig.QuarantinedAsync(), rig.Waiting));
    }

    [Fact]
    public async Task What_a_lost_creation_made_goes_with_the_person_to_another_address()
    {
        await using var rig = await PushRig.StartAsync();
        await LoseAsync(rig, "*/contacts/batch/upsert", Some.Customer("1", 1, "a@example.com"));
        var made = (await rig.OneAsync("contacts", "shop-main:customer:1")).Id;
        await rig.EnterAsync(Some.Customer("1", 2, "b@example.com"), Some.Order("1", 1, email: "a@example.com"));
        await rig.PassAsync();
        await rig.PassAsync();
        var moved = await rig.OneAsync("contacts", "shop-main:customer:1", "email", "firstname");
        Assert.Equal((made, "b@example.com", "Ada"), (moved.Id, moved["email"], moved["firstname"]));
        var guest = await rig.OneAsync("contacts", "shop-main:customer:guest:a@example.com", "email", "firstname");
        Assert.Equal(("a@example.com", ""), (guest["email"], guest["firstname"] ?? ""));
        Assert.Equal((0, 0, 0), (await rig.QuarantinedAsync(), rig.Waiting, (await rig.PassAsync()).Written));
    }

    [Fact]
    public async Task What_a_lost_creation_made_goes_with_the_variant_to_another_SKU()
    {
        await using var rig = await PushRig.StartAsync();
        await LoseAsync(rig, "*/products/batch/upsert", Some.Variant("1", 1, "TEA"));
        var made = (await rig.OneAsync("products", "shop-main:variant:1")).Id;
        await rig.EnterAsync(Some.Variant("1", 2, "TEA-OLD"), Some.Variant("2", 1, "TEA", "Green tea"));
        await rig.PassAsync();
        await rig.PassAsync();
        var moved = await rig.OneAsync("products", "shop-main:variant:1", "hs_sku", "name");
        Assert.Equal((made, "TEA-OLD", "Tea"), (moved.Id, moved["hs_sku"], moved["name"]));
        Assert.Equal("Green tea", (await rig.OneAsync("products", "shop-main:variant:2", "name"))["name"]);
        Assert.Equal((2, 0, 0), ((await rig.AllAsync("products")).Count, await rig.QuarantinedAsync(), rig.Waiting));
    }

    private static async Task LoseAsync(PushRig rig, string path, Commerce.Ledger.LedgerEntity entity)
    {
        rig.Use(EmulatorServer.DefaultToken, attempts: 1);
        await rig.FaultAsync("lost-response", path);
        await rig.EnterAsync(entity);
        await Assert.ThrowsAsync<HubSpotException>(() => rig.PassAsync());
        rig.Use(EmulatorServer.DefaultToken);
    }
}
