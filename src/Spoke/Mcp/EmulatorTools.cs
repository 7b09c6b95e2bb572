using System.ComponentModel;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Server;
using Spoke.Proxy.Journal;

namespace Spoke.Mcp;

/// <summary>Control of the emulator at HUBSPOT_BASE_URL: what a test needs to make it fail, move its clock and look at what it was sent.</summary>
[McpServerToolType]
internal sealed class EmulatorTools(ToolPortal portal)
{
    private static readonly HttpClient s_http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(30) };

    [McpServerTool(Name = "emulator_reset", Destructive = true, Idempotent = true, OpenWorld = false)]
    [Description("Puts the HubSpot emulator back to its seed: records, tokens, faults, clock, journal.")]
    public async Task<string> ResetAsync(CancellationToken cancellationToken)
    {
        await SendAsync(HttpMethod.Post, "reset", null, cancellationToken).ConfigureAwait(false);
        portal.Use(null);
        portal.DeleteKept();
        return "The emulator is as it was at its start.";
    }

    [McpServerTool(Name = "emulator_token", OpenWorld = false)]
    [Description("Makes a credential in the HubSpot emulator. It comes back masked; with 'use' the tools api and doctor_live go on with it, and it is written to a file readable by this user alone, whose name comes back. The file goes when this server ends or the emulator is reset.")]
    public async Task<string> TokenAsync(
        [Description("private-app, service-key, oauth or developer")] string kind = "private-app",
        [Description("active, expired, revoked, rotated, other-portal, inactive or moved")] string state = "active",
        [Description("Scopes it has; all when left out")] string[]? scopes = null,
        [Description("Whether api and doctor_live use it from now on")] bool use = true,
        CancellationToken cancellationToken = default)
    {
        var request = new JsonObject { ["kind"] = kind, ["state"] = state };
        if (scopes is not null) request["scopes"] = new JsonArray([.. scopes.Select(scope => (JsonNode)scope)]);
        using var made = JsonDocument.Parse(await SendAsync(HttpMethod.Post, "tokens", request, cancellationToken).ConfigureAwait(false));
        var token = made.RootElement.GetProperty("token").GetString()!;
        var file = await portal.KeepAsync(token, cancellationToken).ConfigureAwait(false);
        if (use) portal.Use(token);
        return Written.Json(json =>
        {
            json.WriteString("token", MaskedText.Of(token));
            json.WriteString("reference", "file:" + file);
            json.WriteBoolean("inUse", use);
        });
    }

    [McpServerTool(Name = "emulator_fault", OpenWorld = false)]
    [Description("Makes the HubSpot emulator fail: 429-ten-secondly, 429-daily, 429-search, 423, 500, 502, 503, 504, timeout, slow:MS, lost-response, half-batch, search-lag:MS, hublet-move, or a cause's id such as X01 or P01.")]
    public async Task<string> FaultAsync(
        [Description("What happens")] string kind,
        [Description("Only for this method")] string? method = null,
        [Description("Only for this path; one that begins with * matches anywhere in the path")] string? path = null,
        [Description("How many calls it hits")] int times = 1,
        CancellationToken cancellationToken = default) =>
        MaskedText.Of(await SendAsync(HttpMethod.Post, "faults", new JsonObject { ["kind"] = kind, ["method"] = method, ["path"] = path, ["times"] = times }, cancellationToken).ConfigureAwait(false)) is { Length: > 0 } text ? text : "The fault waits.";

    [McpServerTool(Name = "emulator_clear_faults", Idempotent = true, OpenWorld = false)]
    [Description("Takes all faults out of the HubSpot emulator.")]
    public async Task<string> ClearFaultsAsync(CancellationToken cancellationToken)
    {
        await SendAsync(HttpMethod.Delete, "faults", null, cancellationToken).ConfigureAwait(false);
        return "No faults wait.";
    }

    [McpServerTool(Name = "emulator_clock", OpenWorld = false)]
    [Description("Moves the HubSpot emulator's clock: give advanceMs (milliseconds) or set (an ISO 8601 time). Returns its time.")]
    public async Task<string> ClockAsync([Description("Milliseconds to go forward")] long? advanceMs = null, [Description("A time to set")] string? set = null, CancellationToken cancellationToken = default)
    {
        if (advanceMs is null == set is null) throw new McpException("Give advanceMs or set, one of the two.");
        return await SendAsync(HttpMethod.Post, "clock", advanceMs is { } ms ? new JsonObject { ["advanceMs"] = ms } : new JsonObject { ["set"] = set }, cancellationToken).ConfigureAwait(false);
    }

    [McpServerTool(Name = "emulator_journal", ReadOnly = true, OpenWorld = false)]
    [Description("The requests the HubSpot emulator was sent, newest first, each with what became of it and why. Secrets are masked.")]
    public async Task<string> JournalAsync([Description("How many")] int limit = 20, CancellationToken cancellationToken = default) =>
        MaskedText.Of(await SendAsync(HttpMethod.Get, $"requests?limit={Math.Clamp(limit, 1, 1000)}", null, cancellationToken).ConfigureAwait(false));

    private async Task<string> SendAsync(HttpMethod method, string call, JsonObject? body, CancellationToken cancellationToken)
    {
        // HubSpot itself has no such paths; a wrong address must not be sent anything.
        if (!portal.BaseUrl.IsLoopback) throw new McpException($"There is no emulator at {portal.BaseUrl.GetLeftPart(UriPartial.Authority)}: start 'spoke emulator' and set HUBSPOT_BASE_URL to its address.");
        using var request = new HttpRequestMessage(method, new Uri(portal.BaseUrl, "/_emulator/" + call));
        if (body is not null) request.Content = JsonContent.Create(body);
        try
        {
            using var answer = await s_http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var text = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? text : throw new McpException($"The emulator refused: {MaskedText.Of(text)}");
        }
        catch (HttpRequestException nobody)
        {
            throw new McpException($"No emulator answers at {portal.BaseUrl.GetLeftPart(UriPartial.Authority)} ({nobody.Message}): start 'spoke emulator' and set HUBSPOT_BASE_URL to its address.");
        }
    }
}
