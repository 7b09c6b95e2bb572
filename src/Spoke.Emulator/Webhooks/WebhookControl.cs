using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Spoke.Emulator.Account;
using Spoke.Emulator.Auth;
using Spoke.Emulator.Crm;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Webhooks;

/// <summary>The part of <c>/_emulator/</c> about what leaves the emulator. What it changes goes through the account like a call, and so is kept.</summary>
internal sealed class WebhookControl(PortalHost host)
{
    public const string Calls = "POST, GET, DELETE webhooks; GET webhooks/deliveries, webhooks/idle, workflows/ID/log";
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);

    public static bool Owns(string call) => call is "webhooks" or "webhooks/deliveries" or "webhooks/idle" || call.Split('/') is ["workflows", _, "log"];

    public async ValueTask<EmulatorReply?> HandleAsync(HttpRequest request, string call, byte[] body)
    {
        var query = RequestReader.Query(request);
        var hub = query.Where(pair => pair.Key == "hubId").Select(pair => long.Parse(pair.Value, CultureInfo.InvariantCulture)).FirstOrDefault(TokenStore.DefaultHub);
        switch (request.Method, call)
        {
            case ("GET", "webhooks/idle"): return await IdleAsync(query, request.HttpContext.RequestAborted).ConfigureAwait(false);
            case ("GET", "webhooks/deliveries"): return await CallAsync("GET", "webhooks", "deliveries", query, default, hub).ConfigureAwait(false);
            case ("GET", _) when call.Split('/') is ["workflows", var id, "log"]: return await CallAsync("GET", "automation", "log", query, default, hub, id).ConfigureAwait(false);
            case ("POST", "webhooks"):
                var (named, owner) = Named(body, hub);
                return await CallAsync("POST", "webhooks", "app", query, named, owner).ConfigureAwait(false);
            case ("GET" or "DELETE", "webhooks"): return await CallAsync(request.Method, "webhooks", "app", query, default, hub).ConfigureAwait(false);
            default: return null;
        }
    }

    private ValueTask<EmulatorReply?> CallAsync(string method, string area, string what, IReadOnlyList<KeyValuePair<string, string>> query, ReadOnlyMemory<byte> body, long hub, params string[] rest) => host.CarryOutAsync(new EmulatorCall
    {
        Method = method,
        Segments = [SendOutcome.Path(area), what, .. rest],
        Query = query,
        Body = body,
        At = host.Clock.Now,
        Caller = new Caller(hub, 0, 0, new HashSet<string>(), ""),
    });

    /// <summary>An app may be named by the token it has; the account is then the token's.</summary>
    private (ReadOnlyMemory<byte> Body, long Hub) Named(byte[] body, long hub)
    {
        if (JsonNode.Parse(body) is not JsonObject input) throw new ArgumentException("A JSON object is expected as the body.");
        if (input["token"]?.GetValue<string>() is not { } token) return (body, hub);
        var grant = host.Tokens.Find(token) ?? throw new ArgumentException("This account has not handed out that token.");
        input.Remove("token");
        input["appId"] = grant.Caller.AppId;
        return (System.Text.Encoding.UTF8.GetBytes(input.ToJsonString()), grant.Caller.HubId);
    }

    /// <summary>Answers when nothing is under way and nothing due by the clock's now; 408 when that takes too long.</summary>
    private async ValueTask<EmulatorReply> IdleAsync(IReadOnlyList<KeyValuePair<string, string>> query, CancellationToken aborted)
    {
        var asked = query.Where(pair => pair.Key == "timeoutMs").Select(pair => TimeSpan.FromMilliseconds(int.Parse(pair.Value, CultureInfo.InvariantCulture))).FirstOrDefault(LongestWait);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(aborted, host.Stopping);
        patience.CancelAfter(asked < LongestWait ? asked : LongestWait);
        try
        {
            do
            {
                await host.CatchUpAsync().ConfigureAwait(false);
                host.SendReady();   // the alarm may have made something ready a moment ago and not come to this yet
                await host.Courier.WhenIdleAsync(patience.Token).ConfigureAwait(false);
            }
            while (host.IsAnythingDue || host.Courier.IsBusy);
            return OwnEndpoints.Json(json => json.WriteBoolean("idle", true));
        }
        catch (OperationCanceledException)
        {
            return OwnEndpoints.Json(json => json.WriteBoolean("idle", false)) with { Status = 408 };
        }
    }
}
