using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Tests.Pushing;

/// <summary>An address or a SKU that one record gives up and a new one takes: two records, each its own, in whatever order HubSpot hears of it.</summary>
public sealed class GivenUpValueTests
{
    [Fact]
    public async Task An_address_that_goes_over_to_a_new_customer_takes_no_record_along()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Customer("1", 1, "a@example.com", first: "Ada"), Some.Order("1", 1, customer: "1"));
        await rig.PassAsync();
        var ada = await rig.OneAsync("contacts", "shop-main:customer:1");
        await rig.EnterAsync(Some.Customer("1", 2, "ada@example.org", first: "Ada"), Some.Customer("2", 2, "a@example.com", first: "Ben"));
        await rig.PassAsync();
        var (first, second) = (await rig.OneAsync("contacts", "shop-main:customer:1", "email", "firstname"), await rig.OneAsync("contacts", "shop-main:customer:2", "email", "firstname"));
        Assert.Equal((ada.Id, "ada@example.org", "Ada"), (first.Id, first["email"], first["firstname"]));
        Assert.Equal(("a@example.com", "Ben"), (second["email"], second["firstname"]));
        Assert.Equal((0, 0), (await rig.QuarantinedAsync(), rig.Waiting));
    }

    [Fact]
    public async Task A_SKU_that_goes_over_to_a_new_variant_takes_no_record_along()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Variant("1", 1, "TEA", "Tea"));
        await rig.PassAsync();
        await rig.EnterAsync(Some.Variant("1", 2, "OLD-TEA", "Old tea"), Some.Variant("2", 2, "TEA", "New tea"));
        await rig.PassAsync();
        Assert.Equal("Old tea", (await rig.OneAsync("products", "shop-main:variant:1", "name"))["name"]);
        Assert.Equal("New tea", (await rig.OneAsync("products", "shop-main:variant:2", "name"))["name"]);
        Assert.Equal((0, 0), (await rig.QuarantinedAsync(), rig.Waiting));
    }

    [Fact]
    public async Task As_long_as_the_other_record_has_the_address_the_new_one_is_not_looked_for_by_it()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Customer("1", 1, "a@example.com"));
        await rig.PassAsync();
        await rig.EnterAsync(Some.Customer("1", 2, "ada@example.org"), Some.Customer("2", 2, "a@example.com"), Some.Customer("3", 2, "c@example.com"));
        // The other's own change waits, as after a refusal.
        await rig.Database.WriteAsync((db, _) => db.Execute("update record set due_at = 9000000000000 where record_key = 'shop-main:customer:1'"), PushRig.Token);
        var planned = await new Planner(rig.Database, "shop-main", new DesiredReader(rig.Database.Dialect, "shop-main", new DesiredState("shop-main", "shop", new StageMap([])), Spoke.Sync.Connections.FieldPolicies.Default), TimeProvider.System).NextAsync("contacts", 100, null, PushRig.Token);
        Assert.Equal([("shop-main:customer:2", "spoke_key"), ("shop-main:customer:3", "email")], planned.Select(item => (item.Key, item.Desired!.IdProperty)).Order());
    }

    [Fact]
    public async Task A_record_that_was_taken_over_all_the_same_is_given_up_by_whoever_had_it()
    {
        await using var rig = await PushRig.StartAsync();
        await rig.EnterAsync(Some.Customer("1", 1, "a@example.com", first: "Ada"), Some.Order("1", 1, customer: "1"));
        await rig.PassAsync();
        // HubSpot has the address on a record for which we have noted another: an answer was lost.
        await rig.Portal.Contacts.UpdateAsync((await rig.OneAsync("contacts", "shop-main:customer:1")).Id, new Dictionary<string, string?> { ["email"] = "b@example.com" }, null, PushRig.Token);
        await rig.EnterAsync(Some.Customer("2", 2, "b@example.com", first: "Ben"));
        await rig.PassAsync();
        await rig.PassAsync();
        var (first, second) = (await rig.OneAsync("contacts", "shop-main:customer:1", "email", "firstname"), await rig.OneAsync("contacts", "shop-main:customer:2", "email", "firstname"));
        Assert.Equal(("a@example.com", "Ada", "b@example.com", "Ben"), (first["email"], first["firstname"], second["email"], second["firstname"]));
        Assert.Equal([first.Id.Value], await rig.AssociatedAsync("orders", (await rig.OneAsync("orders", "shop-main:order:1")).Id.Value, "contacts"));
        Assert.Equal((0, 0), (await rig.QuarantinedAsync(), rig.Waiting));
    }
}
