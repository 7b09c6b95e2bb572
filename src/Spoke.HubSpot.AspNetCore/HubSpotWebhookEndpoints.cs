using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Spoke.HubSpot;

/// <summary>Maps an endpoint that receives HubSpot's webhooks.</summary>
public static class HubSpotWebhookEndpoints
{
    /// <summary>
    /// Receives deliveries at <paramref name="pattern"/>: the signature is checked over the bytes that arrived, then the events are handed over.
    /// Answers 204 once <paramref name="handle"/> has returned, 401 to what HubSpot did not send, 400 to a genuine body that holds no events, 413 to one too long.
    /// HubSpot waits 5 s and sends again up to ten times when it gets no 2xx, so keep what you got and work on it later; when <paramref name="handle"/> throws, the answer is 500 and HubSpot sends again.
    /// </summary>
    /// <exception cref="ArgumentException">The options cannot work.</exception>
    /// <param name="pattern">The path, such as <c>/hubspot/webhooks</c>.</param>
    /// <param name="handle">Gets up to 100 events; they may come twice and out of order.</param>
    public static IEndpointConventionBuilder MapHubSpotWebhooks(this IEndpointRouteBuilder endpoints, string pattern, HubSpotWebhookOptions options, Func<IReadOnlyList<WebhookEvent>, CancellationToken, Task> handle)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(handle);
        options.Validate();
        var log = endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("Spoke.HubSpot.Webhooks");
        var receiver = new WebhookReceiver(options, handle, log);
        return endpoints.MapPost(pattern, (RequestDelegate)receiver.ReceiveAsync);
    }
}
