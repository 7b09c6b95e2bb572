using System.Data.Common;
using Dapper;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Pulling;

/// <summary>When something last changed in its store, as far as its version tells: most platforms' versions are unix milliseconds, some only count.</summary>
internal static class StoreTime
{
    private static readonly DateTimeOffset Earliest = new(2005, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <returns>Null for versions that only count.</returns>
    public static DateTimeOffset? Of(long version, DateTimeOffset now) =>
        version < Earliest.ToUnixTimeMilliseconds() || version > now.AddDays(1).ToUnixTimeMilliseconds() ? null : DateTimeOffset.FromUnixTimeMilliseconds(version);

    /// <summary>The newest version of each person's customers; of other objects than contacts none.</summary>
    public static Dictionary<string, long> Versions(DbConnection db, ISqlDialect dialect, string connection, string @object, IReadOnlyList<string> keys) => @object != RecordObjects.Contacts ? [] :
        db.Query<(string Key, long Version)>($"select contact_key, max(version) from ledger where connection = @connection and kind = 2 and contact_key {dialect.Among("keys")} group by contact_key", new { connection, keys }).ToDictionary(v => v.Key, v => v.Version);
}
