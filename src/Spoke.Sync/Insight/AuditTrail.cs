using System.Data.Common;
using Dapper;

namespace Spoke.Sync.Insight;

/// <summary>What was decided about people's data and not merely carried out: conflicts, merges, erasures. One line each.</summary>
internal static class AuditTrail
{
    public static void Add(DbConnection db, DbTransaction transaction, long at, string connection, string @object, string key, string what, string? property = null, string? before = null, string? after = null, string? detail = null) => db.Execute(
        "insert into audit (at, connection, object, record_key, property, what, before, after, detail) values (@at, @connection, @object, @key, @property, @what, @before, @after, @detail)",
        new { at, connection, @object, key, property, what, before, after, detail }, transaction);
}
