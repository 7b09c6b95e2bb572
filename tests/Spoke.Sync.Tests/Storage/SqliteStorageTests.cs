using System.Data.Common;
using Dapper;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Sqlite;

namespace Spoke.Sync.Tests.Storage;

public sealed class SqliteStorageTests : StorageConformance, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-sqlite-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder, "spoke.db");

    protected override ISqlDialect Dialect(TimeSpan? lockWait = null) => new SqliteDialect(File, lockWait);

    protected override bool IsDurable(DbConnection connection) => connection.ExecuteScalar<string>("pragma journal_mode") == "wal" && connection.ExecuteScalar<int>("pragma synchronous") == 2;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_full_disk_is_named_and_what_was_acknowledged_is_there()
    {
        var acknowledged = 0;
        await using (await SyncDatabase.OpenAsync(Dialect(), Token)) { }
        await using (var database = await SyncDatabase.OpenAsync(new WatchedDialect(Dialect(), connection => connection.Execute("pragma max_page_count = 80")), Token))
        {
            var refused = await Assert.ThrowsAsync<StorageException>(async () =>
            {
                while (acknowledged < 10_000)
                {
                    await PutAsync(database, $"{acknowledged} {new string('x', 2000)}");
                    acknowledged++;
                }
            });
            Assert.Contains("is full", refused.Message);
            Assert.Contains(File, refused.Message);
            Assert.Contains("Make room", refused.Message);
            // Many at once: each hears of it, and for the disk's sake.
            var many = Enumerable.Range(0, 20).Select(i => PutAsync(database, $"late {i} {new string('x', 4000)}")).ToList();
            await Task.WhenAll(many).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            Assert.All(many.Where(write => write.IsFaulted), write => Assert.Contains("is full", write.Exception!.InnerException!.Message));
            Assert.Contains(many, write => write.IsFaulted);
            acknowledged += many.Count(write => write.IsCompletedSuccessfully);
        }
        await using var roomy = await SyncDatabase.OpenAsync(Dialect(), Token);
        Assert.Equal(acknowledged, await CountAsync(roomy));
        await PutAsync(roomy, "goes on");
    }

    [Fact]
    public async Task A_damaged_file_is_named_with_the_remedy()
    {
        await System.IO.File.WriteAllTextAsync(File, new string('x', 5000), Token);
        var refused = await Assert.ThrowsAsync<StorageException>(() => SyncDatabase.OpenAsync(Dialect(), Token));
        Assert.Contains("damaged or is no SQLite database", refused.Message);
        Assert.Contains("move the file away", refused.Message);
    }

    [Fact]
    public async Task Damage_found_while_running_fails_the_write_that_found_it()
    {
        await using (var database = await SyncDatabase.OpenAsync(Dialect(), Token))
            for (var i = 0; i < 50; i++) await PutAsync(database, $"{i} {new string('x', 2000)}");
        var bytes = await System.IO.File.ReadAllBytesAsync(File, Token);
        bytes.AsSpan(4096 * 2).Fill(0xEE);
        await System.IO.File.WriteAllBytesAsync(File, bytes, Token);
        var refused = await Assert.ThrowsAsync<StorageException>(async () =>
        {
            await using var database = await SyncDatabase.OpenAsync(Dialect(), Token);
            for (var i = 0; i < 50; i++) await PutAsync(database, $"again {i}");
            await CountAsync(database);
        });
        Assert.Contains("damaged", refused.Message);
    }

    [Fact]
    public async Task A_missing_folder_is_named_with_the_remedy()
    {
        var refused = await Assert.ThrowsAsync<StorageException>(() => SyncDatabase.OpenAsync(new SqliteDialect(Path.Combine(_folder, "no", "such", "spoke.db")), Token));
        Assert.Contains("Check that its folder exists", refused.Message);
    }

    [Fact]
    public async Task A_database_locked_from_the_start_is_named()
    {
        await using (await SyncDatabase.OpenAsync(Dialect(), Token)) { }
        await using var holder = await Dialect().OpenAsync(Token);
        await using var held = await Dialect().BeginWriteAsync(holder, Token);
        var refused = await Assert.ThrowsAsync<StorageException>(() => SyncDatabase.OpenAsync(Dialect(TimeSpan.FromSeconds(1)), Token));
        Assert.Contains("locked by another process for more than 1 s", refused.Message);
    }
}
