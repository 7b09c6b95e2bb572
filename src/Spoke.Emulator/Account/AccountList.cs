using System.Collections.Concurrent;
using Spoke.Emulator.Auth;

namespace Spoke.Emulator.Account;

/// <summary>The portals there are: two from the start, and those that were made. An id is given once only.</summary>
internal sealed class AccountList
{
    private readonly LimitTier _tier;
    private readonly ConcurrentDictionary<long, AccountFacts> _facts = new();
    private long _lastHub = TokenStore.OtherHub;

    public AccountList(LimitTier tier)
    {
        _tier = tier;
        Reset();
    }

    public IReadOnlyList<AccountFacts> All => [.. _facts.Values.OrderBy(facts => facts.HubId)];

    /// <summary>The id given last.</summary>
    public long LastHub
    {
        get => Interlocked.Read(ref _lastHub);
        set => Interlocked.Exchange(ref _lastHub, Math.Max(value, TokenStore.OtherHub));
    }

    public static bool IsBuiltIn(long hub) => hub is TokenStore.DefaultHub or TokenStore.OtherHub;

    public AccountFacts? Find(long hub) => _facts.GetValueOrDefault(hub);

    public AccountFacts Fresh(long hub) => new(hub) { Name = $"Portal {hub}" };

    public long NextHub() => Interlocked.Increment(ref _lastHub);

    public void Put(AccountFacts facts) => _facts[facts.HubId] = facts with { Tier = facts.OwnTier ?? _tier };

    public bool Remove(long hub) => _facts.TryRemove(hub, out _);

    public void Reset()
    {
        _facts.Clear();
        Put(Fresh(TokenStore.DefaultHub));
        Put(Fresh(TokenStore.OtherHub));
    }
}
