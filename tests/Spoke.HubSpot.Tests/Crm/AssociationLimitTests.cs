namespace Spoke.HubSpot.Tests.Crm;

public sealed class AssociationLimitTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ApiVersion.V2026_09)]
    [InlineData(ApiVersion.V2026_03)]
    [InlineData(ApiVersion.V3)]
    public async Task A_limit_is_set_changed_and_taken_away_and_records_near_it_are_found(ApiVersion version)
    {
        await using var portal = await EmulatedPortal.StartAsync(version);
        var (client, limits, usage) = (portal.Client, portal.Client.AssociationLimits, portal.Client.Usage);
        var type = await client.Associations.ListLabelsAsync(ObjectType.Companies, ObjectType.Contacts, cancellationToken: Stop).FirstAsync(one => one.Label is null, Stop);
        var set = await limits.BatchCreateAsync(ObjectType.Companies, ObjectType.Contacts, [new AssociationLimit(type.TypeId, 5), new AssociationLimit(type.TypeId, 6)], cancellationToken: Stop);
        Assert.Equal(5, Assert.Single(set.Limits).Most);
        Assert.Contains("already", Assert.Single(set.Errors).Message, StringComparison.Ordinal);
        Assert.Equal(2, Assert.Single((await limits.BatchUpdateAsync(ObjectType.Companies, ObjectType.Contacts, [new AssociationLimit(type.TypeId, 2)], cancellationToken: Stop)).Limits).Most);
        Assert.Equal((type.TypeId, 2), await limits.ListAsync(ObjectType.Companies, ObjectType.Contacts, cancellationToken: Stop).Select(one => (one.TypeId, one.Most)).SingleAsync(Stop));
        Assert.Single(await limits.ListAsync(cancellationToken: Stop).ToListAsync(Stop));

        var company = await client.Companies.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["name"] = "Shop" }), cancellationToken: Stop);
        foreach (var email in (string[])["ann@shop.example", "bob@shop.example"])
        {
            var contact = await client.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = email }), cancellationToken: Stop);
            await client.Associations.BatchCreateAsync(ObjectType.Companies, ObjectType.Contacts, [new AssociationInput(company.Id, contact.Id)], cancellationToken: Stop);
        }
        Assert.Equal(new CrowdedType("0-2", "Companies", true, true), await usage.ListCrowdedTypesAsync(cancellationToken: Stop).SingleAsync(Stop));
        Assert.Equal("0-1", (await usage.ListCrowdedTypesAsync(ObjectType.Companies, cancellationToken: Stop).SingleAsync(Stop)).ObjectTypeId);
        var crowded = await usage.GetCrowdedRecordsAsync(ObjectType.Companies, ObjectType.Contacts, cancellationToken: Stop);
        Assert.Equal((2L, 1L, 0L, company.Id), (crowded.Limit, crowded.AtLimitCount, crowded.NearLimitCount, Assert.Single(crowded.Samples).Id));

        await limits.BatchDeleteAsync(ObjectType.Companies, ObjectType.Contacts, [type], cancellationToken: Stop);
        Assert.Empty(await limits.ListAsync(cancellationToken: Stop).ToListAsync(Stop));
        var owner = await client.Owners.ListAsync(cancellationToken: Stop).FirstAsync(Stop);
        Assert.Equal(owner.Email, await limits.RequestReportAsync(owner.UserId!, cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.NotFound, (await Assert.ThrowsAsync<HubSpotException>(() => limits.RequestReportAsync("1", cancellationToken: Stop))).Kind);
    }

    [Fact]
    public async Task Labels_and_calculated_properties_are_counted()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        await portal.Client.Associations.CreateLabelAsync(ObjectType.Contacts, ObjectType.Companies, "buyer", "Buyer", "Buyer of", cancellationToken: Stop);
        var labels = await portal.Client.Usage.ListAssociationLabelsAsync(cancellationToken: Stop).SingleAsync(pair => pair.FromTypeId == "0-1", Stop);
        Assert.Equal(("0-2", "Buyer"), (labels.ToTypeId, Assert.Single(labels.Labels)));
        Assert.True(labels.Limit > 1);
        Assert.Equal(0, (await portal.Client.Usage.ListCalculatedPropertiesAsync(cancellationToken: Stop).SingleAsync(one => one.ObjectTypeId == "0-1", Stop)).Used);
    }
}
