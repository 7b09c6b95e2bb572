using System.Buffers;
using System.Text.Json;
using Spoke.Emulator.Auth;
using Spoke.Emulator.Account;
using Spoke.Emulator.Limits;

namespace Spoke.Emulator.Http;

/// <summary>Endpoints about the token and the limits, which the account's records know nothing of.</summary>
internal static class OwnEndpoints
{
    /// <param name="authorized">Whether an Authorization header came with the call.</param>
    public static EmulatorReply? Handle(EmulatorCall call, PortalHost portal, bool authorized) =>
        IsTokenInformation(call.Segments) ? TokenInformation(call, portal, authorized) : IsUsage(call.Segments) ? Usage(call, portal) : null;

    public static bool Knows(string method, IReadOnlyList<string> segments) => OAuthEndpoints.Knows(method, segments) || IsTokenInformation(segments) || IsUsage(segments);

    private static bool IsTokenInformation(IReadOnlyList<string> segments) => segments is ["oauth", "v2", "private-apps", "get", "access-token-info"];

    private static bool IsUsage(IReadOnlyList<string> segments) => segments is ["account-info", _, "api-usage", "daily", "private-apps"] or ["account-info", _, "api-usage", "daily"];

    private static EmulatorReply TokenInformation(EmulatorCall call, PortalHost portal, bool authorized)
    {
        string? key = null;
        try
        {
            using var document = JsonDocument.Parse(call.Body);
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("tokenKey", out var value)) key = value.GetString();
        }
        catch (JsonException)
        {
            return new ErrorBody(400, "VALIDATION_ERROR", "Invalid input JSON on line 1, column 1: a JSON object with tokenKey is expected").ToReply();
        }
        if (key is null || portal.Tokens.Find(key) is not { State: TokenState.Active or TokenState.OtherPortal } grant) return AuthErrors.CredentialsNotFound("tokenKey is no live token of this account");
        // Reported: na1 takes the token in the body alone, eu1 wants it in the header as well.
        if (grant.Hublet != "na1" && !authorized) return AuthErrors.CredentialsNotFound($"in {grant.Hublet} this call needs the token in the Authorization header too");
        return Json(json =>
        {
            json.WriteNumber("userId", grant.Caller.UserId);
            json.WriteNumber("hubId", grant.Caller.HubId);
            json.WriteNumber("appId", grant.Caller.AppId);
            json.WriteStartArray("scopes");
            foreach (var scope in grant.Caller.Scopes.Order(StringComparer.Ordinal)) json.WriteStringValue(scope);
            json.WriteEndArray();
        });
    }

    private static EmulatorReply Usage(EmulatorCall call, PortalHost portal) => Json(json =>
    {
        json.WriteStartArray("results");
        json.WriteStartObject();
        json.WriteString("name", "private-apps-api-calls-daily");
        json.WriteNumber("usageLimit", RateLimits.PerDay((portal.Accounts.Find(call.Caller.HubId) ?? new AccountFacts(call.Caller.HubId)).Tier));
        json.WriteNumber("currentUsage", portal.Limits.UsedToday(call.Caller.HubId, call.At));
        json.WriteString("collectedAt", call.At.UtcDateTime);
        json.WriteString("fetchStatus", "SUCCESS");
        json.WriteString("resetsAt", (portal.Accounts.Find(call.Caller.HubId)?.Zone ?? AccountZone.Eastern).NextMidnight(call.At).UtcDateTime);
        json.WriteEndObject();
        json.WriteEndArray();
    });

    public static EmulatorReply Json(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }
        return new EmulatorReply(200, buffer.WrittenMemory);
    }
}
