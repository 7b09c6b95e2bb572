using Microsoft.AspNetCore.Http;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Forms;

/// <summary>
/// Lets pages of any site submit a form, as HubSpot does on this one endpoint: the browser's preflight is answered, and the answers may be read.
/// The endpoint that takes a token has none of it, since a token has no business in a page.
/// </summary>
internal static class FormCors
{
    private static readonly KeyValuePair<string, string> AnyOrigin = new("access-control-allow-origin", "*");

    /// <summary>The answer to a browser that asks whether it may; null when this is no such question.</summary>
    public static EmulatorReply? Preflight(HttpRequest request, string path)
    {
        if (request.Method != "OPTIONS" || !IsOpen(path) || request.Headers.Origin.Count == 0 || request.Headers.AccessControlRequestMethod.Count == 0) return null;
        var wanted = request.Headers.AccessControlRequestHeaders.ToString();
        return EmulatorReply.NoContent with
        {
            Headers =
            [
                AnyOrigin,
                new("access-control-allow-methods", "GET, OPTIONS, PUT, POST, DELETE, PATCH, HEAD"),
                new("access-control-allow-headers", wanted.Length > 0 ? wanted : "content-type"),
                new("access-control-max-age", "604800"),
            ],
        };
    }

    /// <summary>The same answer, readable for the page that asked; refusals too, so that it can show them.</summary>
    public static EmulatorReply Readable(EmulatorReply reply, HttpRequest request, string path) =>
        request.Headers.Origin.Count > 0 && IsOpen(path) && request.Method != "OPTIONS" ? reply with { Headers = [.. reply.Headers, AnyOrigin] } : reply;

    private static bool IsOpen(string path) => path.StartsWith("/submissions/", StringComparison.Ordinal) && path.Contains("/integration/submit/", StringComparison.Ordinal);
}
