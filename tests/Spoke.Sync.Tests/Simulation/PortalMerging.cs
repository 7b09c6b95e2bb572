namespace Spoke.Sync.Tests.Simulation;

/// <summary>Contacts that people have merged into one.</summary>
/// <param name="Id">The record that stayed.</param>
/// <param name="Ids">All records that are it now, itself among them.</param>
/// <param name="Keys">The keys of those that were ours.</param>
/// <param name="Addresses">The addresses they had between them when they were merged.</param>
internal sealed record MergedContacts(string Id, IReadOnlySet<string> Ids, IReadOnlySet<string> Keys, IReadOnlySet<string> Addresses);

/// <summary>The people who merge contacts in HubSpot: two of ours, or one of ours with one that somebody has made there by hand, either way round.</summary>
internal sealed class PortalMerging(Dice dice, History history, PortalDesk desk, PortalNews news)
{
    private readonly double _busy = dice.Chance(0.35) ? dice.From(1, 4) / 25d : 0;
    private int _strangers;

    /// <summary>Whether an account keeps the id of the one that is merged into; else the two become a new record.</summary>
    public bool KeepsId { get; } = dice.Chance(0.4);

    public List<MergedContacts> Now { get; } = [];

    /// <summary>A contact that is none of ours.</summary>
    public static bool IsStranger(Spoke.HubSpot.CrmRecord record) => record["spoke_key"] is null && record["email"]?.EndsWith("@example.org", StringComparison.Ordinal) == true;

    public bool Has(string id) => Now.Exists(merged => merged.Ids.Contains(id));

    /// <param name="linked">Contacts that the engine knows of.</param>
    public async Task MergeAsync(Func<string, Task<List<string>>> linked)
    {
        if (!dice.Chance(_busy) || await linked("contacts") is not { Count: > 0 } known) return;
        var (one, roll) = (dice.Pick(known), dice.From(1, 4));
        var other = roll <= 2 ? dice.Pick(known) : await StrangerAsync();
        if (other is null || await LookAsync(one) is not { } first || await LookAsync(other) is not { } second || first.Id == second.Id) return;
        var (primary, gone) = roll == 3 ? (second, first) : (first, second);
        if (await desk.SendAsync(HttpMethod.Post, "/crm/v3/objects/contacts/merge", new { primaryObjectId = primary.Id, objectIdToMerge = gone.Id }) is not { } stayed) return;
        var id = stayed.GetProperty("id").GetString()!;
        var before = Now.Where(merged => merged.Id == primary.Id || merged.Id == gone.Id).ToList();
        Now.RemoveAll(before.Contains);
        Now.Add(new MergedContacts(id, before.SelectMany(merged => merged.Ids).Concat([id, primary.Id, gone.Id]).ToHashSet(), before.SelectMany(merged => merged.Keys).Concat(new[] { primary.Key, gone.Key }.OfType<string>()).ToHashSet(),
            before.SelectMany(merged => merged.Addresses).Concat(primary.Addresses).Concat(gone.Addresses).ToHashSet()));
        history.Say($"  HubSpot: contacts {primary.Id} ({primary.Key ?? "a stranger"}) and {gone.Id} ({gone.Key ?? "a stranger"}) merged into {id}");
        news.SendMerge(primary.Id, gone.Id, id);
    }

    private async Task<(string Id, string? Key, string[] Addresses)?> LookAsync(string id)
    {
        if (await desk.SendAsync(HttpMethod.Get, $"/crm/v3/objects/contacts/{id}?properties=spoke_key,email,hs_additional_emails") is not { } record) return null;
        var properties = record.GetProperty("properties");
        string? Value(string name) => properties.TryGetProperty(name, out var value) ? value.GetString() : null;
        return (record.GetProperty("id").GetString()!, Value("spoke_key"), $"{Value("email")};{Value("hs_additional_emails")}".Split(';', StringSplitOptions.RemoveEmptyEntries));
    }

    private async Task<string?> StrangerAsync()
    {
        var number = ++_strangers;
        return await desk.SendAsync(HttpMethod.Post, "/crm/v3/objects/contacts", new { properties = new { email = $"stranger{number}@example.org", firstname = $"Stranger {number}" } }) is { } made ? made.GetProperty("id").GetString() : null;
    }
}
