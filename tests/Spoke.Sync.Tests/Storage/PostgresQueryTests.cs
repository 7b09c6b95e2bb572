using Dapper;
using Microsoft.Extensions.Time.Testing;
using Spoke.Sync.Storage;
using Spoke.Sync.Storage.Postgres;
using Spoke.Sync.Tests.Pulling;

namespace Spoke.Sync.Tests.Storage;

/// <summary>
/// What a live round reads on PostgreSQL, as PostgreSQL itself counts it: plans there depend on statistics, so not they are held to account but the rows.
/// Sequential scans are switched off, as a table of this size would hardly be read otherwise; what no index serves is scanned nonetheless, and counted.
/// </summary>
public sealed class PostgresQueryTests(PostgresCluster cluster)
{
    private const int People = 300;
    private const int Enough = 250;   // for some ten changes; whoever goes through all people, orders, carts or records reads 300 or more

    [Fact]
    public async Task A_live_round_reads_no_more_than_what_has_changed()
    {
        // On a clock that stands still both ends are counted once, and not in the round that is looked at.
        await using var rig = await BusyShop.OpenAsync(new PostgresDialect(cluster.NewDatabase() + ";Options=-c enable_seqscan=off"), People, new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        var worker = rig.Worker();
        await worker.StepAsync(poll: true, PullRig.Token);
        await BusyShop.LiveAsync(rig, worker, "first", polled: false);
        await FlushAsync(rig.Database);
        await rig.Database.ReadAsync(db => db.Execute("vacuum (index_cleanup on, analyze)") + db.Execute("select pg_stat_reset()"), PullRig.Token);   // else what the import has left dead in indexes is read, and counted, too
        await BusyShop.LiveAsync(rig, worker, "second", polled: false);
        await FlushAsync(rig.Database);
        var read = await rig.Database.ReadAsync(db => db.Query<(string Table, string? Index, long Rows)>(
            """
            select relname, null, seq_tup_read from pg_stat_user_tables where seq_scan > 0
            union all select relname, indexrelname, idx_tup_read from pg_stat_user_indexes where idx_scan > 0
            """).Where(row => row.Table != "recent").ToList(), PullRig.Token);   // it is kept short
        Assert.Contains(read, row => row is { Table: "record", Rows: > 0 });
        Assert.DoesNotContain(read, row => row.Rows > Enough);
    }

    [Fact]
    public async Task A_first_import_does_not_plan_for_long_as_if_its_tables_were_empty()
    {
        await using var rig = await PullRig.StartAsync(dialect: cluster.NewDialect());
        for (var i = 0; i < 500; i++) rig.Store.Put(Some.Order($"{i}", 0, email: $"guest{i}@example.com", lines: ["l1", "l2"]));
        await rig.PassAsync();
        await FlushAsync(rig.Database);
        var asked = await rig.Database.ReadAsync(db => db.Query<string>("select relname from pg_stat_user_tables where analyze_count > 0").ToHashSet(), PullRig.Token);   // asked for, not taken by the server itself
        Assert.Superset(new HashSet<string> { "record", "edge", "written" }, asked);
        for (var i = 0; i < 1_000; i++) rig.Store.Put(Some.Customer($"{i}", 0, $"person{i}@example.com"));
        await rig.PassAsync();
        Assert.InRange(await AskedAsync(rig.Database), 1, 2);   // orders may be read anew
    }

    [Fact]
    public async Task Each_kind_asks_for_statistics_by_its_own_number()
    {
        await using var database = await SyncDatabase.OpenAsync(cluster.NewDialect(), PullRig.Token);
        await database.GrewAsync(Growth.Entered, "products", 2_100, PullRig.Token);
        Assert.Equal(1, await AskedAsync(database));
        await database.GrewAsync(Growth.Entered, "customers", 999, PullRig.Token);
        Assert.Equal(1, await AskedAsync(database));
        await database.GrewAsync(Growth.Entered, "customers", 1, PullRig.Token);
        Assert.Equal(2, await AskedAsync(database));
    }

    [Fact]
    public async Task The_first_customers_are_found_by_their_address_also_where_it_only_knows_of_products()
    {
        await using var rig = await PullRig.StartAsync(dialect: new PostgresDialect(cluster.NewDatabase() + ";Options=-c enable_seqscan=off"));
        await rig.Database.WriteAsync((db, _) => db.Execute("alter table ledger set (autovacuum_enabled = false)"), PullRig.Token);   // it would come in between once a minute
        for (var i = 0; i < 1_000; i++) rig.Store.Put(Some.Variant($"{i}", 0, sku: $"sku{i}"));
        await rig.PassAsync();
        for (var i = 0; i < 900; i++) rig.Store.Put(Some.Customer($"{i}", 0, $"person{i}@example.com"));
        await rig.PassAsync();
        await FlushAsync(rig.Database);
        var read = await rig.Database.ReadAsync(db => db.Query<(string Index, long Rows)>("select indexrelname, idx_tup_read from pg_stat_user_indexes where relname = 'ledger' and idx_scan > 0").ToList(), PullRig.Token);
        Assert.Contains(read, row => row is { Index: "ledger_email", Rows: > 0 });
        Assert.DoesNotContain(read, row => row.Rows > 40_000);   // who walks all for each reads 400,000
    }

    private static async Task<long> AskedAsync(SyncDatabase database)
    {
        await FlushAsync(database);
        return await database.ReadAsync(db => db.ExecuteScalar<long>("select analyze_count from pg_stat_user_tables where relname = 'ledger'"), PullRig.Token);
    }

    /// <summary>The one connection that stays open, the writer's, tells what it has read.</summary>
    private static Task FlushAsync(SyncDatabase database) => database.WriteAsync((db, _) => db.Execute("select pg_stat_force_next_flush()"), PullRig.Token);
}
