using System.Globalization;

namespace Spoke.HubSpot;

/// <summary>
/// What may still be sent to one portal: the rolling ten-second window, the windows of searches and associations, and the daily count,
/// corrected by what HubSpot's headers say. One per client; safe for any number of callers, who are served in turn.
/// The first call goes alone, so that a fresh client learns what others have used before it sends more.
/// </summary>
public sealed class RateBudget : IDisposable
{
    private static readonly TimeSpan DailyProbe = TimeSpan.FromMinutes(1);
    private readonly TimeProvider _time;
    private readonly RollingWindow _tenSeconds;
    private readonly RollingWindow _searches;
    private readonly RollingWindow _associations;
    private long _dailyRemaining = -1;
    private long _dailyLimit = -1;
    private long _dayClosedUntil = long.MinValue;   // UTC ticks
    private TimeSpan? _utcOffset;

    internal RateBudget(HubSpotClientOptions options, TimeProvider time)
    {
        _time = time;
        _tenSeconds = new RollingWindow(options.TenSecondLimit, TimeSpan.FromSeconds(10), time, probe: true);
        _searches = new RollingWindow(options.SearchesPerSecond, TimeSpan.FromSeconds(1), time);
        _associations = new RollingWindow(AssociationLimit(options.TenSecondLimit), TimeSpan.FromSeconds(10), time);
    }

    /// <summary>Calls in ten seconds, as last learnt.</summary>
    public int TenSecondLimit => _tenSeconds.Limit;

    /// <summary>Places of the ten-second window in use now.</summary>
    public int TenSecondUsed => _tenSeconds.Used;

    /// <summary>Calls a day; null when HubSpot has not said (OAuth apps have none).</summary>
    public long? DailyLimit => Known(ref _dailyLimit);

    /// <summary>Calls left today; null when HubSpot has not said.</summary>
    public long? DailyRemaining => Known(ref _dailyRemaining);

    /// <summary>Waits in line for a place in every window the call counts in.</summary>
    /// <exception cref="HubSpotException">The day's calls are used up.</exception>
    internal async ValueTask<BudgetPlace> EnterAsync(HubSpotRequest request, string caller, CancellationToken cancellationToken)
    {
        RefuseWhenDayIsUsedUp(request);
        if (request.IsSearch) return new BudgetPlace(await _searches.EnterAsync(caller, cancellationToken).ConfigureAwait(false), Search: true, Association: false, 0);
        if (!request.IsAssociation) return new BudgetPlace(await _tenSeconds.EnterAsync(caller, cancellationToken).ConfigureAwait(false), Search: false, Association: false, 0);
        // The narrower window first: who waits there must not hold a place that others could use.
        var association = await _associations.EnterAsync(caller, cancellationToken).ConfigureAwait(false);
        try
        {
            return new BudgetPlace(await _tenSeconds.EnterAsync(caller, cancellationToken).ConfigureAwait(false), Search: false, Association: true, association);
        }
        catch
        {
            _associations.GiveBack();
            throw;
        }
    }

    /// <summary>The answer has arrived, or never will (<paramref name="headers"/> is null then).</summary>
    internal void Answered(BudgetPlace place, IReadOnlyDictionary<string, string>? headers)
    {
        if (place.Association) _associations.Answered(place.AssociationMark);
        if (place.Search) _searches.Answered(place.Mark);
        else _tenSeconds.Answered(place.Mark, Read(headers, "x-hubspot-ratelimit-max"), Read(headers, "x-hubspot-ratelimit-remaining"));
        if (Read(headers, "x-hubspot-ratelimit-max") is { } most && AssociationLimit(most) is var associations && associations != _associations.Limit) _associations.Limit = associations;
        if (Read(headers, "x-hubspot-ratelimit-daily") is { } limit) Interlocked.Exchange(ref _dailyLimit, limit);
        if (Read(headers, "x-hubspot-ratelimit-daily-remaining") is not { } left) return;
        Interlocked.Exchange(ref _dailyRemaining, left);
        if (left <= 0) CloseDay();
    }

    internal void Block(HubSpotRequest request, TimeSpan wait)
    {
        if (request.IsSearch) _searches.Block(wait);
        else (request.IsAssociation ? _associations : _tenSeconds).Block(wait);
    }

    /// <summary>No more calls today. After a minute one may look whether that still holds: limits are raised, and the account's midnight may not be known.</summary>
    internal void CloseDay() => Interlocked.Exchange(ref _dayClosedUntil, Math.Min(DailyReset().UtcTicks, (_time.GetUtcNow() + DailyProbe).UtcTicks));

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
        _associations.Dispose();
    }

    private void RefuseWhenDayIsUsedUp(HubSpotRequest request)
    {
        if (_time.GetUtcNow().UtcTicks >= Interlocked.Read(ref _dayClosedUntil)) return;
        var resets = DailyReset();
        var fix = ErrorMapping.DailyFix(resets);
        throw new HubSpotException(HubSpotErrorKind.RateLimited, $"{request.Method} {request.MaskedPath} was not sent. {fix}") { PolicyName = "DAILY", ResetsAt = resets, Fix = fix };
    }

    // HubSpot gives associations 100, 150 or 200 calls in ten seconds, going by the same tiers as the whole window.
    private static int AssociationLimit(int tenSeconds) => tenSeconds < 150 ? 100 : tenSeconds < 250 ? 150 : 200;

    private static int? Read(IReadOnlyDictionary<string, string>? headers, string name) =>
        headers is not null && headers.TryGetValue(name, out var text) && int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static long? Known(ref long field) => Interlocked.Read(ref field) is >= 0 and var value ? value : null;
}

/// <summary>A call's place in the windows it counts in.</summary>
internal readonly record struct BudgetPlace(long Mark, bool Search, bool Association, long AssociationMark);
