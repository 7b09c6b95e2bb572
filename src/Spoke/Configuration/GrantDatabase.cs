using Microsoft.Data.Sqlite;
using Spoke.HubSpot;

namespace Spoke.Configuration;

/// <summary>OAuth grants in the database of <c>spoke.json</c> (<c>"grants": { "store": "database" }</c>): they move and are backed up with it, encrypted with the user's keys.</summary>
internal sealed class GrantDatabase(string file)
{
    public IGrantStore Store(string name, SecretProtection protection)
    {
        var store = new DatabaseGrantStore(OpenAsync, name, protection.Protect, protection.Unprotect);
        return new WithTable(store);
    }

    public bool Has(string name)
    {
        if (!File.Exists(file)) return false;
        using var connection = new SqliteConnection(Address(SqliteOpenMode.ReadOnly));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "select count(*) from sqlite_master where name = 'spoke_grants'";
        if ((long)command.ExecuteScalar()! == 0) return false;
        command.CommandText = "select count(*) from spoke_grants where name = @name and content is not null";
        command.Parameters.AddWithValue("@name", name);
        return (long)command.ExecuteScalar()! > 0;
    }

    private async ValueTask<System.Data.Common.DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(file)) await SecretProtection.WriteAsync(file, [], cancellationToken).ConfigureAwait(false);   // the user's alone; an empty file is an empty database
        var connection = new SqliteConnection(Address(SqliteOpenMode.ReadWrite));
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        return connection;
    }

    private string Address(SqliteOpenMode mode) => new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false, DefaultTimeout = 30 }.ToString();

    /// <summary>Makes the table ahead of the first use.</summary>
    private sealed class WithTable(DatabaseGrantStore store) : IGrantStore
    {
        private volatile bool _made;

        public async ValueTask<OAuthGrant?> ReadAsync(CancellationToken cancellationToken) => await (await MadeAsync(cancellationToken).ConfigureAwait(false)).ReadAsync(cancellationToken).ConfigureAwait(false);

        public async ValueTask WriteAsync(OAuthGrant grant, CancellationToken cancellationToken) => await (await MadeAsync(cancellationToken).ConfigureAwait(false)).WriteAsync(grant, cancellationToken).ConfigureAwait(false);

        public async ValueTask DeleteAsync(CancellationToken cancellationToken) => await (await MadeAsync(cancellationToken).ConfigureAwait(false)).DeleteAsync(cancellationToken).ConfigureAwait(false);

        public async ValueTask<IAsyncDisposable> LockAsync(CancellationToken cancellationToken) => await (await MadeAsync(cancellationToken).ConfigureAwait(false)).LockAsync(cancellationToken).ConfigureAwait(false);

        private async ValueTask<DatabaseGrantStore> MadeAsync(CancellationToken cancellationToken)
        {
            if (_made) return store;
            await store.CreateTableAsync(cancellationToken).ConfigureAwait(false);
            _made = true;
            return store;
        }
    }
}
