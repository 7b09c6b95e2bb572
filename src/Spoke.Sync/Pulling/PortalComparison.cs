using System.Data.Common;
using System.Text.Json;
using Dapper;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Insight;
using Spoke.Sync.Ledger;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pulling;

/// <summary>
/// Compares what HubSpot has with what we last saw or wrote there, field by field. An equal value is our own echo, whoever claims to have written it;
/// another one is a change made in HubSpot, and the field's policy says what becomes of it.
/// </summary>
internal sealed class PortalComparison(SyncDatabase database, HubSpotClient portal, string connection, FieldPolicies policies, DesiredReader reader, TimeProvider time)
{
    private const int Page = 500;
    private readonly RequestOptions _inTurn = new() { Caller = connection };

    private sealed record Linked(string Record_Key, string Source_Id, string Record_Id, string? Shadow, string? Title, string? Sent);

    /// <param name="Ledger">What the store says.</param>
    /// <param name="Wanted">The same with HubSpot's values where these stand already: the store has not moved against those.</param>
    /// <param name="Shared">The same with what other stores of the portal say.</param>
    private sealed record Finding(Linked Row, Sight Seen, Dictionary<string, string> Shadow, DesiredRecord? Ledger, DesiredRecord? Wanted, DesiredRecord? Shared, DateTimeOffset StoreAt);

    /// <summary>What was seen of a record.</summary>
    /// <param name="Met">What our writes have met there, by property, of which only that is said; null: what it has now.</param>
    private sealed record Sight(CrmRecord Record, IReadOnlyDictionary<string, MetValue>? Met)
    {
        public string? this[string property] => Met is null ? Record[property] : Met[property].Value;

        public IEnumerable<string> Of(IReadOnlyList<string> watched) => Met is null ? watched : watched.Where(Met.ContainsKey);
    }

    /// <summary>The properties to ask HubSpot for.</summary>
    public IReadOnlyList<string> Watched(string @object) => policies.Watched(@object);

    /// <returns>How many fields were found changed in HubSpot.</returns>
    /// <exception cref="HubSpotException">The history of a contested value could not be read.</exception>
    public Task<int> CompareAsync(string @object, IReadOnlyList<CrmRecord> seen, CancellationToken cancellationToken) => CompareAsync(@object, [.. seen.Select(record => new Sight(record, null))], cancellationToken);

    /// <summary>The same of what our writes have met: as if it had been seen before them.</summary>
    /// <returns>How many fields were found changed in HubSpot.</returns>
    public Task<int> CompareMetAsync(string @object, IEnumerable<(CrmRecord Record, IReadOnlyDictionary<string, MetValue> Met)> met, CancellationToken cancellationToken) => CompareAsync(@object, [.. met.Select(one => new Sight(one.Record, one.Met))], cancellationToken);

    private async Task<int> CompareAsync(string @object, IReadOnlyList<Sight> seen, CancellationToken cancellationToken)
    {
        var watched = policies.Watched(@object);
        if (watched.Count == 0) return 0;
        var changed = 0;
        foreach (var page in seen.Chunk(Page))
        {
            var findings = await database.ReadAsync(db => Find(db, @object, page, watched), cancellationToken).ConfigureAwait(false);
            if (findings.Count == 0) continue;
            var times = await TimesAsync(@object, findings, watched, cancellationToken).ConfigureAwait(false);
            changed += await database.WriteAsync((db, transaction) => findings.Sum(finding => Keep(db, transaction, @object, finding, watched, times)), cancellationToken).ConfigureAwait(false);
        }
        return changed;
    }

    private List<Finding> Find(DbConnection db, string @object, Sight[] seen, IReadOnlyList<string> watched)
    {
        var ids = seen.Select(sight => sight.Record.Id.Value).ToList();
        var rows = db.Query<Linked>($"select record_key, source_id, record_id, shadow, title, sent from record where connection = @connection and object = @object and state <> 3 and shadow is not null and record_id {database.Dialect.Among("ids")}", new { connection, @object, ids })
            .ToLookup(row => row.Record_Id);
        var siblings = Siblings.Sent(db, database.Dialect, connection, @object, ids);
        var different = new List<(Linked Row, Sight Seen, Dictionary<string, string> Shadow)>();
        foreach (var sight in seen)
            foreach (var row in rows[sight.Record.Id.Value])
            {
                var shadow = JsonSerializer.Deserialize(row.Shadow!, LedgerJson.Default.DictionaryStringString)!;
                // Sent by us, or for another store of the portal, and not heard of: it was written over the shadow, by nobody else.
                foreach (var sent in siblings[row.Record_Id].Append(row.Sent).OfType<string>())
                    foreach (var property in sight.Of(watched).Where(property => SentProperties.IsOurs(sent, property, sight[property]))) shadow[property] = sight[property] ?? "";
                if (sight.Of(watched).Any(property => !CanonicalValue.Same(sight[property], shadow.GetValueOrDefault(property)))) different.Add((row, sight, shadow));
            }
        if (different.Count == 0) return [];
        List<DirtyRecord> looked = [.. different.Select(d => new DirtyRecord(d.Row.Record_Key, d.Row.Source_Id, d.Row.Record_Id, null, d.Row.Title, 0, 0))];
        var (ledger, wanted, shared) = reader.Sides(db, @object, looked);
        var keys = different.Select(d => d.Row.Record_Key).ToList();
        var versions = StoreTime.Versions(db, database.Dialect, connection, @object, keys);
        var now = time.GetUtcNow();
        return [.. different.Select(d => new Finding(d.Row, d.Seen, d.Shadow, ledger.GetValueOrDefault(d.Row.Record_Key), wanted.GetValueOrDefault(d.Row.Record_Key), shared.GetValueOrDefault(d.Row.Record_Key), StoreTime.Of(versions.GetValueOrDefault(d.Row.Record_Key, -1), now) ?? now))];
    }

    /// <summary>When contested values were set in HubSpot; asked only where the answer decides.</summary>
    private async Task<Dictionary<(string Id, string Property), DateTimeOffset>> TimesAsync(string @object, List<Finding> findings, IReadOnlyList<string> watched, CancellationToken cancellationToken)
    {
        var contested = findings.Where(finding => finding.Seen.Met is null && watched.Any(property => Judged(finding, property, (shadow, store, seen) => ThreeWay.NeedsTime(shadow, store, seen, policies.Of(@object, property))))).Select(f => f.Seen.Record.Id).ToList();
        return await PropertyTimes.ReadAsync(portal, @object, contested, watched, _inTurn, cancellationToken).ConfigureAwait(false);
    }

    private int Keep(DbConnection db, DbTransaction transaction, string @object, Finding finding, IReadOnlyList<string> watched, Dictionary<(string, string), DateTimeOffset> times)
    {
        var (row, seen, shadow, _, _, _, storeAt) = finding;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var (changes, touch) = (0, false);
        foreach (var property in seen.Of(watched))
        {
            var (rule, met) = (policies.Of(@object, property), seen.Met?[property]);
            DateTimeOffset? portalAt = met is not null ? met.At : times.TryGetValue((seen.Record.Id.Value, property), out var at) ? at : null;
            var (store, portal) = (finding.Ledger?.Properties.GetValueOrDefault(property), seen[property]?.Trim() ?? "");
            var verdict = Judged(finding, property, (before, ours, theirs) => ThreeWay.Decide(before, ours, theirs, rule, storeAt, portalAt));
            if (verdict.Move == FieldMove.Nothing) continue;
            changes++;
            var value = CanonicalValue.Same(verdict.Value, portal) ? portal : verdict.Value;
            if (verdict.Conflict || verdict.Move is FieldMove.Take or FieldMove.Overrule)
                AuditTrail.Add(db, transaction, now, connection, @object, row.Record_Key, verdict.Conflict ? AuditTrail.Conflict : AuditTrail.Edit, property, store, portal, Decision.Note(rule, verdict.Move, value));
            if (verdict.Move is FieldMove.Take or FieldMove.Keep)
                TakenStore.Put(db, transaction, connection, @object, new TakenValue(row.Record_Key, property, value, CanonicalValue.Of(store), (portalAt ?? seen.Record.UpdatedAt).ToUnixTimeMilliseconds(), verdict.Move == FieldMove.Take ? TakenState.ToWrite : TakenState.Kept, 0));
            else TakenStore.Remove(db, transaction, connection, @object, row.Record_Key, property);
            // The shadow is what HubSpot has; what should be there instead is planned from the difference.
            var there = met is not null ? met.Written : portal.Length > 0 && verdict.Move == FieldMove.Agreed && store is not null ? store : portal;
            if (string.IsNullOrEmpty(there)) shadow.Remove(property);
            else shadow[property] = there;
            touch |= verdict.Move != FieldMove.Agreed;
        }
        if (changes == 0) return 0;
        db.Execute($"update record set shadow = @shadow{(touch ? ", state = case when state = 0 then 1 else state end, generation = generation + 1, due_at = 0" : "")} where connection = @connection and object = @object and record_key = @Record_Key",
            new { shadow = JsonSerializer.Serialize(shadow, LedgerJson.Default.DictionaryStringString), connection, @object, row.Record_Key }, transaction);
        return changes;
    }

    private static T Judged<T>(Finding finding, string property, Func<string, string, string, T> judge)
    {
        var shadow = CanonicalValue.Of(finding.Shadow.GetValueOrDefault(property));
        // What HubSpot was given last may be another store's word; as long as nothing newer waits to be written, this store has not moved against it.
        var settled = CanonicalValue.Of(finding.Shared?.Properties.GetValueOrDefault(property)) == shadow;
        return judge(shadow, settled ? shadow : CanonicalValue.Of(finding.Wanted?.Properties.GetValueOrDefault(property)), CanonicalValue.Of(finding.Seen[property]));
    }
}
