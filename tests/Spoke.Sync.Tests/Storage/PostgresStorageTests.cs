using System.Data.Common;
using Dapper;
using Npgsql;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Postgres;
using Spoke.Sync.Tests.Pushing;

namespace Spoke.Sync.Tests.Storage;

/// <summary>PostgreSQL, on a cluster of the tests' own: the same suite and the same pass to HubSpot as on SQLite, and what only a server can do to us.</summary>
public sealed class PostgresStorageTests(PostgresCluster cluster) : StorageConformance
{
    private readonly string _database = cluster.NewKeptDatabase();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected override ISqlDialect Dialect(TimeSpan? lockWait = null) => new PostgresDialect(_database, lockWait);

    protected override bool IsDurable(DbConnection connection) => connection.ExecuteScalar<string>("show synchronous_commit") == "on" && connection.ExecuteScalar<string>("show fsync") == "on";

    [Fact]
    public async Task A_pass_with_all_that_can_happen_runs_on_it()
    {
        await using var rig = await PushRig.StartAsync(Dialect());
        await rig.EnterAsync(Some.Variant("v1", 1, "TEA"), Some.Variant("v2", 1, "TEA"), Some.Order("1", 1, email: "a@example.com", lines: ["l1", "l2"]), Some.Cart("k1", 1, "c@example.com"));
        await rig.PassAsync();
        await rig.EnterAsync(Some.Customer("5", 1, "A@example.com"), Some.Order("1", 2, email: "a@example.com", refunded: 200, lines: ["l2"]), Some.Order("2", 1, customer: "5", total: 500));
        await rig.PassAsync();
        var contact = await rig.OneAsync("contacts", "shop-main:customer:5", "spoke_total_spent", "spoke_orders_count");
        Assert.Equal(("13.00", "2"), (contact["spoke_total_spent"], contact["spoke_orders_count"]));
        await rig.Portal.Orders.ArchiveAsync((await rig.OneAsync("orders", "shop-main:order:2")).Id, null, PushRig.Token);
        await rig.EnterAsync(Some.Order("2", 2, customer: "5", total: 600));
        await rig.PassAsync();
        Assert.Equal((1, 0), (await rig.QuarantinedAsync(), rig.Waiting));
        var before = (await rig.WritesAsync()).Count;
        await rig.PassAsync();
        Assert.Equal(before, (await rig.WritesAsync()).Count);
        var sums = await rig.OverviewAsync();
        Assert.Equal("16.00", Assert.Single(Assert.Single(sums.Connections).Sums).InStore);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_with_the_remedy()
    {
        var refused = await Assert.ThrowsAsync<StorageException>(() => SyncDatabase.OpenAsync(new PostgresDialect("Host=127.0.0.1;Port=9;Username=spoke;Database=shop"), Token));
        Assert.Contains("127.0.0.1 cannot be reached", refused.Message);
        Assert.Contains("Check that it runs", refused.Message);
    }

    [Fact]
    public async Task A_database_that_does_not_exist_is_named_with_the_remedy()
    {
        var refused = await Assert.ThrowsAsync<StorageException>(() => SyncDatabase.OpenAsync(new PostgresDialect(new NpgsqlConnectionStringBuilder(_database) { Database = "nowhere" }.ConnectionString), Token));
        Assert.Contains("nowhere", refused.Message);
        Assert.Contains("does not exist. Make it", refused.Message);
    }

    [Fact]
    public async Task A_server_that_is_read_only_for_a_while_is_named_and_it_goes_on_when_it_can_be_written()
    {
        await using var database = await SyncDatabase.OpenAsync(Dialect(), Token);
        await PutAsync(database, "before");
        Become("on");
        await Assert.ThrowsAsync<StorageException>(() => database.WriteAsync((db, _) => db.Execute("select pg_terminate_backend(pg_backend_pid())"), Token));
        var refused = await Assert.ThrowsAsync<StorageException>(() => PutAsync(database, "meanwhile"));
        Assert.Contains("read-only", refused.Message);
        // The session that was opened meanwhile stays read-only for as long as it lasts.
        Become("off");
        await PutAsync(database, "after");
        Assert.Equal(2, await CountAsync(database));
    }

    [Fact]
    public async Task A_connection_the_server_ended_is_replaced_and_its_writers_are_told()
    {
        await using var database = await SyncDatabase.OpenAsync(Dialect(), Token);
        await PutAsync(database, "before");
        var refused = await Assert.ThrowsAsync<StorageException>(() => database.WriteAsync((db, _) => db.Execute("select pg_terminate_backend(pg_backend_pid())"), Token));
        Assert.Contains("nothing that was acknowledged is lost", refused.Message, StringComparison.OrdinalIgnoreCase);
        await PutAsync(database, "after");
        Assert.Equal(2, await CountAsync(database));
    }

    private void Become(string readOnly)
    {
        using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_database) { Pooling = false, Options = "-c default_transaction_read_only=off" }.ConnectionString);
        connection.Open();
        connection.Execute($"alter database {connection.Database} set default_transaction_read_only = {readOnly}");
    }
}
