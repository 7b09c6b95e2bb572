using System.Data.Common;
using Dapper;
using Npgsql;
using Spoke.Sync.Storage;
using Spoke.Sync.Tests.Pushing;

namespace Spoke.Sync.Tests.Storage;

/// <summary>
/// PostgreSQL is not offered yet. These tests keep the way to it open: the dialect below is all that differs, and the same suite and the same
/// pass to HubSpot run on it as on SQLite.
/// </summary>
public sealed class PostgresSeamTests(PostgresCluster cluster) : StorageConformance, IClassFixture<PostgresCluster>
{
    private readonly string _database = cluster.NewDatabase();

    protected override ISqlDialect Dialect(TimeSpan? lockWait = null) => new PostgresDialect(_database, lockWait ?? TimeSpan.FromSeconds(10));

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

    /// <summary>What differs on PostgreSQL.</summary>
    private sealed class PostgresDialect(string connectionString, TimeSpan lockWait) : ISqlDialect
    {
        public string Name => new NpgsqlConnectionStringBuilder(connectionString).Database!;

        public string IdentityColumn => "bigint generated always as identity primary key";

        public string BytesType => "bytea";

        public string Among(string parameter) => $"= any(@{parameter})";

        public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
        {
            var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(cancellationToken);
            return connection;
        }

        public async Task<DbTransaction> BeginWriteAsync(DbConnection connection, CancellationToken cancellationToken)
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken);
            try
            {
                await connection.ExecuteAsync($"set local lock_timeout = {(int)lockWait.TotalMilliseconds}; select pg_advisory_xact_lock(1)", transaction: transaction);
                return transaction;
            }
            catch (PostgresException failure)
            {
                await transaction.DisposeAsync();
                throw Explain(failure)!;
            }
        }

        public StorageException? Explain(Exception failure) => failure switch
        {
            StorageException told => told,
            PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } => new StorageException($"The database {Name} has been locked by another process for more than {lockWait.TotalSeconds:0.#} s.", failure),
            NpgsqlException other => new StorageException($"The database {Name} failed: {other.Message}", failure),
            _ => null,
        };
    }
}
