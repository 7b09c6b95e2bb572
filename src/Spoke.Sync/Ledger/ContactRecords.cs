using System.Data.Common;
using Dapper;
using Spoke.Sync.Planning;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Ledger;

/// <summary>What becomes of a contact's record when its name in the ledger changes: a guest who opens an account stays one record in HubSpot.</summary>
internal static class ContactRecords
{
    /// <summary>If nobody is left under the old name and the new one has no record yet, the record takes the new name with its link, its shadow and its associations.</summary>
    public static void Rename(DbConnection db, DbTransaction transaction, string connection, string before, string after)
    {
        var names = new { connection, before, after };
        if (db.ExecuteScalar<long>("select count(*) from ledger where connection = @connection and contact_key = @before", names, transaction) > 0) return;
        if (db.ExecuteScalar<string?>("select record_id from record where connection = @connection and object = 'contacts' and record_key = @before", names, transaction) is null)
        {
            // It never was in HubSpot, so there is nothing to keep.
            db.ExecuteLater("delete from edge where connection = @connection and to_object = 'contacts' and to_key = @before", names, transaction);
            db.ExecuteLater("delete from edge where connection = @connection and from_object = 'contacts' and from_key = @before", names, transaction);
            db.ExecuteLater("delete from record where connection = @connection and object = 'contacts' and record_key = @before", names, transaction);
            return;
        }
        if (db.ExecuteScalar<string?>("select record_id from record where connection = @connection and object = 'contacts' and record_key = @after", names, transaction) is not null) return;   // two records: the old one stays, emptied
        db.ExecuteLater("delete from record where connection = @connection and object = 'contacts' and record_key = @after", names, transaction);
        db.ExecuteLater("delete from edge where connection = @connection and to_object = 'contacts' and to_key = @before and state = 5", names, transaction);   // what was removed from the old name may be wanted of the new one
        db.ExecuteLater("update written set record_key = @after where connection = @connection and object = 'contacts' and record_key = @before", names, transaction);
        db.ExecuteLater("update audit set record_key = @after where connection = @connection and object = 'contacts' and record_key = @before", names, transaction);
        db.ExecuteLater("delete from given where connection = @connection and object = 'contacts' and record_key = @after", names, transaction);
        db.ExecuteLater("update given set record_key = @after, state = case when state = 3 then 0 else state end, due_at = 0 where connection = @connection and object = 'contacts' and record_key = @before", names, transaction);   // there is somebody to whom it can be written now
        db.ExecuteLater("delete from taken where connection = @connection and object = 'contacts' and record_key = @after", names, transaction);
        db.ExecuteLater("update taken set record_key = @after, state = case when state = 3 then 0 else state end, due_at = 0 where connection = @connection and object = 'contacts' and record_key = @before", names, transaction);
        db.ExecuteLater("update record set record_key = @after, source_id = @after where connection = @connection and object = 'contacts' and record_key = @before", names, transaction);
        db.ExecuteLater(
            """
            delete from edge where connection = @connection and to_object = 'contacts' and to_key = @after and exists (select 1 from edge older
                where older.connection = edge.connection and older.from_object = edge.from_object and older.from_key = edge.from_key and older.to_object = 'contacts' and older.to_key = @before)
            """, names, transaction);
        db.ExecuteLater("delete from edge where connection = @connection and from_object = 'contacts' and from_key = @after", names, transaction);   // that one never was in HubSpot
        db.ExecuteLater("update edge set from_key = @after where connection = @connection and from_object = 'contacts' and from_key = @before", names, transaction);
        db.ExecuteLater("update edge set to_key = @after where connection = @connection and to_object = 'contacts' and to_key = @before", names, transaction);
        DirtyMarks.Put(db, transaction, connection, RecordObjects.Contacts, after, after);
    }
}
