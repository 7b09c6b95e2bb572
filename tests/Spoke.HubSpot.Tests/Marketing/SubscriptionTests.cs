namespace Spoke.HubSpot.Tests.Marketing;

public sealed class SubscriptionTests
{
    private const string Address = "ann+news@example.com";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ApiVersion.V2026_09)]
    [InlineData(ApiVersion.V2026_03)]
    [InlineData(ApiVersion.V3)]
    public async Task A_person_is_opted_in_and_out(ApiVersion version)
    {
        await using var portal = await EmulatedPortal.StartAsync(version);
        var subscriptions = portal.Client.Subscriptions;
        var kind = (await subscriptions.ListDefinitionsAsync(cancellationToken: Stop).FirstAsync(Stop)).Id;
        Assert.Equal(SubscriptionState.NotSpecified, await StateAsync());
        var input = new SubscriptionInput(Address, kind, SubscriptionState.Subscribed) { LegalBasis = "CONSENT_WITH_NOTICE", LegalBasisExplanation = "ticked the box" };
        var set = await subscriptions.UpdateAsync(input, cancellationToken: Stop);
        Assert.Equal((Address, kind, SubscriptionState.Subscribed, "CONSENT_WITH_NOTICE"), (set.Email, set.SubscriptionId, set.State, set.LegalBasis));
        Assert.Equal(SubscriptionState.Subscribed, await StateAsync());
        Assert.False(await subscriptions.IsUnsubscribedFromAllAsync(Address, cancellationToken: Stop));
        await subscriptions.UnsubscribeAllAsync(Address, cancellationToken: Stop);
        Assert.True(await subscriptions.IsUnsubscribedFromAllAsync(Address, cancellationToken: Stop));
        Assert.Equal(SubscriptionState.Unsubscribed, await StateAsync());

        async Task<SubscriptionState> StateAsync() => (await subscriptions.ListAsync(Address, cancellationToken: Stop).FirstAsync(status => status.SubscriptionId == kind, Stop)).State;
    }

    [Theory]
    [InlineData(ApiVersion.V2026_09)]
    [InlineData(ApiVersion.V3)]
    public async Task A_batch_says_of_each_address_what_holds_or_why_not(ApiVersion version)
    {
        await using var portal = await EmulatedPortal.StartAsync(version);
        var subscriptions = portal.Client.Subscriptions;
        var kind = (await subscriptions.ListDefinitionsAsync(cancellationToken: Stop).FirstAsync(Stop)).Id;
        var people = Enumerable.Range(0, 120).Select(i => $"p{i}@example.com").ToList();
        var set = await subscriptions.BatchUpdateAsync([.. people.Append("no address").Select(email => new SubscriptionInput(email, kind, SubscriptionState.Subscribed))], cancellationToken: Stop);
        Assert.Equal(people, set.Statuses.Select(status => status.Email));
        Assert.Contains("no address", Assert.Single(set.Errors).Message, StringComparison.Ordinal);
        var read = await subscriptions.BatchReadAsync([.. people, "no address"], cancellationToken: Stop);
        Assert.Equal(120, read.Statuses.Count(status => status.SubscriptionId == kind && status.State == SubscriptionState.Subscribed));
        Assert.Single(read.Errors);
    }

    [Fact]
    public async Task What_cannot_be_is_told()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        var subscriptions = portal.Client.Subscriptions;
        var unknown = await Assert.ThrowsAsync<HubSpotException>(() => subscriptions.UpdateAsync(new SubscriptionInput(Address, "1", SubscriptionState.Subscribed), cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.NotFound, unknown.Kind);
        var address = await Assert.ThrowsAsync<HubSpotException>(() => subscriptions.UnsubscribeAllAsync("nobody", cancellationToken: Stop));
        Assert.Equal(HubSpotErrorKind.Validation, address.Kind);
        await Assert.ThrowsAsync<ArgumentException>(() => subscriptions.UpdateAsync(new SubscriptionInput(Address, "marketing", SubscriptionState.Subscribed), cancellationToken: Stop));
    }
}
