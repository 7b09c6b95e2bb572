namespace Spoke.HubSpot.Tests.Crm;

public sealed class AccountUsageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ApiVersion.V2026_09)]
    [InlineData(ApiVersion.V2026_03)]
    [InlineData(ApiVersion.V3)]
    public async Task What_is_used_is_counted(ApiVersion version)
    {
        await using var portal = await EmulatedPortal.StartAsync(version);
        var (client, usage) = (portal.Client, portal.Client.Usage);
        var before = await usage.ListDailyCallsAsync(cancellationToken: Stop).SingleAsync(Stop);
        await client.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = "ann@example.com" }), cancellationToken: Stop);
        var schema = await client.Schemas.CreateAsync(new SchemaInput("machine", "Machine", "Machines") { PrimaryDisplayProperty = "serial", Properties = [new CrmProperty { Name = "serial", Label = "Serial", Type = "string", FieldType = "text", GroupName = "" }] }, cancellationToken: Stop);
        await client.Objects(schema.ObjectTypeId).CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["serial"] = "A1" }), cancellationToken: Stop);

        var after = await usage.ListDailyCallsAsync(cancellationToken: Stop).SingleAsync(Stop);
        Assert.True(after.Used > before.Used && after.Limit > after.Used && after.ResetsAt is not null);
        var objects = await usage.GetCustomObjectsAsync(cancellationToken: Stop);
        Assert.True(objects is { Used: 1, Limit: > 1 });
        var records = await usage.ListRecordsAsync(cancellationToken: Stop).ToListAsync(Stop);
        Assert.True(records.Single(one => one.ObjectTypeId == "0-1") is { Used: 1, Limit: > 1, Label: "Contacts" });
        Assert.Equal(1, records.Single(one => one.ObjectTypeId == schema.ObjectTypeId).Used);
        Assert.Equal(1, (await usage.ListPipelinesAsync(cancellationToken: Stop).SingleAsync(one => one.ObjectTypeId == "0-3", Stop)).Used);
        Assert.Contains(await usage.ListCustomPropertiesAsync(cancellationToken: Stop).ToListAsync(Stop), one => one.ObjectTypeId == schema.ObjectTypeId && one is { Used: 1, Limit: > 1 });
    }
}
