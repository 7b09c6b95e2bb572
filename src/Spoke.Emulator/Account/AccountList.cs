using System.Collections.Concurrent;
using Spoke.Emulator.Auth;

namespace Spoke.Emulator.Account;

/// <summary>The portals there are: two from the start, and those that were made. An id is given once only.</summary>
internal sealed class AccountList
{
    private readonly LimitTier _tier;
    private volatile ConcurrentDictionary<long, AccountFacts> _facts = new();
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

    public void Put(AccountFacts facts) => _facts[facts.HubId] = WithTier(facts);

    public bool Remove(long hub) => _facts.TryRemove(hub, out _);

    /// <summary>The two of the start, and these. Whoever asks meanwhile sees all of before or all of after.</summary>
    public void Reset(params IEnumerable<AccountFacts> others)
    {
        var facts = new ConcurrentDictionary<long, AccountFacts>();
        foreach (var one in (AccountFacts[])[Fresh(TokenStore.DefaultHub), Fresh(TokenStore.OtherHub), .. others]) facts[one.HubId] = WithTier(one);
        _facts = facts;
    }

    private AccountFacts WithTier(AccountFacts facts) => facts with { Tier = facts.OwnTier ?? _tier };
}
