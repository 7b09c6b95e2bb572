using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Spoke.Emulator.Limits;

namespace Spoke.Emulator.Http;

/// <summary>Writes an answer with the headers HubSpot's servers put on every one of theirs.</summary>
internal static class ReplyWriter
{
    private static readonly StringValues Transport = "max-age=31536000; includeSubDomains; preload";
    private static readonly StringValues Origin = "origin";
    private static readonly StringValues NoCredentials = "false";
    private static readonly StringValues BurstMs = "10000";
    private static readonly string[] SmallNumbers = [.. Enumerable.Range(0, 1_000).Select(number => number.ToString(CultureInfo.InvariantCulture))];
    private static long _rays;

    public static async ValueTask WriteAsync(HttpContext context, EmulatorReply reply, LimitState? limits)
    {
        var response = context.Response;
        var headers = response.Headers;
        response.StatusCode = reply.Status;
        foreach (var (name, value) in reply.Headers) headers[name] = value;
        if (!reply.OnTheWay) WriteHubSpots(headers, reply, limits);
        if (reply.Status == 204 || reply.Body.IsEmpty) return;
        response.ContentType = reply.ContentType;
        response.ContentLength = reply.Body.Length;
        await response.BodyWriter.WriteAsync(reply.Body, context.RequestAborted).ConfigureAwait(false);
    }

    private static void WriteHubSpots(IHeaderDictionary headers, EmulatorReply reply, LimitState? limits)
    {
        headers["x-hubspot-correlation-id"] = reply.CorrelationId ?? CorrelationId.Next();
        headers.TryAdd("cf-ray", Ray());
        headers.AccessControlAllowCredentials = NoCredentials;
        headers.Vary = Origin;
        headers.StrictTransportSecurity = Transport;
        if (limits is { } state) WriteLimits(headers, state);
    }

    private static void WriteLimits(IHeaderDictionary headers, LimitState state)
    {
        headers["x-hubspot-ratelimit-max"] = SmallNumbers[state.Max];
        headers["x-hubspot-ratelimit-remaining"] = SmallNumbers[state.Remaining];
        headers["x-hubspot-ratelimit-interval-milliseconds"] = BurstMs;
        if (!state.HasDaily) return;
        headers["x-hubspot-ratelimit-daily"] = state.Daily.ToString(CultureInfo.InvariantCulture);
        headers["x-hubspot-ratelimit-daily-remaining"] = state.DailyRemaining.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>An id in the form of the network's edge: sixteen hexadecimal digits and a place.</summary>
    private static string Ray() => string.Create(20, (ulong)Interlocked.Increment(ref _rays), static (text, number) =>
    {
        (number * 0x9E3779B97F4A7C15).TryFormat(text, out _, "x16", CultureInfo.InvariantCulture);
        "-FRA".CopyTo(text[16..]);
    });
}
