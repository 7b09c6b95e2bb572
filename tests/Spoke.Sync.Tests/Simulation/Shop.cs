using System.Text;
using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Tests.Simulation;

/// <summary>What the shop says about one change: which thing, which version, and its bytes at that moment; none for a deletion.</summary>
internal sealed record ShopChange(EntityKind Kind, string Id, long Version, bool Deleted, byte[] Body)
{
    public override string ToString() => $"{Kind.Word()} {Id} v{Version}{(Deleted ? " deleted" : "")}";
}

/// <summary>The scripted shop: the truth everything else is held to.</summary>
/// <param name="skew">How far its clock is from everybody else's.</param>
/// <param name="coarse">Its versions are whole seconds, so that two changes may have one version.</param>
internal sealed class Shop(SimClock clock, TimeSpan skew, bool coarse)
{
    private readonly List<ShopItem> _items = [];
    private long _sequence;

    /// <summary>Told of every change as it happens.</summary>
    public event Action<ShopChange>? Changed;

    /// <summary>Keys of writes that were carried out.</summary>
    public HashSet<string> Written { get; } = [];

    /// <summary>What it was asked to write, also what it had already.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Grants of ours over what a customer has denied here.</summary>
    public List<string> Lifted { get; } = [];

    public IReadOnlyList<ShopItem> Items => _items;
    public DateTimeOffset Now => clock.Now + skew;

    /// <summary>How far its clock is from everybody else's.</summary>
    public TimeSpan Skew => skew;
    public int NextNumber => _items.Count + 1;

    public IEnumerable<T> Live<T>() where T : ShopItem => _items.OfType<T>().Where(item => !item.Deleted);

    public ShopItem? Find(EntityKind kind, string id) => _items.Find(item => item.Kind == kind && item.Id == id);

    public ShopChange Add(ShopItem item)
    {
        _items.Add(item);
        return Touch(item);
    }

    public ShopChange Touch(ShopItem item)
    {
        var ms = Now.ToUnixTimeMilliseconds();
        var restored = item.Deleted;
        item.Deleted = false;
        item.Version = coarse && !restored ? Math.Max(item.Version, ms / 1000 * 1000) : Math.Max(item.Version + 1, ms);
        return Say(item);
    }

    public ShopChange Delete(ShopItem item)
    {
        item.Version = Math.Max(item.Version + (coarse ? 0 : 1), coarse ? Now.ToUnixTimeMilliseconds() / 1000 * 1000 : Now.ToUnixTimeMilliseconds());
        item.Deleted = item.WasDeleted = true;
        return Say(item);
    }

    /// <summary>As it is now.</summary>
    public static ShopChange Tell(ShopItem item) => new(item.Kind, item.Id, item.Version, item.Deleted, item.Deleted ? [] : Encoding.UTF8.GetBytes(item.Json().ToJsonString()));

    private ShopChange Say(ShopItem item)
    {
        (item.Sequence, item.ChangedAt) = (++_sequence, Now);
        var change = Tell(item);
        Changed?.Invoke(change);
        return change;
    }
}
