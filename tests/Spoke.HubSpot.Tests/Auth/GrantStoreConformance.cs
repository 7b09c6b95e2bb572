using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Spoke.HubSpot.Tests.Auth;

/// <summary>What every store of grants does.</summary>
public abstract class GrantStoreConformance
{
    protected static readonly OAuthGrant Grant = new() { AccessToken = "CAccess-canary-token", RefreshToken = "na1-canary", IssuedAt = DateTimeOffset.UnixEpoch, ExpiresAt = DateTimeOffset.UnixEpoch.AddMinutes(30), HubId = 7, Scopes = ["oauth", "tickets"] };

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract ValueTask<IGrantStore> OpenAsync();

    [Fact]
    public async Task It_gives_back_what_was_written_last_and_nothing_once_deleted()
    {
        var store = await OpenAsync();
        Assert.Null(await store.ReadAsync(Stop));
        await store.WriteAsync(Grant with { HubId = 1 }, Stop);
        await store.WriteAsync(Grant, Stop);
        var read = (await store.ReadAsync(Stop))!;
        Assert.Equal(Grant.Scopes, read.Scopes);
        Assert.Equal(Grant, read with { Scopes = Grant.Scopes });
        await store.DeleteAsync(Stop);
        await store.DeleteAsync(Stop);
        Assert.Null(await store.ReadAsync(Stop));
    }

    [Fact]
    public async Task One_holds_it_and_the_others_wait()
    {
        var store = await OpenAsync();
        var first = await store.LockAsync(Stop);
        var second = store.LockAsync(Stop).AsTask();
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.LockAsync(impatient.Token).AsTask());
        Assert.False(second.IsCompleted);
        await first.DisposeAsync();
        await (await second).DisposeAsync();
    }

    protected static byte[] Turned(byte[] bytes) => [.. bytes.Select(b => (byte)~b)];
}

public sealed class MemoryGrantStoreTests : GrantStoreConformance
{
    protected override ValueTask<IGrantStore> OpenAsync() => new(new MemoryGrantStore());
}

public sealed class FileGrantStoreTests : GrantStoreConformance, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spoke-grant-");

    public void Dispose() => _folder.Delete(recursive: true);

    protected override ValueTask<IGrantStore> OpenAsync() => new(new FileGrantStore(Path.Combine(_folder.FullName, "deeper", "grant"), Turned, Turned));

    [Fact]
    public async Task A_damaged_file_is_said_to_be_that_without_showing_it()
    {
        var store = await OpenAsync();
        await store.WriteAsync(Grant, Stop);
        var file = Path.Combine(_folder.FullName, "deeper", "grant");
        await File.WriteAllBytesAsync(file, Turned("{\"access_token\":\"canary"u8.ToArray()), Stop);
        var damaged = await Assert.ThrowsAsync<InvalidDataException>(() => store.ReadAsync(Stop).AsTask());
        Assert.DoesNotContain("canary", damaged.ToString());
    }
}

public sealed class DatabaseGrantStoreTests : GrantStoreConformance, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spoke-grant-");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    protected override async ValueTask<IGrantStore> OpenAsync()
    {
        var store = new DatabaseGrantStore(ConnectAsync, "main", Turned, Turned);
        await store.CreateTableAsync(Stop);
        return store;
    }

    [Fact]
    public async Task Nothing_of_it_is_in_the_database_in_clear()
    {
        await (await OpenAsync()).WriteAsync(Grant, Stop);
        SqliteConnection.ClearAllPools();
        foreach (var file in _folder.GetFiles()) Assert.DoesNotContain("canary", await File.ReadAllTextAsync(file.FullName, Stop));
    }

    private async ValueTask<DbConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection("Data Source=" + Path.Combine(_folder.FullName, "grants.db"));
        await connection.OpenAsync(cancellationToken);
        return connection;
    }
}
