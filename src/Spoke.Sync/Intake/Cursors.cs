using System.Data.Common;
using System.Globalization;
using Dapper;

namespace Spoke.Sync.Intake;

/// <summary>How far each reading of a store has come, and what else a connection remembers by name.</summary>
internal static class Cursors
{
    /// <summary>The portal a connection belongs to.</summary>
    public const string Hub = "hub";

    /// <summary>When the full read of the store began that has been ended; none: it is still to be done.</summary>
    public const string FullRead = "full-read";

    /// <summary>When all of the portal had been looked through for what is there already; none: it is still to be done.</summary>
    public const string Adopted = "adopted";

    /// <summary>When a further full read was asked for; none: none is under way.</summary>
    public const string Reread = "reread";

    /// <summary>Whether a full read, the first or a further one, is under way: what is heard of meanwhile is noted as being there.</summary>
    public static bool AreReadingAll(DbConnection db, string connection) => Get(db, connection, FullRead) is null || Get(db, connection, Reread) is not null;

    public static void Put(DbConnection db, DbTransaction? transaction, string connection, string name, DateTimeOffset moment) => Put(db, transaction, connection, name, Text(moment));

    public static DateTimeOffset? GetMoment(DbConnection db, string connection, string name) => Get(db, connection, name) is { } text ? Moment(text) : null;

    public static string Text(DateTimeOffset moment) => moment.ToString("O", CultureInfo.InvariantCulture);

    public static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    public static void Put(DbConnection db, DbTransaction? transaction, string connection, string name, string value) => db.Execute(
        "insert into progress (connection, name, value) values (@connection, @name, @value) on conflict (connection, name) do update set value = excluded.value", new { connection, name, value }, transaction);

    public static string? Get(DbConnection db, string connection, string name) =>
        db.ExecuteScalar<string?>("select value from progress where connection = @connection and name = @name", new { connection, name });
}
