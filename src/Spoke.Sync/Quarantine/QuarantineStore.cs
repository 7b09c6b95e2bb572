using System.Data.Common;
using Dapper;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Consents;
using Spoke.Sync.Insight;
using Spoke.Sync.Planning;
using Spoke.Sync.Pulling;
using Spoke.Sync.Pushing;

namespace Spoke.Sync.Quarantine;

/// <summary>A record or a change in quarantine.</summary>
/// <param name="Object">HubSpot's object; <c>intake</c> for a change that could not be read.</param>
/// <param name="Record_Id">HubSpot's id; of a change, its delivery.</param>
internal sealed record QuarantinedRow(string Object, string Item_Key, string? Title, string? Record_Id, string? Cause, string? Property, string? Value, string? Problem, string? Fix, long State, long Received_At, string? Correlation = null)
{
    public const string Intake = "intake";

    /// <summary>What a change that could not be read is of: a store may give an order and a customer the same id. Null of records, whose keys say it.</summary>
    public EntityKind? Kind { get; init; }

    public bool IsUnreadable => Object == Intake;
    public bool IsStopped => State == RecordState.Stopped;

    /// <summary>It is about what a person has agreed to.</summary>
    public bool IsConsent => Cause is QuarantineStore.ConsentParked or QuarantineStore.ConsentRefused;
}

/// <summary>What waits for somebody to act: records and associations HubSpot refused, records stopped, changes that could not be read.</summary>
internal static class QuarantineStore
{
    private sealed record Refused(string Object, string Record_Key, string? Property, string? Cause, string? Problem, string? Fix);

    private sealed record Unagreed(string Contact_Key, long Channel, long State, string? Problem, string? Fix, string? Correlation)
    {
        public string Property => Channel == 0 ? AuditTrail.Consent : AuditTrail.SmsConsent;
    }

    private sealed record Untaken(string Object, string Record_Key, string Property, string? Problem, string? Fix);

    private sealed record Ungiven(string Object, string Record_Key, long Kind, string? Problem, string? Fix)
    {
        /// <summary>Tags and notes have no property in the store: the word for what they are.</summary>
        public string Property => ((StoreWriteKind)Kind).ToString();
    }

    private sealed record Record(string Object, string Record_Key, string? Title, string? Record_Id, string? Cause, string? Property, string? Value, string? Problem, string? Fix, long State, string? Correlation);

    private sealed record Change(long Kind, string Platform_Id, string? Delivery_Id, string? Problem, long Received_At);

    private sealed record Unreadable(string Platform_Id, string? Problem);

    public const string StoreRefused = "STORE_REFUSED";
    public const string ConsentParked = "CONSENT_PARKED";
    public const string ConsentRefused = "CONSENT_REFUSED";

    // What an index holds is said as it is said of the index, or SQLite does not take it.
    public static int Count(DbConnection db, string connection) => db.ExecuteScalar<int>(
        @"select (select count(*) from record where connection = @connection and state > 1) + (select count(*) from intake where connection = @connection and state = 2) + (select count(*) from taken where connection = @connection and state in (0, 2) and state = 2)
            + (select count(*) from given where connection = @connection and state in (0, 2) and state = 2)
            + (select count(*) from consent where connection = @connection and state <> 0 and state in (2, 3))", new { connection });

    /// <summary>The same, by reason: the most frequent first.</summary>
    public static IReadOnlyList<QuarantineGroup> Groups(DbConnection db, string connection, int limit) =>
    [
        .. db.Query<Refused>("select object, record_key, property, cause, problem, fix from record where connection = @connection and state > 1 order by record_key", new { connection })
            .GroupBy(row => (row.Object, row.Property, row.Cause))
            .Select(group => new QuarantineGroup(group.Key.Object, group.Key.Property, group.Key.Cause, group.Count(), group.First().Record_Key, group.First().Problem ?? "", group.First().Fix ?? ""))
            .Concat(db.Query<Unreadable>("select platform_id, problem from intake where connection = @connection and state = 2 order by seq", new { connection })
                .GroupBy(row => row.Problem)
                .Select(group => new QuarantineGroup("intake", null, "UNREADABLE", group.Count(), group.First().Platform_Id, group.Key ?? "", "Report it with what the store sent; the next pass tries again.")))
            .Concat(db.Query<Untaken>("select object, record_key, property, problem, fix from taken where connection = @connection and state in (0, 2) and state = 2 order by record_key", new { connection })
                .GroupBy(row => (row.Object, row.Property, row.Problem))
                .Select(group => new QuarantineGroup(group.Key.Object, group.Key.Property, StoreRefused, group.Count(), group.First().Record_Key, group.Key.Problem ?? "", group.First().Fix ?? "")))
            .Concat(db.Query<Ungiven>("select object, record_key, kind, problem, fix from given where connection = @connection and state in (0, 2) and state = 2 order by record_key", new { connection })
                .GroupBy(row => (row.Object, row.Kind, row.Problem))
                .Select(group => new QuarantineGroup(group.Key.Object, group.First().Property, StoreRefused, group.Count(), group.First().Record_Key, group.Key.Problem ?? "", group.First().Fix ?? "")))
            .Concat(db.Query<Unagreed>("select contact_key, channel, state, problem, fix, correlation from consent where connection = @connection and state <> 0 and state in (2, 3) order by contact_key", new { connection })
                .GroupBy(row => (row.State, row.Problem, row.Property))
                .Select(group => new QuarantineGroup("contacts", group.Key.Property, group.Key.State == ConsentRow.Parked ? ConsentParked : ConsentRefused, group.Count(), group.First().Contact_Key, group.Key.Problem ?? "", group.First().Fix ?? "")))
            .OrderByDescending(group => group.Count).Take(limit),
    ];

    /// <summary>One row each, those of one cause together. What is stopped is among them.</summary>
    public static List<QuarantinedRow> All(DbConnection db, string connection) =>
    [
        .. db.Query<Record>("select object, record_key, title, record_id, cause, property, value, problem, fix, state, correlation from record where connection = @connection and state > 1 order by cause, object, record_key", new { connection })
            .Select(row => new QuarantinedRow(row.Object, row.Record_Key, row.Title, row.Record_Id, row.Cause, row.Property, row.Value, row.Problem, row.Fix, row.State, 0, row.Correlation)),
        .. db.Query<Change>("select kind, platform_id, delivery_id, problem, received_at from intake where connection = @connection and state = 2 order by platform_id, kind, seq", new { connection })
            .Select(row => new QuarantinedRow(QuarantinedRow.Intake, row.Platform_Id, null, row.Delivery_Id, "UNREADABLE", null, null, row.Problem, null, RecordState.Quarantined, row.Received_At) { Kind = (EntityKind)row.Kind }),
        .. db.Query<Untaken>("select object, record_key, property, problem, fix from taken where connection = @connection and state in (0, 2) and state = 2 order by record_key, property", new { connection })
            .Select(row => new QuarantinedRow(row.Object, row.Record_Key, null, null, StoreRefused, row.Property, null, row.Problem, row.Fix, RecordState.Quarantined, 0)),
        .. db.Query<Ungiven>("select object, record_key, kind, problem, fix from given where connection = @connection and state in (0, 2) and state = 2 order by record_key, kind", new { connection })
            .Select(row => new QuarantinedRow(row.Object, row.Record_Key, null, null, StoreRefused, row.Property, null, row.Problem, row.Fix, RecordState.Quarantined, 0)),
        .. db.Query<Unagreed>("select contact_key, channel, state, problem, fix, correlation from consent where connection = @connection and state <> 0 and state in (2, 3) order by contact_key", new { connection })
            .Select(row => new QuarantinedRow(RecordObjects.Contacts, row.Contact_Key, null, null, row.State == ConsentRow.Parked ? ConsentParked : ConsentRefused, row.Property, null, row.Problem, row.Fix, RecordState.Quarantined, 0, row.Correlation)),
    ];

    /// <summary>What the store sent that could not be read, in its own bytes.</summary>
    public static byte[]? Payload(DbConnection db, string connection, EntityKind kind, string platformId) =>
        db.QueryFirstOrDefault<byte[]?>("select payload from intake where connection = @connection and state = 2 and kind = @kind and platform_id = @platformId order by seq desc", new { connection, kind = (long)kind, platformId });

    /// <summary>When it was first refused; null: it is not remembered.</summary>
    public static long? Since(DbConnection db, string connection, string @object, string key) => db.ExecuteScalar<long?>(
        "select max(at) from recent where connection = @connection and what in ('quarantined', 'stopped') and object = @object and (title = (select title from record where connection = @connection and object = @object and record_key = @key) or title = @key)", new { connection, @object, key });

    /// <summary>Tries one again: the record with what was refused, or the change with its bytes.</summary>
    public static void Retry(DbConnection db, DbTransaction transaction, string connection, QuarantinedRow item)
    {
        var row = new { connection, item.Object, item.Item_Key, item.Property, kind = (long?)item.Kind };
        switch (item.Cause)
        {
            case StoreRefused when Given(item) is { } kind: db.Execute("update given set state = 0, attempts = 0, due_at = 0 where connection = @connection and object = @Object and record_key = @Item_Key and kind = @kind and state = 2", new { connection, item.Object, item.Item_Key, kind }, transaction); return;
            case StoreRefused: db.Execute("update taken set state = 0, attempts = 0, due_at = 0 where connection = @connection and object = @Object and record_key = @Item_Key and property = @Property and state = 2", row, transaction); return;
            case ConsentParked or ConsentRefused: db.Execute("update consent set state = 1, attempts = 0, due_at = 0 where connection = @connection and contact_key = @Item_Key and channel = @Channel and state in (2, 3)", new { connection, item.Item_Key, Channel = Channel(item) }, transaction); return;
        }
        if (item.IsUnreadable) db.Execute("update intake set state = 0, problem = null where connection = @connection and kind = @kind and platform_id = @Item_Key and state = 2", row, transaction);
        db.Execute("update record set state = 1, generation = generation + 1, attempts = 1, due_at = 0 where connection = @connection and object = @Object and record_key = @Item_Key and state = 2", row, transaction);
        db.Execute("update edge set state = 0, attempts = 0, due_at = 0 where connection = @connection and from_object = @Object and from_key = @Item_Key and state <> 1 and state = 3", row, transaction);
    }

    /// <summary>Does without what was refused until the store changes it again. What is dropped stays in the record of writes.</summary>
    public static void Drop(DbConnection db, DbTransaction transaction, string connection, QuarantinedRow item, long now)
    {
        var row = new { connection, item.Object, item.Item_Key, kind = (long?)item.Kind };
        var what = new Dictionary<string, string?[]>(StringComparer.Ordinal) { [item.Property ?? ""] = [item.Value ?? item.Problem] };
        if (item.Cause is StoreRefused or ConsentParked or ConsentRefused)
        {
            // HubSpot keeps what it has and the store what it has, until either side changes it.
            if (item.Cause == StoreRefused && Given(item) is { } kind) db.Execute("update given set state = 3, problem = null, fix = null where connection = @connection and object = @Object and record_key = @Item_Key and kind = @kind and state = 2", new { connection, item.Object, item.Item_Key, kind }, transaction);
            else if (item.Cause == StoreRefused) TakenStore.Became(db, transaction, connection, item.Object, item.Item_Key, item.Property!, TakenState.Kept, null, null);
            else db.Execute("update consent set state = 0, problem = null, fix = null where connection = @connection and contact_key = @Item_Key and channel = @Channel and state in (2, 3)", new { connection, item.Item_Key, Channel = Channel(item) }, transaction);
        }
        WrittenStore.Add(db, transaction, connection, item.Object, item.Item_Key, item.IsUnreadable ? null : item.Record_Id, "dropped", what, now);
        if (item.IsUnreadable) db.Execute("delete from intake where connection = @connection and kind = @kind and platform_id = @Item_Key and state = 2", row, transaction);
        db.Execute("update record set state = 0, problem = null, cause = null, fix = null, property = null, value = null where connection = @connection and object = @Object and record_key = @Item_Key and state = 2", row, transaction);
        db.Execute("update edge set state = 4 where connection = @connection and from_object = @Object and from_key = @Item_Key and state <> 1 and state = 3", row, transaction);
    }

    /// <summary>The kind of tags or note; null: it is a field.</summary>
    private static long? Given(QuarantinedRow item) => Enum.TryParse<StoreWriteKind>(item.Property, out var kind) ? (long)kind : null;

    private static long Channel(QuarantinedRow item) => item.Property == AuditTrail.SmsConsent ? 1 : 0;

    /// <summary>Tries everything again: a complete pass finds out whether what was wrong has been mended.</summary>
    public static void RetryAll(DbConnection db, DbTransaction transaction, string connection)
    {
        // The attempt before counts: what is taken by another record is not waited for again.
        db.Execute("update record set state = 1, generation = generation + 1, attempts = 1, due_at = 0 where connection = @connection and state > 1 and state = 2", new { connection }, transaction);
        db.Execute("update edge set state = 0, attempts = 0, due_at = 0 where connection = @connection and state <> 1 and state = 3", new { connection }, transaction);
        TakenStore.RetryAll(db, transaction, connection);
        GivenStore.RetryAll(db, transaction, connection);
        ConsentStore.RetryAll(db, transaction, connection);
        db.Execute("update intake set state = 0, problem = null where connection = @connection and state = 2", new { connection }, transaction);
    }
}
