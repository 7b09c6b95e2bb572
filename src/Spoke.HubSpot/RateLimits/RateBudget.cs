using System.Globalization;

namespace Spoke.HubSpot;

/// <summary>
/// What may still be sent to one portal: the rolling ten-second window, the per-second search window and the daily count,
/// corrected by what HubSpot's headers say. One per client; safe for any number of callers, who are served in turn.
/// </summary>
public sealed class RateBudget : IDisposable
{
    private readonly TimeProvider _time;
    private readonly RollingWindow _tenSeconds;
    private readonly RollingWindow _searches;
    private long _dailyRemaining = -1;
    private long _dailyLimit = -1;
    private TimeSpan? _utcOffset;

    internal RateBudget(HubSpotClientOptions options, TimeProvider time)
    {
        _time = time;
        _tenSeconds = new RollingWindow(options.TenSecondLimit, TimeSpan.FromSeconds(10), time);
        _searches = new RollingWindow(options.SearchesPerSecond, TimeSpan.FromSeconds(1), time);
    }

    /// <summary>Calls in ten seconds, as last learnt.</summary>
    public int TenSecondLimit => _tenSeconds.Limit;

    /// <summary>Places of the ten-second window in use now.</summary>
    public int TenSecondUsed => _tenSeconds.Used;

    /// <summary>Calls a day; null when HubSpot has not said (OAuth apps have none).</summary>
    public long? DailyLimit => Known(ref _dailyLimit);

    /// <summary>Calls left today; null when HubSpot has not said.</summary>
    public long? DailyRemaining => Known(ref _dailyRemaining);

    internal ValueTask<long> EnterAsync(bool search, CancellationToken cancellationToken) => Window(search).EnterAsync(cancellationToken);

    internal void Answered(bool search, long mark, IReadOnlyDictionary<string, string>? headers)
    {
        Window(search).Answered();
        if (headers is null) return;
        if (!search) _tenSeconds.Learn(Read(headers, "x-hubspot-ratelimit-max"), Read(headers, "x-hubspot-ratelimit-remaining"), mark);
        if (Read(headers, "x-hubspot-ratelimit-daily") is { } limit) Interlocked.Exchange(ref _dailyLimit, limit);
        if (Read(headers, "x-hubspot-ratelimit-daily-remaining") is { } left) Interlocked.Exchange(ref _dailyRemaining, left);
    }

    internal void Block(bool search, TimeSpan wait) => Window(search).Block(wait);

    internal void LearnTimeZone(TimeSpan utcOffset) => _utcOffset = utcOffset;

    /// <summary>When the daily count starts anew: midnight of the account's zone, or of the last zone on earth while that is unknown.</summary>
    internal DateTimeOffset DailyReset()
    {
        var local = _time.GetUtcNow().ToOffset(_utcOffset ?? TimeSpan.FromHours(-12));
        return new DateTimeOffset(local.Date.AddDays(1), local.Offset);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tenSeconds.Dispose();
        _searches.Dispose();
    }

    private RollingWindow Window(bool search) => search ? _searches : _tenSeconds;

    private static int? Read(IReadOnlyDictionary<string, string> headers, string name) =>
        headers.TryGetValue(name, out var text) && int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static long? Known(ref long field) => Interlocked.Read(ref field) is >= 0 and var value ? value : null;
}
