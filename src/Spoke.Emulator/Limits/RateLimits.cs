using System.Text;
using Spoke.Emulator.Account;
using Spoke.Emulator.Auth;
using Spoke.Emulator.Http;

namespace Spoke.Emulator.Limits;

/// <summary>The limits, counted as rolling windows at the arrival of a call: bursts by app, searches, associations and the day by account.</summary>
internal sealed class RateLimits(LimitTier tier)
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

    public int PerTenSeconds { get; } = tier is LimitTier.Starter ? 100 : 190;
    public int AssociationsPerTenSeconds { get; } = tier is LimitTier.Starter ? 100 : 150;
    public long PerDay { get; } = tier switch { LimitTier.Starter => 250_000, LimitTier.Pro => 625_000, _ => 1_000_000 };

    public long UsedToday(long hub, DateTimeOffset at)
    {
        lock (_gate) return OfAccount(hub, at).Today;
    }

    /// <summary>Counts the call. A refusal, or null; the state that the answer's headers tell either way, none for searches.</summary>
    public EmulatorReply? Admit(Caller caller, Route route, DateTimeOffset at, out LimitState? state)
    {
        state = null;
        if (tier == LimitTier.Off || route.Unlimited) return null;
        lock (_gate)
        {
            var now = at.ToUnixTimeMilliseconds();
            var account = OfAccount(caller.HubId, at);
            var daily = !caller.IsOAuth;   // apps installed by OAuth have no daily limit
            if (route.IsSearch) return AdmitSearch(caller, account, now, daily);

            if (!_byApp.TryGetValue((caller.HubId, caller.AppId), out var window)) _byApp[(caller.HubId, caller.AppId)] = window = new Window();
            var most = caller.IsOAuth ? PerTenSecondsOAuth : PerTenSeconds;
            var used = window.Count(now, BurstMs);
            if (daily && account.Today >= PerDay) return Refuse(LimitPolicy.Daily, Math.Max(0, most - used), out state);
            if (used >= most) return Refuse(LimitPolicy.TenSecondly, 0, out state);
            if (route.IsAssociation)
            {
                if (account.AssociationsToday >= AssociationsPerDay) return Refuse(LimitPolicy.Daily, most - used, out state);
                if (account.Associations.Count(now, BurstMs) >= AssociationsPerTenSeconds) return Refuse(LimitPolicy.TenSecondly, most - used, out state);
                account.Associations.Add(now);
                account.AssociationsToday++;
            }
            window.Add(now);
            if (daily) account.Today++;
            state = State(most - used - 1);
            return null;

            EmulatorReply Refuse(LimitPolicy policy, int remaining, out LimitState? told)
            {
                told = State(remaining);
                return Refusal(policy, caller);
            }

            LimitState State(int remaining) => new(most, remaining, daily ? PerDay : 0, PerDay - account.Today);
        }
    }

    public void Reset()
    {
        lock (_gate)
        {
            _byApp.Clear();
            _byAccount.Clear();
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

    private EmulatorReply? AdmitSearch(Caller caller, AccountUse account, long now, bool daily)
    {
        if (daily && account.Today >= PerDay) return Refusal(LimitPolicy.Daily, caller);
        if (account.Searches.Count(now, 1_000) >= SearchesPerSecond) return Refusal(LimitPolicy.Secondly, caller);
        account.Searches.Add(now);
        if (daily) account.Today++;
        return null;
    }

    private AccountUse OfAccount(long hub, DateTimeOffset at)
    {
        if (!_byAccount.TryGetValue(hub, out var account)) _byAccount[hub] = account = new AccountUse();
        var day = AccountZone.Day(at);
        if (day != account.Day) (account.Day, account.Today, account.AssociationsToday) = (day, 0, 0);
        return account;
    }
}

internal enum LimitPolicy { TenSecondly, Secondly, Daily }
