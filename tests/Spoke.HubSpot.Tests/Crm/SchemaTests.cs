namespace Spoke.HubSpot.Tests.Crm;

public sealed class SchemaTests
{
    private static readonly SchemaInput s_machine = new("machine", "Machine", "Machines")
    {
        Properties =
        [
            new CrmProperty { Name = "serial", Label = "Serial number", Type = "string", FieldType = "text", GroupName = "", HasUniqueValue = true },
            new CrmProperty { Name = "model", Label = "Model", Type = "string", FieldType = "text", GroupName = "" },
        ],
        PrimaryDisplayProperty = "serial",
        RequiredProperties = ["serial"],
        SearchableProperties = ["serial"],
        AssociatedObjects = [ObjectType.Contacts],
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void How_a_number_is_shown_is_sent_with_the_property() =>
        Assert.Contains("\"numberDisplayHint\":\"percentage\"", System.Text.Encoding.UTF8.GetString(CrmJson.Write(json => CrmProperties.Write(json, new CrmProperty { Name = "rate", Label = "Rate", Type = "number", FieldType = "number", GroupName = "", NumberDisplayHint = "percentage" })).Span));

    [Theory]
    [InlineData(ApiVersion.V2026_09)]
    [InlineData(ApiVersion.V2026_03)]
    [InlineData(ApiVersion.V3)]
    public async Task A_custom_object_lives_from_making_to_purging(ApiVersion version)
    {
        await using var portal = await EmulatedPortal.StartAsync(version);
        var (client, schemas) = (portal.Client, portal.Client.Schemas);
        var made = await schemas.CreateAsync(s_machine, cancellationToken: Stop);
        Assert.EndsWith("_machine", made.FullyQualifiedName, StringComparison.Ordinal);
        Assert.Contains(made.Associations, way => way.ToObjectTypeId == "0-1");
        Assert.Contains(made.Properties, property => property is { Name: "serial", HasUniqueValue: true });
        ObjectType type = made.ObjectTypeId;

        var record = await client.Objects(type).CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["serial"] = "A1" }), cancellationToken: Stop);
        var changed = await schemas.UpdateAsync(type, new SchemaChange { PluralLabel = "Machinery", SecondaryDisplayProperties = ["model"] }, cancellationToken: Stop);
        Assert.Equal(("Machine", "Machinery"), (changed.SingularLabel, changed.PluralLabel));
        Assert.Equal(["model"], changed.SecondaryDisplayProperties);
        Assert.Equal(["serial"], changed.RequiredProperties);
        Assert.NotEmpty(changed.Associations);
        Assert.Equal(made.ObjectTypeId, (await schemas.GetAsync(made.FullyQualifiedName, cancellationToken: Stop))!.ObjectTypeId);
        Assert.Single(await schemas.ListAsync(cancellationToken: Stop).ToListAsync(Stop));

        var inUse = await Assert.ThrowsAsync<HubSpotException>(() => schemas.ArchiveAsync(type, cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.Validation, inUse.Kind);
        await client.Objects(type).ArchiveAsync(record.Id, cancellationToken: Stop);
        await schemas.ArchiveAsync(type, cancellationToken: Stop);
        Assert.Null(await schemas.GetAsync(type, cancellationToken: Stop));
        await Assert.ThrowsAsync<HubSpotException>(() => schemas.CreateAsync(s_machine, cancellationToken: Stop));
        await schemas.PurgeAsync(type, cancellationToken: Stop);
        Assert.NotEqual("", (await schemas.CreateAsync(s_machine, cancellationToken: Stop)).ObjectTypeId);
    }

    [Fact]
    public async Task Ways_to_other_types_are_made_and_taken_away()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var schemas = portal.Client.Schemas;
        ObjectType type = (await schemas.CreateAsync(s_machine, cancellationToken: Stop)).ObjectTypeId;
        var way = await schemas.CreateAssociationAsync(type, ObjectType.Deals, cancellationToken: Stop);
        Assert.Equal((type.Name, "0-3"), (way.FromObjectTypeId, way.ToObjectTypeId));
        await schemas.ArchiveAssociationAsync(type, way.Id, cancellationToken: Stop);
        Assert.DoesNotContain((await schemas.GetAsync(type, cancellationToken: Stop))!.Associations, one => one.ToObjectTypeId == "0-3");
        Assert.Equal(HubSpotErrorKind.Conflict, (await Assert.ThrowsAsync<HubSpotException>(() => schemas.CreateAsync(s_machine, cancellationToken: Stop))).Kind);
        var wrong = await Assert.ThrowsAsync<HubSpotException>(() => schemas.UpdateAsync(type, new SchemaChange { RequiredProperties = ["nonsense"] }, cancellationToken: Stop));
        Assert.Contains("nonsense", wrong.Message, StringComparison.Ordinal);
    }
}
