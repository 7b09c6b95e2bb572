using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Spoke.Emulator;

namespace Spoke.HubSpot.Tests;

public sealed class AddHubSpotTests
{
    [Fact]
    public async Task All_callers_of_an_application_share_one_client()
    {
        await using var portal = await EmulatedPortal.StartAsync();
        await using var services = new ServiceCollection().AddHubSpot(options => options.Token = () => EmulatorServer.DefaultToken).AddHubSpot(options => options.BaseUrl = portal.BaseUrl).BuildServiceProvider();
        var client = services.GetRequiredService<HubSpotClient>();
        Assert.Same(client, services.CreateScope().ServiceProvider.GetRequiredService<HubSpotClient>());
        Assert.Equal(1000001, (await client.Account.GetDetailsAsync(cancellationToken: TestContext.Current.CancellationToken)).PortalId);
    }

    [Fact]
    public async Task Options_that_cannot_work_stop_the_start()
    {
        await using var services = new ServiceCollection().AddHubSpot(options => options.BaseUrl = new Uri("http://api.hubapi.com")).BuildServiceProvider();
        var refusal = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());
        Assert.Contains("HubSpotClientOptions.Token is not set", refusal.Message);
    }
}
