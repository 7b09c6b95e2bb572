using Spoke.Sync.Storage;
using Spoke.Sync.Tests.Carts;
using Spoke.Sync.Tests.Companies;
using Spoke.Sync.Tests.Intake;
using Spoke.Sync.Tests.Privacy;
using Spoke.Sync.Tests.Pushing;
using Spoke.Sync.Tests.Storage;

// One cluster for all of these tests; who restarts it has one of its own.
[assembly: AssemblyFixture(typeof(PostgresCluster))]

namespace Spoke.Sync.Tests.Storage;

/// <summary>The facts of carts, companies and deletions on PostgreSQL: the SQL behind them was written beside SQLite.</summary>
public sealed class PostgresCartTests(PostgresCluster cluster) : CartStateTests
{
    protected override ISqlDialect NewDatabase() => cluster.NewDialect();
}

public sealed class PostgresCompanyTests(PostgresCluster cluster) : CompanyTests
{
    protected override ISqlDialect NewDatabase() => cluster.NewDialect();
}

public sealed class PostgresVanishedTests(PostgresCluster cluster) : VanishedTests
{
    protected override ISqlDialect NewDatabase() => cluster.NewDialect();
}

public sealed class PostgresStoreDeleteTests(PostgresCluster cluster) : StoreDeleteTests
{
    protected override ISqlDialect NewDatabase() => cluster.NewDialect();
}

public sealed class PostgresHurryTests(PostgresCluster cluster) : HurryTests
{
    protected override ISqlDialect NewDatabase() => cluster.NewDialect();
}

public sealed class PostgresTwoSendersTests(PostgresCluster cluster) : TwoSendersTests
{
    protected override ISqlDialect? NewDatabase() => cluster.NewDialect();
}
