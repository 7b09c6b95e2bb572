namespace Spoke.Sync.Tests.Simulation;

/// <summary>A record of ours that somebody has put into HubSpot's recycle bin.</summary>
/// <param name="Key">Its key, as HubSpot had it at that moment.</param>
internal sealed record Binned(string Object, string Id, string Key);

/// <summary>The people who tidy up in HubSpot: they archive what we wrote there, and take one or the other out of the bin again.</summary>
internal sealed class PortalBin(Dice dice, History history, PortalDesk desk, PortalNews news)
{
    private static readonly string[] Objects = ["contacts", "orders", "orders", "line_items", "line_items", "products", "products", "carts"];
    private readonly double _busy = dice.Chance(0.4) ? dice.From(1, 4) / 20d : 0;
    private readonly List<Binned> _bin = [];
    private readonly HashSet<(string, string)> _ours = [];

    /// <summary>What lies in the bin now.</summary>
    public IReadOnlyList<Binned> Now => _bin;

    /// <summary>All that ever lay in it.</summary>
    public List<Binned> Ever { get; } = [];

    /// <param name="linked">Ids by object that the engine knows of: what is archived between a creation whose answer was lost and its repetition is made again.</param>
    /// <param name="sold">Whether the shop still has what a key stands for: nobody takes out of the bin what the shop itself has taken away.</param>
    public async Task TidyAsync(Func<string, Task<List<string>>> linked, Func<string, bool> sold)
    {
        if (!dice.Chance(_busy)) return;
        if (_bin.Count > 0 && dice.Chance(0.3)) await RestoreAsync(dice.Pick(_bin), sold);
        else if (dice.Pick(Objects) is var @object && await linked(@object) is { Count: > 0 } known) await ArchiveAsync(@object, dice.Pick(known));
    }

    /// <summary>The engine has archived records by itself, and HubSpot says so to everybody who listens.</summary>
    public void Ours(string @object, IEnumerable<string> ids)
    {
        foreach (var id in ids.Where(id => !_bin.Exists(binned => binned.Object == @object && binned.Id == id) && _ours.Add((@object, id)))) news.Send("deletion", @object, id);
    }

    private async Task ArchiveAsync(string @object, string id)
    {
        if (await desk.SendAsync(HttpMethod.Get, $"/crm/v3/objects/{@object}/{id}?properties=spoke_key") is not { } record) return;
        id = record.GetProperty("id").GetString()!;   // it may have gone into another one
        if (record.GetProperty("properties").GetProperty("spoke_key").GetString() is not { } key) return;
        if (await desk.SendAsync(HttpMethod.Delete, $"/crm/v3/objects/{@object}/{id}") is null) return;
        var binned = new Binned(@object, id, key);
        _bin.Add(binned);
        Ever.Add(binned);
        history.Say($"  HubSpot: {@object} {id} ({key}) archived");
        news.Send("deletion", @object, id);
    }

    private async Task RestoreAsync(Binned binned, Func<string, bool> sold)
    {
        if (!sold(binned.Key) || !await desk.RestoreAsync(binned.Object, binned.Id)) return;
        _bin.Remove(binned);
        history.Say($"  HubSpot: {binned.Object} {binned.Id} ({binned.Key}) restored");
        news.Send("restore", binned.Object, binned.Id);
    }
}
