namespace Spoke.HubSpot.Tests.Crm;

/// <summary>Every area of the client in one generation of paths; each generation inherits all of it.</summary>
public abstract class CrmConformance(ApiVersion version) : IAsyncLifetime
{
    private EmulatedPortal _portal = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private HubSpotClient Client => _portal.Client;

    public async ValueTask InitializeAsync() => _portal = await EmulatedPortal.StartAsync(version);

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task A_record_is_made_read_changed_and_archived()
    {
        var made = await Client.Contacts.CreateAsync(new CrmRecordInput(Values(("email", "Ada@Example.com"), ("firstname", "Ada"))), cancellationToken: Stop);
        Assert.Equal("ada@example.com", made["email"]);
        var byEmail = await Client.Contacts.GetAsync("ada@example.com", new ReadOptions { IdProperty = "email", Properties = ["firstname"] }, cancellationToken: Stop);
        Assert.Equal(made.Id, byEmail!.Id);
        Assert.Equal("Ada", byEmail["firstname"]);
        var changed = await Client.Contacts.UpdateAsync(made.Id, Values(("firstname", null), ("lastname", "Lovelace")), cancellationToken: Stop);
        Assert.Equal("Lovelace", changed["lastname"]);
        Assert.Null((await Client.Contacts.GetAsync(made.Id, new ReadOptions { Properties = ["firstname"] }, cancellationToken: Stop))!["firstname"]);
        await Client.Contacts.ArchiveAsync(made.Id, cancellationToken: Stop);
        await Client.Contacts.ArchiveAsync(made.Id, cancellationToken: Stop);
        Assert.Null(await Client.Contacts.GetAsync(made.Id, cancellationToken: Stop));
        Assert.True((await Client.Contacts.GetAsync(made.Id, new ReadOptions { Archived = true }, cancellationToken: Stop))!.Archived);
    }

    [Fact]
    public async Task A_taken_address_is_a_conflict_that_names_the_holder()
    {
        var holder = await Client.Contacts.CreateAsync(new CrmRecordInput(Values(("email", "taken@example.com"))), cancellationToken: Stop);
        var refusal = await Assert.ThrowsAsync<HubSpotException>(() => Client.Contacts.CreateAsync(new CrmRecordInput(Values(("email", "taken@example.com"))), cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.Conflict, refusal.Kind);
        Assert.Equal(holder.Id, refusal.ExistingId);
        Assert.Equal(1, refusal.Attempts);   // a conflict is never sent again
    }

    [Fact]
    public async Task Records_of_two_pages_are_listed_in_order_with_their_associations()
    {
        var made = await Client.Companies.BatchCreateAsync([.. Enumerable.Range(0, 130).Select(i => new CrmRecordInput(Values(("name", "C" + i))))], cancellationToken: Stop);
        Assert.All(made, outcome => Assert.True(outcome.Created));
        var person = await Client.Contacts.CreateAsync(new CrmRecordInput(Values(("email", "p@example.com"))) { Associations = [new InlineAssociation(made[0].Record!.Id, 279)] }, cancellationToken: Stop);
        var listed = await Client.Companies.ListAsync(new ReadOptions { Properties = ["name"], Associations = ["contacts"] }, cancellationToken: Stop).ToListAsync(Stop);
        Assert.Equal(made.Select(outcome => outcome.Record!.Id), listed.Select(record => record.Id));
        Assert.Contains(listed[0].Associations["contacts"], end => end.Id == person.Id);
    }

    [Fact]
    public async Task Past_values_are_read_singly_in_lists_and_in_batches_of_any_length()
    {
        var made = await Client.Contacts.BatchCreateAsync([.. Enumerable.Range(0, 60).Select(i => new CrmRecordInput(Values(("email", $"h{i}@example.com"), ("firstname", "First"))))], cancellationToken: Stop);
        var id = made[0].Record!.Id;
        await Client.Contacts.UpdateAsync(id, Values(("firstname", "Second")), cancellationToken: Stop);
        var read = new ReadOptions { Properties = ["firstname"], PropertiesWithHistory = ["firstname"] };
        var one = (await Client.Contacts.GetAsync(id, read, cancellationToken: Stop))!;
        Assert.Equal(["Second", "First"], one.History["firstname"].Select(version => version.Value));
        Assert.True(one.History["firstname"][0].At >= one.History["firstname"][1].At);
        Assert.NotNull(one.History["firstname"][0].SourceType);
        var batch = await Client.Contacts.BatchReadAsync([.. made.Select(outcome => outcome.Record!.Id)], read, cancellationToken: Stop);
        Assert.All(batch, outcome => Assert.NotEmpty(outcome.Record!.History["firstname"]));
        Assert.Equal(60, await Client.Contacts.ListAsync(read, cancellationToken: Stop).CountAsync(record => record.History["firstname"].Count > 0, Stop));
    }

    [Fact]
    public async Task An_upsert_makes_a_record_once()
    {
        var first = await Client.Contacts.UpsertAsync("email", "u@example.com", Values(("firstname", "A")), cancellationToken: Stop);
        var second = await Client.Contacts.UpsertAsync("email", "u@example.com", Values(("firstname", "B")), cancellationToken: Stop);
        Assert.True(first.IsNew);
        Assert.False(second.IsNew);
        Assert.Equal(first.Id, second.Id);
    }

    [Fact]
    public async Task Batches_of_each_verb_have_one_outcome_an_input()
    {
        var made = await Client.Products.BatchCreateAsync([.. Enumerable.Range(0, 205).Select(i => new CrmRecordInput(Values(("name", "P" + i))))], cancellationToken: Stop);
        Assert.Equal(Enumerable.Range(0, 205), made.Select(outcome => outcome.Index));
        List<RecordId> ids = [.. made.Select(outcome => outcome.Record!.Id)];
        var updated = await Client.Products.BatchUpdateAsync([.. ids.Select((id, i) => new UpdateInput(i == 7 ? "9999999999" : id, Values(("price", i + ".50"))))], cancellationToken: Stop);
        Assert.Equal([7], updated.Where(outcome => !outcome.Succeeded).Select(outcome => outcome.Index));
        Assert.Equal(HubSpotErrorKind.NotFound, updated[7].Error!.Kind);
        var read = await Client.Products.BatchReadAsync([ids[204], "8888888888", ids[3], ids[3]], new ReadOptions { Properties = ["price"] }, cancellationToken: Stop);
        Assert.Equal("204.50", read[0].Record!["price"]);
        Assert.Equal(HubSpotErrorKind.NotFound, read[1].Error!.Kind);
        Assert.Equal(read[2].Record, read[3].Record);
        Assert.All(await Client.Products.BatchArchiveAsync(ids, cancellationToken: Stop), outcome => Assert.True(outcome.Succeeded));
        Assert.Empty(await Client.Products.ListAsync(cancellationToken: Stop).ToListAsync(Stop));
    }

    [Fact]
    public async Task Two_records_become_one()
    {
        var one = await Client.Contacts.CreateAsync(new CrmRecordInput(Values(("email", "one@example.com"))), cancellationToken: Stop);
        var two = await Client.Contacts.CreateAsync(new CrmRecordInput(Values(("email", "two@example.com"))), cancellationToken: Stop);
        var survivor = await Client.Contacts.MergeAsync(one.Id, two.Id, cancellationToken: Stop);
        Assert.Equal([survivor.Id], await Client.Contacts.ListAsync(cancellationToken: Stop).Select(record => record.Id).ToListAsync(Stop));
    }

    [Fact]
    public async Task A_batch_read_finds_merged_records_by_their_old_ids()
    {
        var made = await CreateAsync(ObjectType.Contacts, "email", "one@example.com", "two@example.com", "three@example.com", "four@example.com", "five@example.com");
        var first = await Client.Contacts.MergeAsync(made[0], made[1], cancellationToken: Stop);
        var survivor = await Client.Contacts.MergeAsync(made[2], first.Id, cancellationToken: Stop);
        RecordId[] asked = [made[1], made[4], made[0], made[3], "999999999"];
        foreach (var properties in new string[][] { ["email"], ["email", "hs_merged_object_ids"] })
        {
            var read = await Client.Contacts.BatchReadAsync(asked, new ReadOptions { Properties = properties }, cancellationToken: Stop);
            Assert.Equal([survivor.Id, made[4], survivor.Id, made[3], null], read.Select(outcome => outcome.Record?.Id));
        }
    }

    [Fact]
    public async Task Associations_are_made_read_and_removed_with_their_labels()
    {
        var people = await CreateAsync(ObjectType.Contacts, "email", "a@example.com", "b@example.com", "c@example.com");
        var firms = await CreateAsync(ObjectType.Companies, "name", "F1", "F2");
        var made = await Client.Associations.CreateLabelAsync(ObjectType.Contacts, ObjectType.Companies, "buyer", "Buyer", "Bought by", cancellationToken: Stop);
        Assert.Equal(2, made.Count);
        var labels = await Client.Associations.ListLabelsAsync(ObjectType.Contacts, ObjectType.Companies, cancellationToken: Stop).ToListAsync(Stop);
        var buyer = Assert.Single(labels, type => type.Label == "Buyer");
        Assert.Equal("USER_DEFINED", buyer.Category);

        var outcomes = await Client.Associations.BatchCreateAsync(ObjectType.Contacts, ObjectType.Companies,
            [new AssociationInput(people[0], firms[0]), new AssociationInput(people[0], firms[1], buyer), new AssociationInput(people[1], "7777777777"), new AssociationInput(people[2], firms[1])], cancellationToken: Stop);
        Assert.Equal([2], outcomes.Where(outcome => !outcome.Succeeded).Select(outcome => outcome.Index));
        var read = await Client.Associations.BatchReadAsync(ObjectType.Contacts, ObjectType.Companies, people, cancellationToken: Stop);
        Assert.Equal([(people[0], firms[0]), (people[0], firms[1]), (people[2], firms[1])], read.Select(a => (a.From, a.To)).Order(Comparer<(RecordId, RecordId)>.Create((x, y) => string.CompareOrdinal(x.ToString(), y.ToString()))));
        Assert.Contains(read, a => a.To == firms[1] && a.Types.Any(type => type.TypeId == buyer.TypeId));

        await Client.Associations.BatchArchiveAsync(ObjectType.Contacts, ObjectType.Companies, [new AssociationInput(people[0], firms[1], buyer), new AssociationInput(people[2], firms[1])], cancellationToken: Stop);
        var left = await Client.Associations.ListAsync(ObjectType.Contacts, people[0], ObjectType.Companies, cancellationToken: Stop).ToListAsync(Stop);
        Assert.Equal(2, left.Count);   // the label is gone, the pair is not
        Assert.DoesNotContain(left, a => a.Types.Any(type => type.TypeId == buyer.TypeId));
        Assert.Empty(await Client.Associations.ListAsync(ObjectType.Contacts, people[2], ObjectType.Companies, cancellationToken: Stop).ToListAsync(Stop));

        await Client.Associations.UpdateLabelAsync(ObjectType.Contacts, ObjectType.Companies, buyer.TypeId, "Purchaser", cancellationToken: Stop);
        Assert.True(await Client.Associations.ListLabelsAsync(ObjectType.Contacts, ObjectType.Companies, cancellationToken: Stop).AnyAsync(type => type.Label == "Purchaser", Stop));
        await Client.Associations.ArchiveLabelAsync(ObjectType.Contacts, ObjectType.Companies, buyer.TypeId, cancellationToken: Stop);
        Assert.False(await Client.Associations.ListLabelsAsync(ObjectType.Contacts, ObjectType.Companies, cancellationToken: Stop).AnyAsync(type => type.TypeId == buyer.TypeId, Stop));
    }

    [Fact]
    public async Task More_associations_than_a_page_are_all_read()
    {
        var firm = (await CreateAsync(ObjectType.Companies, "name", "Large"))[0];
        var people = await CreateAsync(ObjectType.Contacts, "email", [.. Enumerable.Range(0, 620).Select(i => $"p{i}@example.com")]);
        var outcomes = await Client.Associations.BatchCreateAsync(ObjectType.Companies, ObjectType.Contacts, [.. people.Select(person => new AssociationInput(firm, person))], cancellationToken: Stop);
        Assert.All(outcomes, outcome => Assert.True(outcome.Succeeded));
        var batch = await Client.Associations.BatchReadAsync(ObjectType.Companies, ObjectType.Contacts, [firm], cancellationToken: Stop);
        Assert.Equal(people.ToHashSet(), batch.Select(a => a.To).ToHashSet());
        var list = await Client.Associations.ListAsync(ObjectType.Companies, firm, ObjectType.Contacts, cancellationToken: Stop).ToListAsync(Stop);
        Assert.Equal(people.ToHashSet(), list.Select(a => a.To).ToHashSet());
    }

    [Fact]
    public async Task Properties_and_groups_are_made_changed_and_archived()
    {
        await Client.Properties.CreateGroupAsync(ObjectType.Orders, "shop", "Shop", cancellationToken: Stop);
        var property = new CrmProperty { Name = "shop_key", Label = "Key", Type = "string", FieldType = "text", GroupName = "shop", HasUniqueValue = true, Description = "Set by the shop" };
        var made = await Client.Properties.CreateAsync(ObjectType.Orders, property, cancellationToken: Stop);
        Assert.True(made is { HasUniqueValue: true, GroupName: "shop", Description: "Set by the shop", HubSpotDefined: false });
        var choice = new CrmProperty { Name = "shop_channel", Label = "Channel", Type = "enumeration", FieldType = "select", GroupName = "shop", Options = [new("web", "Web"), new("till", "Till")] };
        await Client.Properties.BatchCreateAsync(ObjectType.Orders, [choice], cancellationToken: Stop);
        var changed = await Client.Properties.UpdateAsync(ObjectType.Orders, choice with { Label = "Sold through", Options = [.. choice.Options, new("phone", "Phone")] }, cancellationToken: Stop);
        Assert.Equal("Sold through", changed.Label);
        Assert.Equal(["web", "till", "phone"], changed.Options.Select(option => option.Key));
        Assert.Equal(2, await Client.Properties.ListAsync(ObjectType.Orders, cancellationToken: Stop).CountAsync(p => p.GroupName == "shop", Stop));
        var taken = await Assert.ThrowsAsync<HubSpotException>(() => Client.Properties.CreateAsync(ObjectType.Orders, property, cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.Conflict, taken.Kind);
        await Client.Properties.UpdateGroupAsync(ObjectType.Orders, "shop", "My shop", cancellationToken: Stop);
        Assert.Contains(new CrmPropertyGroup("shop", "My shop"), await Client.Properties.ListGroupsAsync(ObjectType.Orders, cancellationToken: Stop).ToListAsync(Stop));
        await Client.Properties.ArchiveAsync(ObjectType.Orders, "shop_key", cancellationToken: Stop);
        await Client.Properties.ArchiveAsync(ObjectType.Orders, "shop_channel", cancellationToken: Stop);
        Assert.Null(await Client.Properties.GetAsync(ObjectType.Orders, "shop_key", cancellationToken: Stop));
        await Client.Properties.ArchiveGroupAsync(ObjectType.Orders, "shop", cancellationToken: Stop);
        Assert.False(await Client.Properties.ListGroupsAsync(ObjectType.Orders, cancellationToken: Stop).AnyAsync(group => group.Name == "shop", Stop));
    }

    [Fact]
    public async Task Pipelines_and_stages_are_made_changed_and_archived()
    {
        var made = await Client.Pipelines.CreateAsync(ObjectType.Deals, "Online",
            [new StageInput("Open") { Metadata = Texts(("probability", "0.5")) }, new StageInput("Paid") { Metadata = Texts(("probability", "1.0")) }], cancellationToken: Stop);
        Assert.Equal(["Open", "Paid"], made.Stages.Select(stage => stage.Label));
        Assert.Equal("0.5", made.Stages[0].Metadata["probability"]);
        var added = await Client.Pipelines.CreateStageAsync(ObjectType.Deals, made.Id, new StageInput("Lost") { DisplayOrder = 2, Metadata = Texts(("probability", "0.0")) }, cancellationToken: Stop);
        await Client.Pipelines.UpdateStageAsync(ObjectType.Deals, made.Id, added.Id, new StageInput("Cancelled") { Metadata = Texts(("probability", "0.0")) }, cancellationToken: Stop);
        await Client.Pipelines.ArchiveStageAsync(ObjectType.Deals, made.Id, made.Stages[0].Id, cancellationToken: Stop);
        await Client.Pipelines.UpdateAsync(ObjectType.Deals, made.Id, "Shop", cancellationToken: Stop);
        var listed = await Client.Pipelines.ListAsync(ObjectType.Deals, cancellationToken: Stop).FirstAsync(pipeline => pipeline.Id == made.Id, Stop);
        Assert.Equal("Shop", listed.Label);
        Assert.Equal(["Paid", "Cancelled"], listed.Stages.Select(stage => stage.Label));
        await Client.Pipelines.ArchiveAsync(ObjectType.Deals, made.Id, cancellationToken: Stop);
        Assert.False(await Client.Pipelines.ListAsync(ObjectType.Deals, cancellationToken: Stop).AnyAsync(pipeline => pipeline.Id == made.Id, Stop));
    }

    [Fact]
    public async Task A_search_filters_pages_and_counts()
    {
        await CreateAsync(ObjectType.Contacts, "email", [.. Enumerable.Range(0, 25).Select(i => $"s{i}@{(i % 5 == 0 ? "acme" : "other")}.example")]);
        var query = new SearchQuery { Groups = [[new SearchFilter("email", SearchOperator.ContainsToken, "*@acme.example")], [new SearchFilter("email", SearchOperator.Eq, "s1@other.example")]], PageSize = 2, Properties = ["email"] };
        Assert.Equal(6, await Client.Contacts.CountAsync(query, cancellationToken: Stop));
        var found = await Client.Contacts.SearchAsync(query, cancellationToken: Stop).Select(record => record["email"]).ToListAsync(Stop);
        Assert.Equal(["s0@acme.example", "s1@other.example", "s5@acme.example", "s10@acme.example", "s15@acme.example", "s20@acme.example"], found);
    }

    [Fact]
    public async Task Owners_account_and_token_are_read()
    {
        var owners = await Client.Owners.ListAsync(cancellationToken: Stop).ToListAsync(Stop);
        Assert.NotEmpty(owners);
        Assert.Equal([owners[0].Id], await Client.Owners.ListAsync(owners[0].Email, cancellationToken: Stop).Select(owner => owner.Id).ToListAsync(Stop));
        var account = await Client.Account.GetDetailsAsync(cancellationToken: Stop);
        Assert.Equal(1000001, account.PortalId);
        Assert.NotNull(account.UtcOffset);
        var token = await Client.Account.GetTokenInformationAsync(cancellationToken: Stop);
        Assert.Equal(1000001, token.HubId);
        Assert.Contains("crm.objects.orders.write", token.Scopes);
    }

    private async Task<List<RecordId>> CreateAsync(ObjectType type, string property, params string[] values) =>
        [.. (await Client.Objects(type).BatchCreateAsync([.. values.Select(value => new CrmRecordInput(Values((property, value))))], cancellationToken: Stop)).Select(outcome => outcome.Record!.Id)];

    private static Dictionary<string, string?> Values(params (string Name, string? Value)[] values) => values.ToDictionary(pair => pair.Name, pair => pair.Value);

    private static Dictionary<string, string> Texts(params (string Name, string Value)[] values) => values.ToDictionary(pair => pair.Name, pair => pair.Value);
}

public sealed class CrmConformance2026_09() : CrmConformance(ApiVersion.V2026_09);

public sealed class CrmConformance2026_03() : CrmConformance(ApiVersion.V2026_03);

public sealed class CrmConformanceV3() : CrmConformance(ApiVersion.V3);
