using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Spoke.HubSpot;

/// <summary>Dependency injection.</summary>
public static class HubSpotServiceCollectionExtensions
{
    /// <summary>
    /// Registers one <see cref="HubSpotClient"/> for the whole application, so that all callers share the portal's budget and one long-lived
    /// connection pool. It takes the application's <see cref="TimeProvider"/> and <see cref="ILoggerFactory"/> where those are registered.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="configure">Sets the options; may be given in several calls, the last wins.</param>
    /// <exception cref="OptionsValidationException">An option cannot work; thrown when the host starts, or without a host when the client is first resolved.</exception>
    public static IServiceCollection AddHubSpot(this IServiceCollection services, Action<HubSpotClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<HubSpotClientOptions>().Configure(configure).ValidateOnStart();
        if (services.Any(service => service.ServiceType == typeof(HubSpotClient))) return services;
        services.AddSingleton<IValidateOptions<HubSpotClientOptions>, Validation>();
        return services.AddSingleton(provider => new HubSpotClient(
            provider.GetRequiredService<IOptions<HubSpotClientOptions>>().Value, timeProvider: provider.GetService<TimeProvider>(), loggerFactory: provider.GetService<ILoggerFactory>()));
    }

    private sealed class Validation : IValidateOptions<HubSpotClientOptions>
    {
        public ValidateOptionsResult Validate(string? name, HubSpotClientOptions options)
        {
            try
            {
                options.Validate();
                return ValidateOptionsResult.Success;
            }
            catch (ArgumentException wrong)
            {
                return ValidateOptionsResult.Fail(wrong.Message);
            }
        }
    }
}
