using Dapper;
using Microsoft.Extensions.Time.Testing;
using Spoke.Sync.Insight;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Sqlite;

namespace Spoke.Sync.Tests.Insight;

/// <summary>Ready is who can keep a change, and not who can only read.</summary>
public sealed class ReadinessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-ready-").FullName;

    [Fact]
    public async Task A_database_that_can_only_be_read_is_not_ready_and_one_that_can_be_written_again_is()
    {
        var token = TestContext.Current.CancellationToken;
        var clock = new FakeTimeProvider();
        await using var database = await SyncDatabase.OpenAsync(new SqliteDialect(Path.Combine(_folder, "spoke.db")), token);
        var readiness = new Readiness(database, clock);
        await readiness.ProveAsync(token);
        Assert.Equal(clock.GetUtcNow(), await MomentAsync(database, token));
        await BecomeAsync(database, readOnly: true, token);
        await readiness.ProveAsync(token);   // however many ask: not tried again within five seconds
        clock.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<StorageException>(() => readiness.ProveAsync(token));
        await BecomeAsync(database, readOnly: false, token);
        clock.Advance(TimeSpan.FromSeconds(5));
        await readiness.ProveAsync(token);
        Assert.Equal(clock.GetUtcNow(), await MomentAsync(database, token));
    }

    private static Task<DateTimeOffset> MomentAsync(SyncDatabase database, CancellationToken token) =>
        database.ReadAsync(db => DateTimeOffset.Parse(db.ExecuteScalar<string>("select value from progress where name = 'ready'")!, System.Globalization.CultureInfo.InvariantCulture), token);

    /// <summary>The writer's own connection takes no write any more, as on a disk that was mounted read-only.</summary>
    private static Task BecomeAsync(SyncDatabase database, bool readOnly, CancellationToken token) => database.WriteAsync((db, transaction) =>
    {
        db.Execute(readOnly ? "pragma query_only = 1" : "pragma query_only = 0", transaction: transaction);
    }, token);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
