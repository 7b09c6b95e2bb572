using Microsoft.Extensions.Logging.Abstractions;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.HubSpot;
using Spoke.Sync.Consents;
using Spoke.Sync.Intake;
using Spoke.Sync.Ledger;
using Spoke.Sync.Quarantine;
using Spoke.Sync.Tests.Scenarios;
using Spoke.Sync.Tests.Storage;

namespace Spoke.Sync.Tests.Pulling;

/// <summary>Marketing consent between a store and HubSpot: the more restrictive of both stands.</summary>
public sealed class ConsentTests(PostgresCluster cluster)
{
    private const string Email = "ada@example.com";
    private const string Marketing = "70000001";
    private static readonly ConsentRules Rules = new("Marketing Information");

    [Fact]
    public async Task A_denial_in_the_store_reaches_HubSpot_and_one_in_HubSpot_the_store()
    {
        await using var rig = await PullRig.StartAsync(consent: Rules);
        rig.Store.Put(Person("1", Email, ConsentState.Denied));
        rig.Store.Put(Person("2", "bob@example.com", ConsentState.Granted));
        await rig.PassAsync();
        Assert.Equal("UNSUBSCRIBED", await StateAsync(rig, Email));
        await rig.Portal.Subscriptions.UpdateAsync(new SubscriptionInput("bob@example.com", Marketing, SubscriptionState.Unsubscribed), null, PullRig.Token);
        await rig.PassAsync();
        Assert.Equal(ConsentState.Denied, rig.Customer("2").EmailConsent?.State);
        Assert.True((await rig.PassAsync()).InStep);
    }

    [Fact]
    public async Task History_denies_and_never_grants_but_a_tick_from_now_on_grants()
    {
        await using var rig = await PullRig.StartAsync(consent: Rules);
        rig.Store.Put(Person("1", Email, ConsentState.Granted));
        await rig.PassAsync();
        Assert.Equal("NOT_SPECIFIED", await StateAsync(rig, Email));
        rig.Store.Put(Person("2", "bob@example.com", ConsentState.Granted));
        await rig.PassAsync();
        Assert.Equal("SUBSCRIBED", await StateAsync(rig, "bob@example.com"));
        Assert.Equal("granted", (await rig.Portal.Contacts.GetAsync("bob@example.com", new ReadOptions { IdProperty = "email", Properties = ["spoke_consent"] }, null, PullRig.Token))!["spoke_consent"]);
    }

    [Fact]
    public async Task A_grant_after_a_denial_waits_for_somebody_and_changes_neither_side()
    {
        await using var rig = await PullRig.StartAsync(consent: Rules);
        rig.Store.Put(Person("1", Email, ConsentState.Denied));
        await rig.PassAsync();
        rig.Store.Put(Person("1", Email, ConsentState.Granted));
        var pass = await rig.PassAsync();
        Assert.Equal((1, "CONSENT_PARKED"), (pass.Quarantined, pass.Quarantine[0].Cause));
        Assert.Equal(("UNSUBSCRIBED", ConsentState.Granted), (await StateAsync(rig, Email), rig.Customer("1").EmailConsent!.State));
    }

    [Fact]
    public async Task What_was_granted_to_another_address_of_a_merged_contact_is_no_grant_of_the_persons()
    {
        await using var rig = await PullRig.StartAsync(consent: Rules);
        rig.Store.Put(Person("1", Email, ConsentState.None));
        rig.Store.Put(Some.Order("1", 0, email: "bob@example.com"));
        await rig.PassAsync();
        await rig.Portal.Subscriptions.UpdateAsync(new SubscriptionInput("bob@example.com", Marketing, SubscriptionState.Subscribed) { LegalBasis = "CONSENT_WITH_NOTICE", LegalBasisExplanation = "asked" }, null, PullRig.Token);
        await rig.PassAsync();
        await rig.Portal.Contacts.MergeAsync((await rig.ContactAsync(Email)).Id, (await rig.ContactAsync("bob@example.com")).Id, null, PullRig.Token);
        for (var pass = 0; pass < 3; pass++) await rig.PassAsync();
        Assert.Equal("NOT_SPECIFIED", await StateAsync(rig, Email));
        Assert.Equal(ConsentState.None, rig.Customer("1").EmailConsent?.State ?? ConsentState.None);
        Assert.Equal(0, (await rig.PassAsync()).WrittenBack);
    }

    [Fact]
    public async Task With_leave_to_resubscribe_a_later_grant_is_tried_and_what_HubSpot_refuses_is_said()
    {
        await using var rig = await PullRig.StartAsync(consent: Rules with { AllowResubscribe = true });
        rig.Store.Put(Person("1", Email, ConsentState.Denied));
        await rig.PassAsync();
        rig.Store.Put(Person("1", Email, ConsentState.Granted));
        var pass = await rig.PassAsync();
        var state = await StateAsync(rig, Email);
        if (state == "SUBSCRIBED") Assert.True(pass.InStep);
        else Assert.Equal("CONSENT_REFUSED", pass.Quarantine[0].Cause);
    }

    [Fact]
    public async Task A_denial_of_one_of_two_accounts_of_a_person_denies()
    {
        await using var rig = await PullRig.StartAsync(consent: Rules);
        rig.Store.Put(Person("1", Email, ConsentState.Granted));
        await rig.PassAsync();
        rig.Store.Put(Person("2", Email, ConsentState.Denied));
        await rig.PassAsync();
        Assert.Equal("UNSUBSCRIBED", await StateAsync(rig, Email));
    }

    [Fact]
    public async Task A_denial_goes_ahead_of_everything_else_and_does_not_wait_for_the_contact()
    {
        await using var rig = await PullRig.StartAsync(consent: Rules);
        for (var i = 0; i < 50; i++) rig.Store.Put(Some.Order($"{i}", 0, email: $"guest{i}@example.com"));
        rig.Store.Put(Person("1", Email, ConsentState.Denied));
        await rig.PassAsync();
        var writes = await rig.WritePathsAsync();
        Assert.True(writes.FindIndex(path => path.Contains("communication-preferences", StringComparison.Ordinal) && path.EndsWith("/write", StringComparison.Ordinal)) < writes.FindIndex(path => path.EndsWith("/batch/upsert", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_store_that_refuses_a_denial_is_named_with_the_remedy()
    {
        await using var rig = await PullRig.StartAsync(consent: Rules);
        rig.Store.Put(Person("1", Email, ConsentState.Granted));
        await rig.PassAsync();
        rig.Store.Refuse = _ => new StoreWriteOutcome(StoreWriteResult.Refused, Problem: "It has no place for consent.", Fix: "Install the plugin.");
        await rig.Portal.Subscriptions.UpdateAsync(new SubscriptionInput(Email, Marketing, SubscriptionState.Unsubscribed), null, PullRig.Token);
        var pass = await rig.PassAsync();
        Assert.Equal(("CONSENT_REFUSED", "Install the plugin."), (pass.Quarantine[0].Cause, pass.Quarantine[0].Fix));
        rig.Store.Refuse = null;
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal(ConsentState.Denied, rig.Customer("1").EmailConsent?.State);
    }

    [Fact]
    public async Task A_store_that_is_down_when_a_denial_is_to_be_written_to_it_holds_up_nothing_that_goes_to_HubSpot()
    {
        await using var rig = await PullRig.StartAsync(consent: Rules);
        rig.Store.Put(Person("1", Email, ConsentState.Granted));
        await rig.PassAsync();
        rig.Store.Refuse = _ => throw new StoreException("The store does not answer.", isTransient: true);
        await rig.Portal.Subscriptions.UpdateAsync(new SubscriptionInput(Email, Marketing, SubscriptionState.Unsubscribed), null, PullRig.Token);
        rig.Store.Put(Some.Order("1", 0, customer: "1"));
        await new ChangeIntake(rig.Database, rig.Time).AppendAsync(PullRig.Name, [rig.Store.Push(EntityKind.Order, "1", "a")], null, PullRig.Token);
        var worker = rig.Worker();
        await Assert.ThrowsAsync<StoreException>(() => worker.StepAsync(poll: true, PullRig.Token));
        Assert.Equal("1", (await rig.ContactAsync(Email))["spoke_orders_count"]);
        rig.Store.Refuse = null;
        await worker.StepAsync(poll: false, PullRig.Token);
        Assert.Equal(ConsentState.Denied, rig.Customer("1").EmailConsent?.State);
    }

    [Fact]
    public async Task A_kind_of_mail_that_does_not_exist_is_named_with_those_that_do()
    {
        await using var rig = await PullRig.StartAsync(consent: new ConsentRules("Newsletter"));
        rig.Store.Put(Person("1", Email, ConsentState.Denied));
        var failure = await Assert.ThrowsAsync<HubSpotException>(rig.PassAsync);
        Assert.Contains("no kind of e-mail 'Newsletter'", failure.Message);
        Assert.Contains("Marketing Information", failure.Message);
    }

    [Fact]
    public async Task A_consent_that_is_tried_again_is_carried_over_at_once()
    {
        await using var rig = await PullRig.StartAsync(consent: Rules);
        rig.Store.Put(Person("1", Email, ConsentState.Granted));
        await rig.PassAsync();
        rig.Store.Refuse = _ => new StoreWriteOutcome(StoreWriteResult.Refused, Problem: "It has no place for consent.", Fix: "Install the plugin.");
        await rig.Portal.Subscriptions.UpdateAsync(new SubscriptionInput(Email, Marketing, SubscriptionState.Unsubscribed), null, PullRig.Token);
        await rig.PassAsync();
        rig.Store.Refuse = null;
        var desk = new QuarantineDesk(rig.Database, rig.Connection, new SyncOptions(), TimeProvider.System, NullLogger.Instance);
        Assert.Empty((await desk.RetryAsync(await desk.ListAsync(PullRig.Token), PullRig.Token)).Left);
        Assert.Equal(ConsentState.Denied, rig.Customer("1").EmailConsent?.State);
    }

    [Fact]
    public async Task A_consent_that_HubSpot_refuses_keeps_the_id_of_the_refusal()
    {
        await using var rig = await PullRig.StartAsync(consent: Rules with { AllowResubscribe = true });
        rig.Store.Put(Person("1", Email, ConsentState.Denied));
        await rig.PassAsync();
        await rig.OptOutAsync(Email, Marketing);   // the person's own act, which no app can undo
        rig.Store.Put(Person("1", Email, ConsentState.Granted));
        await rig.PassAsync();
        var desk = new QuarantineDesk(rig.Database, rig.Connection, new SyncOptions(), TimeProvider.System, NullLogger.Instance);
        var refused = Assert.Single(await desk.ListAsync(PullRig.Token));
        Assert.Equal("CONSENT_REFUSED", refused.Cause);
        Assert.NotNull(refused.CorrelationId);
    }

    [Fact]
    public async Task A_denial_does_not_wait_for_somebody_to_look_at_the_first_records_and_a_grant_does()
    {
        await using var rig = await PullRig.StartAsync(consent: Rules, canary: true);
        for (var i = 0; i < 60; i++) rig.Store.Put(Some.Order($"{i}", 0, email: $"guest{i}@example.com"));
        Assert.True((await rig.PassAsync()).AwaitsApproval);
        rig.Store.Put(Person("1", Email, ConsentState.Denied));
        rig.Store.Put(Person("2", "bob@example.com", ConsentState.Granted));
        var pass = await rig.PassAsync();
        Assert.Equal((true, 0), (pass.AwaitsApproval, pass.Written.Created));
        Assert.Equal(("UNSUBSCRIBED", "NOT_SPECIFIED"), (await StateAsync(rig, Email), await StateAsync(rig, "bob@example.com")));
        // The other way round, and live.
        var guest = Assert.Single((await rig.ContactsAsync()).Take(1));
        rig.Store.Put(Person("3", guest["email"]!, ConsentState.Granted));
        await rig.PassAsync();
        await rig.Portal.Subscriptions.UpdateAsync(new SubscriptionInput(guest["email"]!, Marketing, SubscriptionState.Unsubscribed), null, PullRig.Token);
        await rig.PassAsync();
        Assert.Equal(ConsentState.Denied, rig.Customer("3").EmailConsent?.State);
        await rig.Engine.ApproveAsync(PullRig.Token);
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal("SUBSCRIBED", await StateAsync(rig, "bob@example.com"));
    }

    [Fact]
    public async Task Who_has_denied_is_out_under_a_new_address_too()
    {
        await using var rig = await PullRig.StartAsync(consent: Rules);
        rig.Store.Put(Person("1", Email, ConsentState.Denied));
        rig.Store.Put(Some.Order("1", 0, customer: "1", email: Email));
        await rig.PassAsync();
        rig.Store.Edit("1", customer => customer with { Email = "lovelace@example.com" });
        await rig.PassAsync();
        Assert.Equal("UNSUBSCRIBED", await StateAsync(rig, "lovelace@example.com"));
        Assert.True((await rig.PassAsync()).InStep);
    }

    [Fact]
    public async Task What_the_contact_said_of_its_old_address_is_not_taken_for_the_new_one()
    {
        await using var rig = await PullRig.StartAsync(consent: Rules);
        rig.Store.Put(Person("1", Email, ConsentState.None));
        await rig.PassAsync();
        rig.Store.Edit("1", customer => customer with { EmailConsent = new Consent(ConsentState.Denied, Some.Day, "account") });
        await rig.PassAsync();
        await rig.EditContactAsync(Email, ("phone", "+4413"));   // so that the contact is read before its address is changed
        rig.Store.Edit("1", customer => customer with { Email = "lovelace@example.com" });
        await rig.PassAsync();
        Assert.Equal("UNSUBSCRIBED", await StateAsync(rig, "lovelace@example.com"));
    }

    [Fact]
    public async Task A_new_address_makes_no_grant_of_history()
    {
        await using var rig = await PullRig.StartAsync(consent: Rules);
        rig.Store.Put(Person("1", Email, ConsentState.Granted));
        await rig.PassAsync();
        rig.Store.Edit("1", customer => customer with { Email = "lovelace@example.com" });
        await rig.PassAsync();
        await rig.PassAsync();
        Assert.Equal("NOT_SPECIFIED", await StateAsync(rig, "lovelace@example.com"));
    }

    [Fact]
    public async Task A_guest_who_has_denied_and_opens_an_account_is_out_in_the_store_too()
    {
        await using var rig = await PullRig.StartAsync(consent: Rules);
        rig.Store.Put(Some.Order("1", 0, email: Email));
        await rig.PassAsync();
        await rig.OptOutAsync(Email, Marketing);
        await rig.PassAsync();
        rig.Store.Put(Person("1", Email, ConsentState.None));
        await rig.PassAsync();
        Assert.Equal(ConsentState.Denied, rig.Customer("1").EmailConsent?.State);
    }

    [Fact]
    public async Task A_guest_who_has_denied_and_opens_an_account_with_the_tick_set_waits_for_somebody()
    {
        await using var rig = await PullRig.StartAsync(consent: Rules);
        rig.Store.Put(Some.Order("1", 0, email: Email));
        await rig.PassAsync();
        await rig.OptOutAsync(Email, Marketing);
        await rig.PassAsync();
        rig.Store.Put(Person("1", Email, ConsentState.Granted));
        var pass = await rig.PassAsync();
        Assert.Equal((1, "CONSENT_PARKED"), (pass.Quarantined, pass.Quarantine[0].Cause));
        Assert.Equal(("UNSUBSCRIBED", ConsentState.Granted), (await StateAsync(rig, Email), rig.Customer("1").EmailConsent!.State));
    }

    [Fact]
    public async Task Who_comes_with_an_address_that_another_denied_and_left_is_out_in_the_store_too()
    {
        await using var rig = await PullRig.StartAsync(consent: Rules);
        rig.Store.Put(Some.Order("1", 0, email: Email));
        rig.Store.Put(Some.Customer("1", 0, Email));
        await rig.PassAsync();
        await rig.OptOutAsync(Email, Marketing);
        await rig.PassAsync();
        rig.Store.Edit("1", customer => customer with { Email = "lovelace@example.com" });
        await rig.PassAsync();   // the guest's order has a contact of its own again
        rig.Store.Put(Some.Customer("2", 0, Email));
        await rig.PassAsync();
        Assert.Equal((ConsentState.Denied, ConsentState.Denied), (rig.Customer("1").EmailConsent?.State, rig.Customer("2").EmailConsent?.State));
        Assert.True((await rig.PassAsync()).InStep);
    }

    [Fact]
    public async Task What_a_guest_agreed_to_in_HubSpot_is_not_written_to_the_account_the_guest_opens()
    {
        await using var rig = await PullRig.StartAsync(consent: Rules);
        rig.Store.Put(Some.Order("1", 0, email: Email));
        await rig.PassAsync();
        await rig.Portal.Subscriptions.UpdateAsync(new SubscriptionInput(Email, Marketing, SubscriptionState.Subscribed) { LegalBasis = "CONSENT_WITH_NOTICE", LegalBasisExplanation = "asked" }, null, PullRig.Token);
        await rig.PassAsync();
        rig.Store.Put(Some.Customer("1", 0, Email));
        await rig.PassAsync();
        Assert.Equal(("SUBSCRIBED", null), (await StateAsync(rig, Email), rig.Customer("1").EmailConsent?.State));
    }

    [Fact]
    public async Task A_denial_in_HubSpot_stands_under_a_new_address_until_somebody_has_looked()
    {
        await using var rig = await PullRig.StartAsync(consent: Rules);
        rig.Store.Put(Person("1", Email, ConsentState.Granted));
        await rig.PassAsync();
        await rig.OptOutAsync(Email, Marketing);
        await rig.PassAsync();
        rig.Store.Edit("1", customer => customer with { EmailConsent = new Consent(ConsentState.Granted, Some.Day, "account") });
        Assert.Equal("CONSENT_PARKED", (await rig.PassAsync()).Quarantine[0].Cause);
        rig.Store.Edit("1", customer => customer with { Email = "lovelace@example.com" });
        Assert.Equal("CONSENT_PARKED", (await rig.PassAsync()).Quarantine[0].Cause);
        Assert.Equal("NOT_SPECIFIED", await StateAsync(rig, "lovelace@example.com"));
    }

    [Fact]
    public async Task A_grant_from_HubSpot_does_not_lift_a_denial_in_the_store_that_we_have_not_heard_of()
    {
        await using var rig = await PullRig.StartAsync(consent: Rules);
        var (intake, worker) = (new ChangeIntake(rig.Database, rig.Time), rig.Worker());
        rig.Store.Put(Person("1", Email, ConsentState.None));
        await worker.StepAsync(poll: true, PullRig.Token);
        rig.Store.Edit("1", customer => customer with { EmailConsent = new Consent(ConsentState.Granted, Some.Day, "account") });
        await worker.StepAsync(poll: true, PullRig.Token);
        rig.Store.Edit("1", customer => customer with { EmailConsent = null });
        await intake.AppendAsync(PullRig.Name, [rig.Store.Push(EntityKind.Customer, "1", "a")], null, PullRig.Token);
        rig.Store.Edit("1", customer => customer with { EmailConsent = new Consent(ConsentState.Denied, Some.Day, "account") });
        await worker.StepAsync(poll: false, PullRig.Token);
        Assert.Equal(ConsentState.Denied, rig.Customer("1").EmailConsent?.State);
        await rig.PassAsync();
        Assert.Equal(("UNSUBSCRIBED", ConsentState.Denied), (await StateAsync(rig, Email), rig.Customer("1").EmailConsent?.State));
    }

    [Fact]
    public async Task A_grant_from_the_store_does_not_lift_a_denial_in_HubSpot_that_we_have_not_heard_of()
    {
        await using var rig = await PullRig.StartAsync(consent: Rules);
        var (intake, worker) = (new ChangeIntake(rig.Database, rig.Time), rig.Worker());
        rig.Store.Put(Person("1", Email, ConsentState.Pending));
        await worker.StepAsync(poll: true, PullRig.Token);
        await rig.Portal.Subscriptions.UpdateAsync(new SubscriptionInput(Email, Marketing, SubscriptionState.Unsubscribed), null, PullRig.Token);
        rig.Store.Edit("1", customer => customer with { EmailConsent = new Consent(ConsentState.Granted, Some.Day, "account") });
        await intake.AppendAsync(PullRig.Name, [rig.Store.Push(EntityKind.Customer, "1", "a")], null, PullRig.Token);
        await worker.StepAsync(poll: false, PullRig.Token);
        Assert.Equal("UNSUBSCRIBED", await StateAsync(rig, Email));
        await rig.PassAsync();
        Assert.Equal(("UNSUBSCRIBED", ConsentState.Denied), (await StateAsync(rig, Email), rig.Customer("1").EmailConsent?.State));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_denial_in_the_store_that_another_process_takes_in_while_a_grant_is_on_its_way_stands(bool postgres)
    {
        await using var rig = await PullRig.StartAsync(consent: Rules, dialect: postgres ? cluster.NewDialect() : null);
        rig.Store.Put(Person("1", Email, ConsentState.Pending));
        await rig.PassAsync();
        var granted = 0;
        await rig.UseAsync(wire: new Wire
        {
            Sending = async path =>
            {
                if (!path.Contains("communication-preferences", StringComparison.Ordinal) || !path.EndsWith("/write", StringComparison.Ordinal) || Interlocked.Exchange(ref granted, 1) != 0) return;
                rig.Store.Edit("1", customer => customer with { EmailConsent = new Consent(ConsentState.Denied, Some.Day, "account") });
                await TakeInAsync(rig);
            },
        });
        rig.Store.Edit("1", customer => customer with { EmailConsent = new Consent(ConsentState.Granted, Some.Day, "account") });
        Assert.True((await rig.PassAsync()).InStep);
        Assert.Equal((1, "UNSUBSCRIBED", ConsentState.Denied), (granted, await StateAsync(rig, Email), rig.Customer("1").EmailConsent!.State));
        Assert.Equal(1, await rig.CountAsync("consent", $"state = 0 and base_store = {(int)ConsentState.Denied} and base_portal = {(int)ConsentState.Denied}"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_denial_in_the_store_that_comes_while_a_grant_of_HubSpots_is_written_there_stands(bool postgres)
    {
        await using var rig = await PullRig.StartAsync(consent: Rules, dialect: postgres ? cluster.NewDialect() : null);
        rig.Store.Put(Person("1", Email, ConsentState.Denied) with { EmailConsent = null });
        await rig.PassAsync();
        rig.Store.Edit("1", customer => customer with { EmailConsent = new Consent(ConsentState.Pending, Some.Day, "account") });
        await rig.PassAsync();
        rig.Store.Edit("1", customer => customer with { EmailConsent = null });
        await rig.PassAsync();
        rig.Store.Written = async write =>
        {
            rig.Store.Written = null;
            Assert.Equal(ConsentState.Granted, Assert.IsType<ConsentWrite>(write).Consent.State);
            rig.Store.Edit("1", customer => customer with { EmailConsent = new Consent(ConsentState.Denied, Some.Day, "account") });
            await TakeInAsync(rig);
        };
        await rig.Portal.Subscriptions.UpdateAsync(new SubscriptionInput(Email, Marketing, SubscriptionState.Subscribed) { LegalBasis = "CONSENT_WITH_NOTICE", LegalBasisExplanation = "asked" }, null, PullRig.Token);
        await rig.PassAsync();
        Assert.Null(rig.Store.Written);
        await rig.PassAsync();
        Assert.Equal(("UNSUBSCRIBED", ConsentState.Denied), (await StateAsync(rig, Email), rig.Customer("1").EmailConsent!.State));
    }

    /// <summary>What <c>spoke plan</c> does beside <c>spoke serve</c>: what the store says now goes into the ledger.</summary>
    private static async Task TakeInAsync(PullRig rig)
    {
        await rig.HearAsync(EntityKind.Customer, "1");
        await new LedgerFeed(rig.Database, NullLogger.Instance).DrainAsync(rig.Connection, PullRig.Token);
    }

    private static Customer Person(string id, string email, ConsentState state) => Some.Customer(id, 0, email) with { EmailConsent = new Consent(state, Some.Day, "checkout") };

    private static async Task<string> StateAsync(PullRig rig, string email) =>
        (await rig.Portal.Subscriptions.ListAsync(email, null, PullRig.Token).ToListAsync(PullRig.Token)).Single(status => status.SubscriptionId == Marketing).State.Name;
}
