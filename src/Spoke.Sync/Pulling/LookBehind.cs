using Spoke.HubSpot;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Pulling;

/// <summary>
/// What somebody has set in HubSpot between our look and the arrival of our write. HubSpot takes no write on condition, but it keeps what a property was before:
/// the newest version that is none of ours is what our write met. Costs a call for fifty records.
/// </summary>
internal sealed class LookBehind(HubSpotClient portal, string connection, PortalComparison comparison)
{
    private readonly RequestOptions _inTurn = new() { Caller = connection };

    /// <param name="written">Updates that HubSpot has carried out, and whose outcome is not kept yet: the shadow is still what we had seen before.</param>
    /// <param name="isEdited">Whether people edit the property too.</param>
    /// <returns>How many fields we have written over that had been changed. They are compared as if they had been seen before.</returns>
    /// <exception cref="HubSpotException">The history could not be read; sent again, the same is found.</exception>
    public async Task<int> LookAsync(string @object, IReadOnlyList<PlanItem> written, Func<string, bool> isEdited, CancellationToken cancellationToken)
    {
        List<string> asked = [.. written.SelectMany(item => item.Changes.Keys).Where(isEdited).Distinct(StringComparer.Ordinal)];
        var read = await portal.Objects(@object).BatchReadAsync([.. written.Select(item => (RecordId)item.RecordId!)], new ReadOptions { Properties = asked, PropertiesWithHistory = asked }, _inTurn, cancellationToken).ConfigureAwait(false);
        var met = new List<CrmRecord>();
        var times = new Dictionary<(string Id, string Property), DateTimeOffset>();
        foreach (var (item, outcome) in written.Zip(read))
        {
            if (outcome.Record is not { } record) continue;
            var before = item.Changes.Keys.Where(isEdited).Select(property => (Property: property, Version: Met(item, property, record))).Where(found => found.Version is not null).ToDictionary(found => found.Property, found => found.Version!);
            foreach (var (property, version) in before) times[(record.Id.Value, property)] = version.At;
            if (before.Count > 0) met.Add(record with { Properties = before.ToDictionary(version => version.Key, version => version.Value.Value) });
        }
        return met.Count == 0 ? 0 : await comparison.CompareAsync(@object, met, times, cancellationToken).ConfigureAwait(false);
    }

    // A value that HubSpot was known to have and that was only written once more, in doubt, stands in the history already: what is behind it is of the past.
    private static PropertyVersion? Met(PlanItem item, string property, CrmRecord record)
    {
        var (ours, seen) = (item.Changes[property], item.Shadow.GetValueOrDefault(property));
        if (CanonicalValue.Same(ours, seen)) return null;
        var met = record.History.GetValueOrDefault(property)?.FirstOrDefault(version => !CanonicalValue.Same(version.Value, ours) && !SentProperties.IsOurs(item.Sent, property, version.Value));
        return met is null || CanonicalValue.Same(met.Value, seen) ? null : met;
    }
}
