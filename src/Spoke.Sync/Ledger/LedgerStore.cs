using System.Data.Common;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Companies;
using Spoke.Sync.Storage;

namespace Spoke.Sync.Ledger;

/// <summary>A row of the ledger: the state, the contact it belongs to.</summary>
internal sealed record LedgerRow(LedgerState State, string? ContactKey);

/// <summary>A change of the store as it is entered.</summary>
/// <param name="Because">The <see cref="Planning.ChangeSource"/>, as text.</param>
/// <param name="SeenAt">When it was heard of, while a full read was under way; 0: none was.</param>
internal sealed record HeardChange(string Because, long SeenAt);

/// <summary>The ledger's rows. What is looked for lies in columns beside the body.</summary>
internal static class LedgerStore
{
    private const string Rows = "select platform_id, version, fresh, hash, gone_version, contact_key, body from ledger where connection = @connection and kind = @kind and platform_id ";

    private sealed record Row(string Platform_Id, long Version, long Fresh, string Hash, long Gone_Version, string? Contact_Key, string Body)
    {
        public LedgerRow Read() => new(new LedgerState(Version, Fresh != 0, Hash, Gone_Version, Body.Length == 0 ? null : LedgerJson.Read(Body)), Contact_Key);
    }

    public static LedgerRow? Find(DbConnection db, DbTransaction? transaction, string connection, EntityKind kind, string id) =>
        db.QueryFirstOrDefault<Row>(Rows + "= @id", new { connection, kind = (int)kind, id }, transaction)?.Read();

    /// <summary>Those of some entities of one kind that are known.</summary>
    public static IEnumerable<(string Id, LedgerRow Row)> Find(DbConnection db, DbTransaction transaction, ISqlDialect dialect, string connection, EntityKind kind, IReadOnlyList<string> ids) =>
        db.Query<Row>(Rows + dialect.Among("ids"), new { connection, kind = (int)kind, ids }, transaction).Select(row => (row.Platform_Id, row.Read()));

    /// <param name="heard">The change that says so; null: it says nothing that a record would show.</param>
    public static void Put(DbConnection db, DbTransaction transaction, string connection, EntityKind kind, string id, LedgerState state, string? contactKey, HeardChange? heard) => db.ExecuteLater(
        """
        insert into ledger (connection, kind, platform_id, version, fresh, hash, gone_version, deleted, contact_key, cart_id, body, sku, email, customer_id, guest, currency, total, occurred_at, counted, number, company_id, domain, product_id, heard, seen_at)
        values (@connection, @kind, @id, @version, @fresh, @hash, @gone, @deleted, @contactKey, @CartId, @body, @Sku, @Email, @CustomerId, @Guest, @Currency, @Total, @OccurredAt, @Counted, @Number, @CompanyId, @Domain, @ProductId, @heard, @seenAt)
        on conflict (connection, kind, platform_id) do update set version = excluded.version, fresh = excluded.fresh, hash = excluded.hash, gone_version = excluded.gone_version, deleted = excluded.deleted,
            contact_key = excluded.contact_key, cart_id = excluded.cart_id, body = excluded.body, sku = excluded.sku, email = excluded.email, customer_id = excluded.customer_id, guest = excluded.guest,
            currency = excluded.currency, total = excluded.total, occurred_at = excluded.occurred_at, counted = excluded.counted, number = excluded.number, company_id = excluded.company_id, domain = excluded.domain,
            product_id = excluded.product_id, heard = coalesce(excluded.heard, ledger.heard), seen_at = case when ledger.seen_at < excluded.seen_at then excluded.seen_at else ledger.seen_at end
        """, Parameters(connection, kind, id, state, contactKey, heard), transaction);

    /// <summary>Notes when entities were heard of, whether or not they said anything new. Of those that did it is noted already.</summary>
    public static void Seen(DbConnection db, DbTransaction transaction, string connection, IEnumerable<(EntityKind Kind, string Id, long At)> heard)
    {
        foreach (var (kind, id, at) in heard) db.ExecuteLater("update ledger set seen_at = @at where connection = @connection and kind = @kind and platform_id = @id and seen_at < @at", new { connection, kind = (int)kind, id, at }, transaction);
    }

    private static DynamicParameters Parameters(string connection, EntityKind kind, string id, LedgerState state, string? contactKey, HeardChange? heard)
    {
        var parameters = new DynamicParameters(LedgerColumns.Of(state.Entity));
        parameters.AddDynamicParams(new
        {
            connection,
            kind = (int)kind,
            id,
            version = state.Version,
            fresh = state.Fresh ? 1 : 0,
            hash = state.Hash,
            gone = state.GoneVersion,
            deleted = state.Entity is { Deleted: false } ? 0 : 1,
            contactKey,
            body = state.Entity is { } entity ? LedgerJson.Write(entity) : "",
            heard = heard?.Because,
            seenAt = heard?.SeenAt ?? 0,
        });
        return parameters;
    }
}

/// <summary>What of an entity is looked for, and so lies in columns of its own.</summary>
internal sealed record LedgerColumns(string? Sku, string? Email, string? CustomerId, string? CartId, int Guest, string? Currency, long? Total, long? OccurredAt, int Counted, string? Number = null, string? CompanyId = null, string? Domain = null, string? ProductId = null)
{
    public static LedgerColumns Of(LedgerEntity? entity) => entity switch
    {
        Variant variant => new(variant.Sku is { Length: > 0 } sku ? sku.ToUpperInvariant() : null, null, null, null, 0, null, null, null, 0, ProductId: variant.ProductId),
        Customer customer => new(null, EmailAddress.Normalise(customer.Email), null, null, customer.Guest ? 1 : 0, null, null, null, 0, null, customer.CompanyId, CompanyRules.DomainOf(customer.Email)),
        Order order => new(null, EmailAddress.Normalise(order.Email), order.CustomerId, order.CartId, 0, order.Currency, order.Amounts.Total.Minor, order.PlacedAt.ToUnixTimeMilliseconds(), OrderContribution.Of(order).Counted ? 1 : 0, order.Number, order.CompanyId, CompanyRules.DomainOf(order.Email)),
        Cart cart => new(null, EmailAddress.Normalise(cart.Email), cart.CustomerId, null, 0, cart.Currency, cart.Amounts.Total.Minor, cart.LastActivityAt.ToUnixTimeMilliseconds(), 0),
        _ => new(null, null, null, null, 0, null, null, null, 0),
    };
}
