using Spoke.HubSpot;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Pulling;

/// <summary>A value that one of our writes has met.</summary>
/// <param name="At">When it was set.</param>
/// <param name="Written">What we wrote over it, and what is there now.</param>
internal sealed record MetValue(string? Value, DateTimeOffset At, string? Written);

/// <summary>
/// What somebody has set in HubSpot between our look and the arrival of our write. HubSpot takes no write on condition, but it keeps what a property was before:
/// the newest version that is none of ours is what our write met. Costs a call for fifty records.
/// </summary>
/// <param name="changedAt">When a record that was looked at before the write had last changed, by HubSpot's clock; null: it was not looked at.</param>
internal sealed class LookBehind(HubSpotClient portal, string connection, PortalComparison comparison, GivenLook given, Func<string, DateTimeOffset?> changedAt)
{
    private readonly RequestOptions _inTurn = new() { Caller = connection };

    /// <param name="written">Updates that HubSpot has carried out, and whose outcome is not kept yet: the shadow is still what we had seen before.</param>
    /// <param name="isEdited">Whether people edit the property too.</param>
    /// <returns>How many fields we have written over that had been changed. They are compared as if they had been seen before.</returns>
    /// <exception cref="HubSpotException">The history could not be read; sent again, the same is found.</exception>
    public async Task<int> LookAsync(string @object, IReadOnlyList<PlanItem> written, Func<string, bool> isEdited, CancellationToken cancellationToken)
    {
        var edited = written.Where(item => item.Changes.Keys.Any(isEdited)).ToList();
        List<string> asked = [.. edited.SelectMany(item => item.Changes.Keys).Where(isEdited).Distinct(StringComparer.Ordinal)];
        if (edited.Count == 0) return 0;
        var read = await portal.Objects(@object).BatchReadAsync([.. edited.Select(item => (RecordId)item.RecordId!)], new ReadOptions { Properties = asked, PropertiesWithHistory = asked }, _inTurn, cancellationToken).ConfigureAwait(false);
        // One that was merged meanwhile leads to another record, with a history of its own.
        var met = edited.Zip(read, (item, outcome) => (Item: item, outcome.Record)).Where(one => one.Record is { } record && record.Id.Value == one.Item.RecordId)
            .Select(one => (Record: one.Record!, Met: Met(one.Item, one.Record!, isEdited))).Where(one => one.Met.Count > 0).ToList();
        return await comparison.CompareMetAsync(@object, met, cancellationToken).ConfigureAwait(false)
            + await given.SawAsync(@object, [.. met.Select(one => one.Record with { Properties = one.Met.ToDictionary(value => value.Key, value => value.Value.Value, StringComparer.Ordinal) })], cancellationToken).ConfigureAwait(false);
    }

    private IReadOnlyDictionary<string, MetValue> Met(PlanItem item, CrmRecord record, Func<string, bool> isEdited) =>
        item.Changes.Where(change => isEdited(change.Key)).Select(change => (Property: change.Key, Written: change.Value, Version: Met(item, change.Key, record.History.GetValueOrDefault(change.Key) ?? [])))
            .Where(found => found.Version is not null).ToDictionary(found => found.Property, found => new MetValue(found.Version!.Value, found.Version.At, found.Written), StringComparer.Ordinal);

    private PropertyVersion? Met(PlanItem item, string property, IReadOnlyList<PropertyVersion> history)
    {
        var (ours, seen, looked) = (item.Changes[property], item.Shadow.GetValueOrDefault(property), changedAt(item.RecordId!));
        bool IsAfterLook(PropertyVersion version) => version.At > looked;
        bool IsOurs(PropertyVersion version) => CanonicalValue.Same(version.Value, ours);
        bool IsNoted(PropertyVersion version) => SentProperties.IsOurs(item.Sent, property, version.Value);
        bool IsSeen(PropertyVersion version) => CanonicalValue.Same(version.Value, seen);
        // What was set after ours, or what HubSpot has made of ours, the next look finds.
        if (history.Count == 0 || !IsOurs(history[0])) return null;
        var before = 1;
        if (CanonicalValue.Same(ours, seen))
        {
            // Written once more in doubt: if nothing else of ours came between, what stands before it is of the past, unless it was set after our look.
            while (before < history.Count && IsOurs(history[before])) before++;
            if (before == history.Count) return null;
            if (!IsNoted(history[before])) return IsAfterLook(history[before]) ? history[before] : null;
            while (before < history.Count && IsNoted(history[before])) before++;
        }
        else while (before < history.Count && (IsOurs(history[before]) || IsNoted(history[before]))) before++;
        if (before == history.Count || IsSeen(history[before])) return null;
        // Set after we looked: what we saw then is behind it. Of a merged record, or of a long history, that cannot always be said.
        return IsAfterLook(history[before]) || string.IsNullOrEmpty(seen) || history.Skip(before + 1).Any(IsSeen) ? history[before] : null;
    }
}
