using System.Text.Json.Nodes;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Connectors.Shopify;
using Spoke.Commerce.Connectors.WooCommerce;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.StandIns.Shopify;
using Spoke.StandIns.WooCommerce;
using Spoke.Sync.Consents;
using Spoke.Sync.Quarantine;

namespace Spoke.Sync.Tests.Pulling;

/// <summary>Consent to SMS between a store and a property of HubSpot's contacts: the more restrictive of both stands, and e-mail is another matter.</summary>
public sealed class SmsConsentTests
{
    private const string Ada = "ada@example.com";
    private const string Bob = "bob@example.com";
    private static readonly ConsentRules Rules = new("Marketing Information") { Sms = "sms_consent" };

    [Theory]
    [InlineData("string", "text", "granted", "denied")]
    [InlineData("bool", "booleancheckbox", "true", "false")]
    [InlineData("enumeration", "select", "opted-in", "opted-out")]
    public async Task A_denial_on_either_side_denies_on_both_in_the_words_of_the_property(string type, string field, string granted, string denied)
    {
        await using var rig = await StartAsync(type, field, granted, denied);
        rig.Store.Put(Person("1", Ada, ConsentState.Denied));
        rig.Store.Put(Person("2", Bob, ConsentState.None));
        await rig.PassAsync();
        Assert.Equal(denied, await SaidAsync(rig, Ada));
        Assert.Null(await SaidAsync(rig, Bob));
        rig.Store.Put(Person("2", Bob, ConsentState.Granted));
        await rig.PassAsync();
        Assert.Equal(granted, await SaidAsync(rig, Bob));
        await rig.EditContactAsync(Bob, ("sms_consent", denied));
        await rig.PassAsync();
        Assert.Equal(ConsentState.Denied, rig.Customer("2").SmsConsent?.State);
        Assert.Null(rig.Customer("2").EmailConsent);
        await rig.AssertQuietAsync();
    }

    [Fact]
    public async Task History_denies_and_never_grants_and_the_first_pass_carries_a_denial()
    {
        await using var rig = await StartAsync();
        rig.Store.Put(Person("1", Ada, ConsentState.Granted));
        rig.Store.Put(Person("2", Bob, ConsentState.Denied));
        await rig.PassAsync();
        Assert.Equal((null, "denied"), (await SaidAsync(rig, Ada), await SaidAsync(rig, Bob)));
        await rig.AssertQuietAsync();
    }

    [Fact]
    public async Task A_grant_after_a_denial_waits_for_somebody_and_the_other_channel_does_not()
    {
        await using var rig = await StartAsync();
        rig.Store.Put(Person("1", Ada, ConsentState.Denied));
        await rig.PassAsync();
        rig.Store.Edit("1", customer => customer with { SmsConsent = new Consent(ConsentState.Granted), EmailConsent = new Consent(ConsentState.Granted) });
        Assert.Equal(1, (await rig.PassAsync()).Quarantined);
        Assert.Equal("denied", await SaidAsync(rig, Ada));
        var parked = Assert.Single(await rig.Database.ReadAsync(db => QuarantineStore.All(db, PullRig.Name), PullRig.Token));
        Assert.Equal(("CONSENT_PARKED", "sms consent"), (parked.Cause, parked.Property));
        await rig.Database.WriteAsync((db, transaction) => QuarantineStore.Drop(db, transaction, PullRig.Name, parked, 1), PullRig.Token);
        Assert.Equal(0, await rig.CountAsync("consent", "state <> 0"));
        var emails = await rig.Portal.Subscriptions.BatchReadAsync([Ada], null, PullRig.Token);
        Assert.Contains(emails.Statuses, status => status.State == SubscriptionState.Subscribed);
    }

    [Fact]
    public async Task A_property_that_is_not_there_is_named()
    {
        await using var rig = await PullRig.StartAsync(consent: Rules);
        rig.Store.Put(Person("1", Ada, ConsentState.Denied));
        var failure = await Assert.ThrowsAsync<HubSpotException>(rig.PassAsync);
        Assert.Contains("no property 'sms_consent'", failure.Message);
        Assert.Contains("consent.sms of connection shop-main", failure.Message);
    }

    [Fact]
    public async Task Shopify_keeps_it_with_the_phone_number_and_both_sides_hear_of_it()
    {
        await using var standIn = await ShopifyStandIn.StartAsync(null, PullRig.Token);
        await using var store = new ShopifyConnector(new ShopifyStoreOptions { Url = standIn.BaseUrl, AccessToken = "shpat_stand-in" });
        await using var rig = await StartAsync();
        await rig.UseAsync(store: store);
        var (ada, bob) = (standIn.Shop.Place(new NewOrder(Ada, [new NewLine("Tea", 1, 10)])).Customer!, standIn.Shop.Place(new NewOrder(Bob, [new NewLine("Tea", 1, 10)])).Customer!);
        standIn.Shop.EditCustomer(bob, customer => customer.Phone = null);
        await rig.PassAsync();
        Assert.Null(await SaidAsync(rig, Ada));
        standIn.Shop.EditCustomer(ada, customer => (customer.SmsConsent.State, customer.SmsConsent.At) = ("SUBSCRIBED", standIn.Shop.Now));
        await rig.PassAsync();
        Assert.Equal("granted", await SaidAsync(rig, Ada));
        await rig.EditContactAsync(Ada, ("sms_consent", "denied"));
        await rig.PassAsync();
        Assert.Equal(("UNSUBSCRIBED", "NOT_SUBSCRIBED"), (ada.SmsConsent.State, ada.EmailConsent.State));
        await rig.AssertQuietAsync();

        // Whoever has no number there cannot be denied there: somebody is told.
        await rig.EditContactAsync(Bob, ("sms_consent", "denied"));
        Assert.Equal(1, (await rig.PassAsync()).Quarantined);
        var refused = Assert.Single(await rig.Database.ReadAsync(db => QuarantineStore.All(db, PullRig.Name), PullRig.Token));
        Assert.Equal(("sms consent", "phone: A phone number is required to set the SMS consent state"), (refused.Property, refused.Problem));
    }

    [Fact]
    public async Task WooCommerce_keeps_it_in_meta_data_and_both_sides_hear_of_it()
    {
        await using var shop = await WooShop.StartAsync(new WooOptions { Orders = 0, Customers = 0, Drafts = 0 }, PullRig.Token);
        await using var store = new WooConnector(new WooStoreOptions { Url = shop.BaseUrl, ConsumerKey = shop.Options.ConsumerKey, ConsumerSecret = shop.Options.ConsumerSecret });
        await using var rig = await StartAsync();
        await rig.UseAsync(store: store);
        var ada = shop.Desk.Register(Ada);
        JsonNode? Kept() => Assert.Single(shop.Desk.Customers()).Meta.Find(meta => meta.Key == "_spoke_marketing_consent")?.Value;
        await rig.PassAsync();
        Assert.Null(await SaidAsync(rig, Ada));
        shop.Desk.EditCustomer(ada, customer => customer.Meta.Add(new WooMeta { Id = 1, Key = "_spoke_marketing_consent", Value = new JsonObject { ["sms"] = new JsonObject { ["state"] = "granted" } } }));
        await rig.PassAsync();
        Assert.Equal("granted", await SaidAsync(rig, Ada));
        await rig.EditContactAsync(Ada, ("sms_consent", "denied"));
        await rig.PassAsync();
        Assert.Equal(("denied", null), ((string?)Kept()!["sms"]!["state"], Kept()!["email"]));
        await rig.AssertQuietAsync();
    }

    [Theory]
    [InlineData("Opted-out", ConsentState.Denied)]
    [InlineData("no", ConsentState.Denied)]
    [InlineData(" Yes ", ConsentState.Granted)]
    [InlineData("perhaps", ConsentState.None)]
    [InlineData(null, ConsentState.None)]
    internal void A_word_that_says_neither_says_nothing(string? word, ConsentState said) => Assert.Equal(said, ConsentProperty.Read(word));

    private static async Task<PullRig> StartAsync(string type = "string", string field = "text", params string[] options)
    {
        var rig = await PullRig.StartAsync(consent: Rules);
        await rig.Portal.Properties.CreateAsync("contacts", new CrmProperty
        {
            Name = "sms_consent",
            Label = "SMS",
            GroupName = "contactinformation",
            Type = type,
            FieldType = field,
            Options = type == "string" ? [] : [.. options.Select(option => KeyValuePair.Create(option, option))],
        }, null, PullRig.Token);
        return rig;
    }

    private static Customer Person(string id, string email, ConsentState sms) => Some.Customer(id, 0, email) with { SmsConsent = sms == ConsentState.None ? null : new Consent(sms) };

    private static async Task<string?> SaidAsync(PullRig rig, string email) =>
        (await rig.Portal.Contacts.GetAsync(email, new ReadOptions { IdProperty = "email", Properties = ["sms_consent"] }, null, PullRig.Token))!["sms_consent"] is { Length: > 0 } said ? said : null;
}
