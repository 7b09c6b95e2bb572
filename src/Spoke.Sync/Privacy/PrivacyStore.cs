using System.Data.Common;
using System.Globalization;
using Dapper;
using Spoke.Commerce.Connectors;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Privacy;

/// <summary>States of a request.</summary>
internal static class PrivacyState
{
    public const int Asked = 0;

    /// <summary>Nothing of the person is left with us; HubSpot's contacts wait.</summary>
    public const int ErasedHere = 1;
    public const int Done = 2;
}

/// <summary>A request about a person's data as it is kept.</summary>
/// <param name="Record_Id">The person's contact in HubSpot, where that is all that is known.</param>
/// <param name="Records">HubSpot's contacts that are still to go, separated by spaces.</param>
internal sealed record PrivacyRow(long Seq, string Request_Id, long Kind, string? Customer_Id, string? Email, string? Record_Id, string Order_Ids, long Received_At, long State, long? Number, string Records, string? Receipt, string? Problem, long? Finished_At)
{
    public const string Columns = "seq, request_id, kind, customer_id, email, record_id, order_ids, received_at, state, number, records, receipt, problem, finished_at";

    public PrivacyRequestKind Request => (PrivacyRequestKind)Kind;
    public IReadOnlyList<string> Orders => Order_Ids.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    public IReadOnlyList<string> Contacts => Records.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>The rows of requests. One that is done keeps nothing by which a person could be known.</summary>
internal static class PrivacyStore
{
    /// <returns>1 if it is new, 0 if it was here before.</returns>
    public static int Insert(DbConnection db, DbTransaction transaction, string connection, PrivacyRequest request, long at, string? recordId = null) => db.Execute(
        """
        insert into privacy_request (connection, request_id, kind, customer_id, email, record_id, order_ids, received_at, state, records)
        values (@connection, @RequestId, @kind, @CustomerId, @Email, @recordId, @orders, @at, 0, '') on conflict (connection, request_id) do nothing
        """, new { connection, request.RequestId, kind = (int)request.Kind, request.CustomerId, request.Email, recordId, orders = string.Join('\n', request.OrderIds), at }, transaction);

    /// <summary>HubSpot has erased the person of one of our contacts.</summary>
    public static void ErasedInPortal(DbConnection db, DbTransaction transaction, string connection, string recordId, long at, DateTimeOffset now)
    {
        if (db.ExecuteScalar<long>("select count(*) from record where connection = @connection and object = 'contacts' and record_id = @recordId", new { connection, recordId }, transaction) == 0) return;
        Insert(db, transaction, connection, new PrivacyRequest(PrivacyRequestKind.ErasePerson, string.Create(CultureInfo.InvariantCulture, $"hubspot-{recordId}-{at}"), null, null, []), now.ToUnixTimeMilliseconds(), recordId);
    }

    /// <summary>A contact that HubSpot got after its person had been erased here: it is all that is left to go.</summary>
    public static void EraseLate(DbConnection db, DbTransaction transaction, string connection, string recordId, long at) => db.ExecuteLater(
        """
        insert into privacy_request (connection, request_id, kind, order_ids, received_at, state, records) values (@connection, @requestId, @kind, '', @at, @state, @recordId) on conflict (connection, request_id) do nothing
        """, new { connection, requestId = "late-" + recordId, kind = (int)PrivacyRequestKind.ErasePerson, at, state = PrivacyState.ErasedHere, recordId }, transaction);

    public static List<PrivacyRow> All(DbConnection db, string connection) =>
        db.Query<PrivacyRow>($"select {PrivacyRow.Columns} from privacy_request where connection = @connection order by seq", new { connection }).AsList();

    /// <summary>Erasures that are not done. An export is for a person to hand out.</summary>
    public static List<PrivacyRow> Open(DbConnection db, string connection) =>
        db.Query<PrivacyRow>($"select {PrivacyRow.Columns} from privacy_request where connection = @connection and state < 2 and kind <> 0 order by seq", new { connection }).AsList();

    public static PrivacyRow? Find(DbConnection db, DbTransaction? transaction, long seq) => db.QueryFirstOrDefault<PrivacyRow>($"select {PrivacyRow.Columns} from privacy_request where seq = @seq", new { seq }, transaction);

    public static PrivacyRow? Find(DbConnection db, string connection, string requestId) =>
        db.QueryFirstOrDefault<PrivacyRow>($"select {PrivacyRow.Columns} from privacy_request where connection = @connection and request_id = @requestId", new { connection, requestId });

    /// <param name="more">There are more people to be erased by the same request.</param>
    public static void ErasedHere(DbConnection db, DbTransaction transaction, long seq, long? number, IEnumerable<string> contacts, string receipt, bool more) => db.Execute(
        "update privacy_request set state = @state, number = coalesce(@number, number), records = @records, receipt = @receipt, customer_id = null, email = null, record_id = null, order_ids = '' where seq = @seq",   // HubSpot's ids are all that is still needed
        new { seq, state = more ? PrivacyState.Asked : PrivacyState.ErasedHere, number, records = string.Join(' ', contacts.Distinct()), receipt }, transaction);

    public static void Trouble(DbConnection db, DbTransaction transaction, long seq, string problem) => db.Execute("update privacy_request set problem = @problem where seq = @seq", new { seq, problem }, transaction);

    public static void Left(DbConnection db, DbTransaction transaction, long seq, IEnumerable<string> contacts) => db.Execute("update privacy_request set records = @records where seq = @seq", new { seq, records = string.Join(' ', contacts) }, transaction);

    public static void Done(DbConnection db, DbTransaction transaction, long seq, string? receipt, long at) => db.Execute(
        "update privacy_request set state = 2, customer_id = null, email = null, record_id = null, order_ids = '', records = '', problem = null, receipt = @receipt, finished_at = @at where seq = @seq", new { seq, receipt, at }, transaction);
}
