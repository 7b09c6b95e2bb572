using System.Text;
using Spoke.Emulator.Auth;
using Spoke.Emulator.Http;
using Spoke.Emulator.Limits;

namespace Spoke.Emulator.Faults;

/// <summary>What a fault answers in place of the call.</summary>
internal static class FaultReplies
{
    /// <summary>The answer; null for faults that let the call go on (slow, lost-response, half-batch).</summary>
    public static EmulatorReply? For(Fault fault, Caller caller, DateTimeOffset now) => fault.Kind switch
    {
        "429-ten-secondly" => RateLimits.Refusal("TEN_SECONDLY_ROLLING", "ten_secondly_rolling", caller),
        "429-daily" => RateLimits.Refusal("DAILY", "daily", caller),
        "429-search" => RateLimits.Refusal("SECONDLY", "secondly", caller),
        "423" => new ErrorBody(423, "LOCKED", "The record is locked. Try again in two seconds.").ToReply(),
        "500" => new ErrorBody(500, "INTERNAL_ERROR", "There was an internal error.").ToReply(),
        "502" => Gateway(502, "Bad Gateway"),
        "503" => Gateway(503, "Service Unavailable"),
        "504" => Gateway(504, "Gateway Time-out"),
        "hublet-move" => AuthErrors.Migrating(),
        "H01" or "K02" or "K05" or "X09" or "X10" or "X11" or "P08" => AuthErrors.CredentialsNotFound(),
        "V02" or "K06" => AuthErrors.Expired(0, now),
        "X01" => AuthErrors.Expired((now - TimeSpan.FromMinutes(31)).ToUnixTimeMilliseconds(), now),
        "X02" => AuthErrors.Expired(now.ToUnixTimeMilliseconds(), now),
        "K01" or "K03" => AuthErrors.UnknownHapikey(),
        "X12" => AuthErrors.NoPermission(),
        "X14" => AuthErrors.NotActive(),
        "X15" => AuthErrors.OtherDataCentre(),
        "P01" => AuthErrors.ScopesMissing(["crm.objects.contacts.read"]),
        "P03" => AuthErrors.ScopesMissing(["crm.objects.contacts.write"]),
        "P05" => AuthErrors.Gated(),
        "P06" => AuthErrors.ScopeNotPublic(),
        "P07" => AuthErrors.DeveloperKeyNeeded(),
        "R05" => new EmulatorReply(403, "<html><body><h1>Access denied by network policy</h1></body></html>"u8.ToArray(), "text/html"),
        "R06" => new EmulatorReply(403, "<html><body>error code: 1020</body></html>"u8.ToArray(), "text/html") { Headers = [new("cf-ray", "0000000000000000-FRA"), new("server", "cloudflare")] },
        "R09" => AuthErrors.NoSuchPath("/"),
        "R11" => AuthErrors.WrongMethod("/"),
        "R14" => new ErrorBody(500, "RATE_LIMITS", "You have reached your secondly limit.").ToReply(),
        _ => null,
    };

    private static EmulatorReply Gateway(int status, string title) =>
        new(status, Encoding.UTF8.GetBytes($"<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n<center><h1>{status} {title}</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"), "text/html");
}
