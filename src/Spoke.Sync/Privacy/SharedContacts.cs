using System.Data.Common;
using Dapper;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Privacy;

/// <summary>Contacts of HubSpot that other connections of the same account are linked to.</summary>
internal static class SharedContacts
{
    public static IReadOnlyList<string> Of(DbConnection db, DbTransaction transaction, ISqlDialect dialect, IReadOnlyList<string> others, IReadOnlyList<string> ids) => db.Query<string>(
        $"select distinct record_id from record where object = 'contacts' and connection {dialect.Among("connections")} and record_id {dialect.Among("records")}", new { connections = others.ToList(), records = ids.ToList() }, transaction).AsList();
}
