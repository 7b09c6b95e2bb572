using Dapper;
using Spoke.HubSpot;
using Spoke.Sync.Connections;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pulling;

/// <summary>Lays values taken over from HubSpot over what the ledger says, and takes them off again once they have done their service.</summary>
internal static class TakenOverlay
{
    /// <summary>The records as they should be, with HubSpot's values where these stand.</summary>
    /// <param name="own">What the connection's own store says.</param>
    public static Dictionary<string, DesiredRecord> Apply(Dictionary<string, DesiredRecord> ledger, Dictionary<string, DesiredRecord> own, ILookup<string, TakenValue> taken, Func<string, FieldRule> rule)
    {
        var records = new Dictionary<string, DesiredRecord>(ledger, ledger.Comparer);
        foreach (var group in taken)
        {
            var properties = new Dictionary<string, string>(ledger[group.Key].Properties, StringComparer.Ordinal);
            foreach (var value in group.Where(value => Stands(value, own.GetValueOrDefault(group.Key)?.Properties.GetValueOrDefault(value.Property), rule(value.Property))))
            {
                if (value.Value.Length > 0) properties[value.Property] = value.Value;
                else properties.Remove(value.Property);
            }
            records[group.Key] = ledger[group.Key] with { Properties = properties };
        }
        return records;
    }

    /// <summary>Of records that have been touched: what the store says now itself, or has overtaken, is done with.</summary>
    /// <exception cref="HubSpotException">It could not be read when a value that the store has set to another was set in HubSpot.</exception>
    public static async Task SettleAsync(SyncDatabase database, Connection connection, string @object, DesiredReader reader, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (name, policies) = (connection.Name, connection.Policies);
        var (rows, ledger, versions) = await database.ReadAsync(db =>
        {
            var touched = TakenStore.OfTouched(db, name, @object);
            if (touched.Count == 0) return (touched, [], []);
            var keys = touched.Select(t => t.Record_Key).Distinct().ToList();
            return (touched, reader.OwnLedger(db, @object, [.. keys.Select(key => new DirtyRecord(key, key, null, null, null, 0, 0))]), StoreTime.Versions(db, database.Dialect, name, @object, keys));
        }, cancellationToken).ConfigureAwait(false);
        if (rows.Count == 0) return;
        bool Later(TakenValue taken, DateTimeOffset at) => policies.Of(@object, taken.Property).Policy == FieldPolicy.Newest
            && StoreTime.Of(versions.GetValueOrDefault(taken.Record_Key, -1), now) is { } store && at - store > ThreeWay.Indistinct;
        // From the version in which it took the value on the store speaks for itself, unless it has no say.
        bool Spoken(TakenValue taken) => taken is { State: TakenState.Written, Version: { } version } && policies.Of(@object, taken.Property).Policy != FieldPolicy.HubSpot && versions.GetValueOrDefault(taken.Record_Key, -1) >= version;
        // It was noted when the record was last changed, and that may have been something else of it.
        var doubtful = rows.Where(taken => !Spoken(taken) && ledger.TryGetValue(taken.Record_Key, out var wanted) && wanted.Properties.GetValueOrDefault(taken.Property) is var store
            && !CanonicalValue.Same(store, taken.Value) && !Stands(taken, store, policies.Of(@object, taken.Property)) && Later(taken, taken.SetAt)).ToList();
        var times = await TimesAsync(database, connection, @object, doubtful, cancellationToken).ConfigureAwait(false);
        await database.WriteAsync((db, transaction) =>
        {
            foreach (var taken in rows)
            {
                if (!ledger.TryGetValue(taken.Record_Key, out var wanted)) continue;
                var (store, rule) = (wanted.Properties.GetValueOrDefault(taken.Property), policies.Of(@object, taken.Property));
                // What the store says otherwise may have been said before, and only been heard later.
                var later = times.TryGetValue((taken.Record_Key, taken.Property), out var at) && Later(taken, at);
                if (Spoken(taken) || CanonicalValue.Same(store, taken.Value) || !(later || Stands(taken, store, rule)))
                    TakenStore.Remove(db, transaction, name, @object, taken.Record_Key, taken.Property);
                else if (!CanonicalValue.Same(store, taken.Base))   // HubSpot's stands whatever the store does: written there anew
                    TakenStore.Put(db, transaction, name, @object, taken with { Base = CanonicalValue.Of(store), State = rule.TwoWay ? TakenState.ToWrite : TakenState.Kept });
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Dictionary<(string Key, string Property), DateTimeOffset>> TimesAsync(SyncDatabase database, Connection connection, string @object, List<TakenValue> values, CancellationToken cancellationToken)
    {
        if (values.Count == 0) return [];
        var keys = values.Select(value => value.Record_Key).Distinct().ToList();
        var ids = await database.ReadAsync(db => db.Query<(string Key, string Id)>($"select record_key, record_id from record where connection = @Name and object = @object and record_id is not null and record_key {database.Dialect.Among("keys")}", new { connection.Name, @object, keys })
            .ToDictionary(row => row.Key, row => row.Id, StringComparer.Ordinal), cancellationToken).ConfigureAwait(false);
        var times = await PropertyTimes.ReadAsync(connection.Portal, @object, [.. ids.Values.Distinct().Select(id => (RecordId)id)], [.. values.Select(value => value.Property).Distinct()], new RequestOptions { Caller = connection.Name }, cancellationToken).ConfigureAwait(false);
        return values.Where(value => ids.TryGetValue(value.Record_Key, out var id) && times.ContainsKey((id, value.Property))).ToDictionary(value => (value.Record_Key, value.Property), value => times[(ids[value.Record_Key], value.Property)]);
    }

    private static bool Stands(TakenValue taken, string? store, FieldRule rule) => rule.Policy == FieldPolicy.HubSpot || CanonicalValue.Same(store, taken.Base)
        || (taken.Ours is { } ours && CanonicalValue.Same(store, ours));   // our own echo is no word of the store's
}
