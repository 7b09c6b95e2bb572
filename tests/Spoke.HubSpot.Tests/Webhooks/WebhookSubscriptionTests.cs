namespace Spoke.HubSpot.Tests.Webhooks;

public sealed class WebhookSubscriptionTests
{
    private const long App = 77;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ApiVersion.V2026_09)]
    [InlineData(ApiVersion.V2026_03)]
    [InlineData(ApiVersion.V3)]
    public async Task An_app_is_subscribed_switched_and_removed(ApiVersion version)
    {
        await using var portal = await EmulatedPortal.StartAsync(version);
        using var client = await AppClientAsync(portal, version);
        var webhooks = client.WebhookSubscriptions;
        Assert.Null(await webhooks.GetSettingsAsync(App, cancellationToken: Stop));
        var settings = new WebhookSettings("https://shop.example/hook", 10);
        Assert.Equal(settings, await webhooks.UpdateSettingsAsync(App, settings, cancellationToken: Stop));
        Assert.Equal(settings, await webhooks.GetSettingsAsync(App, cancellationToken: Stop));

        var email = await webhooks.CreateAsync(App, new WebhookSubscriptionInput("contact.propertyChange") { PropertyName = "email" }, cancellationToken: Stop);
        var orders = await webhooks.CreateAsync(App, new WebhookSubscriptionInput("object.creation") { ObjectType = ObjectType.Orders, Active = false }, cancellationToken: Stop);
        Assert.Equal(("email", true), (email.PropertyName, email.Active));
        Assert.Equal(("0-123", false), (orders.ObjectTypeId, orders.Active));
        Assert.Equal([email, orders], await webhooks.ListAsync(App, cancellationToken: Stop).ToListAsync(Stop));
        Assert.False((await webhooks.UpdateAsync(App, email.Id, active: false, cancellationToken: Stop)).Active);
        var switched = await webhooks.BatchUpdateAsync(App, new Dictionary<string, bool> { [email.Id] = true, [orders.Id] = true, ["999999"] = true }, cancellationToken: Stop);
        Assert.Equal([email.Id, orders.Id], switched.Where(one => one.Active).Select(one => one.Id));

        await webhooks.DeleteAsync(App, email.Id, cancellationToken: Stop);
        Assert.Null(await webhooks.GetAsync(App, email.Id, cancellationToken: Stop));
        await webhooks.DeleteSettingsAsync(App, cancellationToken: Stop);
        Assert.Null(await webhooks.GetSettingsAsync(App, cancellationToken: Stop));
        Assert.Equal([orders.Id], await webhooks.ListAsync(App, cancellationToken: Stop).Select(one => one.Id).ToListAsync(Stop));
    }

    [Fact]
    public async Task What_cannot_be_is_told()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        using var client = await AppClientAsync(portal, ApiVersion.V2026_09);
        var webhooks = client.WebhookSubscriptions;
        await webhooks.CreateAsync(App, new WebhookSubscriptionInput("contact.creation"), cancellationToken: Stop);
        Assert.Equal(HubSpotErrorKind.Conflict, (await Assert.ThrowsAsync<HubSpotException>(() => webhooks.CreateAsync(App, new WebhookSubscriptionInput("contact.creation"), cancellationToken: Stop))).Kind);
        Assert.Equal(HubSpotErrorKind.Validation, (await Assert.ThrowsAsync<HubSpotException>(() => webhooks.CreateAsync(App, new WebhookSubscriptionInput("contact.birthday"), cancellationToken: Stop))).Kind);
        Assert.Equal(HubSpotErrorKind.Validation, (await Assert.ThrowsAsync<HubSpotException>(() => webhooks.UpdateSettingsAsync(App, new WebhookSettings("https://shop.example/hook", 4), cancellationToken: Stop))).Kind);
        await Assert.ThrowsAsync<ArgumentException>(() => webhooks.BatchUpdateAsync(App, new Dictionary<string, bool> { ["x"] = true }, cancellationToken: Stop));
        var portalToken = await Assert.ThrowsAsync<HubSpotException>(() => portal.Client.WebhookSubscriptions.GetSettingsAsync(App, cancellationToken: Stop));
        Assert.True(portalToken.StatusCode is 401 or 403);
    }

    private static async Task<HubSpotClient> AppClientAsync(EmulatedPortal portal, ApiVersion version)
    {
        var token = await portal.TokenAsync(new { kind = "app", appId = App });
        return portal.NewClient(options => (options.Token, options.Version) = (() => token, version));
    }
}
