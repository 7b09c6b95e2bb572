using System.Data.Common;
using Dapper;

namespace Spoke.Sync.Storage;

/// <summary>The database's shape, step by step. A step that has been released is never changed; a new one is added.</summary>
internal static class Migrations
{
    private static readonly string[] Steps =
    [
        """
        create table intake (seq {identity}, connection text not null, kind integer not null, platform_id text not null, version bigint not null, deleted integer not null,
            delivery_id text, payload {bytes} not null, received_at bigint not null, state integer not null, problem text);
        create unique index intake_delivery on intake (connection, delivery_id) where delivery_id is not null;
        create index intake_waiting on intake (connection, seq) where state = 0;
        create table ledger (connection text not null, kind integer not null, platform_id text not null, version bigint not null, hash text not null, deleted integer not null,
            contact_key text, cart_id text, body text not null, primary key (connection, kind, platform_id));
        create index ledger_contact on ledger (connection, contact_key, kind) where contact_key is not null;
        create index ledger_cart on ledger (connection, cart_id) where cart_id is not null;
        create table record (connection text not null, object text not null, record_key text not null, source_id text not null, record_id text, shadow text, state integer not null,
            generation bigint not null, attempts integer not null, due_at bigint not null, title text, problem text, cause text, fix text, primary key (connection, object, record_key));
        create index record_dirty on record (connection, object, due_at) where state = 1;
        create table edge (connection text not null, from_object text not null, from_key text not null, to_object text not null, to_key text not null, type_id integer not null, state integer not null,
            primary key (connection, from_object, from_key, to_object, to_key));
        create index edge_waiting on edge (connection, from_object, to_object) where state <> 1;
        create table contact_alias (connection text not null, email text not null, contact_key text not null, primary key (connection, email));
        create table progress (connection text not null, name text not null, value text not null, primary key (connection, name));
        create table recent (seq {identity}, at bigint not null, connection text not null, what text not null, object text not null, title text not null, detail text, record_id text);
        """,
    ];

    public static async Task ApplyAsync(DbConnection connection, ISqlDialect dialect, CancellationToken cancellationToken)
    {
        await using var transaction = await dialect.BeginWriteAsync(connection, cancellationToken).ConfigureAwait(false);   // holds out other processes
        await connection.ExecuteAsync("create table if not exists schema_version (version integer primary key)", transaction: transaction).ConfigureAwait(false);
        var done = await connection.ExecuteScalarAsync<int?>("select max(version) from schema_version", transaction: transaction).ConfigureAwait(false) ?? 0;
        if (done > Steps.Length)
            throw new StorageException($"The database {dialect.Name} was written by a newer version of spoke (schema {done}, this one knows {Steps.Length}). Use that version, or a database of its own.");
        for (var step = done; step < Steps.Length; step++)
        {
            await connection.ExecuteAsync(Steps[step].Replace("{identity}", dialect.IdentityColumn).Replace("{bytes}", dialect.BytesType), transaction: transaction).ConfigureAwait(false);
            await connection.ExecuteAsync("insert into schema_version (version) values (@version)", new { version = step + 1 }, transaction).ConfigureAwait(false);
        }
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
