namespace Spoke.HubSpot.Tests.Events;

public sealed class CustomEventTests
{
    private static readonly EventDefinitionInput s_bought = new("Bought") { Properties = [new EventProperty("total", "Total", "number"), new EventProperty("kind", "Kind", "enumeration") { Options = [new("a", "A")] }] };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ApiVersion.V2026_09)]
    [InlineData(ApiVersion.V2026_03)]
    [InlineData(ApiVersion.V3)]
    public async Task An_event_is_defined_sent_and_read(ApiVersion version)
    {
        await using var portal = await EmulatedPortal.StartAsync(version);
        var events = portal.Client.Events;
        var made = await events.CreateDefinitionAsync(s_bought, cancellationToken: Stop);
        Assert.Equal(["total", "kind"], made.Properties.Select(property => property.Name));
        await events.CreatePropertyAsync(made.Name, new EventProperty("code", "Code"), cancellationToken: Stop);
        Assert.Equal("Purchase", (await events.UpdateDefinitionAsync(made.Name, label: "Purchase", cancellationToken: Stop)).Label);
        var contact = await portal.Client.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = "ann@example.com" }), cancellationToken: Stop);
        var moment = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        await events.SendAsync(new EventInput(made.FullyQualifiedName) { Email = "ann@example.com", OccurredAt = moment, Uuid = "k-1", Properties = new Dictionary<string, string?> { ["total"] = "12.5", ["nonsense"] = "x", ["code"] = "SAVE" } }, cancellationToken: Stop);
        await events.BatchSendAsync([.. Enumerable.Range(1, 501).Select(i => new EventInput(made.FullyQualifiedName) { ObjectId = contact.Id, OccurredAt = moment.AddDays(i % 20), Uuid = $"b-{i}" })], cancellationToken: Stop);
        await portal.AdvanceAsync(TimeSpan.FromSeconds(2));

        var all = await events.ListAsync(new EventQuery { EventType = made.FullyQualifiedName, ObjectType = ObjectType.Contacts, ObjectId = contact.Id }, cancellationToken: Stop).ToListAsync(Stop);
        Assert.Equal(502, all.Count);
        var first = Assert.Single(all, one => one.Id == "k-1");
        Assert.Equal((moment, "12.5", "SAVE", false), (first.OccurredAt, first.Properties["total"], first.Properties["code"], first.Properties.ContainsKey("nonsense")));
        Assert.All(await events.ListAsync(new EventQuery { EventType = made.FullyQualifiedName, After = moment.AddDays(10) }, cancellationToken: Stop).ToListAsync(Stop), one => Assert.True(one.OccurredAt > moment.AddDays(10)));

        Assert.Equal([made.Name], (await events.ListDefinitionsAsync(cancellationToken: Stop).ToListAsync(Stop)).Select(definition => definition.Name));
        await events.DeleteDefinitionAsync(made.Name, cancellationToken: Stop);
        Assert.Null(await events.GetDefinitionAsync(made.Name, cancellationToken: Stop));
    }

    [Fact]
    public async Task What_cannot_be_taken_is_told()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var events = portal.Client.Events;
        var made = await events.CreateDefinitionAsync(s_bought, cancellationToken: Stop);
        Assert.Equal(HubSpotErrorKind.Conflict, (await Assert.ThrowsAsync<HubSpotException>(() => events.CreateDefinitionAsync(s_bought, cancellationToken: Stop))).Kind);
        Assert.Equal(HubSpotErrorKind.Validation, (await Assert.ThrowsAsync<HubSpotException>(() => events.SendAsync(new EventInput("pe1_none") { Email = "a@example.com" }, cancellationToken: Stop))).Kind);
        Assert.Equal(HubSpotErrorKind.Validation, (await Assert.ThrowsAsync<HubSpotException>(() => events.SendAsync(new EventInput(made.FullyQualifiedName), cancellationToken: Stop))).Kind);
        Assert.Throws<ArgumentException>(() => events.ListAsync(new EventQuery { ObjectId = "1" }, cancellationToken: Stop));
    }
}
