using Spoke.Sync.Storage.Postgres;
using Spoke.Sync.Tests.Planning;
using Spoke.Sync.Tests.Pushing;
using Spoke.Sync.Tests.Quarantine;
using Spoke.Sync.Tests.Reconcile;
using Spoke.Sync.Tests.Storage;

namespace Spoke.Sync.Tests.Explain;

/// <summary>The verbs of an operator on PostgreSQL: the same runs as on SQLite.</summary>
public sealed class PostgresOperatorTests(PostgresCluster cluster) : IClassFixture<PostgresCluster>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-plan-").FullName;

    [Fact]
    public async Task A_plan_is_applied_as_it_was_made()
    {
        await using var rig = await ShopRig.StartAsync(new PostgresDialect(cluster.NewDatabase()));
        await PlanTests.PlannedAsAppliedAsync(rig, Path.Combine(_folder, "a.plan"));
    }

    [Fact]
    public async Task Differences_are_found_and_repaired()
    {
        await using var rig = await ShopRig.StartAsync(new PostgresDialect(cluster.NewDatabase()), orders: 10);
        await ReconcileTests.FoundAndRepairedAsync(rig);
    }

    [Fact]
    public async Task What_was_refused_is_retried()
    {
        await using var rig = await ShopRig.StartAsync(new PostgresDialect(cluster.NewDatabase()), orders: 0);
        await QuarantineTests.RefusedAndRetriedAsync(rig);
    }

    [Fact]
    public async Task Writes_are_remembered_and_forgotten()
    {
        await using var rig = await PushRig.StartAsync(new PostgresDialect(cluster.NewDatabase()));
        await WhyTests.WriteTwiceAndForgetAsync(rig);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
