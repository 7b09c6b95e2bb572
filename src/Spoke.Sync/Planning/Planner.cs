using System.Data.Common;
using System.Text.Json;
using Dapper;
using Spoke.Sync.Connections;
using Spoke.Sync.Ledger;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Planning;

/// <summary>Reads dirty records with what the ledger says of them, and says what is to be done.</summary>
internal sealed class Planner(SyncDatabase database, string connection, DesiredReader reader, TimeProvider time)
{
    /// <summary>The next records of one object that are due, planned.</summary>
    /// <param name="after">Only those that come after this one; null: from the first.</param>
    public Task<IReadOnlyList<PlanItem>> NextAsync(string @object, int limit, PlanItem? after, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var behind = after is null ? "" : " and (due_at, record_key) > (@DueAt, @Key)";
        return database.ReadAsync(db => Planned(db, @object, db.Query<DirtyRecord>(
            $"select {DirtyRecord.Columns} from record where connection = @connection and object = @object and state = 1 and due_at <= @now{behind} order by due_at, record_key limit @limit", new { connection, @object, now, limit, DueAt = after?.DueAt, Key = after?.Key }).AsList()), cancellationToken);
    }

    /// <summary>Records of one object that go ahead of all others, planned. With a plus the state is no way into an index: all that waits would be walked for a few.</summary>
    public Task<IReadOnlyList<PlanItem>> UrgentAsync(string @object, int limit, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return database.ReadAsync(db => Planned(db, @object, db.Query<DirtyRecord>(
            $"select {DirtyRecord.Columns} from record where connection = @connection and object = @object and urgent = 1 and +state = 1 and record_id is not null and due_at <= @now order by due_at, record_key limit @limit", new { connection, @object, now, limit }).AsList()), cancellationToken);
    }

    /// <summary>All records of one object that are dirty, due or not, planned; a page in the order of their keys.</summary>
    public Task<IReadOnlyList<PlanItem>> AllAsync(string @object, string? after, int limit, CancellationToken cancellationToken) => database.ReadAsync(db => Planned(db, @object, db.Query<DirtyRecord>(
        $"select {DirtyRecord.Columns} from record where connection = @connection and object = @object and state = 1 and record_key > @after order by record_key limit @limit", new { connection, @object, after = after ?? "", limit }).AsList()), cancellationToken);

    /// <summary>Those of some records that are dirty, planned.</summary>
    public Task<IReadOnlyList<PlanItem>> OfAsync(string @object, IReadOnlyList<string> keys, CancellationToken cancellationToken) => database.ReadAsync(db => Planned(db, @object, db.Query<DirtyRecord>(
        $"select {DirtyRecord.Columns} from record where connection = @connection and object = @object and state = 1 and record_key {database.Dialect.Among("keys")}", new { connection, @object, keys }).AsList()), cancellationToken);

    private IReadOnlyList<PlanItem> Planned(DbConnection db, string @object, List<DirtyRecord> rows)
    {
        if (rows.Count == 0) return [];
        var wanted = reader.Read(db, @object, rows);
        var siblings = Siblings.Of(db, null, connection);
        return HeldValues.Avoid(db, connection, @object, [.. rows.Select(row => Plan(@object, row, wanted.GetValueOrDefault(row.Record_Key), siblings))]);
    }

    /// <summary>What is to be done to one record. Pure.</summary>
    /// <param name="siblings">Other connections of the portal, which may have made the record.</param>
    public static PlanItem Plan(string @object, DirtyRecord row, DesiredRecord? wanted, IReadOnlyList<string>? siblings = null)
    {
        // Wanted again before we heard whether it was taken away: if it was not, it is found by its key.
        if (wanted is not null && row.Sent == SentProperties.Removal) row = row with { Record_Id = null, Shadow = null };
        var shadow = row.Shadow is null ? [] : JsonSerializer.Deserialize(row.Shadow, LedgerJson.Default.DictionaryStringString)!;
        var item = new PlanItem(@object, row.Record_Key, row.Generation, PlanAction.Unchanged) { RecordId = row.Record_Id, Attempts = (int)row.Attempts, DueAt = row.Due_At, Sent = row.Sent, Shadow = shadow, ShadowHash = PlanLine.Hash(row.Shadow), Because = row.Because, Turn = row.Turn };
        // A person's record is not ours to archive.
        if (wanted is null && @object == RecordObjects.Contacts && row.Record_Id is not null) wanted = DesiredState.Emptied(row.Record_Key, row.Title ?? row.Record_Key, shadow);
        // Nor is a company: people work with the record.
        if (wanted is null && @object == RecordObjects.Companies && row.Record_Id is not null) wanted = new DesiredRecord(SpokeKey.Property, row.Record_Key, row.Title ?? row.Record_Key, shadow);
        if (wanted is null) return item with { Action = row.Record_Id is null ? PlanAction.Forget : PlanAction.Archive };
        if (siblings is { Count: > 0 } && Siblings.Share(@object) && shadow.GetValueOrDefault(SpokeKey.Property) is { } owner && Siblings.Gave(siblings, owner))
            wanted = wanted with { Properties = Shared(@object, wanted.Properties, shadow, owner) };
        var changes = Difference.Between(wanted.Properties, SentProperties.Doubted(shadow, row.Sent));
        if (row.Record_Id is not null && changes.Count == 0) return item with { Desired = wanted };
        return item with { Desired = wanted, Action = row.Record_Id is null ? PlanAction.Create : PlanAction.Update, Changes = changes };
    }

    /// <summary>Another store of the portal has made it: the record keeps that one's key, and a product that one's name and price.</summary>
    private static IReadOnlyDictionary<string, string> Shared(string @object, IReadOnlyDictionary<string, string> wanted, Dictionary<string, string> shadow, string owner) =>
        @object == RecordObjects.Products ? shadow : new Dictionary<string, string>(wanted, StringComparer.Ordinal) { [SpokeKey.Property] = owner };
}

/// <summary>A record that waits to be planned.</summary>
internal sealed record DirtyRecord(string Record_Key, string Source_Id, string? Record_Id, string? Shadow, string? Title, long Generation, long Attempts, long Due_At = 0, string? Sent = null, string? Because = null, long Turn = 0)
{
    public const string Columns = "record_key, source_id, record_id, shadow, title, generation, attempts, due_at, sent, because, turn";
}
