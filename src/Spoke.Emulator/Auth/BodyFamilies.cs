using Microsoft.Net.Http.Headers;

namespace Spoke.Emulator.Auth;

/// <summary>Which kind of body an endpoint takes: JSON, with the exceptions HubSpot publishes.</summary>
internal static class BodyFamilies
{
    private const StringComparison Exact = StringComparison.Ordinal;

    /// <summary>Whether the content type of a body that is there is one the endpoint does not take.</summary>
    public static bool Refuses(Route route, string? contentType) => TakesJson(route) && !IsJson(contentType);

    private static bool TakesJson(Route route)
    {
        var (method, template) = (route.Method, route.Template);
        if (route.Access == RouteAccess.Open || method is not ("POST" or "PUT" or "PATCH")) return false;
        if (template == "/crm/v3/imports" || (template.StartsWith("/crm/imports/", Exact) && !template.EndsWith("/cancel", Exact))) return false;   // multipart
        if (template.StartsWith("/files/", Exact) && (method == "PUT" || (method == "POST" && template.EndsWith("/files", Exact)))) return false;   // multipart
        // The source of a custom action's function goes as text (hubspot-api-nodejs#427); secure form submissions are as lenient as the open ones.
        return !(template.StartsWith("/automation/", Exact) && template.Contains("/functions/", Exact)) && !template.StartsWith("/submissions/", Exact);
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);
}
