using System.Data.Common;
using System.Globalization;
using Dapper;

namespace Spoke.Sync.Intake;

/// <summary>Where <c>spoke serve</c> listened last, and on which machine.</summary>
internal sealed record DoorPlace(DateTimeOffset At, string Machine, Uri Address);

/// <summary>A push that was refused.</summary>
internal sealed record DoorRefusal(DateTimeOffset At, int Status, string Text);

/// <summary>What is remembered of the door that a store pushes to; beside intake and ledger, so that a test leaves nothing in either.</summary>
internal static class DoorNotes
{
    private const string Place = "door";
    private const string Refusal = "door-refused";
    private const string Test = "door-tested";

    public static void PutPlace(DbConnection db, DbTransaction transaction, string connection, DoorPlace place) =>
        Cursors.Put(db, transaction, connection, Place, $"{Cursors.Text(place.At)} {place.Address} {place.Machine}");

    public static DoorPlace? PlaceOf(DbConnection db, string connection) =>
        Cursors.Get(db, connection, Place)?.Split(' ', 3) is [var at, var address, var machine] ? new DoorPlace(Cursors.Moment(at), machine, new Uri(address)) : null;

    public static void PutRefusal(DbConnection db, DbTransaction transaction, string connection, DoorRefusal refusal) =>
        Cursors.Put(db, transaction, connection, Refusal, $"{Cursors.Text(refusal.At)} {refusal.Status} {refusal.Text}");

    public static DoorRefusal? RefusalOf(DbConnection db, string connection) =>
        Cursors.Get(db, connection, Refusal)?.Split(' ', 3) is [var at, var status, var text] ? new DoorRefusal(Cursors.Moment(at), int.Parse(status, CultureInfo.InvariantCulture), text) : null;

    public static void PutTest(DbConnection db, DbTransaction transaction, string connection, DateTimeOffset at) => Cursors.Put(db, transaction, connection, Test, at);

    /// <summary>When the last push of the store was kept; null: none of those that are still remembered.</summary>
    public static DateTimeOffset? LastKept(DbConnection db, string connection) =>
        db.ExecuteScalar<long?>("select max(received_at) from intake where connection = @connection and delivery_id is not null", new { connection }) is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
