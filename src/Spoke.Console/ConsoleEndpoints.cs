using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Spoke.Console.Components;
using Spoke.Console.Live;

namespace Spoke.Console;

/// <summary>The console's place in a web application. Needs an <see cref="Sync.Insight.OverviewReader"/> and a <see cref="TimeProvider"/> among the services.</summary>
public static class ConsoleEndpoints
{
    public static IServiceCollection AddSpokeConsole(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddSingleton<LiveOverview>();
        return services;
    }

    public static void MapSpokeConsole(this WebApplication app)
    {
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }
}
