namespace Spoke.HubSpot.Tests.Marketing;

public sealed class CampaignTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ApiVersion.V2026_09)]
    [InlineData(ApiVersion.V2026_03)]
    [InlineData(ApiVersion.V3)]
    public async Task A_campaign_lives_from_making_to_deleting_with_what_belongs_to_it(ApiVersion version)
    {
        await using var portal = await EmulatedPortal.StartAsync(version);
        var campaigns = portal.Client.Campaigns;
        var made = await campaigns.CreateAsync(Values("Spring", ("hs_start_date", "2026-03-01")), cancellationToken: Stop);
        var list = await portal.Client.Lists.CreateAsync(new ListInput("Guests", ObjectType.Contacts, ListKind.Manual), cancellationToken: Stop);
        await campaigns.AddAssetAsync(made.Id, "OBJECT_LIST", list.Id, cancellationToken: Stop);
        await campaigns.AddAssetAsync(made.Id, "OBJECT_LIST", list.Id, cancellationToken: Stop);
        Assert.Equal((list.Id, "Guests"), (await campaigns.ListAssetsAsync(made.Id, "OBJECT_LIST", cancellationToken: Stop).Select(asset => (asset.Id, asset.Name)).SingleAsync(Stop))!);
        var read = await campaigns.GetAsync(made.Id, ["hs_name", "hs_start_date"], cancellationToken: Stop);
        Assert.Equal(("Spring", "2026-03-01"), (read!.Name, read["hs_start_date"]));
        Assert.Equal(list.Id, read.Assets["OBJECT_LIST"].Single().Id);

        Assert.Equal("Summer", (await campaigns.UpdateAsync(made.Id, new Dictionary<string, string?> { ["hs_name"] = "Summer", ["hs_start_date"] = null }, cancellationToken: Stop)).Name);
        Assert.Null((await campaigns.GetAsync(made.Id, ["hs_start_date"], cancellationToken: Stop))!["hs_start_date"]);
        await campaigns.RemoveAssetAsync(made.Id, "OBJECT_LIST", list.Id, cancellationToken: Stop);
        Assert.Empty(await campaigns.ListAssetsAsync(made.Id, "OBJECT_LIST", cancellationToken: Stop).ToListAsync(Stop));
        await campaigns.DeleteAsync(made.Id, cancellationToken: Stop);
        Assert.Null(await campaigns.GetAsync(made.Id, cancellationToken: Stop));
    }

    [Fact]
    public async Task Batches_of_any_length_name_those_who_are_not_there_and_the_list_is_sorted_and_sought()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var campaigns = portal.Client.Campaigns;
        var made = (await campaigns.BatchCreateAsync([.. Enumerable.Range(0, 120).Select(i => Values($"C{i:000}"))], cancellationToken: Stop)).Campaigns;
        Assert.Equal(120, made.Select(one => one.Id).Distinct().Count());
        Assert.Equal(["C119", "C118"], await campaigns.ListAsync(new CampaignQuery { Sort = "-hs_name" }, cancellationToken: Stop).Select(one => one.Name!).Take(2).ToListAsync(Stop));
        Assert.Equal(10, await campaigns.ListAsync(new CampaignQuery { Name = "c01" }, cancellationToken: Stop).CountAsync(Stop));
        Assert.Equal(120, await campaigns.ListAsync(cancellationToken: Stop).CountAsync(Stop));

        const string nobody = "00000000-0000-4000-8000-00000000dead";
        var read = await campaigns.BatchReadAsync([nobody, .. made.Take(60).Select(one => one.Id)], cancellationToken: Stop);
        Assert.Equal(60, read.Campaigns.Count);
        var missing = Assert.Single(read.Errors);
        Assert.Equal(HubSpotErrorKind.NotFound, missing.Kind);
        Assert.Contains(nobody, missing.Message, StringComparison.Ordinal);
        var changed = await campaigns.BatchUpdateAsync(new Dictionary<string, IReadOnlyDictionary<string, string?>> { [made[0].Id] = Values("First"), [nobody] = Values("None") }, cancellationToken: Stop);
        Assert.Equal("First", Assert.Single(changed.Campaigns).Name);
        Assert.Single(changed.Errors);
        await campaigns.BatchDeleteAsync([.. made.Skip(1).Select(one => one.Id)], cancellationToken: Stop);
        Assert.Equal("First", (await campaigns.ListAsync(cancellationToken: Stop).SingleAsync(Stop)).Name);
        var wrong = await Assert.ThrowsAsync<HubSpotException>(() => campaigns.CreateAsync(Values("X", ("hs_campaign_status", "gone")), cancellationToken: Stop));
        Assert.Contains("gone", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ApiVersion.V2026_09)]
    [InlineData(ApiVersion.V2026_03)]
    [InlineData(ApiVersion.V3)]
    public async Task Budget_and_spend_add_up(ApiVersion version)
    {
        await using var portal = await EmulatedPortal.StartAsync(version);
        var campaigns = portal.Client.Campaigns;
        var id = (await campaigns.CreateAsync(Values("Spring"), cancellationToken: Stop)).Id;
        var ads = await campaigns.Budget.CreateAsync(id, new CampaignItemInput("Ads", 1000.5m), cancellationToken: Stop);
        await campaigns.Budget.CreateAsync(id, new CampaignItemInput("Print", 200, 1, "Flyers"), cancellationToken: Stop);
        var paid = await campaigns.Spend.CreateAsync(id, new CampaignItemInput("Ads in May", 300), cancellationToken: Stop);
        Assert.Equal(ads, await campaigns.Budget.GetAsync(id, ads.Id, cancellationToken: Stop));
        Assert.Equal(900m, (await campaigns.Budget.UpdateAsync(id, ads.Id, new CampaignItemInput("Ads", 900), cancellationToken: Stop)).Amount);
        var totals = await campaigns.Budget.GetTotalsAsync(id, cancellationToken: Stop);
        Assert.Equal((1100m, 300m, 800m, 2, 1), (totals.BudgetTotal, totals.SpendTotal, totals.Remaining, totals.Budget.Count, totals.Spend.Count));
        Assert.Equal((3, "Flyers"), (totals.CurrencyCode.Length, totals.Budget.Single(item => item.Order == 1).Description));
        await campaigns.Spend.DeleteAsync(id, paid.Id, cancellationToken: Stop);
        Assert.Null(await campaigns.Spend.GetAsync(id, paid.Id, cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.Validation, (await Assert.ThrowsAsync<HubSpotException>(() => campaigns.Spend.CreateAsync(id, new CampaignItemInput("Less", -1), cancellationToken: Stop))).Kind);
    }

    private static Dictionary<string, string?> Values(string name, params (string Name, string Value)[] more) =>
        more.Prepend(("hs_name", name)).ToDictionary(one => one.Item1, one => (string?)one.Item2);
}
