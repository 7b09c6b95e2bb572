using System.Data.Common;
using Spoke.HubSpot;

namespace Spoke.Configuration;

/// <summary>OAuth grants in the database of <c>spoke.json</c> (<c>"grants": { "store": "database" }</c>): they move and are backed up with it, encrypted with the user's keys.</summary>
internal sealed class GrantDatabase(DatabaseSettings database)
{
    public IGrantStore Store(string name, SecretProtection protection)
    {
        var store = new DatabaseGrantStore(OpenAsync, name, protection.Protect, protection.Unprotect);
        return new WithTable(store);
    }

    public bool Has(string name)
    {
        if (database.IsMissing) return false;
        using var connection = database.Connection();
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = DatabaseGrantStore.TableDefinition;
        command.ExecuteNonQuery();
        command.CommandText = "select count(*) from spoke_grants where name = @name and content is not null";
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("@name", name);
        command.Parameters.Add(parameter);
        return (long)command.ExecuteScalar()! > 0;
    }

    private async ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (database is { IsMissing: true, File: { } file }) await SecretProtection.WriteAsync(file, [], cancellationToken).ConfigureAwait(false);   // the user's alone; an empty file is an empty database
        var connection = database.Connection();
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        return connection;
    }

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
