using System.Globalization;
using System.Text;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Limits;

/// <summary>The account's limits, counted as rolling windows at the arrival of a call.</summary>
internal sealed class RateLimits(LimitTier tier)
{
    private sealed class Window
    {
        private readonly Queue<long> _arrivals = new();

        public int Count(long now, long lengthMs)
        {
            while (_arrivals.TryPeek(out var first) && first <= now - lengthMs) _arrivals.Dequeue();
            return _arrivals.Count;
        }

        public void Add(long now) => _arrivals.Enqueue(now);

        public void Clear() => _arrivals.Clear();
    }

    private const int SearchesPerSecond = 5;
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Window> _byApp = [];
    private readonly Window _searches = new();
    private readonly Window _associations = new();
    private DateOnly _day;
    private long _today;

    public int PerTenSeconds { get; } = tier is LimitTier.Starter ? 100 : 190;
    public long PerDay { get; } = tier switch { LimitTier.Starter => 250_000, LimitTier.Pro => 625_000, _ => 1_000_000 };
    public long UsedToday { get { lock (_gate) return _today; } }

    /// <summary>Counts the call. A refusal, or null; the headers that go with the answer either way.</summary>
    public EmulatorReply? Admit(Caller caller, bool search, bool association, DateTimeOffset at, out IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        headers = [];
        if (tier == LimitTier.Off) return null;
        lock (_gate)
        {
            var now = at.ToUnixTimeMilliseconds();
            var day = DateOnly.FromDateTime(at.ToOffset(TimeSpan.FromHours(-5)).Date);   // the account's zone is US/Eastern
            if (day != _day) (_day, _today) = (day, 0);
            if (_today >= PerDay) return Refusal("DAILY", "daily", caller);
            if (search)
            {
                if (_searches.Count(now, 1_000) >= SearchesPerSecond) return Refusal("SECONDLY", "secondly", caller);
                _searches.Add(now);
                _today++;
                return null;   // searches carry no limit headers
            }
            if (!_byApp.TryGetValue(caller.AppId, out var window)) _byApp[caller.AppId] = window = new Window();
            var used = window.Count(now, 10_000);
            if (used >= PerTenSeconds) return Refusal("TEN_SECONDLY_ROLLING", "ten_secondly_rolling", caller);
            if (association)
            {
                if (_associations.Count(now, 10_000) >= (tier == LimitTier.Starter ? 100 : 150)) return Refusal("TEN_SECONDLY_ROLLING", "ten_secondly_rolling", caller);
                _associations.Add(now);
            }
            window.Add(now);
            _today++;
            headers =
            [
                new("x-hubspot-ratelimit-max", PerTenSeconds.ToString(CultureInfo.InvariantCulture)),
                new("x-hubspot-ratelimit-remaining", (PerTenSeconds - used - 1).ToString(CultureInfo.InvariantCulture)),
                new("x-hubspot-ratelimit-interval-milliseconds", "10000"),
                new("x-hubspot-ratelimit-daily", PerDay.ToString(CultureInfo.InvariantCulture)),
                new("x-hubspot-ratelimit-daily-remaining", (PerDay - _today).ToString(CultureInfo.InvariantCulture)),
            ];
            return null;
        }
    }

    public void Reset()
    {
        lock (_gate)
        {
            _byApp.Clear();
            _searches.Clear();
            _associations.Clear();
            _today = 0;
        }
    }

    public static EmulatorReply Refusal(string policy, string words, Caller caller)
    {
        var id = Guid.CreateVersion7().ToString();
        var body = $$"""{"status":"error","message":"You have reached your {{words}} limit.","errorType":"RATE_LIMIT","correlationId":"{{id}}","policyName":"{{policy}}","groupName":"publicapi:private_app-api-calls-{{words}}:{{caller.HubId}}:{{caller.AppId}}"}""";
        return new EmulatorReply(429, Encoding.UTF8.GetBytes(body)) { Headers = [new("x-hubspot-correlation-id", id)] };
    }
}
