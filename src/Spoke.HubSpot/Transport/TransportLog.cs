using Microsoft.Extensions.Logging;

namespace Spoke.HubSpot;

internal static partial class TransportLog
{
    [LoggerMessage(1001, LogLevel.Warning, "The access token from {Source} had white space or a line end around it; it was taken off. Store it without (printf instead of echo)")]
    public static partial void TokenTrimmed(ILogger logger, string source);

    [LoggerMessage(1002, LogLevel.Information, "{Method} {Path} is sent again in {Milliseconds} ms, attempt {Attempt}: {Reason}")]
    public static partial void Repeating(ILogger logger, string method, string path, long milliseconds, int attempt, string reason);

    [LoggerMessage(1003, LogLevel.Warning, "{Method} {Path} was refused by HubSpot's rate limit {Policy}")]
    public static partial void RateLimited(ILogger logger, string method, string path, string? policy);

    [LoggerMessage(1004, LogLevel.Warning, "The rate limits are not shared with other processes: {Reason}. Set HubSpotClientOptions.BudgetFolder to a folder that can be written, or ShareBudget = false")]
    public static partial void NotShared(ILogger logger, string reason);

    [LoggerMessage(1005, LogLevel.Information, "{Method} {Path} was answered 401; the token from {Source} is another one now, and the call is sent again with it")]
    public static partial void TokenChanged(ILogger logger, string method, string path, string source);

    [LoggerMessage(1006, LogLevel.Warning, "{Source} could not be renewed ahead of its end; the access token works for {Seconds} s more: {Reason}")]
    public static partial void RenewalFailed(ILogger logger, string source, long seconds, string reason);
}
