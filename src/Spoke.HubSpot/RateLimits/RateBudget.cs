using System.Diagnostics;
using System.Globalization;

namespace Spoke.HubSpot;

/// <summary>
/// What may still be sent to one portal: the rolling ten-second window, the windows of searches and associations, and the daily count,
/// corrected by what HubSpot's headers say. One per client; safe for any number of callers, who are served in turn.
/// The windows are shared with the other clients of the same app on this machine (<see cref="HubSpotClientOptions.ShareBudget"/>).
/// The first call goes alone, so that a fresh client learns what others have used before it sends more.
/// </summary>
public sealed class RateBudget : IDisposable
{
    private static readonly TimeSpan DailyProbe = TimeSpan.FromMinutes(1);
    private readonly TimeProvider _time;
    private readonly BudgetSharing? _sharing;
    private IWindow _tenSeconds;
    private IWindow _searches;
    private IWindow _associations;
    private IWindow[] _left = [];
    private long _dailyRemaining = -1;
    private long _dailyLimit = -1;
    private long _dayClosedUntil = long.MinValue;   // UTC ticks
    private TimeSpan? _utcOffset;

    internal RateBudget(HubSpotClientOptions options, TimeProvider time, BudgetSharing? sharing = null)
    {
        _time = time;
        _sharing = sharing;
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
        var main = request.IsSearch ? _searches : _tenSeconds;
        if (!request.IsAssociation) return new BudgetPlace(main, await EnterAsync(main, request, caller, cancellationToken).ConfigureAwait(false), null, 0);
        // The narrower window first: who waits there must not hold a place that others could use.
        var narrow = _associations;
        var mark = await narrow.EnterAsync(caller, cancellationToken).ConfigureAwait(false);
        try
        {
            return new BudgetPlace(main, await EnterAsync(main, request, caller, cancellationToken).ConfigureAwait(false), narrow, mark);
        }
        catch
        {
            narrow.GiveBack();
            throw;
        }
    }

    private async ValueTask<long> EnterAsync(IWindow window, HubSpotRequest request, string caller, CancellationToken cancellationToken)
    {
        var mark = await window.EnterAsync(caller, cancellationToken).ConfigureAwait(false);
        if (window is not SharedWindow { DayClosedUntil: > 0 and var closed } || closed <= _time.GetUtcNow().UtcTicks) return mark;
        window.GiveBack();
        Interlocked.Exchange(ref _dayClosedUntil, closed);   // another process was told
        RefuseWhenDayIsUsedUp(request);
        throw new UnreachableException();
    }

    /// <summary>Shares the windows with other processes, once it is known whose limits these are. Does nothing where nothing is to be shared.</summary>
    /// <param name="identify">Asks HubSpot whose the token is; null when it does not say.</param>
    internal ValueTask ShareAsync(AccessToken token, Func<CancellationToken, Task<PortalIdentity?>> identify, CancellationToken cancellationToken) =>
        _sharing is null || _sharing.IsSettled ? ValueTask.CompletedTask : new ValueTask(_sharing.JoinAsync(token, identify, Adopt, cancellationToken));

    private void Adopt(BudgetSharing.Windows shared)
    {
        // Places taken in the windows of before are given back there; what they used counts here too.
        shared.TenSeconds.CountEarlier(_tenSeconds.Used + shared.CallsAsked);
        _left = [_tenSeconds, _searches, _associations];   // some may wait there still
        (_tenSeconds, _searches, _associations) = (shared.TenSeconds, shared.Searches, shared.Associations);
    }

    /// <summary>The answer has arrived, or never will (<paramref name="headers"/> is null then).</summary>
    internal void Answered(BudgetPlace place, IReadOnlyDictionary<string, string>? headers)
    {
        place.Narrow?.Answered(place.NarrowMark);
        if (place.Window == _searches) place.Window.Answered(place.Mark);
        else place.Window.Answered(place.Mark, Read(headers, "x-hubspot-ratelimit-max"), Read(headers, "x-hubspot-ratelimit-remaining"));
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
    internal void CloseDay()
    {
        var until = Math.Min(DailyReset().UtcTicks, (_time.GetUtcNow() + DailyProbe).UtcTicks);
        Interlocked.Exchange(ref _dayClosedUntil, until);
        if (_tenSeconds is SharedWindow shared) shared.DayClosedUntil = until;
    }

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
        foreach (var window in _left) window.Dispose();
        _sharing?.Dispose();
    }

    private void RefuseWhenDayIsUsedUp(HubSpotRequest request)
    {
        if (_time.GetUtcNow().UtcTicks >= Interlocked.Read(ref _dayClosedUntil)) return;
        var resets = DailyReset();
        var fix = ErrorMapping.DailyFix(resets);
        throw new HubSpotException(HubSpotErrorKind.RateLimited, $"{request.Method} {request.MaskedPath} was not sent. {fix}") { PolicyName = "DAILY", ResetsAt = resets, Fix = fix };
    }

    // HubSpot gives associations 100, 150 or 200 calls in ten seconds, going by the same tiers as the whole window.
    internal static int AssociationLimit(int tenSeconds) => tenSeconds < 150 ? 100 : tenSeconds < 250 ? 150 : 200;

    private static int? Read(IReadOnlyDictionary<string, string>? headers, string name) =>
        headers is not null && headers.TryGetValue(name, out var text) && int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static long? Known(ref long field) => Interlocked.Read(ref field) is >= 0 and var value ? value : null;
}

/// <summary>A call's place in the windows it counts in.</summary>
internal readonly record struct BudgetPlace(IWindow Window, long Mark, IWindow? Narrow, long NarrowMark);
