using System.Data.Common;
using Dapper;

namespace Spoke.Sync.Pulling;

/// <summary>An event that waits to be looked into.</summary>
internal sealed record WaitingEvent(long Seq, long Kind, string Object, string Record_Id, string? Other_Id, long At);

/// <summary>The rows of what HubSpot told us. Done ones stay for a while, so that a repeat is known.</summary>
internal static class PortalEventStore
{
    /// <returns>1 if it is new, 0 if it was here before.</returns>
    public static int Insert(DbConnection db, DbTransaction transaction, string connection, PortalEvent told, long now) => db.Execute(
        """
        insert into portal_event (connection, event_key, kind, object, record_id, other_id, at, received_at, state)
        values (@connection, @Key, @kind, @Object, @RecordId, @OtherId, @at, @now, 0) on conflict do nothing
        """, new { connection, told.Key, kind = (int)told.Kind, told.Object, told.RecordId, told.OtherId, at = told.At.ToUnixTimeMilliseconds(), now }, transaction);

    public static List<WaitingEvent> Waiting(DbConnection db, string connection, int limit) => db.Query<WaitingEvent>(
        "select seq, kind, object, record_id, other_id, at from portal_event where connection = @connection and state = 0 order by seq limit @limit", new { connection, limit }).AsList();

    public static void Done(DbConnection db, DbTransaction transaction, string connection, long upTo) =>
        db.Execute("update portal_event set state = 1 where connection = @connection and state = 0 and seq <= @upTo", new { connection, upTo }, transaction);

    public static void Sweep(DbConnection db, DbTransaction transaction, string connection, long before) =>
        db.Execute("delete from portal_event where connection = @connection and state = 1 and received_at < @before", new { connection, before }, transaction);
}
