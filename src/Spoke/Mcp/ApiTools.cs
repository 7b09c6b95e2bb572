using System.ComponentModel;
using System.Text;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Server;
using Spoke.HubSpot;
using Spoke.Proxy;
using Spoke.Proxy.Journal;

namespace Spoke.Mcp;

/// <summary>One authenticated call.</summary>
[McpServerToolType]
internal sealed class ApiTools(ToolPortal portal)
{
    private const int MostBytes = 200_000;

    [McpServerTool(Name = "api")]
    [Description("One authenticated call to the configured HubSpot portal, within its rate limits, repeated where that is harmless. Reads only (GET, and POST to …/search and …/batch/read) unless the server was started with --allow-writes. Returns JSON: status, body, and on failure cause and fix.")]
    public async Task<string> CallAsync(
        [Description("GET, POST, PUT, PATCH or DELETE")] string method,
        [Description("Path and query, such as /crm/v3/objects/contacts?limit=10")] string path,
        [Description("JSON to send, as text")] string? body = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(path);
        if (!path.StartsWith('/') || path.StartsWith("//", StringComparison.Ordinal) || path.Any(c => char.IsWhiteSpace(c) || c is '\\' or '#')) throw new McpException($"The argument 'path' is '{MaskedText.Of(path)}', which is no path: it begins with one slash and holds no white space.");
        if (method.ToUpperInvariant() is not ("GET" or "POST" or "PUT" or "PATCH" or "DELETE")) throw new McpException($"The argument 'method' is '{MaskedText.Of(method)}'; it is to be GET, POST, PUT, PATCH or DELETE.");
        var request = new HubSpotRequest(method, path);
        if (!portal.AllowsWrites && !ReadCalls.IsRead(request.Method, path)) throw new McpException($"{request.Method} {MaskedText.Of(path)} would change data, and this server only reads. Nothing was sent. Start 'spoke mcp --allow-writes' if it should.");
        if (body is not null) request = request with { Body = Encoding.UTF8.GetBytes(Checked(body)) };
        try
        {
            var answer = await portal.Client().SendAsync(request, null, cancellationToken).ConfigureAwait(false);
            return Written.Json(json => Answer(json, answer.StatusCode, answer.Text));
        }
        catch (HubSpotException refused)
        {
            return Written.Json(json =>
            {
                Answer(json, refused.StatusCode, refused.Body ?? "");
                json.WriteString("error", MaskedText.Of(refused.Message));
                json.WriteString("cause", refused.Cause);
                json.WriteString("fix", refused.Fix);
            });
        }
        catch (ArgumentException wrong)
        {
            throw new McpException(MaskedText.Of(wrong.Message));
        }
    }

    private static string Checked(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return body;
        }
        catch (JsonException wrong)
        {
            throw new McpException($"The body is not JSON: {wrong.Message}");
        }
    }

    private static void Answer(Utf8JsonWriter json, int? status, string body)
    {
        if (status is { } known) json.WriteNumber("status", known);
        var masked = MaskedText.Of(body.Length > MostBytes ? body[..MostBytes] : body);
        if (body.Length > MostBytes) json.WriteString("note", $"the body has {body.Length} characters; the first {MostBytes} are shown. Ask for less with limit and properties.");
        try
        {
            using var document = JsonDocument.Parse(masked);
            json.WritePropertyName("body");
            document.RootElement.WriteTo(json);
        }
        catch (JsonException)
        {
            json.WriteString("body", masked);
        }
    }
}
