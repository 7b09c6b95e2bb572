namespace Spoke.HubSpot.Tests.Lists;

public sealed class CrmListsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ApiVersion.V2026_09)]
    [InlineData(ApiVersion.V2026_03)]
    [InlineData(ApiVersion.V3)]
    public async Task A_manual_list_lives_from_making_to_restoring(ApiVersion version)
    {
        await using var portal = await EmulatedPortal.StartAsync(version);
        var lists = portal.Client.Lists;
        var ada = await ContactAsync(portal, "ada@example.com", "customer");
        var bob = await ContactAsync(portal, "bob@example.com", "lead");
        var made = await lists.CreateAsync(new ListInput("Guests", ObjectType.Contacts, ListKind.Manual), cancellationToken: Stop);
        Assert.Equal(("Guests", ListKind.Manual, "0-1"), (made.Name, made.Kind, made.ObjectTypeId));

        var change = await lists.AddMembersAsync(made.Id, [ada, bob, "999999"], cancellationToken: Stop);
        Assert.Equal([ada, bob], change.Added);
        Assert.Equal(["999999"], change.Missing.Select(id => id.Value));
        Assert.Empty((await lists.AddMembersAsync(made.Id, [ada], cancellationToken: Stop)).Added);
        Assert.Equal([ada, bob], await lists.ListMembersAsync(made.Id, cancellationToken: Stop).Select(member => member.Id).ToListAsync(Stop));
        Assert.Equal([made.Id], await lists.ListOfRecordAsync(ObjectType.Contacts, ada, cancellationToken: Stop).ToListAsync(Stop));
        Assert.Equal([bob], (await lists.RemoveMembersAsync(made.Id, [bob], cancellationToken: Stop)).Removed);
        Assert.Equal(1, (await lists.GetAsync(made.Id, cancellationToken: Stop))!.Size);

        Assert.Equal("Friends", (await lists.RenameAsync(made.Id, "Friends", cancellationToken: Stop)).Name);
        Assert.Equal(made.Id, (await lists.GetByNameAsync(ObjectType.Contacts, "Friends", cancellationToken: Stop))!.Id);
        Assert.Null(await lists.GetByNameAsync(ObjectType.Contacts, "Guests", cancellationToken: Stop));
        await lists.DeleteAsync(made.Id, cancellationToken: Stop);
        Assert.Null(await lists.GetAsync(made.Id, cancellationToken: Stop));
        await lists.RestoreAsync(made.Id, cancellationToken: Stop);
        Assert.Equal("Friends", (await lists.GetAsync(made.Id, cancellationToken: Stop))!.Name);
    }

    [Fact]
    public async Task A_dynamic_list_follows_its_filter_and_a_filter_comes_back_as_it_was_given()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var lists = portal.Client.Lists;
        var ada = await ContactAsync(portal, "ada@example.com", "customer");
        var bob = await ContactAsync(portal, "bob@example.com", "lead");
        var made = await lists.CreateAsync(new ListInput("Customers", ObjectType.Contacts, ListKind.Dynamic) { Filter = ListFilter.All(ListCondition.AnyOf("lifecyclestage", "customer"), ListCondition.Known("email")) }, cancellationToken: Stop);
        Assert.Equal([ada], await lists.ListMembersAsync(made.Id, cancellationToken: Stop).Select(member => member.Id).ToListAsync(Stop));
        await portal.Client.Contacts.UpdateAsync(bob, new Dictionary<string, string?> { ["lifecyclestage"] = "customer" }, cancellationToken: Stop);
        Assert.Equal([ada, bob], await lists.ListMembersAsync(made.Id, cancellationToken: Stop).Select(member => member.Id).ToListAsync(Stop));

        var narrower = await lists.UpdateFilterAsync(made.Id, ListFilter.Any([ListCondition.TextContains("email", "ada@")], [ListCondition.TextIs("email", "nobody@example.com")]), cancellationToken: Stop);
        Assert.Equal(made.Version + 1, narrower.Version);
        Assert.Equal([ada], await lists.ListMembersAsync(made.Id, cancellationToken: Stop).Select(member => member.Id).ToListAsync(Stop));
        var copy = await lists.CreateAsync(new ListInput("Copy", ObjectType.Contacts, ListKind.Snapshot) { Filter = (await lists.GetAsync(made.Id, cancellationToken: Stop))!.Filter }, cancellationToken: Stop);
        Assert.Equal(1, (await lists.GetAsync(copy.Id, cancellationToken: Stop))!.Size);
        var refusal = await Assert.ThrowsAsync<HubSpotException>(() => lists.AddMembersAsync(made.Id, [bob], cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.Validation, refusal.Kind);
    }

    [Fact]
    public async Task Every_kind_of_condition_finds_whom_it_says()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var deal = await portal.Client.Deals.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["dealname"] = "Big", ["amount"] = "500" }), cancellationToken: Stop);
        await portal.Client.Deals.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["dealname"] = "Small", ["amount"] = "5" }), cancellationToken: Stop);
        await portal.Client.Deals.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["dealname"] = "None" }), cancellationToken: Stop);
        ListCondition[] conditions =
        [
            ListCondition.GreaterThan("amount", 100), ListCondition.NumberIs("amount", 500), ListCondition.Between("amount", 500, 600), ListCondition.TextIs("dealname", "big"),
        ];
        for (var i = 0; i < conditions.Length; i++) Assert.Equal([deal.Id], await FoundAsync(portal, $"One {i}", conditions[i]));
        Assert.Equal(2, (await FoundAsync(portal, "Less", ListCondition.LessThan("amount", 501))).Count);
        Assert.Single(await FoundAsync(portal, "Unknown", ListCondition.Unknown("amount")));
    }

    [Fact]
    public async Task Lists_are_found_by_name_and_kind_and_a_taken_name_or_a_wrong_filter_is_told()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var lists = portal.Client.Lists;
        foreach (var name in (string[])["Red one", "Red two", "Blue"]) await lists.CreateAsync(new ListInput(name, ObjectType.Contacts, ListKind.Manual), cancellationToken: Stop);
        Assert.Equal(["Red one", "Red two"], await lists.SearchAsync(new ListQuery { Name = "red", Kinds = [ListKind.Manual], Type = ObjectType.Contacts }, cancellationToken: Stop).Select(list => list.Name).ToListAsync(Stop));
        Assert.Equal(0, (await lists.SearchAsync(cancellationToken: Stop).FirstAsync(Stop)).Size);
        Assert.Empty(await lists.SearchAsync(new ListQuery { Type = ObjectType.Deals }, cancellationToken: Stop).ToListAsync(Stop));
        var taken = await Assert.ThrowsAsync<HubSpotException>(() => lists.CreateAsync(new ListInput("Blue", ObjectType.Contacts, ListKind.Manual), cancellationToken: Stop));
        Assert.Contains("Blue", taken.Message, StringComparison.Ordinal);
        var unknown = await Assert.ThrowsAsync<HubSpotException>(() => lists.CreateAsync(new ListInput("X", ObjectType.Contacts, ListKind.Dynamic) { Filter = ListFilter.All(ListCondition.Known("nonsense")) }, cancellationToken: Stop));
        Assert.Contains("nonsense", unknown.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => lists.CreateAsync(new ListInput("X", ObjectType.Contacts, ListKind.Dynamic), cancellationToken: Stop));
        Assert.Throws<ArgumentException>(() => ListFilter.FromJson("[]"));
        Assert.Throws<ArgumentException>(() => ListFilter.FromJson("{"));
        Assert.Throws<ArgumentException>(() => ListFilter.All());
    }

    private static async Task<List<RecordId>> FoundAsync(EmulatedPortal portal, string name, ListCondition condition)
    {
        var list = await portal.Client.Lists.CreateAsync(new ListInput(name, ObjectType.Deals, ListKind.Dynamic) { Filter = ListFilter.All(condition) }, cancellationToken: Stop);
        return await portal.Client.Lists.ListMembersAsync(list.Id, cancellationToken: Stop).Select(member => member.Id).ToListAsync(Stop);
    }

    private static async Task<RecordId> ContactAsync(EmulatedPortal portal, string email, string stage) =>
        (await portal.Client.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = email, ["lifecyclestage"] = stage }), cancellationToken: Stop)).Id;
}
