using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Spoke.Commerce.Ledger;
using Spoke.Sync.Planning;

namespace Spoke.Sync.Privacy;

/// <summary>
/// By what an erased person is known again when a store tells of them once more: hashes of the address and the store's ids, keyed with a secret of this database,
/// so that they say nothing to whoever reads them. Asked only where somebody has been erased.
/// </summary>
internal sealed class Tombstones
{
    private const string KeyName = "install-key";
    private const string GuestId = "guest:";
    private readonly byte[] _key;
    private readonly string _connection;

    private Tombstones(string connection, byte[] key) => (_connection, _key) = (connection, key);

    private sealed record Stone(long Number, long At);

    /// <returns>Null: nobody of this connection has been erased.</returns>
    public static Tombstones? Of(DbConnection db, DbTransaction transaction, string connection) =>
        db.ExecuteScalar<long?>("select number from tombstone where connection = @connection limit 1", new { connection }, transaction) is null ? null : Begin(db, transaction, connection);

    /// <summary>For setting the first one too: the key is made when it is needed.</summary>
    public static Tombstones Begin(DbConnection db, DbTransaction transaction, string connection)
    {
        db.Execute("insert into progress (connection, name, value) values ('', @KeyName, @value) on conflict (connection, name) do nothing", new { KeyName, value = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) }, transaction);
        return new Tombstones(connection, Convert.FromBase64String(db.ExecuteScalar<string>("select value from progress where connection = '' and name = @KeyName", new { KeyName }, transaction)!));
    }

    /// <summary>The number the next erased person gets.</summary>
    public long NextNumber(DbConnection db, DbTransaction transaction) => 1 + (db.ExecuteScalar<long?>("select max(number) from tombstone where connection = @_connection", new { _connection }, transaction) ?? 0);

    /// <returns>How many were set.</returns>
    public int Put(DbConnection db, DbTransaction transaction, Person person, long number, long at)
    {
        var names = person.Emails.Select(Email).Concat(person.CustomerIds.Select(id => Id(EntityKind.Customer, id))).Concat(person.OrderIds.Select(id => Id(EntityKind.Order, id))).Concat(person.CartIds.Select(id => Id(EntityKind.Cart, id))).Distinct().ToList();
        foreach (var name in names)
            db.Execute("insert into tombstone (connection, hash, number, at) values (@_connection, @hash, @number, @at) on conflict (connection, hash) do update set at = excluded.at, number = excluded.number", new { _connection, hash = Hash(name), number, at }, transaction);
        return names.Count;
    }

    /// <summary>What may go into the ledger of what a store says. What an erased person had before the erasure comes in without the person, or not at all.</summary>
    /// <returns>With the key of the erased person an order was of.</returns>
    public IReadOnlyList<(LedgerEntity Entity, string? Erased)> Pass(DbConnection db, DbTransaction transaction, IReadOnlyList<LedgerEntity> entities)
    {
        var passed = new List<(LedgerEntity, string?)>();
        var guestsToo = false;   // a guest comes along with the order and is as old as it
        foreach (var entity in entities)
        {
            switch (entity)
            {
                case Order order when OfOrder(db, transaction, order) is { } stone:
                    passed.Add((Erased.Strip(order), Erased.Key(stone.Number)));
                    guestsToo = true;
                    break;
                case Cart cart when Find(db, transaction, Id(EntityKind.Cart, cart.PlatformId)) is not null || Before(OfPerson(db, transaction, cart.CustomerId, cart.Email), cart.LastActivityAt.ToUnixTimeMilliseconds()) is not null:
                    guestsToo = true;
                    break;
                case Customer customer when IsErased(db, transaction, customer): break;
                default: passed.Add((entity, null)); break;
            }
        }
        return guestsToo ? [.. passed.Where(one => one.Item1 is not Customer { Guest: true })] : passed;
    }

    /// <summary>A deletion that would only bring the id of an erased customer back.</summary>
    public bool IsOfErasedCustomer(DbConnection db, DbTransaction transaction, EntityKind kind, string id) => kind == EntityKind.Customer && Find(db, transaction, Id(kind, id)) is not null;

    /// <summary>Whether a contact of this name is that of an erased person.</summary>
    public bool IsOf(DbConnection db, DbTransaction transaction, string contactKey)
    {
        if (!contactKey.StartsWith(SpokeKey.Of(_connection, EntityKind.Customer, ""), StringComparison.Ordinal)) return false;
        var id = contactKey[SpokeKey.Of(_connection, EntityKind.Customer, "").Length..];
        return Find(db, transaction, id.StartsWith(GuestId, StringComparison.Ordinal) ? Email(id[GuestId.Length..]) : Id(EntityKind.Customer, id)) is not null;
    }

    private Stone? OfOrder(DbConnection db, DbTransaction transaction, Order order) =>
        Find(db, transaction, Id(EntityKind.Order, order.PlatformId)) ?? Before(OfPerson(db, transaction, order.CustomerId, order.Email), order.PlacedAt.ToUnixTimeMilliseconds());

    // An account is the same person for as long as it lives; an address may be somebody's who has come anew.
    private bool IsErased(DbConnection db, DbTransaction transaction, Customer customer)
    {
        if (!customer.PlatformId.StartsWith(GuestId, StringComparison.Ordinal) && Find(db, transaction, Id(EntityKind.Customer, customer.PlatformId)) is not null) return true;
        return EmailAddress.Normalise(customer.Email) is { } email && Find(db, transaction, Email(email)) is { } stone
            && (customer.Version <= stone.At || customer.CreatedAt?.ToUnixTimeMilliseconds() <= stone.At);
    }

    private Stone? OfPerson(DbConnection db, DbTransaction transaction, string? customerId, string? email) =>
        (EmailAddress.Normalise(email) is { } address ? Find(db, transaction, Email(address)) : null) ?? (customerId is null ? null : Find(db, transaction, Id(EntityKind.Customer, customerId)));

    private static Stone? Before(Stone? stone, long at) => stone is not null && at <= stone.At ? stone : null;

    private Stone? Find(DbConnection db, DbTransaction transaction, string name) =>
        db.QueryFirstOrDefault<Stone>("select number, at from tombstone where connection = @_connection and hash = @hash", new { _connection, hash = Hash(name) }, transaction);

    private string Hash(string name) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(name)));

    private static string Email(string normalised) => "email:" + normalised;

    private static string Id(EntityKind kind, string id) => $"{kind.Word()}:{id}";
}
