using System.Buffers;
using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Auth;

/// <summary>Refusals of the token endpoints: always 400, the fields of RFC 6749 beside HubSpot's own; <c>status</c> holds the code.</summary>
internal static class OAuthErrors
{
    public static EmulatorReply BadGrantType() => Refuse("unsupported_grant_type", "BAD_GRANT_TYPE", "missing or unknown grant type");

    public static EmulatorReply BadClientId() => Refuse("invalid_client", "BAD_CLIENT_ID", "missing or unknown client id");

    public static EmulatorReply BadClientSecret() => Refuse("invalid_client", "BAD_CLIENT_SECRET", "missing or invalid client secret");

    public static EmulatorReply BadAuthCode() => Refuse("invalid_grant", "BAD_AUTH_CODE", "missing or unknown auth code");

    public static EmulatorReply ExpiredAuthCode() => Refuse("invalid_grant", "EXPIRED_AUTH_CODE", "auth code has expired");

    public static EmulatorReply BadRedirectUri() => Refuse("invalid_grant", "BAD_REDIRECT_URI", "redirect uri does not match initial auth code URI");

    public static EmulatorReply BadCodeVerifier() => Refuse("invalid_grant", "BAD_CODE_VERIFIER", "code verifier does not match the code challenge");

    public static EmulatorReply BadRefreshToken() => Refuse("invalid_grant", "BAD_REFRESH_TOKEN", "refresh token is invalid, expired or revoked");

    public static EmulatorReply BadScopes(IEnumerable<string> scopes) => Refuse("invalid_scope", "BAD_SCOPES", $"missing or unknown scopes: [{string.Join(", ", scopes)}]");

    public static EmulatorReply BadHub() => Refuse("access_denied", "BAD_HUB", "missing or unknown hub id");

    private static EmulatorReply Refuse(string error, string status, string message)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("error", error);
            json.WriteString("error_description", message);
            json.WriteString("status", status);
            json.WriteString("message", message);
            json.WriteEndObject();
        }
        return new EmulatorReply(400, buffer.WrittenMemory) { Why = $"{status}: {message}" };
    }
}
