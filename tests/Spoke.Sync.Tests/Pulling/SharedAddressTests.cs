using Spoke.HubSpot;

namespace Spoke.Sync.Tests.Pulling;

/// <summary>Contacts of two addresses: whoever comes with the second is the same person.</summary>
public sealed class SharedAddressTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);   // a round that goes on for ever is what these are about

    [Fact]
    public async Task Whoever_comes_with_the_address_of_a_merged_contact_is_that_contact()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        rig.Store.Put(Some.Order("1", 0, customer: "1"));
        await rig.PassAsync();
        var stranger = await rig.Portal.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = "ada.work@example.com" }), null, PullRig.Token);
        await rig.Portal.Contacts.MergeAsync((await rig.ContactAsync("ada@example.com")).Id, stranger.Id, null, PullRig.Token);
        await rig.PassAsync();
        rig.Store.Put(Some.Customer("2", 0, "ada.work@example.com"));
        rig.Store.Put(Some.Order("2", 0, customer: "2"));
        await AssertOneAsync(rig, "2");
    }

    [Fact]
    public async Task Two_customers_of_one_contact_that_was_there_already_are_one()
    {
        await using var rig = await PullRig.StartAsync();
        await rig.Portal.Contacts.CreateAsync(new CrmRecordInput(new Dictionary<string, string?> { ["email"] = "ada@example.com", ["hs_additional_emails"] = "ada.work@example.com" }), null, PullRig.Token);
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        rig.Store.Put(Some.Customer("2", 0, "ada.work@example.com"));
        rig.Store.Put(Some.Order("1", 0, customer: "1"));
        rig.Store.Put(Some.Order("2", 0, customer: "2"));
        await AssertOneAsync(rig, "2");
    }

    [Fact]
    public async Task A_guest_whose_contact_was_merged_and_who_opens_an_account_stays_that_contact()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        rig.Store.Put(Some.Order("1", 0, customer: "1"));
        rig.Store.Put(Some.Order("2", 0, email: "ada.work@example.com"));
        await rig.PassAsync();
        await rig.Portal.Contacts.MergeAsync((await rig.ContactAsync("ada@example.com")).Id, (await rig.ContactAsync("ada.work@example.com")).Id, null, PullRig.Token);
        await rig.PassAsync();
        rig.Store.Put(Some.Customer("2", 0, "ada.work@example.com"));
        rig.Store.Put(Some.Order("3", 0, customer: "2"));
        await AssertOneAsync(rig, "3");
    }

    [Theory]
    [InlineData("1", "shop-main:customer:1")]
    [InlineData("cus_01JD3X8Q6Z4T9V2K7M5N1P0RWB", "shop-main:customer:guest:ada.work@example.com")]   // longer than the guest's name: the one contact keeps that
    public async Task A_guest_whose_contact_was_merged_stays_that_contact_with_an_account_also_where_HubSpot_has_the_address_no_more(string account, string name)
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer(account, 0, "ada@example.com"));
        rig.Store.Put(Some.Order("1", 0, customer: account));
        rig.Store.Put(Some.Order("2", 0, email: "ada.work@example.com"));
        await rig.PassAsync();
        await rig.Portal.Contacts.MergeAsync((await rig.ContactAsync("ada.work@example.com")).Id, (await rig.ContactAsync("ada@example.com")).Id, null, PullRig.Token);
        rig.Store.Put(Some.Customer(account, 1, "ada.new@example.com"));   // written over the guest's
        await rig.PassAsync();
        rig.Store.Put(Some.Customer("2", 0, "ada.work@example.com"));
        rig.Store.Put(Some.Order("3", 0, customer: "2"));
        await AssertOneAsync(rig, "3", name);
        rig.Store.Put(Some.Customer("2", 1, "ada.home@example.com"));
        await AssertOneAsync(rig, "3", name);
    }

    [Fact]
    public async Task What_people_wrote_of_a_guest_goes_to_the_account_the_guest_is_merged_with()
    {
        const string account = "cus_01JD3X8Q6Z4T9V2K7M5N1P0RWB";   // longer than the guest's name: the one contact keeps that
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer(account, 0, "ada@example.com"));
        rig.Age(account, TimeSpan.FromHours(1));
        rig.Store.Put(Some.Order("1", 0, email: "ada.work@example.com"));
        await rig.PassAsync();
        await rig.EditContactAsync("ada.work@example.com", ("lastname", "Lovelace"));
        await rig.PassAsync();
        await rig.Portal.Contacts.MergeAsync((await rig.ContactAsync("ada.work@example.com")).Id, (await rig.ContactAsync("ada@example.com")).Id, null, PullRig.Token);
        await rig.PassAsync();
        await rig.PassAsync();
        Assert.Equal(("Lovelace", "Lovelace"), ((await rig.ContactAsync("ada.work@example.com"))["lastname"], rig.Customer(account).LastName));
    }

    [Fact]
    public async Task An_address_that_one_customer_gives_to_another_makes_them_no_one_person()
    {
        await using var rig = await PullRig.StartAsync();
        rig.Store.Put(Some.Customer("1", 0, "ada@example.com"));
        await rig.PassAsync();
        rig.Store.Put(Some.Customer("2", 1, "ada@example.com"));
        rig.Store.Put(Some.Customer("1", 1, "ada.new@example.com"));
        await rig.PassAsync().WaitAsync(Patience, PullRig.Token);
        Assert.Equal(2, (await rig.ContactsAsync()).Count);
        Assert.Equal(2, await rig.CountAsync("record", "object = 'contacts'"));
    }

    private static async Task AssertOneAsync(PullRig rig, string orders, string name = "shop-main:customer:1")
    {
        await rig.PassAsync().WaitAsync(Patience, PullRig.Token);
        Assert.True((await rig.PassAsync().WaitAsync(Patience, PullRig.Token)).InStep);
        var contact = Assert.Single(await rig.ContactsAsync());
        Assert.Equal((orders, name), (contact["spoke_orders_count"], contact["spoke_key"]));
        Assert.Equal(1, await rig.CountAsync("record", "object = 'contacts'"));
        var calls = rig.Portal.CallCount;
        var quiet = await rig.PassAsync();
        Assert.Equal(0, quiet.Written.Created + quiet.Written.Updated);
        Assert.True(rig.Portal.CallCount > calls);
    }
}
