using System.Text;
using Spoke.Emulator.Account;
using Spoke.Emulator.Auth;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Limits;

/// <summary>The limits, counted as rolling windows at the arrival of a call: bursts by app, searches, associations and the day by account.</summary>
/// <param name="perTenSeconds">Calls in ten seconds in place of the tier's; null: the tier's.</param>
internal sealed class RateLimits(AccountList accounts, DayCounts kept, int? perTenSeconds = null) : IDisposable
{
    private sealed class AccountUse
    {
        public Window Searches { get; } = new();
        public Window Associations { get; } = new();
        public DateOnly Day { get; set; }
        public long Today { get; set; }
        public long AssociationsToday { get; set; }
    }

    private const int BurstMs = 10_000;
    private const int SearchesPerSecond = 5;
    private const int PerTenSecondsOAuth = 110;
    private const long AssociationsPerDay = 500_000;
    private readonly Lock _gate = new();
    private readonly Dictionary<(long Hub, long App), Window> _byApp = [];
    private readonly Dictionary<long, AccountUse> _byAccount = [];

    public int PerTenSeconds(LimitTier tier) => perTenSeconds ?? (tier is LimitTier.Starter ? 100 : 190);

    public static int AssociationsPerTenSeconds(LimitTier tier) => tier is LimitTier.Starter ? 100 : 150;

    public static long PerDay(LimitTier tier) => tier switch { LimitTier.Starter => 250_000, LimitTier.Pro => 625_000, _ => 1_000_000 };

    /// <summary>Goes on with the day's counts of the last run; bursts and searches are forgotten.</summary>
    public void Load()
    {
        lock (_gate)
            foreach (var (hub, day, calls, associations) in kept.Load()) _byAccount[hub] = new AccountUse { Day = day, Today = calls, AssociationsToday = associations };
    }

    public void Dispose() => kept.Dispose();

    public long UsedToday(long hub, DateTimeOffset at)
    {
        lock (_gate) return OfAccount(accounts.Find(hub) ?? new AccountFacts(hub), at).Today;
    }

    /// <summary>Counts the call. A refusal, or null; the state that the answer's headers tell either way, none for searches.</summary>
    public EmulatorReply? Admit(Caller caller, Route route, DateTimeOffset at, out LimitState? state)
    {
        state = null;
        if (route.Unlimited || accounts.Find(caller.HubId) is not { Tier: not LimitTier.Off } facts) return null;
        var (tier, perDay) = (facts.Tier, PerDay(facts.Tier));
        lock (_gate)
        {
            var now = at.ToUnixTimeMilliseconds();
            var account = OfAccount(facts, at);
            var daily = !caller.IsOAuth;   // apps installed by OAuth have no daily limit
            if (route.IsSearch) return AdmitSearch(caller, account, now, daily ? perDay : long.MaxValue);

            if (!_byApp.TryGetValue((caller.HubId, caller.AppId), out var window)) _byApp[(caller.HubId, caller.AppId)] = window = new Window();
            var most = caller.IsOAuth ? PerTenSecondsOAuth : PerTenSeconds(tier);
            var used = window.Count(now, BurstMs);
            if (daily && account.Today >= perDay) return Refuse(LimitPolicy.Daily, Math.Max(0, most - used), out state);
            if (used >= most) return Refuse(LimitPolicy.TenSecondly, 0, out state);
            if (route.IsAssociation)
            {
                if (account.AssociationsToday >= AssociationsPerDay) return Refuse(LimitPolicy.Daily, most - used, out state);
                if (account.Associations.Count(now, BurstMs) >= AssociationsPerTenSeconds(tier)) return Refuse(LimitPolicy.TenSecondly, most - used, out state);
                account.Associations.Add(now);
                account.AssociationsToday++;
            }
            window.Add(now);
            if (daily) account.Today++;
            if (daily || route.IsAssociation) Keep(caller.HubId, account);
            state = State(most - used - 1);
            return null;

            EmulatorReply Refuse(LimitPolicy policy, int remaining, out LimitState? told)
            {
                told = State(remaining);
                return Refusal(policy, caller);
            }

            LimitState State(int remaining) => new(most, remaining, daily ? perDay : 0, perDay - account.Today);
        }
    }

    public void Reset()
    {
        lock (_gate)
        {
            _byApp.Clear();
            _byAccount.Clear();
            kept.Clear();
        }
    }

    /// <summary>Only this portal's.</summary>
    public void Reset(long hub)
    {
        lock (_gate)
        {
            foreach (var key in _byApp.Keys.Where(key => key.Hub == hub).ToArray()) _byApp.Remove(key);
            if (_byAccount.Remove(hub, out var account)) kept.Keep(new DayCount(hub, account.Day, 0, 0));
        }
    }

    public static EmulatorReply Refusal(LimitPolicy policy, Caller caller)
    {
        var id = CorrelationId.Next();
        var (name, words, group) = policy switch
        {
            LimitPolicy.Daily => ("DAILY", "daily", $"private_app-api-calls-daily:{caller.HubId}"),
            LimitPolicy.Secondly => ("SECONDLY", "secondly", $"crm-search-secondly:{caller.HubId}"),
            _ => ("TEN_SECONDLY_ROLLING", "ten_secondly_rolling", $"{(caller.IsOAuth ? "app" : "private_app")}-api-calls-ten-secondly:{caller.HubId}:{caller.AppId}"),
        };
        var body = $$"""{"status":"error","message":"You have reached your {{words}} limit.","errorType":"RATE_LIMIT","correlationId":"{{id}}","policyName":"{{name}}","groupName":"publicapi:{{group}}"}""";
        return new EmulatorReply(429, Encoding.UTF8.GetBytes(body)) { CorrelationId = id, Why = $"the {words} limit is used up" };
    }

    private EmulatorReply? AdmitSearch(Caller caller, AccountUse account, long now, long perDay)
    {
        if (account.Today >= perDay) return Refusal(LimitPolicy.Daily, caller);
        if (account.Searches.Count(now, 1_000) >= SearchesPerSecond) return Refusal(LimitPolicy.Secondly, caller);
        account.Searches.Add(now);
        if (perDay == long.MaxValue) return null;
        account.Today++;
        Keep(caller.HubId, account);
        return null;
    }

    private void Keep(long hub, AccountUse account) => kept.Keep(new DayCount(hub, account.Day, account.Today, account.AssociationsToday));

    private AccountUse OfAccount(AccountFacts facts, DateTimeOffset at)
    {
        if (!_byAccount.TryGetValue(facts.HubId, out var account)) _byAccount[facts.HubId] = account = new AccountUse();
        var day = facts.Zone.Day(at);
        if (day != account.Day) (account.Day, account.Today, account.AssociationsToday) = (day, 0, 0);
        return account;
    }
}

internal enum LimitPolicy { TenSecondly, Secondly, Daily }
