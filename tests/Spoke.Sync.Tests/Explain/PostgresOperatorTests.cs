using Spoke.Sync.Tests.Insight;
using Spoke.Sync.Tests.Planning;
using Spoke.Sync.Tests.Pulling;
using Spoke.Sync.Tests.Pushing;
using Spoke.Sync.Tests.Quarantine;
using Spoke.Sync.Tests.Reconcile;
using Spoke.Sync.Tests.Storage;

namespace Spoke.Sync.Tests.Explain;

/// <summary>The verbs of an operator on PostgreSQL: the same runs as on SQLite.</summary>
public sealed class PostgresOperatorTests(PostgresCluster cluster) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("spoke-plan-").FullName;

    [Fact]
    public async Task A_plan_is_applied_as_it_was_made()
    {
        await using var rig = await ShopRig.StartAsync(cluster.NewDialect());
        await PlanTests.PlannedAsAppliedAsync(rig, Path.Combine(_folder, "a.plan"));
    }

    [Fact]
    public async Task Differences_are_found_and_repaired()
    {
        await using var rig = await ShopRig.StartAsync(cluster.NewDialect(), orders: 10);
        await ReconcileTests.FoundAndRepairedAsync(rig);
    }

    [Fact]
    public async Task What_was_refused_is_retried()
    {
        await using var rig = await ShopRig.StartAsync(cluster.NewDialect(), orders: 0);
        await QuarantineTests.RefusedAndRetriedAsync(rig);
    }

    [Fact]
    public async Task Writes_are_remembered_and_forgotten()
    {
        await using var rig = await PushRig.StartAsync(cluster.NewDialect());
        await WhyTests.WriteTwiceAndForgetAsync(rig);
    }

    [Fact]
    public async Task A_person_that_stores_share_is_counted_once()
    {
        await using var rig = await PullRig.StartAsync(dialect: cluster.NewDialect());
        await BothEndsTests.SharedPersonAsync(rig);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
