using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Auth;

/// <summary>The gate's refusals in HubSpot's words.</summary>
internal static class AuthErrors
{
    private const string ScopesLink = "https://developers.hubspot.com/scopes";

    public const string NotFoundMessage = "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview";

    private static readonly KeyValuePair<string, string> AuthFailure = new("x-hubspot-auth-failure", "401 Unauthorized");

    /// <param name="why">The answer is the same for many reasons; the journal tells which it was.</param>
    public static EmulatorReply CredentialsNotFound(string why) => Unauthorized(new ErrorBody(401, "INVALID_AUTHENTICATION", NotFoundMessage)) with { Why = why };

    public static EmulatorReply Expired(long expiryMs, DateTimeOffset now)
    {
        var expiry = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(expiryMs, -62_135_596_800_000, 253_402_300_799_999));
        return Unauthorized(new ErrorBody(401, "EXPIRED_AUTHENTICATION", $"The OAuth token used to make this call expired {Age(now - expiry)} ago.")
        {
            CategoryBeforeContext = true,
            Context = [new("expire time", [expiry.UtcDateTime.ToString(expiry.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)])],
        });
    }

    /// <summary>The largest unit of which there are two: 75 seconds, 92 minutes and 5 hours are on record.</summary>
    private static string Age(TimeSpan age) => age switch
    {
        { TotalDays: >= 2 } => $"{(long)age.TotalDays} day(s)",
        { TotalHours: >= 2 } => $"{(long)age.TotalHours} hour(s)",
        { TotalMinutes: >= 2 } => $"{(long)age.TotalMinutes} minute(s)",
        _ => $"{Math.Max(0, (long)age.TotalSeconds)} second(s)",
    };

    public static EmulatorReply UnknownHapikey() => Unauthorized(new ErrorBody(401, "INVALID_AUTHENTICATION", "This hapikey doesn't exist."));

    public static EmulatorReply NotActive() => Unauthorized(new ErrorBody(401, "INVALID_AUTHENTICATION", "The account is not active.") { SubCategory = "AuthenticationError.PORTAL_NOT_ACTIVE" });

    public static EmulatorReply ScopesMissing(IReadOnlyList<string> scopes) => new ErrorBody(403, "MISSING_SCOPES",
        "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.")
    {
        Errors = [new ErrorDetail("One or more of the following scopes are required.") { Context = [new("requiredGranularScopes", scopes)] }],
        Links = [new("scopes", ScopesLink)],
    }.ToReply() with
    { Why = $"the token lacks one of the scopes {string.Join(", ", scopes.Take(8))}{(scopes.Count > 8 ? ", …" : "")}" };

    public static EmulatorReply ScopeNotPublic() => new ErrorBody(403, "MISSING_SCOPES",
        "The scope needed for this API call isn't available for public use. If you have questions, contact support or post in our developer forum.").ToReply();

    public static EmulatorReply DeveloperKeyNeeded() => new ErrorBody(403, "INVALID_AUTHENTICATION",
        "This API can't be called using an OAuth access token. A valid developer API key must be provided in the `hapikey` query parameter, and a valid `appId` must be provided in the API request.").ToReply();

    public static EmulatorReply Gated() => new ErrorBody(403, "GATED", "This account does not have access to this feature.").ToReply();

    public static EmulatorReply NoPermission() => new ErrorBody(403, "USER_DOES_NOT_HAVE_PERMISSIONS", "The user does not have permission to perform this action.").ToReply();

    /// <summary>The call went to a data centre that has no such account. This family of answers has no category.</summary>
    public static EmulatorReply OtherDataCentre(long hub, string correct)
    {
        var (id, message) = (CorrelationId.Next(), $"Hub {hub} is unknown to this Hublet, but it appears to exist in Hublet {correct}");
        return new EmulatorReply(488, Encoding.UTF8.GetBytes($$"""{"status":"error","message":"{{message}}","correlationId":"{{id}}","correctHublet":"{{correct}}"}""")) { CorrelationId = id, Why = message };
    }

    /// <param name="left">Told in <c>Retry-After</c>, in whole seconds.</param>
    public static EmulatorReply Migrating(TimeSpan left) => new ErrorBody(477, "MIGRATION", "Migration in progress and the portal is not available for access.").ToReply() with
    {
        Headers = [new("retry-after", Math.Max(1, (long)Math.Ceiling(left.TotalSeconds)).ToString(CultureInfo.InvariantCulture))],
    };

    /// <summary>Something other than an OAuth token where the path must have one; this answer has no category.</summary>
    public static EmulatorReply TokenFormat(string kind) => new ErrorBody(400, null, $"The {kind} token must have the correct format").ToReply();

    public static EmulatorReply UnknownToken(string kind) => new ErrorBody(404, "OBJECT_NOT_FOUND", $"missing or unknown {kind} token").ToReply();

    /// <summary>The emulator's own fault, in HubSpot's words for its own.</summary>
    public static EmulatorReply Fault(Exception fault) => new ErrorBody(500, "INTERNAL_ERROR", "There was an internal error.").ToReply() with { Why = $"a fault of the emulator: {fault}" };

    public static EmulatorReply WrongMediaType(string right) => new ErrorBody(415, null, "HTTP 415 Unsupported Media Type").ToReply() with { Why = $"the body's Content-Type must be {right}" };

    /// <summary>Old endpoints tell of every scheme why it did not engage.</summary>
    public static EmulatorReply LegacyCredentialsMissing(bool hasToken, bool hasKey)
    {
        var id = CorrelationId.Next();
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("status", "error");
            json.WriteString("message", "Any of the listed authentication credentials are missing");
            json.WriteString("correlationId", id);
            json.WriteStartObject("engagement");
            json.WriteString("hapikey", hasKey ? "hapikey not engaged. hapikey is no longer supported." : "hapikey not engaged. hapikey is not present in query params.");
            json.WriteString("oauth-token", hasToken ? "oauth-token not engaged. OAuth access token is not accepted by this endpoint." : "oauth-token not engaged. OAuth access token not found in request header.");
            json.WriteString("service-to-service", "service-to-service not engaged.");
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return new EmulatorReply(401, buffer.WrittenMemory) { Headers = [AuthFailure], CorrelationId = id };
    }

    public static EmulatorReply NoSuchPath(string path) => Html(404, "Not Found", path);

    public static EmulatorReply WrongMethod(string path) => Html(405, "Method Not Allowed", path);

    public static EmulatorReply NotDone(string method, string template) => new ErrorBody(501, "NOT_IMPLEMENTED",
        $"The emulator passes this call through authentication and scopes, but does not carry out {method} {template} yet. See docs/fidelity.md.").ToReply();

    private static EmulatorReply Unauthorized(ErrorBody body) => body.ToReply() with { Headers = [AuthFailure] };

    private static EmulatorReply Html(int status, string title, string path)
    {
        var page = $"<html>\n<head>\n<meta http-equiv=\"Content-Type\" content=\"text/html;charset=utf-8\"/>\n<title>Error {status} {title}</title>\n</head>\n<body><h2>HTTP ERROR {status}</h2>\n<p>Problem accessing {System.Net.WebUtility.HtmlEncode(path)}. Reason:\n<pre>    {title}</pre></p>\n</body>\n</html>\n";
        return new EmulatorReply(status, Encoding.UTF8.GetBytes(page), "text/html;charset=utf-8") { Why = status == 404 ? "HubSpot publishes no such path" : "the path exists, but not for this method" };
    }
}
