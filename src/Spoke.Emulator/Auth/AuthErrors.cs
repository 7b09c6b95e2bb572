using System.Globalization;
using System.Text;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Auth;

/// <summary>The gate's refusals in HubSpot's words.</summary>
internal static class AuthErrors
{
    private const string ScopesLink = "https://developers.hubspot.com/scopes";

    public const string NotFoundMessage = "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview";

    private static readonly KeyValuePair<string, string>[] AuthHeaders =
        [new("x-hubspot-auth-failure", "401 Unauthorized"), new("access-control-allow-credentials", "false"), new("vary", "origin")];

    public static EmulatorReply CredentialsNotFound() => Unauthorized(new ErrorBody(401, "INVALID_AUTHENTICATION", NotFoundMessage));

    public static EmulatorReply Expired(long expiryMs, DateTimeOffset now)
    {
        var expiry = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(expiryMs, -62_135_596_800_000, 253_402_300_799_999));
        var age = now - expiry;
        var ago = age.TotalDays >= 1 ? $"{(long)age.TotalDays} day(s)" : $"{Math.Max(0, (long)age.TotalSeconds)} second(s)";
        return Unauthorized(new ErrorBody(401, "EXPIRED_AUTHENTICATION", $"The OAuth token used to make this call expired {ago} ago.")
        {
            Context = [new("expire time", [expiry.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture)])],
        });
    }

    public static EmulatorReply UnknownHapikey() => Unauthorized(new ErrorBody(401, "INVALID_AUTHENTICATION", "This hapikey doesn't exist."));

    public static EmulatorReply NotActive() => Unauthorized(new ErrorBody(401, "INVALID_AUTHENTICATION", "The account is not active.") { SubCategory = "AuthenticationError.PORTAL_NOT_ACTIVE" });

    public static EmulatorReply ScopesMissing(IReadOnlyList<string> scopes) => new ErrorBody(403, "MISSING_SCOPES",
        "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.")
    {
        Errors = [new ErrorDetail("One or more of the following scopes are required.") { Context = [new("requiredGranularScopes", scopes)] }],
        Links = [new("scopes", ScopesLink)],
    }.ToReply();

    public static EmulatorReply ScopeNotPublic() => new ErrorBody(403, "MISSING_SCOPES",
        "The scope needed for this API call isn't available for public use. If you have questions, contact support or post in our developer forum.").ToReply();

    public static EmulatorReply DeveloperKeyNeeded() => new ErrorBody(403, "INVALID_AUTHENTICATION",
        "This API can't be called using an OAuth access token. A valid developer API key must be provided in the `hapikey` query parameter, and the appId must belong to it.").ToReply();

    public static EmulatorReply Gated() => new ErrorBody(403, "GATED", "This account does not have access to this feature.").ToReply();

    public static EmulatorReply NoPermission() => new ErrorBody(403, "USER_DOES_NOT_HAVE_PERMISSIONS", "The user does not have permission to perform this action.").ToReply();

    public static EmulatorReply OtherDataCentre() => new ErrorBody(488, "MIGRATION", "This account is unknown to this Hublet") { Context = [new("correctHublet", ["eu1"])] }.ToReply();

    public static EmulatorReply Migrating() => new ErrorBody(477, "MIGRATION", "The account is being moved to another data centre.").ToReply() is var reply ? reply with { Headers = [.. reply.Headers, new("retry-after", "5")] } : reply;

    public static EmulatorReply LegacyCredentialsMissing()
    {
        var id = Guid.CreateVersion7().ToString();
        var body = "{\"status\":\"error\",\"message\":\"Any of the listed authentication credentials are missing\",\"correlationId\":\"" + id
            + "\",\"engagement\":{\"hapikey\":\"hapikey not found\",\"oauth-token\":\"No hub id found\"}}";
        return new EmulatorReply(401, Encoding.UTF8.GetBytes(body)) { Headers = [.. AuthHeaders, new("x-hubspot-correlation-id", id)] };
    }

    public static EmulatorReply NoSuchPath(string path) => Html(404, "Not Found", path);

    public static EmulatorReply WrongMethod(string path) => Html(405, "Method Not Allowed", path);

    public static EmulatorReply NotDone(string method, string template) => new ErrorBody(501, "NOT_IMPLEMENTED",
        $"The emulator passes this call through authentication and scopes, but does not carry out {method} {template} yet. See docs/fidelity.md.").ToReply();

    private static EmulatorReply Unauthorized(ErrorBody body)
    {
        var reply = body.ToReply();
        return reply with { Headers = [.. AuthHeaders, .. reply.Headers] };
    }

    private static EmulatorReply Html(int status, string title, string path)
    {
        var page = $"<html>\n<head>\n<meta http-equiv=\"Content-Type\" content=\"text/html;charset=utf-8\"/>\n<title>Error {status} {title}</title>\n</head>\n<body><h2>HTTP ERROR {status}</h2>\n<p>Problem accessing {System.Net.WebUtility.HtmlEncode(path)}. Reason:\n<pre>    {title}</pre></p>\n</body>\n</html>\n";
        return new EmulatorReply(status, Encoding.UTF8.GetBytes(page), "text/html;charset=utf-8");
    }
}
