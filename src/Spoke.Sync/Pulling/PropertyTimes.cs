using Spoke.HubSpot;

namespace Spoke.Sync.Pulling;

/// <summary>When values were set in HubSpot. Costs a call for fifty records, so it is asked only where the answer decides.</summary>
internal static class PropertyTimes
{
    public static async Task<Dictionary<(string Id, string Property), DateTimeOffset>> ReadAsync(HubSpotClient portal, string @object, IReadOnlyList<RecordId> ids, IReadOnlyList<string> properties, RequestOptions options, CancellationToken cancellationToken)
    {
        if (ids.Count == 0) return [];
        var read = await portal.Objects(@object).BatchReadAsync(ids, new ReadOptions { Properties = properties, PropertiesWithHistory = properties }, options, cancellationToken).ConfigureAwait(false);
        return read.Where(outcome => outcome.Record is not null)
            .SelectMany(outcome => outcome.Record!.History.Where(history => history.Value.Count > 0).Select(history => (Key: (outcome.Record.Id.Value, history.Key), history.Value[0].At)))
            .DistinctBy(time => time.Key)   // two ids may lead to one record
            .ToDictionary(time => time.Key, time => time.At);
    }
}
