using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Ledger;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Consents;

/// <summary>States of a consent row.</summary>
internal static class ConsentRow
{
    public const int Settled = 0;

    /// <summary>Either side has said something new.</summary>
    public const int Open = 1;

    /// <summary>A grant after a denial waits for somebody to look at it.</summary>
    public const int Parked = 2;

    /// <summary>The side that has to learn of it refused.</summary>
    public const int Refused = 3;
}

/// <summary>What is known of one person's consent.</summary>
/// <param name="Record_Id">The contact's record in HubSpot; null: there is none yet.</param>
/// <param name="Generation">Raised by whatever is new: what came of this knowledge settles nothing that came after it.</param>
internal sealed record ConsentEntry(string Contact_Key, string Email, string? Record_Id, long? Base_Store, long? Base_Portal, long? Portal, long History, long Attempts, long Generation)
{
    /// <summary>What the ledger's customers say now.</summary>
    public Consent Store { get; init; } = new(ConsentState.None);

    public ConsentSides Sides => new((ConsentState?)Base_Store, Store.State, (ConsentState?)Base_Portal, (ConsentState)(Portal ?? 0), History != 0);
}

/// <summary>The rows of consents by one channel. One a person, from the first time either side says anything.</summary>
internal sealed class ConsentStore(ConsentChannel channel)
{
    private const string This = " where connection = @connection and contact_key = @key and channel = @channel";
    private const string Unmoved = " and generation = @Generation";
    private readonly long _channel = (long)channel;

    public static ConsentStore Email { get; } = new(ConsentChannel.Email);
    public static ConsentStore Sms { get; } = new(ConsentChannel.Sms);

    /// <summary>What a customer says by the channel.</summary>
    public Consent? Of(Customer? customer) => channel == ConsentChannel.Email ? customer?.EmailConsent : customer?.SmsConsent;

    private sealed record Body(string Contact_Key, string Json);

    private sealed record Row(string Contact_Key, string? Record_Id, long? Base_Store, long? Base_Portal, long? Portal, long History, long Attempts, long Generation);

    /// <summary>The store has said something new of the person.</summary>
    public void Mark(DbConnection db, DbTransaction transaction, string connection, string contactKey) => db.ExecuteLater(
        """
        insert into consent (connection, contact_key, channel, state, history, attempts, due_at)
        values (@connection, @contactKey, @channel, 1, case when exists (select 1 from progress where connection = @connection and name = 'full-read') then 0 else 1 end, 0, 0)
        on conflict (connection, contact_key, channel) do update set state = 1, generation = consent.generation + 1, attempts = 0, due_at = 0,
            history = case when exists (select 1 from progress where connection = @connection and name = 'full-read') then 0 else consent.history end
        """, new { connection, contactKey, channel = _channel }, transaction);

    /// <summary>These people go by another address now, of which HubSpot has yet to be asked. Whoever has said nothing on either side has no row.</summary>
    public static void Moved(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, IReadOnlyList<string> keys)
    {
        if (keys.Count == 0) return;
        db.ExecuteLater(
            $"""
            update consent set state = 1, generation = generation + 1, portal = null, attempts = 0, due_at = 0 where connection = @connection and contact_key {dialect.Among("keys")} and channel = @channel
            """, new { connection, keys, channel = (long)ConsentChannel.Email }, transaction);
    }

    /// <summary>
    /// Something went from one contact to another, and with it perhaps the address of which HubSpot has said something: it is asked of the other too.
    /// What was denied is remembered there, what was granted is not: it was granted to somebody else.
    /// </summary>
    public static void Follow(DbConnection db, DbTransaction transaction, string connection, string left, string joined) => db.ExecuteLater(
        """
        insert into consent (connection, contact_key, channel, base_store, base_portal, state, history, attempts, due_at)
        select connection, @joined, channel, base_store, case when base_portal = @granted then null else base_portal end, 1, history, 0, 0 from consent where connection = @connection and contact_key = @left and channel = @channel
        on conflict (connection, contact_key, channel) do update set state = 1, generation = consent.generation + 1, portal = null, attempts = 0, due_at = 0
        """, new { connection, left, joined, channel = (long)ConsentChannel.Email, granted = (int)ConsentState.Granted }, transaction);

    /// <summary>Two people are one from now on: what either has said may deny, and grants nothing.</summary>
    public static void Unite(DbConnection db, DbTransaction transaction, string connection, string gone, string keeper) => db.Execute(
        """
        update consent set contact_key = @keeper where connection = @connection and contact_key = @gone and not exists (
            select 1 from consent kept where kept.connection = @connection and kept.contact_key = @keeper and kept.channel = consent.channel);
        delete from consent where connection = @connection and contact_key = @gone;
        update consent set state = 1, generation = generation + 1, portal = null, history = 1, attempts = 0, due_at = 0 where connection = @connection and contact_key = @keeper
        """, new { connection, gone, keeper }, transaction);

    /// <summary>HubSpot says something of the person; a row is opened where that is new. Of whom it is to be asked by a new address, a contact still says what held of the old one: only a denial is news then.</summary>
    public void Saw(DbConnection db, DbTransaction transaction, string connection, string contactKey, ConsentState portal) => db.ExecuteLater(
        """
        insert into consent (connection, contact_key, channel, portal, state, history, attempts, due_at) select @connection, @contactKey, @channel, @portal, 1, 0, 0, 0 where @portal <> 0
        on conflict (connection, contact_key, channel) do update set portal = case when consent.portal is null and consent.base_portal is not null and not (excluded.portal = @denied and consent.base_portal <> @denied) then null else excluded.portal end, state = case when consent.portal is null or consent.portal <> excluded.portal then 1 else consent.state end,
            generation = case when consent.portal is null or consent.portal <> excluded.portal then consent.generation + 1 else consent.generation end,
            due_at = case when consent.portal is null or consent.portal <> excluded.portal then 0 else consent.due_at end
        """, new { connection, contactKey, channel = _channel, portal = (int)portal, denied = (int)ConsentState.Denied }, transaction);

    /// <summary>What is open and due, with what the ledger says now.</summary>
    /// <param name="after">In the order of the keys, and only those behind this one; null: in the order in which they fell due.</param>
    public List<ConsentEntry> Due(DbConnection db, ISqlDialect dialect, string connection, long now, int limit, string? after = null)
    {
        var order = after is null ? "order by c.due_at, c.contact_key" : "and c.contact_key > @after order by c.contact_key";
        // What stands in a property of the contact has to wait for the contact; a subscription goes by the address and waits for nothing.
        var rows = db.Query<Row>(
            $"""
            select c.contact_key, r.record_id, c.base_store, c.base_portal, c.portal, c.history, c.attempts, c.generation from consent c
            left join record r on r.connection = c.connection and r.object = 'contacts' and r.record_key = c.contact_key and r.state <> 3
            where c.connection = @connection and c.channel = @channel and c.state <> 0 and c.state = 1 and c.due_at <= @now and (c.channel = 0 or r.record_id is not null) {order} limit @limit
            """, new { connection, channel = _channel, now, limit, after }).AsList();
        if (rows.Count == 0) return [];
        var keys = rows.Select(row => row.Contact_Key).ToList();
        var customers = db.Query<Body>($"select contact_key, body as json from ledger where connection = @connection and kind = 2 and body <> '' and contact_key {dialect.Among("keys")}", new { connection, keys })
            .Select(body => (body.Contact_Key, Customer: (Customer)LedgerJson.Read(body.Json))).ToLookup(c => c.Contact_Key, c => c.Customer);
        // The account's address before that of any order: those keep the one they were made with.
        var addresses = db.Query<(string Key, string Email)>($"select contact_key, email from ledger where connection = @connection and email is not null and contact_key {dialect.Among("keys")} order by kind = 2 desc, deleted, guest, version desc, platform_id", new { connection, keys })
            .GroupBy(a => a.Key).ToDictionary(a => a.Key, a => a.First().Email);
        return [.. rows.Select(row => new ConsentEntry(row.Contact_Key, addresses.GetValueOrDefault(row.Contact_Key) ?? "", row.Record_Id, row.Base_Store, row.Base_Portal, row.Portal, row.History, row.Attempts, row.Generation)
        {
            Store = customers[row.Contact_Key].Select(Of).Aggregate((Consent?)null, Consent.Merge) ?? new Consent(ConsentState.None),
        })];
    }

    /// <summary>Both sides are as they should be: this is where the next change starts from. What has come meanwhile stays open, and HubSpot is asked anew.</summary>
    public void Settle(DbConnection db, DbTransaction transaction, string connection, ConsentEntry entry, ConsentState store, ConsentState portal) => db.ExecuteLater(
        """
        update consent set base_store = @store, base_portal = @portal, portal = case when generation = @Generation then @portal end, state = case when generation = @Generation then 0 else 1 end,
            history = case when generation = @Generation then 0 else history end, attempts = 0, due_at = 0, problem = null, fix = null
        """ + This,
        new { connection, key = entry.Contact_Key, channel = _channel, store = (long)store, portal = (long)portal, entry.Generation }, transaction);

    /// <summary>It waits for somebody, unless something has come meanwhile.</summary>
    public void Put(DbConnection db, DbTransaction transaction, string connection, ConsentEntry entry, int state, string problem, string fix, string? correlation = null) => db.ExecuteLater(
        "update consent set state = @state, problem = @problem, fix = @fix, correlation = @correlation" + This + Unmoved, new { connection, key = entry.Contact_Key, channel = _channel, state, problem, fix, correlation, entry.Generation }, transaction);

    public void Later(DbConnection db, DbTransaction transaction, string connection, ConsentEntry entry, string problem, long due) => db.ExecuteLater(
        "update consent set attempts = attempts + 1, due_at = @due, problem = @problem" + This + Unmoved, new { connection, key = entry.Contact_Key, channel = _channel, problem, due, entry.Generation }, transaction);

    public static void RetryAll(DbConnection db, DbTransaction transaction, string connection) =>
        db.ExecuteLater("update consent set state = 1, attempts = 0, due_at = 0 where connection = @connection and state <> 0 and state in (2, 3)", new { connection }, transaction);
}
