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
    public static async Task SettleAsync(SyncDatabase database, string connection, string @object, FieldPolicies policies, DesiredReader reader, CancellationToken cancellationToken)
    {
        var (rows, ledger) = await database.ReadAsync(db =>
        {
            var touched = TakenStore.OfTouched(db, connection, @object);
            return (touched, touched.Count == 0 ? [] : reader.OwnLedger(db, @object, [.. touched.Select(t => t.Record_Key).Distinct().Select(key => new DirtyRecord(key, key, null, null, null, 0, 0))]));
        }, cancellationToken).ConfigureAwait(false);
        if (rows.Count == 0) return;
        await database.WriteAsync((db, transaction) =>
        {
            foreach (var taken in rows)
            {
                if (!ledger.TryGetValue(taken.Record_Key, out var wanted)) continue;
                var store = wanted.Properties.GetValueOrDefault(taken.Property);
                if (CanonicalValue.Same(store, taken.Value) || !Stands(taken, store, policies.Of(@object, taken.Property)))
                    TakenStore.Remove(db, transaction, connection, @object, taken.Record_Key, taken.Property);
                else if (!CanonicalValue.Same(store, taken.Base))   // HubSpot's stands whatever the store does: written there anew
                    TakenStore.Put(db, transaction, connection, @object, taken with { Base = CanonicalValue.Of(store), State = taken.State == TakenState.Kept ? TakenState.Kept : TakenState.ToWrite });
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    private static bool Stands(TakenValue taken, string? store, FieldRule rule) => rule.Policy == FieldPolicy.HubSpot || CanonicalValue.Same(store, taken.Base);
}
