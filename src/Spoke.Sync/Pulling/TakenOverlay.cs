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
    public static async Task SettleAsync(SyncDatabase database, string connection, string @object, FieldPolicies policies, DesiredReader reader, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (rows, ledger, versions) = await database.ReadAsync(db =>
        {
            var touched = TakenStore.OfTouched(db, connection, @object);
            if (touched.Count == 0) return (touched, [], []);
            var keys = touched.Select(t => t.Record_Key).Distinct().ToList();
            return (touched, reader.OwnLedger(db, @object, [.. keys.Select(key => new DirtyRecord(key, key, null, null, null, 0, 0))]), StoreTime.Versions(db, database.Dialect, connection, @object, keys));
        }, cancellationToken).ConfigureAwait(false);
        if (rows.Count == 0) return;
        await database.WriteAsync((db, transaction) =>
        {
            foreach (var taken in rows)
            {
                if (!ledger.TryGetValue(taken.Record_Key, out var wanted)) continue;
                var (store, rule) = (wanted.Properties.GetValueOrDefault(taken.Property), policies.Of(@object, taken.Property));
                // What the store says otherwise may have been said before, and only been heard later.
                var later = rule.Policy == FieldPolicy.Newest && StoreTime.Of(versions.GetValueOrDefault(taken.Record_Key, -1), now) is { } at && DateTimeOffset.FromUnixTimeMilliseconds(taken.At) - at > ThreeWay.Indistinct;
                if (CanonicalValue.Same(store, taken.Value) || !(later || Stands(taken, store, rule)))
                    TakenStore.Remove(db, transaction, connection, @object, taken.Record_Key, taken.Property);
                else if (!CanonicalValue.Same(store, taken.Base))   // HubSpot's stands whatever the store does: written there anew
                    TakenStore.Put(db, transaction, connection, @object, taken with { Base = CanonicalValue.Of(store), State = rule.TwoWay ? TakenState.ToWrite : TakenState.Kept });
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    private static bool Stands(TakenValue taken, string? store, FieldRule rule) => rule.Policy == FieldPolicy.HubSpot || CanonicalValue.Same(store, taken.Base);
}
