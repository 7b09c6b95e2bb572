using System.Data.Common;
using Dapper;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Insight;

/// <summary>One decision as it is remembered.</summary>
/// <param name="Before">Of a conflict, the store's value; of a merge, the record or contact that went.</param>
/// <param name="After">Of a conflict, HubSpot's value; of a merge, the one that stayed.</param>
internal sealed record AuditRow(long At, string Record_Key, string? Property, string What, string? Before, string? After, string? Detail);

/// <summary>What was decided about people's data and not merely carried out: conflicts, edits in HubSpot, merges, records taken over or archived, consent, erasures. One line each.</summary>
internal static class AuditTrail
{
    /// <summary>Both sides had changed a value; <see cref="Edit"/>: only HubSpot had.</summary>
    public const string Conflict = "conflict";
    public const string Edit = "edit";

    /// <summary>A record that HubSpot had already was linked.</summary>
    public const string Adopted = "adopted";

    /// <summary>A person archived the record in HubSpot, or restored it.</summary>
    public const string Archived = "archived";
    public const string Restored = "restored";

    /// <summary>The record goes by another id after a merge; the contact went into another; two that cannot be one were merged.</summary>
    public const string Merge = "merge";
    public const string United = "united";
    public const string Stopped = "stopped";

    /// <summary>Consent to marketing went over to the other side, by channel.</summary>
    public const string Consent = "consent";
    public const string SmsConsent = "sms consent";

    public static void Add(DbConnection db, DbTransaction transaction, long at, string connection, string @object, string key, string what, string? property = null, string? before = null, string? after = null, string? detail = null) => db.ExecuteLater(
        "insert into audit (at, connection, object, record_key, property, what, before, after, detail) values (@at, @connection, @object, @key, @property, @what, @before, @after, @detail)",
        new { at, connection, @object, key, property, what, before, after, detail }, transaction);

    /// <summary>All that was decided about one record, newest first; of a contact that others went into, their going too.</summary>
    public static List<AuditRow> Of(DbConnection db, string connection, string @object, string key) => db.Query<AuditRow>(
        """
        select at, record_key, property, what, before, after, detail from audit where connection = @connection and object = @object
            and (record_key = @key or record_key in (select contact_key from contact_merge where connection = @connection and into_key = @key and @object = 'contacts')) order by seq desc
        """, new { connection, @object, key }).AsList();
}
