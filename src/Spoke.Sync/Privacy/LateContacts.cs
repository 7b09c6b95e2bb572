using System.Data.Common;
using Dapper;
using Spoke.Sync.Connections;
using Spoke.Sync.Planning;
using Spoke.Sync.Pushing;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Privacy;

/// <summary>Contacts that were on their way to HubSpot when another process erased the person: the erasure could not know of them.</summary>
internal static class LateContacts
{
    /// <summary>Has those among the outcomes erased by the next pass. Their records are gone, or they would be nobody's.</summary>
    public static void Keep(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, IReadOnlyList<string> siblings, IReadOnlyList<PushOutcome> outcomes, long now)
    {
        var made = outcomes.Where(outcome => outcome is { Result: PushResult.Written, RecordId: not null, Item: { Object: RecordObjects.Contacts, Action: PlanAction.Create } }).ToDictionary(outcome => outcome.Item.Key, outcome => outcome.RecordId!, StringComparer.Ordinal);
        if (made.Count == 0) return;
        foreach (var key in db.Query<string>($"select record_key from record where connection = @connection and object = 'contacts' and record_key {dialect.Among("keys")}", new { connection, keys = made.Keys.ToList() }, transaction)) made.Remove(key);
        if (made.Count == 0 || Tombstones.Of(db, transaction, connection) is not { } tombstones) return;
        var shared = siblings.Count == 0 ? [] : SharedContacts.Of(db, transaction, dialect, siblings, [.. made.Values]);
        foreach (var (key, contact) in made)
            if (tombstones.IsOf(db, transaction, key) && !shared.Contains(contact)) PrivacyStore.EraseLate(db, transaction, connection, contact, now);
    }
}
