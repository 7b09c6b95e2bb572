using System.Text.Json;

namespace Spoke.HubSpot;

/// <summary>From what HubSpot's token endpoint answered to what it means. The code stands in <c>status</c>; <c>error</c> varies.</summary>
internal static class OAuthErrors
{
    /// <param name="secrets">What was sent and must not come back in a message.</param>
    public static HubSpotException From(int status, ReadOnlyMemory<byte> body, string call, IReadOnlyList<string> secrets)
    {
        var (code, message) = Read(body);
        var (kind, cause, fix) = code switch
        {
            "BAD_REFRESH_TOKEN" => (HubSpotErrorKind.TokenInvalid, "X05", "The app was uninstalled or its access revoked, or the refresh token belongs to another app's client id or another data centre. Have the account install the app again (spoke auth login), and check client id and region."),
            "BAD_AUTH_CODE" or "EXPIRED_AUTH_CODE" => (HubSpotErrorKind.TokenInvalid, "X06", Causes.Get("X06").Fix),
            "BAD_REDIRECT_URI" => (HubSpotErrorKind.TokenInvalid, "X07", Causes.Get("X07").Fix),
            "BAD_CLIENT_ID" or "BAD_CLIENT_SECRET" => (HubSpotErrorKind.TokenInvalid, null, "Compare client id and client secret with the app's Auth page in HubSpot; both are of one app."),
            "BAD_CODE_VERIFIER" => (HubSpotErrorKind.TokenInvalid, null, "Send the code_verifier whose S256 challenge stood in the authorize address."),
            "BAD_SCOPES" => (HubSpotErrorKind.ScopeMissing, null, "Ask only for scopes that the app's configuration lists."),
            "BAD_HUB" => (HubSpotErrorKind.Forbidden, "X14", "The account is gone. Install the app in another account."),
            "BAD_GRANT_TYPE" => (HubSpotErrorKind.Validation, "X08", Causes.Get("X08").Fix),
            _ when status == 429 => (HubSpotErrorKind.RateLimited, null, "Wait and try again."),
            _ when status >= 500 => (HubSpotErrorKind.Unavailable, null, status == 501 ? "What was called is not implemented there." : "Try again later."),
            _ => (HubSpotErrorKind.TokenInvalid, (string?)null, (string?)null),
        };
        return new HubSpotException(kind, $"{call} was answered {status}{(code is null ? "" : " " + code)}: {Sentence.End(Mask(message ?? "no message", secrets))} {fix}".TrimEnd())
        {
            StatusCode = status,
            Category = code,
            Cause = cause,
            Fix = fix,
            IsTransient = status == 429 || (status >= 500 && status != 501),
            Body = Mask(System.Text.Encoding.UTF8.GetString(body.Span), secrets),
            Attempts = 1,
        };
    }

    public static string Mask(string text, IReadOnlyList<string> secrets)
    {
        foreach (var secret in secrets.Where(secret => secret.Length > 0)) text = text.Replace(secret, SecretMask.Token(secret), StringComparison.Ordinal);
        return SecretMask.Text(text);
    }

    private static (string? Code, string? Message) Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            string? Text(string name) => document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            var code = Text("status") is { } status && status != "error" ? status : Text("error");
            return (code, Text("message") ?? Text("error_description"));
        }
        catch (JsonException)
        {
            return (null, "the answer is not HubSpot's JSON");
        }
    }
}
