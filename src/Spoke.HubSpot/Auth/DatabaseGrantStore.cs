using System.Data.Common;
using System.Globalization;

namespace Spoke.HubSpot;

/// <summary>
/// A grant in a table of your database, for several machines: any ADO.NET provider whose parameters begin with <c>@</c> (SQLite, PostgreSQL, SQL Server, MySQL).
/// The table, made by you or by <see cref="CreateTableAsync"/>: <c>spoke_grants (name varchar(200) primary key, content text, holder varchar(40), held_until bigint)</c>.
/// Who dies while it holds the store loses it after a minute.
/// </summary>
public sealed class DatabaseGrantStore : IGrantStore
{
    /// <summary>What <see cref="CreateTableAsync"/> runs.</summary>
    public const string TableDefinition = "create table if not exists spoke_grants (name varchar(200) primary key, content text, holder varchar(40), held_until bigint)";

    private static readonly TimeSpan s_hold = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromMilliseconds(100);
    private readonly Func<CancellationToken, ValueTask<DbConnection>> _open;
    private readonly string _name;
    private readonly Func<byte[], byte[]> _protect;
    private readonly Func<byte[], byte[]> _unprotect;
    private readonly TimeProvider _time;

    /// <param name="open">Gives an open connection; disposed after each use.</param>
    /// <param name="name">Which grant, where the table has several; up to 200 characters.</param>
    /// <param name="protect">Encrypts before writing.</param>
    /// <param name="unprotect">Decrypts after reading.</param>
    /// <param name="timeProvider">The clock of the hold; machines that share the table should agree to within some seconds.</param>
    public DatabaseGrantStore(Func<CancellationToken, ValueTask<DbConnection>> open, string name, Func<byte[], byte[]> protect, Func<byte[], byte[]> unprotect, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(open);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(protect);
        ArgumentNullException.ThrowIfNull(unprotect);
        (_open, _name, _protect, _unprotect, _time) = (open, name, protect, unprotect, timeProvider ?? TimeProvider.System);
    }

    /// <summary>Makes the table when it is missing, in SQL that SQLite, PostgreSQL and MySQL understand.</summary>
    public async Task CreateTableAsync(CancellationToken cancellationToken = default) =>
        await RunAsync(TableDefinition, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<OAuthGrant?> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await _open(cancellationToken).ConfigureAwait(false);
        await using var command = Command(connection, "select content from spoke_grants where name = @name", ("@name", _name));
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is string content ? OAuthGrant.FromJson(_unprotect(Convert.FromBase64String(content))) : null;
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(OAuthGrant grant, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(grant);
        await SeeToRowAsync(cancellationToken).ConfigureAwait(false);
        await RunAsync("update spoke_grants set content = @content where name = @name", cancellationToken, ("@content", Convert.ToBase64String(_protect(grant.ToJson()))), ("@name", _name)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(CancellationToken cancellationToken) =>
        await RunAsync("update spoke_grants set content = null where name = @name", cancellationToken, ("@name", _name)).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<IAsyncDisposable> LockAsync(CancellationToken cancellationToken)
    {
        await SeeToRowAsync(cancellationToken).ConfigureAwait(false);
        var holder = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        while (true)
        {
            var now = _time.GetUtcNow();
            var taken = await RunAsync("update spoke_grants set holder = @holder, held_until = @until where name = @name and (holder is null or held_until < @now)", cancellationToken,
                ("@holder", holder), ("@until", (now + s_hold).ToUnixTimeMilliseconds()), ("@name", _name), ("@now", now.ToUnixTimeMilliseconds())).ConfigureAwait(false);
            if (taken == 1) return new Held(this, holder);
            await Task.Delay(s_lookAgain, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task SeeToRowAsync(CancellationToken cancellationToken) =>
        await RunAsync("insert into spoke_grants (name) select @name where not exists (select 1 from spoke_grants where name = @name)", cancellationToken, ("@name", _name)).ConfigureAwait(false);

    private async Task<int> RunAsync(string sql, CancellationToken cancellationToken, params (string Name, object Value)[] values)
    {
        await using var connection = await _open(cancellationToken).ConfigureAwait(false);
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static DbCommand Command(DbConnection connection, string sql, params (string Name, object Value)[] values)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // every text is a constant of this file
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        return command;
    }

    private sealed class Held(DatabaseGrantStore store, string holder) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() =>
            await store.RunAsync("update spoke_grants set holder = null where name = @name and holder = @holder", CancellationToken.None, ("@name", store._name), ("@holder", holder)).ConfigureAwait(false);
    }
}
