using System.Data.Common;
using Dapper;
using Spoke.Sync.Ledger;

namespace Spoke.Sync.Storage;

/// <summary>The database's shape, step by step. A step that has been released is never changed; a new one is added. Numbers are bigint everywhere, so that every database hands them out as the same type.</summary>
internal static class Migrations
{
    /// <param name="Fill">Brings what is there already into the new shape.</param>
    private sealed record Step(string Sql, Action<DbConnection, DbTransaction>? Fill = null);

    private static readonly Step[] Steps =
    [
        new("""
            create table intake (seq {identity}, connection text not null, kind bigint not null, platform_id text not null, version bigint not null, deleted bigint not null,
                delivery_id text, payload {bytes} not null, received_at bigint not null, state bigint not null, problem text);
            create unique index intake_delivery on intake (connection, delivery_id) where delivery_id is not null;
            create index intake_waiting on intake (connection, seq) where state = 0;
            create table ledger (connection text not null, kind bigint not null, platform_id text not null, version bigint not null, hash text not null, deleted bigint not null,
                contact_key text, cart_id text, body text not null, primary key (connection, kind, platform_id));
            create index ledger_contact on ledger (connection, contact_key, kind) where contact_key is not null;
            create index ledger_cart on ledger (connection, cart_id) where cart_id is not null;
            create table record (connection text not null, object text not null, record_key text not null, source_id text not null, record_id text, shadow text, state bigint not null,
                generation bigint not null, attempts bigint not null, due_at bigint not null, title text, problem text, cause text, fix text, primary key (connection, object, record_key));
            create index record_dirty on record (connection, object, due_at) where state = 1;
            create table edge (connection text not null, from_object text not null, from_key text not null, to_object text not null, to_key text not null, type_id bigint not null, state bigint not null,
                primary key (connection, from_object, from_key, to_object, to_key));
            create index edge_waiting on edge (connection, from_object, to_object) where state <> 1;
            create table contact_alias (connection text not null, email text not null, contact_key text not null, primary key (connection, email));
            create table progress (connection text not null, name text not null, value text not null, primary key (connection, name));
            create table recent (seq {identity}, at bigint not null, connection text not null, what text not null, object text not null, title text not null, detail text, record_id text);
            """),
        // What is looked for lies in columns, not inside the JSON; a contact's aggregates lie in a row of their own.
        new("""
            alter table ledger add column fresh bigint not null default 0;
            alter table ledger add column gone_version bigint not null default -1;
            alter table ledger add column sku text;
            alter table ledger add column email text;
            alter table ledger add column customer_id text;
            alter table ledger add column guest bigint not null default 0;
            alter table ledger add column currency text;
            alter table ledger add column total bigint;
            alter table ledger add column occurred_at bigint;
            alter table ledger add column counted bigint not null default 0;
            create index ledger_sku on ledger (connection, sku) where sku is not null;
            create index ledger_email on ledger (connection, email) where email is not null;
            create index ledger_customer on ledger (connection, customer_id) where customer_id is not null;
            create index ledger_occurred on ledger (connection, contact_key, kind, currency, counted, occurred_at) where occurred_at is not null;
            create index intake_entity on intake (connection, kind, platform_id) where state = 2;
            create table aggregates (connection text not null, contact_key text not null, currency text not null, orders bigint not null, orders_count bigint not null, total_spent bigint not null,
                net_spent bigint not null, items_net bigint not null, first_order_at bigint, last_order_at bigint, primary key (connection, contact_key, currency));
            alter table record add column property text;
            alter table record add column value text;
            alter table record add column currency text;
            alter table record add column total bigint;
            create index record_trouble on record (connection, object) where state > 1;
            create index edge_to on edge (connection, to_object, to_key);
            alter table edge add column attempts bigint not null default 0;
            alter table edge add column due_at bigint not null default 0;
            alter table edge add column problem text;
            drop index edge_waiting;
            create index edge_due on edge (connection, state, due_at) where state <> 1;
            drop table contact_alias;
            """, LedgerFill.Run),
        // What comes back from HubSpot: what it told us, the values that stand against the store's, and contacts that people have merged.
        new("""
            create table taken (connection text not null, object text not null, record_key text not null, property text not null, value text not null, base text not null, at bigint not null,
                state bigint not null, attempts bigint not null, due_at bigint not null, problem text, fix text, primary key (connection, object, record_key, property));
            create index taken_due on taken (connection, state, due_at) where state in (0, 2);
            create table portal_event (seq {identity}, connection text not null, event_key text not null, kind bigint not null, object text not null, record_id text not null, other_id text,
                at bigint not null, received_at bigint not null, state bigint not null);
            create unique index portal_event_key on portal_event (connection, event_key);
            create index portal_event_waiting on portal_event (connection, seq) where state = 0;
            create index record_linked on record (connection, object, record_id) where record_id is not null;
            create table contact_merge (connection text not null, contact_key text not null, into_key text not null, primary key (connection, contact_key));
            create table audit (seq {identity}, at bigint not null, connection text not null, object text not null, record_key text not null, property text, what text not null, before text, after text, detail text);
            create index audit_record on audit (connection, object, record_key);
            create table consent (connection text not null, contact_key text not null, base_store bigint, base_portal bigint, portal bigint, history bigint not null, state bigint not null,
                attempts bigint not null, due_at bigint not null, problem text, fix text, primary key (connection, contact_key));
            create index consent_due on consent (connection, state, due_at) where state <> 0;
            alter table ledger add column number text;
            create index ledger_number on ledger (connection, number) where number is not null;
            """, LedgerFill.Numbers),
        // Properties on their way of which nobody has heard yet whether HubSpot has them. Records that may be about to give up an address or a SKU; whose a record of HubSpot is.
        new("""
            alter table record add column sent text;
            create index record_held on record (connection, object) where record_id is not null and state > 0;
            """),
        // Every value written can be explained: which change of the store, and which request.
        new("""
            alter table record add column because text not null default '';
            alter table record add column unclaimed bigint not null default 0;
            create index record_unclaimed on record (connection) where unclaimed = 1;
            alter table ledger add column heard text;
            create table written (seq {identity}, connection text not null, object text not null, record_key text not null, record_id text, at bigint not null, what text not null, changes text not null,
                because text, request text, correlation text, swept bigint not null default 0);
            create index written_record on written (connection, object, record_key, seq);
            create index written_old on written (connection, at) where swept = 0;
            """),
        // What people have asked about their data, and by what an erased person is known again: keyed hashes, nothing else.
        new("""
            create table privacy_request (seq {identity}, connection text not null, request_id text not null, kind bigint not null, customer_id text, email text, record_id text, order_ids text not null,
                received_at bigint not null, state bigint not null, number bigint, records text not null, receipt text, problem text, finished_at bigint);
            create unique index privacy_request_id on privacy_request (connection, request_id);
            create index privacy_open on privacy_request (connection, seq) where state < 2;
            create table tombstone (connection text not null, hash text not null, number bigint not null, at bigint not null, primary key (connection, hash));
            """),
        // By which id HubSpot's support finds a refusal. Orders that were cancelled or refunded and must not wait behind anything.
        new("""
            alter table record add column correlation text;
            alter table consent add column correlation text;
            alter table record add column urgent bigint not null default 0;
            create index record_urgent on record (connection, object, due_at) where urgent = 1;
            """),
        // Tags and notes that HubSpot gives the store, and which tags there are ours.
        new("""
            create table given (connection text not null, object text not null, record_key text not null, kind bigint not null, seen text not null, base text not null, ours text not null,
                version bigint not null, state bigint not null, attempts bigint not null, due_at bigint not null, problem text, fix text, primary key (connection, object, record_key, kind));
            create index given_due on given (connection, state, due_at) where state in (0, 2);
            """),
        // Consent by channel: 0 e-mail, 1 SMS.
        new("""
            drop index consent_due;
            alter table consent rename to consent_before;
            create table consent (connection text not null, contact_key text not null, channel bigint not null default 0, base_store bigint, base_portal bigint, portal bigint, history bigint not null, state bigint not null,
                attempts bigint not null, due_at bigint not null, problem text, fix text, correlation text, primary key (connection, contact_key, channel));
            insert into consent (connection, contact_key, channel, base_store, base_portal, portal, history, state, attempts, due_at, problem, fix, correlation)
                select connection, contact_key, 0, base_store, base_portal, portal, history, state, attempts, due_at, problem, fix, correlation from consent_before;
            drop table consent_before;
            create index consent_due on consent (connection, channel, state, due_at) where state <> 0;
            """),
        // Whose company a person or an order is of, and which company has a domain.
        new("""
            alter table ledger add column company_id text;
            alter table ledger add column domain text;
            create index ledger_company on ledger (connection, company_id) where company_id is not null;
            create index ledger_domain on ledger (connection, domain) where domain is not null;
            create table company_domain (connection text not null, domain text not null, record_key text not null, primary key (connection, domain));
            create index company_domain_record on company_domain (connection, record_key);
            """, LedgerFill.Companies),
        // How far carts have come, and when time alone changes that.
        new("""
            create table cart_state (connection text not null, cart_id text not null, state bigint not null, abandoned_at bigint, due_at bigint, primary key (connection, cart_id));
            create index cart_state_due on cart_state (connection, due_at) where due_at is not null;
            """),
        // Which orders and carts name a variant: it is not archived while a line item stands for it.
        new("""
            create table line_variant (connection text not null, variant_id text not null, kind bigint not null, parent_id text not null, primary key (connection, variant_id, kind, parent_id));
            """, LineVariants.Fill),
        // When an entity was last heard of by a full read of the store, or while one was under way.
        new("alter table ledger add column seen_at bigint not null default 0;"),
        // The order in which records fall due, down to the key: a portion of a large backlog is found without sorting all of it.
        new("""
            drop index record_dirty;
            create index record_dirty on record (connection, object, due_at, record_key) where state = 1;
            """),
        // The store's version in which it took a value of HubSpot's: from that one on the store speaks for itself.
        new("alter table taken add column version bigint;"),
        // Raised by whatever is new of a person's consent: what was settled by older knowledge settles nothing newer.
        new("alter table consent add column generation bigint not null default 0;"),
        // Whose turn it is to send a record, and until when.
        new("""
            alter table record add column turn bigint not null default 0;
            alter table record add column turn_until bigint not null default 0;
            """),
        // Which variants a product has.
        new("""
            alter table ledger add column product_id text;
            create index ledger_product on ledger (connection, product_id) where product_id is not null;
            """, LedgerFill.Products),
        // What the store may have of us already when it is given something newer.
        new("alter table taken add column ours text;"),
    ];

    public static int Newest => Steps.Length;

    public static async Task ApplyAsync(DbConnection connection, ISqlDialect dialect, CancellationToken cancellationToken, int? upTo = null)
    {
        await using var transaction = await dialect.BeginWriteAsync(connection, cancellationToken).ConfigureAwait(false);   // holds out other processes
        await connection.ExecuteAsync("create table if not exists schema_version (version bigint primary key)", transaction: transaction).ConfigureAwait(false);
        var done = await connection.ExecuteScalarAsync<int?>("select max(version) from schema_version", transaction: transaction).ConfigureAwait(false) ?? 0;
        if (done > Steps.Length)
            throw new StorageException($"The database {dialect.Name} was written by a newer version of spoke (schema {done}, this one knows {Steps.Length}). Use that version, or a database of its own.");
        var fills = new List<Action<DbConnection, DbTransaction>>();
        for (var step = done; step < (upTo ?? Steps.Length); step++)
        {
            await connection.ExecuteAsync(Steps[step].Sql.Replace("{identity}", dialect.IdentityColumn).Replace("{bytes}", dialect.BytesType), transaction: transaction).ConfigureAwait(false);
            if (Steps[step].Fill is { } fill) fills.Add(fill);
            await connection.ExecuteAsync("insert into schema_version (version) values (@version)", new { version = step + 1 }, transaction).ConfigureAwait(false);
        }
        foreach (var fill in fills) fill(connection, transaction);   // they write as the newest shape wants it
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
