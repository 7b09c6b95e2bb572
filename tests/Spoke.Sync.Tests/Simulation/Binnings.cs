namespace Spoke.Sync.Tests.Simulation;

/// <summary>What lies in HubSpot's bin at the end, as a check needs it: it is not made again, and nothing hangs on it.</summary>
internal sealed class Binnings
{
    private readonly HashSet<(string, string)> _keys;

    public Binnings(IReadOnlyList<Binned> bin, Truth truth)
    {
        _keys = [.. bin.Select(binned => (binned.Object, binned.Key))];
        var owners = bin.Where(binned => binned.Object == "contacts").Select(binned => truth.Owners(binned.Key)).Select(some => some.SelectMany(address => truth.People.TryGetValue(address, out var person) ? person.Addresses : [address]).Distinct().ToList()).ToList();
        People = owners.Where(some => some.Count == 1).Select(some => some[0]).ToHashSet();
        Perhaps = owners.SelectMany(some => some).ToHashSet();
    }

    /// <summary>Addresses of people whose contact lies there.</summary>
    public IReadOnlySet<string> People { get; }

    /// <summary>These, and those of whom it depends on when the engine looked.</summary>
    public IReadOnlySet<string> Perhaps { get; }

    public bool Has(string @object, string key) => _keys.Contains((@object, key));
}
