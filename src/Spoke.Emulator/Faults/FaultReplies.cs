using System.Text;
using Spoke.Emulator.Auth;
using Spoke.Emulator.Http;
using Spoke.Emulator.Limits;

namespace Spoke.Emulator.Faults;

/// <summary>The call on which a fault is played.</summary>
internal readonly record struct FaultScene(Route? Route, IReadOnlyList<string> Segments, string Path, Caller Caller, DateTimeOffset At);

/// <summary>What a fault answers in place of the call.</summary>
internal static class FaultReplies
{
    /// <summary>Causes whose answer is always the same: the request, not the answer, tells them apart.</summary>
    public static IReadOnlyList<string> AsIfNoCredential { get; } =
    [
        "H01", "H02", "H03", "H04", "H05", "H06", "H08", "H09", "H10", "H11", "H12", "H14", "H15", "H16", "H17", "H18", "H19",
        "V01", "V03", "V04", "V05", "V06", "V07", "V08", "V09", "K02", "K04", "K05", "K07", "K08", "K09", "K10", "K11", "K12", "K13",
        "X04", "X09", "X10", "X11", "P08", "P09", "P14", "R03", "R07", "R08",
    ];

    private static readonly TimeSpan ClockAhead = TimeSpan.FromMinutes(10);

    private static readonly KeyValuePair<string, string>[] EdgeHeaders = [new("cf-ray", "0000000000000000-FRA"), new("server", "cloudflare")];

    /// <summary>The answer; null for faults that let the call go on (slow, lost-response, half-batch).</summary>
    public static EmulatorReply? For(Fault fault, FaultScene scene) => fault.Kind switch
    {
        "429-ten-secondly" => RateLimits.Refusal(LimitPolicy.TenSecondly, scene.Caller),
        "429-daily" => RateLimits.Refusal(LimitPolicy.Daily, scene.Caller),
        "429-search" => RateLimits.Refusal(LimitPolicy.Secondly, scene.Caller),
        "423" => new ErrorBody(423, "LOCKED", "The record is locked. Try again in two seconds.").ToReply(),
        "500" => ServerError(),
        "502" => Gateway(502, "Bad Gateway"),
        "503" => Gateway(503, "Service Unavailable"),
        "504" => Gateway(504, "Gateway Time-out"),
        "hublet-move" => AuthErrors.Migrating(TimeSpan.FromSeconds(5)),
        "V02" or "K06" => AuthErrors.Expired(0, scene.At),
        "X03" => WithClockAhead(AuthErrors.Expired(scene.At.ToUnixTimeMilliseconds() + 1_000, scene.At + ClockAhead), scene.At + ClockAhead),
        "X01" or "X16" => AuthErrors.Expired((scene.At - TimeSpan.FromMinutes(31)).ToUnixTimeMilliseconds(), scene.At),
        "X02" => AuthErrors.Expired(scene.At.ToUnixTimeMilliseconds(), scene.At),
        "K01" or "K03" => AuthErrors.UnknownHapikey(),
        "K14" => new ErrorBody(401, null, "Csrf token is missing").ToReply(),
        "X05" => OAuthErrors.BadRefreshToken(),
        "X06" => OAuthErrors.BadAuthCode(),
        "X07" => OAuthErrors.BadRedirectUri(),
        "X12" or "P11" => AuthErrors.NoPermission(),
        "X13" => new ErrorBody(404, "OBJECT_NOT_FOUND", "Object not found.  objectId are usually numeric.") { Context = [new("id", [scene.Segments[^1]])] }.ToReply(),
        "X14" => AuthErrors.NotActive(),
        "X15" => AuthErrors.OtherDataCentre(scene.Caller.HubId, "eu1"),
        "P01" or "P02" or "P03" or "P10" or "P13" => AuthErrors.ScopesMissing(Scopes(scene)),
        "P04" => AuthErrors.ScopesMissing([.. Scopes(scene).Where(scope => scope.Contains("sensitive", StringComparison.Ordinal)).DefaultIfEmpty("crm.objects.contacts.sensitive.read.v2")]),
        "P05" => AuthErrors.Gated(),
        "P06" => AuthErrors.ScopeNotPublic(),
        "P07" => AuthErrors.DeveloperKeyNeeded(),
        "P12" => new ErrorBody(403, null, $"Permission to get export file cannot be granted for exportId {scene.Segments[^1]} and portalId {scene.Caller.HubId}").ToReply(),
        "R02" => Redirect($"https://api.hubapi.com{scene.Path}"),
        "R04" => new EmulatorReply(401, """{"message":"Unauthorized"}"""u8.ToArray(), "application/json") { Headers = [new("via", "1.1 gateway.example")], OnTheWay = true },
        "R05" => new EmulatorReply(403, "<html><body><h1>Access denied by network policy</h1></body></html>"u8.ToArray(), "text/html") { OnTheWay = true },
        "R06" => new EmulatorReply(403, "<html><body>error code: 1020</body></html>"u8.ToArray(), "text/html") { Headers = EdgeHeaders, OnTheWay = true },
        "R09" => AuthErrors.NoSuchPath(scene.Path),
        "R10" => Redirect(scene.Path.EndsWith('/') ? scene.Path.TrimEnd('/') : scene.Path + "/"),
        "R11" => AuthErrors.WrongMethod(scene.Path),
        // The old reports answer with their own empty form, other paths with that of a list.
        "R13" => new EmulatorReply(200, scene.Path.StartsWith("/analytics/", StringComparison.Ordinal) ? """{"offset":0,"total":0,"breakdowns":[]}"""u8.ToArray() : """{"results":[]}"""u8.ToArray()),
        // What a stand-in answers that looks at no token.
        "R16" => new EmulatorReply(200, """{"results":[]}"""u8.ToArray()),
        "R14" => new ErrorBody(500, "RATE_LIMITS", "You have reached your secondly limit.").ToReply(),
        _ when AsIfNoCredential.Contains(fault.Kind) => AuthErrors.CredentialsNotFound($"fault {fault.Kind}"),
        _ => null,
    };

    public static EmulatorReply ServerError() => new ErrorBody(500, "INTERNAL_ERROR", "There was an internal error.").ToReply();

    private static IReadOnlyList<string> Scopes(FaultScene scene) =>
        scene.Route is { Scopes.Length: > 0 } route ? ScopeRule.Missing(route, scene.Segments, new HashSet<string>()) : ["crm.objects.contacts.read"];

    // The caller thinks its token is good for a second more; the answer's own date tells it that its clock is behind.
    private static EmulatorReply WithClockAhead(EmulatorReply reply, DateTimeOffset date) =>
        reply with { Headers = [.. reply.Headers, new("date", date.ToString("R", System.Globalization.CultureInfo.InvariantCulture))] };

    private static EmulatorReply Redirect(string to) => new(301, ReadOnlyMemory<byte>.Empty) { Headers = [new("location", to)] };

    // What stands before the servers answers for them, in HTML and without a correlation id.
    private static EmulatorReply Gateway(int status, string title) =>
        new(status, Encoding.UTF8.GetBytes($"<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n<center><h1>{status} {title}</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"), "text/html") { Headers = EdgeHeaders, OnTheWay = true };
}
