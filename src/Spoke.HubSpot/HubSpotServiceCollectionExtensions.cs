using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Spoke.HubSpot;

/// <summary>Dependency injection.</summary>
public static class HubSpotServiceCollectionExtensions
{
    /// <summary>Registers one <see cref="HubSpotClient"/> for the whole application, so that all callers share the portal's budget.</summary>
    /// <exception cref="ArgumentException">An option cannot work; thrown when the client is first resolved.</exception>
    public static IServiceCollection AddHubSpot(this IServiceCollection services, Action<HubSpotClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddSingleton(provider =>
        {
            var options = new HubSpotClientOptions();
            configure(options);
            return new HubSpotClient(options, timeProvider: (TimeProvider?)provider.GetService(typeof(TimeProvider)), loggerFactory: (ILoggerFactory?)provider.GetService(typeof(ILoggerFactory)));
        });
    }
}
