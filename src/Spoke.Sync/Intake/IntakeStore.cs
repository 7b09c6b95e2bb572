using System.Data.Common;
using Dapper;
using Spoke.Commerce.Connectors;
using Spoke.Commerce.Ledger;

namespace Spoke.Sync.Intake;

/// <summary>States of an intake row.</summary>
internal static class IntakeState
{
    public const int Waiting = 0;

    /// <summary>In the ledger. Only deliveries are kept, without their bytes, so that a repeat is known.</summary>
    public const int Entered = 1;

    /// <summary>Could not be read; keeps its bytes for whoever looks into it.</summary>
    public const int Quarantined = 2;
}

/// <summary>A change that waits in the intake.</summary>
internal sealed record WaitingChange(long Seq, long Kind, string Platform_Id, long Version, long Deleted, string? Delivery_Id, byte[] Payload, long Received_At = 0)
{
    public StoreChange Change => new((EntityKind)Kind, Platform_Id, Version, Payload, Deleted != 0, Delivery_Id);
}

/// <summary>The intake's rows.</summary>
internal static class IntakeStore
{
    /// <returns>1 if it is new, 0 if its delivery was here before.</returns>
    public static int Insert(DbConnection db, DbTransaction transaction, string connection, StoreChange change, long at) => db.Execute(
        """
        insert into intake (connection, kind, platform_id, version, deleted, delivery_id, payload, received_at, state)
        values (@connection, @kind, @id, @version, @deleted, @delivery, @payload, @at, 0) on conflict do nothing
        """,
        new { connection, kind = (int)change.Kind, id = change.PlatformId, version = change.Version, deleted = change.Deleted ? 1 : 0, delivery = change.DeliveryId, payload = change.Payload.ToArray(), at }, transaction);

    public static List<WaitingChange> Waiting(DbConnection db, string connection, int limit) => db.Query<WaitingChange>(
        "select seq, kind, platform_id, version, deleted, delivery_id, payload, received_at from intake where connection = @connection and state = 0 order by seq limit @limit", new { connection, limit }).AsList();

    /// <summary>It is in the ledger, and so is whatever of the same entity could not be read before: a newer reading takes its place.</summary>
    public static void Entered(DbConnection db, DbTransaction transaction, string connection, WaitingChange change)
    {
        var row = new { connection, change.Seq, change.Kind, change.Platform_Id, change.Version, empty = Array.Empty<byte>() };
        if (change.Delivery_Id is null) db.Execute("delete from intake where seq = @Seq", row, transaction);
        else db.Execute("update intake set state = 1, payload = @empty where seq = @Seq", row, transaction);
        db.Execute("delete from intake where connection = @connection and kind = @Kind and platform_id = @Platform_Id and state = 2 and version <= @Version", row, transaction);
    }

    /// <summary>It could not be read. One row an entity: a poll that finds it unreadable again says nothing new.</summary>
    public static void Quarantine(DbConnection db, DbTransaction transaction, string connection, WaitingChange change, string problem)
    {
        var row = new { connection, change.Seq, change.Kind, change.Platform_Id, problem };
        db.Execute("delete from intake where connection = @connection and kind = @Kind and platform_id = @Platform_Id and state = 2 and seq < @Seq", row, transaction);
        db.Execute("update intake set state = 2, problem = @problem where seq = @Seq", row, transaction);
    }

    /// <summary>Forgets deliveries that no sender repeats any more.</summary>
    public static void Sweep(DbConnection db, DbTransaction transaction, string connection, long before) =>
        db.Execute("delete from intake where connection = @connection and state = 1 and received_at < @before", new { connection, before }, transaction);
}
