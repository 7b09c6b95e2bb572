namespace Spoke.HubSpot.Tests.Marketing;

public sealed class SingleEmailTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ApiVersion.V2026_09)]
    [InlineData(ApiVersion.V2026_03)]
    [InlineData(ApiVersion.V3)]
    public async Task A_send_is_waited_for_until_it_has_ended(ApiVersion version)
    {
        await using var portal = await EmulatedPortal.StartAsync(version);
        var clock = new SignallingClock();
        using var client = Clocked(portal, version, clock);
        var queued = await client.Emails.SendTransactionalAsync(new EmailSend(4711, "ann@example.com") { Cc = ["bob@example.com"], ContactProperties = new Dictionary<string, string?> { ["firstname"] = "Ann" }, CustomProperties = new Dictionary<string, string?> { ["order"] = "1001" } }, cancellationToken: Stop);
        Assert.False(queued.HasEnded);
        var waiting = client.Emails.WaitAsync(queued.StatusId, cancellationToken: Stop);
        await clock.WaitBegunAsync(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        clock.Advance(TimeSpan.FromSeconds(1));
        await clock.WaitBegunAsync(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));   // still pending: twice as long
        await portal.AdvanceAsync(TimeSpan.FromSeconds(2));
        clock.Advance(TimeSpan.FromSeconds(2));
        var ended = await waiting;
        Assert.True(ended.WasSent);
        Assert.NotNull(ended.CompletedAt);
        var contact = await client.Contacts.GetAsync("ann@example.com", new ReadOptions { IdProperty = "email", Properties = ["firstname"] }, cancellationToken: Stop);
        Assert.Equal("Ann", contact!["firstname"]);
    }

    [Theory]
    [InlineData(ApiVersion.V2026_09)]
    [InlineData(ApiVersion.V2026_03)]
    [InlineData(ApiVersion.V3)]
    public async Task An_opt_out_stops_marketing_and_a_key_is_sent_once(ApiVersion version)
    {
        await using var portal = await EmulatedPortal.StartAsync(version);
        var emails = portal.Client.Emails;
        await portal.Client.Subscriptions.UnsubscribeAllAsync("out@example.com", cancellationToken: Stop);
        var marketing = await emails.SendMarketingAsync(new EmailSend(1, "out@example.com"), cancellationToken: Stop);
        var transactional = await emails.SendTransactionalAsync(new EmailSend(1, "out@example.com") { SendId = "k" }, cancellationToken: Stop);
        var again = await emails.SendTransactionalAsync(new EmailSend(1, "out@example.com") { SendId = "k" }, cancellationToken: Stop);
        await portal.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.Equal("PREVIOUSLY_UNSUBSCRIBED_PORTAL", (await emails.GetStatusAsync(marketing.StatusId, cancellationToken: Stop))!.SendResult);
        Assert.True((await emails.GetStatusAsync(transactional.StatusId, cancellationToken: Stop))!.WasSent);
        Assert.Equal("IDEMPOTENT_IGNORE", (await emails.WaitAsync(again.StatusId, cancellationToken: Stop)).SendResult);
    }

    [Fact]
    public async Task Patience_ends_and_what_nobody_knows_is_told()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var queued = await portal.Client.Emails.SendTransactionalAsync(new EmailSend(1, "ann@example.com"), cancellationToken: Stop);
        Assert.False((await portal.Client.Emails.WaitAsync(queued.StatusId, patience: TimeSpan.FromMilliseconds(500), cancellationToken: Stop)).HasEnded);
        Assert.Null(await portal.Client.Emails.GetStatusAsync("00000000-0000-0000-0000-000000000000", cancellationToken: Stop));
        var lost = await Assert.ThrowsAsync<HubSpotException>(() => portal.Client.Emails.WaitAsync("00000000-0000-0000-0000-000000000000", cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.NotFound, lost.Kind);
        var wrong = await Assert.ThrowsAsync<HubSpotException>(() => portal.Client.Emails.SendTransactionalAsync(new EmailSend(1, "ann@example.com") { Cc = ["no"] }, cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.Validation, wrong.Kind);
    }

    [Fact]
    public async Task A_send_without_a_key_is_never_repeated_and_one_with_a_key_is()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        await portal.PlayAsync("lost-response", "POST");
        await Assert.ThrowsAsync<HubSpotException>(() => portal.Client.Emails.SendTransactionalAsync(new EmailSend(1, "ann@example.com"), cancellationToken: Stop));
        await portal.PlayAsync("lost-response", "POST");
        Assert.NotEqual("", (await portal.Client.Emails.SendTransactionalAsync(new EmailSend(1, "ann@example.com") { SendId = "k" }, cancellationToken: Stop)).StatusId);
    }

    private static HubSpotClient Clocked(EmulatedPortal portal, ApiVersion version, TimeProvider clock) =>
        new(new HubSpotClientOptions { BaseUrl = portal.BaseUrl, Token = () => Spoke.Emulator.EmulatorServer.DefaultToken, Version = version, Random = new Random(1) }, timeProvider: clock);
}
