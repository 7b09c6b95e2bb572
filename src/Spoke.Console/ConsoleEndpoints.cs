using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Spoke.Console.Components;

namespace Spoke.Console;

/// <summary>The console's place in a web application. Needs an <see cref="Sync.Insight.OverviewReader"/> among the services.</summary>
public static class ConsoleEndpoints
{
    public static IServiceCollection AddSpokeConsole(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        return services;
    }

    public static void MapSpokeConsole(this WebApplication app)
    {
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }
}
