using System.Text;
using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Tests.Simulation;

/// <summary>What happened in a world, step by step, and what the engine has acknowledged.</summary>
internal sealed class History(SimClock clock)
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();
    private readonly Dictionary<(EntityKind Kind, string Id), (long Version, bool Deleted)> _acknowledged = [];

    /// <summary>The newest version of each thing that the engine said it has.</summary>
    public IReadOnlyDictionary<(EntityKind Kind, string Id), (long Version, bool Deleted)> Newest => _acknowledged;

    public void Say(string line)
    {
        lock (_gate) _text.Append(clock.Now.ToString("HH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture)).Append(' ').Append(line).Append('\n');
    }

    public void Acknowledged(ShopChange change, string how)
    {
        lock (_gate)
        {
            if (_acknowledged.TryGetValue((change.Kind, change.Id), out var known) && (known.Version > change.Version || (known.Version == change.Version && known.Deleted))) return;
            _acknowledged[(change.Kind, change.Id)] = (change.Version, change.Deleted);
        }
        Say($"  {how}: {change}");
    }

    public override string ToString()
    {
        lock (_gate) return _text.ToString();
    }
}
